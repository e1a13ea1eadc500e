"""Which of the words that stand in a picture mean something in this catalogue.

A package says its name and its maker's, but also its weight, its small print and what the next package says; and some
letters are misread. So only words that products carry count, and of these the ones that go together on a product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.planning.candidates import WEAK
from core.planning.facets import GENERIC
from core.planning.lexicon import Lexicon
from core.text import STOP_WORDS, stem, words

MOST = 5
"""Words that are taken at most."""

_SHORTEST, _ALONE = 3, 4
_COMMON = 0.5  # share of the catalogue from which a word tells nothing
_RARE = 0.02  # share below which a word may stand alone


def written_words(lines: Sequence[str], *, lexicon: Lexicon) -> str:
    """The words of these lines, in their order, that one product or several carry together; "" where none does.

    Two words of the same product are needed, or one that few products carry and that names a maker or a kind of thing.
    """
    found = _candidates(lines, lexicon)
    if not found:
        return ""
    weights = {token: math.log(1 + lexicon.size / lexicon.frequency(token)) for token in found}
    sums = np.zeros(lexicon.size)
    for token, weight in weights.items():
        sums[lexicon.postings[token]] += weight
    best = int(np.argmax(sums))
    kept = [token for token in found if best in lexicon.holding([token])]
    if len(kept) == 1 and not _alone(kept[0], found[kept[0]], lexicon):
        return ""
    kept = sorted(sorted(kept, key=lambda token: -weights[token])[:MOST], key=list(found).index)
    return " ".join(found[token] for token in kept)


def _alone(token: str, word: str, lexicon: Lexicon) -> bool:
    few = lexicon.frequency(token) <= max(1.0, _RARE * lexicon.size)
    return few and len(word) >= _ALONE and token in lexicon.brands | lexicon.names | lexicon.heads


def _candidates(lines: Sequence[str], lexicon: Lexicon) -> dict[str, str]:
    """Each stem that could tell something, in the order of reading, with the word as it is written."""
    found: dict[str, str] = {}
    for line in lines:
        for word in words(line):
            token = stem(word)
            told = word not in STOP_WORDS and word not in WEAK and word not in GENERIC
            if told and len(word) >= _SHORTEST and not any(sign.isdigit() for sign in word):
                count = lexicon.frequency(token)
                if 0 < count <= max(1.0, _COMMON * lexicon.size):
                    found.setdefault(token, word)
    return found
