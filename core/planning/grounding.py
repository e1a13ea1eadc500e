"""What a language model is shown of a catalogue before it writes search terms: departments, types, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.domain import Strategy
from core.planning.candidates import WEAK
from core.planning.facets import GENERIC
from core.planning.lexicon import Lexicon, chunks
from core.planning.vocabulary import Floats, Rows, Vocabulary
from core.text import STOP_WORDS, stem, tokens

_AROUND = 300  # products near the theme whose words and types are shown
_DEPARTMENTS, _TYPES, _WORDS, _QUERIES = 20, 24, 60, 16
_LOOKED = 200  # products looked through for examples that differ
_MOST_COMMON = 0.2  # a word that more of the catalogue says than this tells nothing of the theme


@dataclass(frozen=True, slots=True)
class CatalogueFacts:
    """A catalogue as a planner is told of it. Counts are estimates over the whole catalogue.

    `departments` are the largest, (name, products). `types` are the category paths nearest to the theme, nearest first,
    (path, products). `words` are phrases of titles near the theme, most frequent first, `queries` what customers typed
    nearest to it. `prices` are the quartiles of the products near the theme, None where too few have one.
    """

    name: str
    products: int
    departments: tuple[tuple[str, int], ...] = ()
    types: tuple[tuple[str, int], ...] = ()
    words: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    prices: tuple[float, float, float] | None = None
    currency: str = ""


def read_facts(
    text: str,
    *,
    vocabulary: Vocabulary,
    name: str,
    currency: str = "",
    prices: npt.NDArray[np.float64] | None = None,
) -> CatalogueFacts:
    """The facts of a catalogue around a theme; `prices` has one entry a row of the vocabulary, NaN where unknown."""
    if vocabulary.size == 0:
        return CatalogueFacts(name, vocabulary.population, currency=currency)
    scale = vocabulary.population / vocabulary.size
    lexicon = vocabulary.lexicon
    cosines: Floats = vocabulary.vectors @ vocabulary.encode([text])[0]
    near: Rows = np.argsort(-cosines, kind="stable")[:_AROUND]
    return CatalogueFacts(
        name=name,
        products=vocabulary.population,
        departments=_departments(lexicon, scale),
        types=_types(near, lexicon, scale),
        words=_words(near, lexicon),
        queries=_queries(text, vocabulary),
        prices=None if prices is None else _quartiles(prices[near]),
        currency=currency,
    )


def _departments(lexicon: Lexicon, scale: float) -> tuple[tuple[str, int], ...]:
    counts = np.bincount(lexicon.category_codes, minlength=len(lexicon.categories))
    total: Counter[str] = Counter()
    for path, count in zip(lexicon.categories, counts.tolist(), strict=True):
        if path:
            total[path.split(" > ")[0]] += count
    return tuple((name, round(count * scale)) for name, count in total.most_common(_DEPARTMENTS))


def _types(near: Rows, lexicon: Lexicon, scale: float) -> tuple[tuple[str, int], ...]:
    """Category paths of the nearest products, by how many of those they hold, a nearer product counting for more."""
    weight = np.linspace(1.0, 0.3, len(near))
    votes = np.bincount(lexicon.category_codes[near], weights=weight, minlength=len(lexicon.categories))
    counts = np.bincount(lexicon.category_codes, minlength=len(lexicon.categories))
    order = [int(i) for i in np.argsort(-votes, kind="stable") if votes[i] > 0 and lexicon.categories[i]]
    return tuple((lexicon.categories[i], round(int(counts[i]) * scale)) for i in order[:_TYPES])


def _words(near: Rows, lexicon: Lexicon) -> tuple[str, ...]:
    """Phrases of one to three words that end in the name of a thing and that several titles near the theme share."""
    counts: Counter[tuple[str, ...]] = Counter()
    surface: dict[tuple[str, ...], Counter[str]] = {}
    for row in near.tolist():
        seen = set[tuple[str, ...]]()
        for chunk in chunks(lexicon.texts.titles[row]):
            for phrase in _phrases(chunk, lexicon):
                key = tuple(stem(word) for word in phrase)
                surface.setdefault(key, Counter())[" ".join(phrase)] += 1
                seen.add(key)
        counts.update(seen)
    ends = {part for key, n in counts.items() for part in (key[1:], key[:-1]) if part and counts.get(part) == n}
    kept = [key for key, n in counts.most_common() if n >= 2 and key not in ends and not _common(key, lexicon)]
    return tuple(surface[key].most_common(1)[0][0] for key in kept[:_WORDS])


def _phrases(chunk: tuple[str, ...], lexicon: Lexicon) -> list[tuple[str, ...]]:
    found = []
    for size in (1, 2, 3):
        for start in range(len(chunk) - size + 1):
            phrase = chunk[start : start + size]
            named = stem(phrase[-1]) in lexicon.heads and len(phrase[-1]) > 2
            makers = any(stem(word) in lexicon.brands or stem(word) in lexicon.names for word in phrase)
            weak = phrase[-1] in WEAK or phrase[-1] in GENERIC or any(word in STOP_WORDS for word in phrase)
            if named and not makers and not weak:
                found.append(phrase)
    return found


def _common(key: tuple[str, ...], lexicon: Lexicon) -> bool:
    return len(key) == 1 and lexicon.frequency(key[0]) > _MOST_COMMON * lexicon.size and lexicon.size > _AROUND


def _queries(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Customers' queries nearest to the theme, as far as they match it at all."""
    log = vocabulary.query_log
    if not log:
        return ()
    queries = [query for query, _ in log]
    cosines = vocabulary.encode(queries) @ vocabulary.encode([text])[0]
    order = np.argsort(-cosines, kind="stable")[:_QUERIES]
    floor = 0.8 * vocabulary.thresholds.match
    return tuple(queries[int(i)] for i in order if cosines[i] >= floor)


def _quartiles(prices: npt.NDArray[np.float64]) -> tuple[float, float, float] | None:
    known = prices[~np.isnan(prices)]
    if len(known) < 4:
        return None
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75]).tolist()
    return round(low, 2), round(middle, 2), round(high, 2)


@dataclass(frozen=True, slots=True)
class Finds:
    """Titles of products that one positive term brings in: the best ones, and those that are least like the idea."""

    term: str
    best: tuple[str, ...]
    strange: tuple[str, ...]


def finds_of(
    strategy: Strategy, about: str, *, vocabulary: Vocabulary, best: int = 3, strange: int = 2
) -> tuple[Finds, ...]:
    """Examples of what each positive term finds and no negative one takes out, within the filters; no near-doubles."""
    if not strategy.positive:
        return ()
    strengths = vocabulary.strengths(strategy.positive)
    open_rows = vocabulary.passing(strategy.filters)
    if strategy.negative:
        open_rows = open_rows & ~vocabulary.exclusions(strategy.negative).any(axis=0)
    likeness = vocabulary.vectors @ vocabulary.encode([about])[0]
    titles = vocabulary.lexicon.texts.titles
    found = []
    for term, strength in zip(strategy.positive, strengths, strict=True):
        rows = np.flatnonzero((strength > 0) & open_rows)
        top = _different(titles, rows[np.argsort(-strength[rows], kind="stable")], best)
        odd = _different(titles, rows[np.argsort(likeness[rows], kind="stable")], strange)
        found.append(Finds(term, top, tuple(title for title in odd if title not in top)))
    return tuple(found)


def cut_by(strategy: Strategy, *, vocabulary: Vocabulary, limit: int) -> tuple[str, ...]:
    """Titles of products that the positive terms find best and a negative one takes out; no near-doubles."""
    if not strategy.positive or not strategy.negative:
        return ()
    strength = vocabulary.strengths(strategy.positive).max(axis=0)
    rows = np.flatnonzero(vocabulary.exclusions(strategy.negative).any(axis=0) & (strength > 0))
    return _different(vocabulary.lexicon.texts.titles, rows[np.argsort(-strength[rows], kind="stable")], limit)


def _different(titles: Sequence[str], rows: Rows, most: int) -> tuple[str, ...]:
    """The first titles in this order of which no two share more than half of their words (colours of one model do)."""
    kept: list[tuple[str, frozenset[str]]] = []
    for row in rows[:_LOOKED].tolist():
        words = frozenset(tokens(titles[row]))
        if all(len(words & other) * 2 <= len(words | other) for _, other in kept):
            kept.append((titles[row], words))
            if len(kept) == most:
                break
    return tuple(title for title, _ in kept)
