"""What research found for a theme, as a hint to the catalogue planner: only words that the catalogue sells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.planning.associations import RESEARCH, Association, Hint
from core.planning.facets import Theme
from core.planning.relevance import CLEAR, SILENT
from core.planning.vocabulary import Vocabulary
from core.text import tokens, words

_IDEAS = 12
_NEARER = 0.25
"""Share of the way from a random to a very good cosine that a found word has to be near a theme that is understood."""


def found_hint(ideas: Sequence[str], theme: Theme, *, vocabulary: Vocabulary) -> tuple[Hint, ...]:
    """The search words that research found as one hint, none where the catalogue sells nothing of them.

    Passages speak of much that is beside the theme, so a word has to be near it; but a theme whose own words say
    nothing here ("cottagecore") is what research is for: then what was found is believed, in its order.
    """
    said = set(tokens(theme.text))
    sold = [
        idea
        for idea in dict.fromkeys(" ".join(words(one)) for one in ideas)
        if 0 < len(set(tokens(idea))) <= 3
        and not set(tokens(idea)) <= said
        and vocabulary.lexicon.holding(set(tokens(idea))).size >= 2
    ]
    if not sold:
        return ()
    vectors = vocabulary.encode([theme.text, *sold])
    limits = vocabulary.thresholds
    near = float(np.sort(vocabulary.vectors @ vectors[0])[-10:].mean())
    floor = limits.random + _NEARER * (limits.gold - limits.random) if near > (SILENT + CLEAR) / 2 else -1.0
    cosines = (vectors[1:] @ vectors[0]).tolist()
    things = tuple(idea for idea, cosine in zip(sold, cosines, strict=True) if cosine >= floor)[:_IDEAS]
    return (Hint(Association(RESEARCH, (), (), things), 0.6, frozenset()),) if things else ()
