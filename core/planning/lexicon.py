"""An index of a catalogue's own words: where each occurs, how it is usually written, which of them name things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.text import STOP_WORDS, fold, stem, words

Rows = npt.NDArray[np.int64]

# A phrase does not reach over punctuation, a number or a joining word.
_CHUNK = re.compile(r"[,;:()\[\]{}|•–—!?\"/+*#™®©]|(?<!\d)\.|\.(?!\d)|\s-\s|\d+(?:[.,/]\d+)*")
_CATEGORY_PARTS = re.compile(r"\s*(?:>|&|,|/|\band\b)\s*")
# "glow-in-the-dark", "6-in-1": taken apart they make no sense.
_COMPOUND = re.compile(r"\w+(?:-\w+){2,}")
_DESCRIBED = 3
_EMPTY: Rows = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class RowTexts:
    """The words of the sample's products, row by row; `attributes` holds the values of a row joined by " | ".

    `bodies` holds the analysed words of each description joined by blanks, "" where there is none.
    """

    product_ids: Sequence[str]
    titles: Sequence[str]
    brands: Sequence[str]
    categories: Sequence[str]
    attributes: Sequence[str]
    bodies: Sequence[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`category_codes` numbers each row's category path (index into `categories`). `surface` maps a stem to how it is
    written most; `frequency` counts the rows of a stem; `heads` are stems that end a category name or many title
    phrases; `names` are stems that only name a product line ("Halden").
    """

    texts: RowTexts
    postings: dict[str, Rows]
    surface: dict[str, str]
    heads: frozenset[str]
    brands: frozenset[str]
    names: frozenset[str]
    categories: tuple[str, ...]
    category_codes: npt.NDArray[np.int64]
    written: dict[str, int]

    @property
    def size(self) -> int:
        """Rows in the sample."""
        return len(self.texts.titles)

    def frequency(self, token: str) -> int:
        """How many rows hold a stem."""
        return int(self.postings.get(token, _EMPTY).size)

    def holding(self, token_set: Iterable[str]) -> Rows:
        """Rows, ascending, that hold every one of the stems; none for no stems."""
        lists = sorted((self.postings.get(t, _EMPTY) for t in token_set), key=len)
        if not lists:
            return _EMPTY
        found = lists[0]
        for other in lists[1:]:
            if not found.size:
                break
            found = np.intersect1d(found, other, assume_unique=True)
        return found


def build_lexicon(texts: RowTexts, *, queries: Iterable[str] = ()) -> Lexicon:
    """Read every row once (about a second for 20,000 products).

    Where the customers' `queries` are known, only words of theirs and of category names are taken for names of things.
    """
    positions: dict[str, list[int]] = {}
    written: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    paths: dict[str, int] = {}
    codes = np.empty(len(texts.titles), dtype=np.int64)
    first: Counter[str] = Counter()
    for row, (title, brand, category, attributes) in enumerate(
        zip(texts.titles, texts.brands, texts.categories, texts.attributes, strict=True)
    ):
        codes[row] = paths.setdefault(category, len(paths))
        found = set[str]()
        title_words = words(title)
        for word in (*title_words, *words(category), *words(attributes), *words(brand)):
            if word not in STOP_WORDS:
                written[word] += 1
                found.add(stem(word))
        for token in found:
            positions.setdefault(token, []).append(row)
        for chunk in chunks(title):
            endings[stem(chunk[-1])] += 1
        if title_words:
            first[stem(title_words[0])] += 1
    postings = {token: np.asarray(rows, dtype=np.int64) for token, rows in positions.items()}
    named = {stem(part[-1]) for path in paths for part in category_phrases(path)}
    asked = {stem(w) for query in queries for w in words(query)}
    ends = {t for t, n in endings.items() if n >= 3 and n >= 0.25 * len(positions.get(t, ()))}
    heads = named | (ends & asked if asked else ends)
    return Lexicon(
        texts=texts,
        postings=postings,
        surface=_surfaces(written),
        heads=frozenset(heads),
        brands=_brand_stems(texts.brands, first, postings, named),
        names=_line_names(texts, postings),
        categories=tuple(paths),
        category_codes=codes,
        written=dict(written),
    )


def chunks(text: str) -> list[tuple[str, ...]]:
    """The phrases of a title: its words cut at punctuation, numbers and joining words."""
    found: list[tuple[str, ...]] = []
    for piece in _CHUNK.split(_COMPOUND.sub(";", fold(text))):
        run: list[str] = []
        for word in words(piece):
            if word in STOP_WORDS or word[0].isdigit():
                if run:
                    found.append(tuple(run))
                run = []
            else:
                run.append(word)
        if run:
            found.append(tuple(run))
    return found


def category_phrases(path: str) -> list[tuple[str, ...]]:
    """The names in a category path, deepest first: "Outdoor > Camping & Hiking" has "camping", "hiking", "outdoor"."""
    found: list[tuple[str, ...]] = []
    for part in reversed(_CATEGORY_PARTS.split(fold(path))):
        phrase = tuple(w for w in words(part) if w not in STOP_WORDS and not w[0].isdigit())
        if phrase and phrase not in found:
            found.append(phrase)
    return found


def _surfaces(written: Counter[str]) -> dict[str, str]:
    best: dict[str, str] = {}
    for word, count in sorted(written.items()):
        token = stem(word)
        if token not in best or count > written[best[token]]:
            best[token] = word
    return best


def _line_names(texts: RowTexts, postings: dict[str, Rows]) -> frozenset[str]:
    """Stems in titles that no category, attribute or description ever uses, though the products have descriptions."""
    spoken = {stem(w) for text in {*texts.categories, *texts.attributes} for w in words(text)}
    spoken.update(token for body in texts.bodies for token in body.split())
    described = np.fromiter((bool(body) for body in texts.bodies), np.bool_, len(texts.bodies))
    return frozenset(t for t, rows in postings.items() if t not in spoken and int(described[rows].sum()) >= _DESCRIBED)


def _brand_stems(
    brands: Sequence[str], first: Counter[str], postings: dict[str, Rows], named: set[str]
) -> frozenset[str]:
    """Stems that mostly stand for a maker: in the brand column, or nearly always the first word of a title."""
    in_brand: Counter[str] = Counter(stem(w) for brand in brands for w in set(words(brand)) if w not in STOP_WORDS)
    found = {t for t, n in in_brand.items() if t in postings and n >= 0.5 * postings[t].size}
    found |= {t for t, n in first.items() if n >= 3 and n >= 0.7 * postings.get(t, _EMPTY).size}
    return frozenset(found - named)
