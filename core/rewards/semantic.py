"""Whether the terms say what the intent asks, and say it briefly: the heuristic that stands in where no model judges.

semantic = (completeness + conciseness) / 2, as a judge model would be asked for both.

completeness: the mean over the sides of the intent of how far the terms cover each. A side is a run of words between
joining words or punctuation ("camping with kids" has two). It is covered lexically by the share of its tokens that
occur in the positive terms, and semantically by the best rescaled cosine of side and term; the larger counts. What must
not be found ("without caffeine", the intent's `must_not`) is a side that the negative terms have to cover.

conciseness: exp(-burden); the burden is a sum of counts, so that no further term ever raises it:
0.01 a term, 0.05 a positive term beyond 8 and a negative one beyond 5, 0.05 a token beyond 4 within one term, 0.05 a
pair of terms that share at least half of their tokens (or whose vectors have a cosine of at least 0.9), 0.10 a pair of
which one lies within the other, 0.10 a positive term that holds a whole negative one and so finds nothing by its words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from core.domain import Intent, Strategy, term_list
from core.rewards.weights import Baselines, rescale
from core.text import fold, split_negation, tokens

Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts to normalised vectors, one row each."""

FEW_POSITIVE, FEW_NEGATIVE, SHORT = 8, 5, 4
_COST_TERM, _COST_MANY, _COST_LONG, _COST_OVERLAP, _COST_CONTAINED = 0.01, 0.05, 0.05, 0.05, 0.10
_SAME_COSINE = 0.9

_JOINTS = re.compile(
    r"[,;:/|()+&.!?]|\b(?:and|or|for|with|in|on|at|to|from|by|of|the|an?|my|your|our|their|under|around|that|this)\b"
)


@dataclass(frozen=True, slots=True)
class Sides:
    """What an intent asks for and what it rules out, each a few words."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Semantic:
    """Both halves of the semantic component in [0, 1]; `completeness` None where the intent holds no word to cover.

    `missing` are the sides that no term covers at least half, `notes` what makes the terms less concise.
    """

    completeness: float | None
    conciseness: float
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def value(self) -> float | None:
        """The component, None where completeness cannot be judged."""
        return None if self.completeness is None else (self.completeness + self.conciseness) / 2


def sides(intent: Intent | str) -> Sides:
    """Take an intent apart into what the terms have to cover; a side said twice counts once."""
    text, must_not = (intent, ()) if isinstance(intent, str) else (intent.text, intent.must_not)
    query = split_negation(text)
    return Sides(
        wanted=_distinct(_JOINTS.split(fold(query.wanted))),
        unwanted=_distinct((*query.unwanted, *must_not)),
    )


def _distinct(parts: Sequence[str]) -> tuple[str, ...]:
    found: dict[frozenset[str], str] = {}
    for part in parts:
        own = frozenset(tokens(part))
        if own:
            found.setdefault(own, " ".join(part.split()))
    return tuple(found.values())


def semantic(
    asked: Sides, strategy: Strategy, *, encode: Encode | None = None, baselines: Baselines | None = None
) -> Semantic:
    """Judge terms against the sides of an intent; by meaning too where `encode` and `baselines` are given."""
    wanted = _coverage(asked.wanted, strategy.positive, encode, baselines)
    unwanted = _coverage(asked.unwanted, strategy.negative, encode, baselines)
    every = wanted + unwanted
    conciseness, notes = _conciseness(strategy, encode)
    return Semantic(
        completeness=math.fsum(c for _, c in every) / len(every) if every else None,
        conciseness=conciseness,
        missing=tuple(side for side, covered in every if covered < 0.5),
        notes=notes,
    )


def _coverage(
    parts: Sequence[str], terms: Sequence[str], encode: Encode | None, baselines: Baselines | None
) -> list[tuple[str, float]]:
    said = {token for term in terms for token in tokens(term)}
    lexical = [sum(t in said for t in own) / len(own) for own in (frozenset(tokens(part)) for part in parts)]
    if encode is None or baselines is None or not parts or not terms:
        return list(zip(parts, lexical, strict=True))
    # Rounded, so that the order of the terms cannot show in the last bits of a matrix product.
    cosines = np.round(np.asarray(encode(parts)) @ np.asarray(encode(terms)).T, 5)
    best = [rescale(float(c), baselines) for c in cosines.max(axis=1)]
    return [(part, max(a, b)) for part, a, b in zip(parts, lexical, best, strict=True)]


def _conciseness(strategy: Strategy, encode: Encode | None) -> tuple[float, tuple[str, ...]]:
    burden, notes = 0.0, []
    contained = overlapping = long = 0
    for terms, few, name in (
        (strategy.positive, FEW_POSITIVE, "positive"),
        (strategy.negative, FEW_NEGATIVE, "negative"),
    ):
        many = max(0, len(terms) - few)
        burden += _COST_TERM * len(terms) + _COST_MANY * many
        if many:
            notes.append(f"{len(terms)} {name} terms; {few} would be easier to keep in view.")
        inside, shared = _pairs(sorted(terms), encode)
        contained, overlapping = contained + len(inside), overlapping + len(shared)
        notes.extend(f"“{inner}” lies within “{outer}”, so one of them would do." for inner, outer in inside[:2])
        notes.extend(f"{term_list(pair)} say much the same." for pair in shared[:2])
        wordy = sorted(t for t in terms if len(tokens(t)) > SHORT)
        long += sum(len(tokens(t)) - SHORT for t in wordy)
        notes.extend(f"“{term}” is long for a search term." for term in wordy[:2])
    void = _void(strategy)
    notes.extend(
        f"“{term}” holds the negative term “{negative}”, so the two work against each other."
        for term, negative in void[:2]
    )
    burden += _COST_OVERLAP * overlapping + _COST_CONTAINED * (contained + len(void)) + _COST_LONG * long
    return math.exp(-burden), tuple(notes)


def _void(strategy: Strategy) -> list[tuple[str, str]]:
    """Positive terms that hold every token of a negative one, each with the first such negative."""
    negatives = [(n, frozenset(tokens(n))) for n in sorted(strategy.negative)]
    found = []
    for term in sorted(strategy.positive):
        own = frozenset(tokens(term))
        against = next((n for n, lost in negatives if lost and lost <= own), None)
        if against is not None:
            found.append((term, against))
    return found


def _pairs(terms: Sequence[str], encode: Encode | None) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs (inner, outer) of which one lies within the other, and the other pairs that say much the same."""
    if len(terms) < 2:
        return [], []
    own = [frozenset(tokens(t)) for t in terms]
    cosines = None if encode is None else (lambda v: v @ v.T)(np.asarray(encode(terms)))
    inside, shared = [], []
    for i, j in combinations(range(len(terms)), 2):
        a, b = own[i], own[j]
        if a and b and (a <= b or b <= a):
            inside.append((terms[i], terms[j]) if a <= b else (terms[j], terms[i]))
        elif (a and b and 2 * len(a & b) >= len(a | b)) or (cosines is not None and cosines[i, j] >= _SAME_COSINE):
            shared.append((terms[i], terms[j]))
    return inside, shared


def semantic_reward(
    *,
    intents: Sequence[Intent | str],
    strategies: Sequence[Strategy],
    encode: Encode | None = None,
    baselines: Baselines | None = None,
) -> list[float | None]:
    """One value in [0, 1] per pair of intent and strategy; an intent without a word gets `None`."""
    return [
        semantic(sides(intent), strategy, encode=encode, baselines=baselines).value
        for intent, strategy in zip(intents, strategies, strict=True)
    ]


def semantic_reasons(judged: Semantic) -> tuple[str, ...]:
    """What the numbers mean to the operator: coverage first, then what makes the terms less concise."""
    if judged.completeness is None:
        return ("The theme holds no word that terms could cover.", *judged.notes)
    if judged.missing:
        return (f"No term speaks clearly of {term_list(judged.missing)}.", *judged.notes)
    return ("The terms speak of every side of the theme.", *judged.notes)
