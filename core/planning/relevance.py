"""How well each product of the sample fits a theme: what candidates, negatives and revisions are weighed by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.planning.associations import RESEARCH, Hint
from core.planning.facets import Theme, audience_marks, conflicting_audiences
from core.planning.lexicon import Lexicon
from core.planning.vocabulary import Floats, Mask, Vocabulary
from core.text import stem, tokens

# Below the first mean cosine of the ten nearest products the theme's own vector says nothing, above the second all.
SILENT, CLEAR = 0.27, 0.45
_SHRINK = 5.0  # a category's mean counts as that of so many products more at the catalogue's mean
_WRONG_AUDIENCE = 0.35
# What research found votes a little less than general knowledge, but more where the theme's own words say nothing.
_FOUND, _FOUND_ALONE = 0.9, 1.4


@dataclass(frozen=True, slots=True)
class Relevance:
    """`fit` in [0, 1] a row; `gain` is positive where a product belongs on the shelf and negative where it does not.

    `clarity` in [0, 1] tells how much the theme's vector can be trusted; `near` is the mean cosine of the nearest ten.
    """

    fit: Floats
    gain: Floats
    clarity: float
    near: float
    support: Floats


def weigh(theme: Theme, hints: Sequence[Hint], *, vocabulary: Vocabulary, passing: Mask) -> Relevance:
    """The fit of every row to a theme; rows that do not pass the filters fit nothing.

    The theme's cosine smoothed by category, plus what the associations vote for; products marked for another audience
    only are pushed back. What research found can only add to that.
    """
    direct, near = _direct(theme, vocabulary, passing)
    clarity = float(np.clip((near - SILENT) / (CLEAR - SILENT), 0.0, 1.0))
    known = [hint for hint in hints if hint.association.name != RESEARCH]
    support = _support(known, vocabulary)
    alone = direct * np.float32(clarity)
    fit = np.minimum(np.float32(0.7) * alone + np.float32(_vote(near)) * support, 1.0) if known else alone
    if len(known) < len(hints):
        found = _support([hint for hint in hints if hint.association.name == RESEARCH], vocabulary)
        voted = np.float32(0.7) * alone + np.float32(_found_vote(near, clarity)) * found
        fit = np.maximum(fit, np.minimum(voted, 1.0))
        support = np.maximum(support, found)
    fit = np.where(_other_audience(theme, vocabulary.lexicon), fit * np.float32(_WRONG_AUDIENCE), fit)
    fit = np.where(passing, fit, 0.0).astype(np.float32)
    return Relevance(fit, (fit - np.float32(THRESHOLD)).astype(np.float32), clarity, near, support)


THRESHOLD = 0.40
"""The fit from which a product is welcome on the shelf."""


def _vote(near: float) -> float:
    """What a full vote of the associations is worth: less, where the catalogue names the theme in so many words."""
    return 0.5 - 0.2 * float(np.clip((near - 0.6) / 0.1, 0.0, 1.0))


def _found_vote(near: float, clarity: float) -> float:
    return (_FOUND_ALONE + (_FOUND - _FOUND_ALONE) * clarity) * _vote(near)


def _direct(theme: Theme, vocabulary: Vocabulary, passing: Mask) -> tuple[Floats, float]:
    short = " ".join(theme.content)
    texts = [theme.text] if short == theme.text else [theme.text, short]
    query = vocabulary.encode(texts).mean(axis=0)
    query /= max(float(np.linalg.norm(query)), 1e-9)
    cosine = vocabulary.vectors @ query
    seen = np.flatnonzero(passing)
    if not seen.size:
        return np.zeros(vocabulary.size, dtype=np.float32), 0.0
    near = float(np.sort(cosine[seen])[-10:].mean())
    smooth = smooth_by_category(cosine, vocabulary.lexicon)
    ranked = np.sort(smooth[seen])
    low, high = float(np.quantile(ranked, 0.95)), float(ranked[-10:].mean())
    return np.clip((smooth - low) / max(high - low, 1e-6), 0.0, 1.0).astype(np.float32), near


def smooth_by_category(values: Floats, lexicon: Lexicon) -> Floats:
    """A product's own value moved at most halfway to its category's mean, the less the more the category disagrees.

    A narrow category ("Formal Shoes") tells more of its products than a wide one ("Seasonal"). The mean is shrunk
    towards that of all products; a product without a category keeps its own value.
    """
    codes, count = lexicon.category_codes, len(lexicon.categories)
    number = np.bincount(codes, minlength=count)
    total = np.bincount(codes, weights=values, minlength=count)
    mean = (total + _SHRINK * values.mean()) / (number + _SHRINK)
    squares = np.bincount(codes, weights=np.square(values - mean[codes]), minlength=count)
    spread = np.sqrt(squares / np.maximum(number, 1)) / max(float(values.std()), 1e-9)
    share = 0.5 * np.clip(1.0 - spread, 0.0, 1.0)
    share[[i for i, name in enumerate(lexicon.categories) if not name]] = 0.0
    result: Floats = (values + share[codes] * (mean[codes] - values)).astype(np.float32)
    return result


def _support(hints: Sequence[Hint], vocabulary: Vocabulary) -> Floats:
    votes = np.zeros(vocabulary.size, dtype=np.float32)
    if not hints:
        return votes
    things = list(dict.fromkeys(t for h in hints for t in h.association.things))
    match = things_match(things, vocabulary)
    place = {thing: i for i, thing in enumerate(things)}
    for hint in hints:
        rows = [place[t] for t in hint.association.things]
        votes += np.float32(hint.weight) * match[rows].max(axis=0)
    return votes / np.float32(sum(h.weight for h in hints))


def things_match(things: Sequence[str], vocabulary: Vocabulary) -> Floats:
    """(things, size) in [0, 1]: how surely each row is such a thing, from its cosine and its words."""
    limits = vocabulary.thresholds
    cosines = vocabulary.encode(things) @ vocabulary.vectors.T
    low = limits.match
    match = np.clip((cosines - low) / (limits.gold - low), 0.0, 1.0)
    for i, thing in enumerate(things):
        rows = vocabulary.lexicon.holding(set(tokens(thing)))
        # A word alone may mean something else ("ring", "fan"): the vector has to agree a little.
        agreeing = rows[cosines[i, rows] >= limits.random + 0.3 * (limits.gold - limits.random)]
        match[i, agreeing] = np.maximum(match[i, agreeing], 0.8)
    result: npt.NDArray[np.float32] = match.astype(np.float32)
    return result


def _other_audience(theme: Theme, lexicon: Lexicon) -> Mask:
    """Rows marked for an audience that the theme rules out and not for one that it names."""
    wrong = np.zeros(lexicon.size, dtype=np.bool_)
    if not theme.audiences:
        return wrong
    for audience in conflicting_audiences(theme.audiences):
        for word in audience_marks(audience):
            wrong[lexicon.holding({stem(word)})] = True
    for audience in theme.audiences:
        for word in audience_marks(audience):
            wrong[lexicon.holding({stem(word)})] = False
    return wrong
