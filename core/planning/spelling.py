"""Read a theme in the catalogue's own spelling: misspelt and joined words, and the few known in other languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.planning.associations import Hint, known_words
from core.planning.facets import GENERIC, Theme
from core.planning.lexicon import Lexicon
from core.text import STOP_WORDS, stem, words

_RARE = 3  # a word of fewer rows corrects nothing
_JOINED = re.compile(r"\b([^\W\d_]{2,})[-\s]([^\W\d_]{2,})\b")


def correct(theme: Theme, *, lexicon: Lexicon, customers: Iterable[str] = ()) -> Theme:
    """The theme with words that the catalogue does not know replaced by the nearest that it knows, and a note of each.

    Only likely slips are mended: the first letter stands, one letter was dropped, added, doubled, swapped with its
    neighbour or, in words of six letters or more, replaced; two slips in words of nine or more. A word that is
    known from the catalogue, its customers' queries or the associations is never touched.
    """
    theme = _join(theme, lexicon)
    spoken = {w for query in customers for w in words(query)}
    known = known_words() | GENERIC | STOP_WORDS
    text = theme.text
    for word in theme.content:
        plain = word.removesuffix("'s")
        if len(plain) < 4 or not plain.isascii() or plain in known or plain in spoken or lexicon.frequency(stem(word)):
            continue
        better = _nearest(plain, lexicon, spoken | known_words())
        if better is not None:
            text = re.sub(rf"\b{re.escape(plain)}\b", better, text)
            theme = theme.read_as(text, f'"{plain}" read as "{better}"')
    return theme


def _join(theme: Theme, lexicon: Lexicon) -> Theme:
    """ "make-up" or "make up" becomes "makeup" where the catalogue writes it so, and mostly so."""
    for match in _JOINED.finditer(theme.text):
        joined = match.group(1) + match.group(2)
        together = lexicon.frequency(stem(joined))
        apart = lexicon.holding({stem(match.group(1)), stem(match.group(2))}).size
        hyphen = "-" in match.group()
        if together >= _RARE and together > apart * (0.5 if hyphen else 2):
            text = theme.text.replace(match.group(), joined)
            return theme.read_as(text, f'"{match.group()}" read as "{joined}"')
    return theme


def _nearest(word: str, lexicon: Lexicon, also: set[str] | frozenset[str]) -> str | None:
    best: tuple[int, int, str] | None = None
    allowed = 2 if len(word) >= 9 else 1
    pool = [(w, n) for w, n in lexicon.written.items() if n >= _RARE or w in also]
    pool += [(w, 0) for w in sorted(also) if w not in lexicon.written]
    for other, count in pool:
        if other[0] != word[0] or len(other) < 4 or abs(len(other) - len(word)) > allowed or not other.isalpha():
            continue
        cost = slips(word, other, most=allowed)
        # A replaced letter in a short word more often means another word than a slip: "nook" is not "book".
        if cost is None or (len(word) < 6 and len(other) == len(word) and sorted(word) != sorted(other)):
            continue
        key = (cost, -count, other)
        if best is None or key < best:
            best = key
    return None if best is None else best[2]


def slips(a: str, b: str, *, most: int) -> int | None:
    """Typing slips between two words (optimal string alignment distance), None above `most`."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        latest = [i]
        for j, y in enumerate(b, start=1):
            cost = min(row[j] + 1, latest[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            latest.append(cost)
        if min(latest) > most:
            return None
        before, row = row, latest
    return row[-1] if row[-1] <= most else None


def in_english(theme: Theme, hints: Iterable[Hint], *, lexicon: Lexicon) -> Theme:
    """A theme in another language, said with the English names of what was recognised in it.

    What the catalogue does not know either is left out.
    """
    text, heard = theme.text, []
    for hint in hints:
        if hint.covered not in hint.association.foreign:
            continue
        foreign = [w for w in words(text) if stem(w) in hint.covered]
        for word in foreign:
            text = text.replace(word, f" {hint.association.name} ")
        heard.append((" ".join(foreign), hint.association.name))
    if not heard:
        return theme
    kept = [w for w in dict.fromkeys(words(text)) if lexicon.frequency(stem(w)) or w in GENERIC]
    read = " ".join(kept)
    said = ", ".join(f'"{a}" read as "{b}"' for a, b in heard)
    return theme.read_as(read, said)
