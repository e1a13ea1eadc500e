"""Cuts the text of a note or report into passages: short enough to be cited, whole enough to be understood alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

SHORT = 350
"""Characters below which a passage takes the next paragraph in too, as long as both stand under one heading."""
LONGEST = 900
"""Characters of a passage at most; a longer paragraph is cut between sentences."""

WINDOW = 230
"""Characters of one window: about what an encoder reads before it stops at 64 tokens, with a heading before it."""
WINDOW_HEADING = 60

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})\s*$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING_SEPARATOR = " › "
_CELL_MARK = " · "
# Lines from so many characters on were broken by a margin, not by their writer.
_MARGIN = 60
_LEADERS = re.compile(r"([._=~*-])(?:\s?\1){4,}")

_SENTENCE_END = re.compile(r"(?<=[.!?…;:])[\"'”’)\]]*\s+|(?<=[。！？；])|\n+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One passage of a document. `heading` is the path of headings that it stands under, "" without any.

    `page` counts from 1 (rows of a table likewise), None for what has no pages; `when` where the row itself says it.
    """

    text: str
    heading: str = ""
    page: int | None = None
    when: date | None = None


def plain_markdown(text: str) -> str:
    """Markdown without its marks of links, pictures, emphasis and comments; headings, lists and tables stay."""
    text = _COMMENT.sub(" ", text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\1", text)
    return _CODE.sub(r"\1", text)


def title_heading(markdown: str) -> str:
    """The one heading of the highest rank there is, "" where there is none or where several share it."""
    found = [(len(match.group(1)), match.group(2)) for match in map(_HEADING.match, markdown.splitlines()) if match]
    highest = min((rank for rank, _ in found), default=0)
    alone = [name for rank, name in found if rank == highest]
    return plain_markdown(alone[0]).strip() if len(alone) == 1 else ""


def markdown_stretches(text: str, *, page: int | None = None, title: str = "") -> Iterator[Stretch]:
    """The passages of a Markdown text in order; a heading that only repeats `title` is left out of the path."""
    path: list[tuple[int, str]] = []
    blocks: list[str] = []

    def flush() -> Iterator[Stretch]:
        named = [name for _, name in path if name.casefold() != title.casefold()]
        yield from _packed(blocks, heading=_HEADING_SEPARATOR.join(named), page=page)
        blocks.clear()

    for kind, rank, block in _blocks(text):
        if kind == "heading":
            yield from flush()
            path[:] = [(r, name) for r, name in path if r < rank] + [(rank, plain_markdown(block).strip())]
        else:
            blocks.append(plain_markdown(block))
    yield from flush()


def plain_stretches(text: str, *, page: int | None = None) -> Iterator[Stretch]:
    """The passages of a text without markup in order; paragraphs end at blank lines."""
    yield from _packed(map(_unwrapped, re.split(r"\n\s*\n", text)), heading="", page=page)


def _unwrapped(block: str) -> str:
    """A paragraph whose lines were broken at a margin as one line; list items and short lines keep theirs."""
    lines: list[str] = []
    margin = False
    for line in (" ".join(line.split()) for line in block.splitlines()):
        if lines and margin and not _ITEM.match(line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
        margin = len(line) >= _MARGIN
    return "\n".join(lines)


def _blocks(text: str) -> Iterator[tuple[str, int, str]]:
    """(kind, rank of a heading, text) of each paragraph, heading, list or table; code stays one block."""
    lines: list[str] = []
    fenced = ""

    def flush() -> Iterator[tuple[str, int, str]]:
        block = "\n".join(lines).strip("\n")
        lines.clear()
        if block.strip():
            yield "text", 0, block if _CELL_MARK in block else _unwrapped(block)

    for line in text.splitlines():
        fence = _FENCE.match(line)
        if fenced:
            fenced = "" if fence and fence.group(1) == fenced else fenced
            if fenced:
                lines.append(line)
            continue
        heading = _HEADING.match(line)
        underline = _UNDERLINE.match(line)
        if fence:
            fenced = fence.group(1)
        elif heading:
            yield from flush()
            yield "heading", len(heading.group(1)), heading.group(2)
        elif underline and len(lines) == 1 and lines[0].strip() and not _ITEM.match(lines[0]):
            yield "heading", 1 if underline.group(1)[0] == "=" else 2, lines.pop().strip()
        elif not line.strip() or _RULE.match(line):
            yield from flush()
        elif not _TABLE_RULE.match(line):
            lines.append(_cells(line) if line.lstrip().startswith("|") else line)
    yield from flush()


def _cells(line: str) -> str:
    """A row of a Markdown table as its cells, apart by commas a reader can follow."""
    return _CELL_MARK.join(cell for cell in (part.strip() for part in line.strip().strip("|").split("|")) if cell)


def _packed(blocks: Iterable[str], *, heading: str, page: int | None) -> Iterator[Stretch]:
    """Paragraphs put together to passages of `SHORT` to `LONGEST` characters, in order."""
    held: list[str] = []
    size = 0
    for piece in (piece for block in blocks for piece in pieces(_LEADERS.sub(" … ", block), most=LONGEST)):
        if not any(c.isalnum() for c in piece):
            continue
        if held and (size >= SHORT or size + len(piece) > LONGEST):
            yield Stretch("\n".join(held), heading, page)
            held, size = [], 0
        held.append(piece)
        size += len(piece) + 1
    if held:
        yield Stretch("\n".join(held), heading, page)


def pieces(text: str, *, most: int) -> Iterator[str]:
    """A text in pieces of at most `most` characters, cut between lines, sentences, words or, at last, letters."""
    text = text.strip()
    if len(text) <= most:
        if text:
            yield text
        return
    held = ""
    for sentence in _sentences(text, most=most):
        if held and len(held) + len(sentence) > most:
            yield held.strip()
            held = ""
        held += sentence
    if held.strip():
        yield held.strip()


def _sentences(text: str, *, most: int) -> Iterator[str]:
    """Sentences with the blanks after them; one longer than `most` comes in parts."""
    start = 0
    for match in (*_SENTENCE_END.finditer(text), None):
        end = len(text) if match is None else match.end()
        sentence, start = text[start:end], end
        while len(sentence) > most:
            cut = sentence.rfind(" ", most // 2, most)
            cut = most if cut < 0 else cut + 1
            yield sentence[:cut]
            sentence = sentence[cut:]
        if sentence:
            yield sentence


def windows(stretch: Stretch, *, title: str) -> tuple[str, ...]:
    """What an encoder reads of a passage: its text in windows, each after the last heading above it or the title."""
    heading = stretch.heading.rpartition(_HEADING_SEPARATOR)[2] or title
    heading = heading[:WINDOW_HEADING].strip()
    lead = f"{heading}. " if heading else ""
    # A last window of a few words would say too little to be found by, so the windows are made alike.
    text = " ".join(stretch.text.split())
    many = -(-len(text) // WINDOW) or 1
    return tuple(lead + piece for piece in pieces(text, most=max(len(text) // many + 60, 80))) or (heading or title,)
