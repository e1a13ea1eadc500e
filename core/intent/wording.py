"""The words of a typed idea: as they were written, so that they can be shown, and folded, so that they match."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from core.text import fold

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_ELISION = re.compile(r"^(?:l|d|j|qu|n|s|m|c)'(?=\w{2})")
_MARK = re.compile(r"[,;:.!?()\[\]/|–—]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `text` in lower case as written, `plain` folded without apostrophes; [start, end) within the line."""

    text: str
    plain: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Something found in a line: the match within its folded words, and the numbers [start, end) of these words."""

    match: re.Match[str]
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

    def search(self, pattern: re.Pattern[str]) -> Iterator[Spot]:
        """Where a pattern is found in the folded words, parted by one blank each, and " , " where a mark stands."""
        text, starts = self._joined()
        for match in pattern.finditer(text):
            inside = [n for n, at in enumerate(starts) if match.start() <= at < match.end()]
            if inside:
                yield Spot(match, inside[0], inside[-1] + 1)

    def _joined(self) -> tuple[str, list[int]]:
        parts: list[str] = []
        starts: list[int] = []
        size, last = 0, 0
        for word in self.words:
            if parts:
                parts.append(" , " if _MARK.search(self.text, last, word.start) else " ")
                size += len(parts[-1])
            starts.append(size)
            parts.append(word.plain)
            size += len(word.plain)
            last = word.end
        return "".join(parts), starts

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
            between = "" if last is None else self.text[self.words[last].end : word.start]
            if last is not None and last != number - 1:
                between = ", " if _MARK.search(between) else " "
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


def listed(text: str) -> tuple[str, ...]:
    """The phrases of a list that commas part."""
    return tuple(" ".join(one.split()) for one in text.split(",") if one.strip())


def pattern(*phrases: str) -> str:
    """A pattern that is any of some folded phrases; the longest goes first."""
    return "(?:" + "|".join(re.escape(one) for one in sorted(set(phrases), key=lambda one: (-len(one), one))) + ")"


def word_lists() -> dict[str, dict[str, str]]:
    """The tables of `words.toml`, each of name to a list that commas part."""
    found: dict[str, dict[str, str]] = tomllib.loads(files("core.intent").joinpath("words.toml").read_text("utf-8"))
    return found
