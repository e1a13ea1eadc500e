"""Negative terms: the words that tell what the union wrongly recalls from what it should hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.planning.candidates import WEAK
from core.planning.facets import GENERIC, Theme
from core.planning.lexicon import category_phrases
from core.planning.relevance import Relevance
from core.planning.vocabulary import Mask, Vocabulary
from core.text import STOP_WORDS, stem, tokens, words

MOST_NEGATIVES = 5
_CLEARLY_BAD = -0.12  # net gain below which a product is surely not wanted; between this and 0 nobody is sure
_LEAST_ODDS = 1.2
_LEAST_ROWS = 3
_GOOD_PRICE = 2.0  # how much a product lost that belongs weighs against one removed that does not
_SHORTLIST = 40


@dataclass(frozen=True, slots=True)
class Negative:
    """A word or phrase with the log-odds by which it was found, and how many bad and good products it removes."""

    text: str
    odds: float
    bad: int
    good: int
    examples: tuple[str, ...] = ()


def mine_negatives(
    theme: Theme, positive: Sequence[str], union: Mask, relevance: Relevance, *, vocabulary: Vocabulary
) -> tuple[Negative, ...]:
    """The negatives that clean the union best, chosen greedily; each removes more unwanted mass than wanted."""
    bad = union & (relevance.gain < _CLEARLY_BAD)
    good = union & (relevance.gain > 0)
    if int(bad.sum()) < _LEAST_ROWS:
        return ()
    taken = {t for text in (theme.text, *theme.facets, *positive) for t in tokens(text)}
    shortlist = _log_odds(bad, good, taken, vocabulary)
    if not shortlist:
        return ()
    removes = vocabulary.exclusions([text for text, _ in shortlist]) & union
    left, found = union.copy(), list[Negative]()
    for _ in range(MOST_NEGATIVES):
        worth = [_worth(row & left, relevance, bad) for row in removes]
        best = int(np.argmax(worth))
        gone = removes[best] & left
        if worth[best] <= 0 or int((gone & bad).sum()) < _LEAST_ROWS:
            break
        text, odds = shortlist[best]
        examples = tuple(vocabulary.lexicon.texts.titles[i] for i in np.flatnonzero(gone & bad)[:2])
        found.append(Negative(text, odds, int((gone & bad).sum()), int((gone & good).sum()), examples))
        left &= ~removes[best]
    return tuple(found)


def _worth(gone: Mask, relevance: Relevance, bad: Mask) -> float:
    lost = float(np.maximum(relevance.gain[gone], 0.0).sum())
    return float(-relevance.gain[gone & bad].sum()) - _GOOD_PRICE * lost


def _log_odds(bad: Mask, good: Mask, taken: set[str], vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """Words and category names by ln((b + 1/2) / (B + 1)) - ln((g + 1/2) / (G + 1)), the most telling first."""
    lexicon = vocabulary.lexicon
    total_bad, total_good = int(bad.sum()), int(good.sum())
    found: list[tuple[float, str]] = []
    for text in _phrases(np.flatnonzero(bad), vocabulary):
        key = frozenset(tokens(text))
        if not key or key & taken:
            continue
        rows = lexicon.holding(key)
        b, g = int(bad[rows].sum()), int(good[rows].sum())
        odds = math.log((b + 0.5) / (total_bad + 1)) - math.log((g + 0.5) / (total_good + 1))
        if b >= _LEAST_ROWS and odds >= _LEAST_ODDS:
            # Telling and frequent: the odds alone would choose rare words.
            found.append((odds * math.log1p(b), text))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    return [(text, score) for score, text in found[:_SHORTLIST]]


def _phrases(rows: Iterable[int], vocabulary: Vocabulary) -> list[str]:
    """The single words of the rows' titles, as they are written most, and the names of their narrowest categories."""
    lexicon = vocabulary.lexicon
    seen: dict[str, None] = {}
    for row in rows:
        for word in words(lexicon.texts.titles[row]):
            mark = stem(word)
            if len(word) > 2 and word.isalpha() and mark in lexicon.heads and not _weak(word):
                seen[lexicon.surface.get(mark, word)] = None
        for phrase in category_phrases(lexicon.texts.categories[row])[:1]:
            if len(phrase) <= 2 and not all(_weak(w) for w in phrase):
                seen[" ".join(phrase)] = None
    return list(seen)


def _weak(word: str) -> bool:
    return word in WEAK or word in GENERIC or word in STOP_WORDS
