"""The words of a typed idea: as they were written, so that they can be shown, and folded, so that they match."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.text import fold

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_ELISION = re.compile(r"^(?:l|d|j|qu|n|s|m|c)'(?=\w{2})")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `text` in lower case as written, `plain` folded without apostrophes; [start, end) within the line."""

    text: str
    plain: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A typed line, blanks and quotation marks made plain, with its words in order."""

    text: str
    words: tuple[Word, ...]

    @property
    def plain(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(word.plain for word in self.words)

    def said(self, start: int, end: int) -> str:
        """The words [start, end) as they were written, in lower case."""
        return self.text[self.words[start].start : self.words[end - 1].end].lower() if start < end else ""

    def without(self, taken: Collection[int]) -> str:
        """What is left of the line in lower case when the words of these numbers are taken out."""
        kept: list[str] = []
        last = None
        for number, word in enumerate(self.words):
            if number in taken:
                continue
            between = self.text[self.words[last].end : word.start] if last == number - 1 and last is not None else " "
            kept.append((between if kept else "") + self.text[word.start : word.end].lower())
            last = number
        return " ".join("".join(kept).split())


def read_line(text: str) -> Line:
    """Take a line apart; an elided article is a word of its own ("l'école" is "l" and "école")."""
    line = " ".join(unicodedata.normalize("NFC", text).replace("’", "'").replace("‘", "'").split())
    found: list[Word] = []
    for match in _WORD.finditer(line):
        start, end = match.span()
        elided = _ELISION.match(match.group().lower())
        if elided:
            found.append(_word(line, start, start + elided.end() - 1))
            start += elided.end()
        found.append(_word(line, start, end))
    return Line(line, tuple(found))


def _word(line: str, start: int, end: int) -> Word:
    text = line[start:end]
    if text.endswith("'") and not text.lower().endswith("s'"):
        end -= 1
        text = text[:-1]
    return Word(text.lower(), plain(text), start, end)


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """A word folded, its apostrophes left out: "Mother's" is "mothers"."""
    return fold(word).replace("'", "")


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese or Japanese signs, which are written without blanks between the words."""
    return _HAN.search(text) is not None


def find(words: Sequence[str], phrase: Sequence[str], *, start: int = 0) -> int | None:
    """Where a phrase of folded words begins, None where it does not stand there; a last word "...*" is a beginning."""
    size = len(phrase)
    for at in range(start, len(words) - size + 1):
        if all(matches(words[at + n], phrase[n]) for n in range(size)):
            return at
    return None


def matches(word: str, pattern: str) -> bool:
    """Whether a folded word is a pattern's, which may end in * for all words that begin so."""
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Phrases apart by commas, each as folded words: what a list of phrases in a module is written as."""
    return tuple(tuple(one.split()) for one in text.replace("\n", " ").split(",") if one.strip())


def longest(words: Sequence[str], at: int, choices: Iterable[Sequence[str]]) -> int:
    """How many words the longest phrase takes that stands at a place, 0 where none does."""
    return max((len(p) for p in choices if find(words[at : at + len(p)], p) == 0), default=0)
