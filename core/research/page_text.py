"""The main text of what a server sent: a page of HTML, plain text, or a PDF file."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

import chardet

from core.errors import PageError
from core.research.contract import Page
from core.research.deadline import Deadline
from core.research.web import Answer

# Hidden in a text, these carry words that no reader sees: zero-width and direction marks, and tag characters.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MANY_BLANKS = re.compile(r"[ \t]{2,}")
_MANY_LINES = re.compile(r"\n{3,}")

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html[^>]{0,500}?\slang\s*=\s*["']?([a-zA-Z]{2,3})\b""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What browsers read under these names, which is more than the names say (WHATWG Encoding, section 4.2).
_WIDER = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
          "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "sjis": "cp932", "euc-kr": "cp949",
          "iso-8859-9": "cp1254", "tis-620": "cp874", "x-sjis": "cp932", "ks_c_5601-1987": "cp949"}  # fmt: skip
_EMPHASIS = ("b", "strong", "i", "em", "u", "code")
# Only a date that the page states: the extensive search takes any date of the text for the page's own.
_DATES = {"extensive_search": False, "original_date": False, "outputformat": "%Y-%m-%d"}
_HIDING = re.compile(r"display:none|visibility:hidden|font-size:0(?:px|pt|em|rem|%)?(?:;|!|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextLimits:
    """What is kept of one page: bytes of HTML that are parsed, pages of a PDF, characters of the text."""

    html_bytes: int = 2_000_000
    pdf_pages: int = 40
    characters: int = 60_000


def page_of(answer: Answer, limits: TextLimits, deadline: Deadline) -> Page:
    """The page that `answer` holds; raises `PageError` for what is no text, or has none.

    The deadline is looked at between the pages of a PDF. The parser of HTML cannot be broken off, which is why it gets
    `html_bytes` at most.
    """
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    body = answer.body
    host = host_of(answer.address)
    if body.lstrip()[:5] == b"%PDF-":
        page = _pdf_page(answer, host, limits, deadline)
    elif kind in {"text/html", "application/xhtml+xml"} or (kind in {"", "text/plain"} and _looks_like_html(body)):
        page = _html_page(answer, host, limits)
    elif kind.startswith("text/") or (not kind and b"\x00" not in body[:4_000]):
        if b"\x00" in body[:4_000] and not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise PageError(f"{host} was not read: what it sends is no text. Read another page.")
        text = decoded(body[: limits.html_bytes], answer.headers.get("content-type", ""))
        page = Page(answer.address, "", text, _header_date(answer), None, _cut_note(answer, limits))
    else:
        raise PageError(f"{host} was not read: {kind or 'what it sends'} is no page of text. Read another page.")
    return _kept(page, host, limits)


def _kept(page: Page, host: str, limits: TextLimits) -> Page:
    text = clean(page.text)
    if not any(c.isalnum() for c in text):
        raise PageError(
            f"{host} was not read: there is no text on the page; it may need a browser to draw itself. Read another."
        )
    note = page.note
    if len(text) > limits.characters:
        end = text.rfind("\n", limits.characters // 2, limits.characters)
        text = text[: end if end > 0 else limits.characters].rstrip()
        note = f"{note} Only the first {limits.characters:,} characters were kept.".strip()
    return Page(page.address, clean(page.title).replace("\n", " ")[:300], text, page.when, page.language, note)


def clean(text: str) -> str:
    """Text without control characters and without those that are there but cannot be seen; blank lines at most one."""
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _MANY_BLANKS.sub(" ", _CONTROL.sub(" ", text).replace("\u00a0", " "))
    return _MANY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def decoded(body: bytes, content_type: str = "") -> str:
    """The characters of `body`: by its byte order mark, by what is declared, as UTF-8, else as what it looks like.

    A declaration that does not fit is not believed. What fits nothing keeps a mark in place of each unreadable byte.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    declared = _HEADER_CHARSET.search(content_type)
    meta = _CHARSET.search(body[:4_096])
    names = [declared[1]] if declared else []
    if meta and not meta[1].lower().startswith((b"utf-16", b"utf-32")):  # it was read byte by byte, so it is neither
        names.append(meta[1].decode("ascii"))
    for name in [*names, "utf-8"]:
        text = _decoded_as(body, _WIDER.get(name.lower(), name))
        if text is not None:
            return text
    guess = chardet.detect(body[:200_000])["encoding"]
    if guess is not None:
        text = _decoded_as(body, _WIDER.get(guess.lower(), guess))
        if text is not None:
            return text
    return body.decode("utf-8", errors="replace")


def _decoded_as(body: bytes, name: str) -> str | None:
    """None where the bytes are not that encoding. A few bad ones (a cut, one stray quotation mark) are let pass."""
    try:
        text = body.decode(name, errors="replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") <= 2 + len(text) // 2_000 else None


def _looks_like_html(body: bytes) -> bool:
    start = body[:2_000].lower()
    return b"<html" in start or b"<!doctype html" in start or b"<body" in start


def _html_page(answer: Answer, host: str, limits: TextLimits) -> Page:
    from trafilatura import extract, extract_metadata, html2txt, load_html  # loading it takes 0.2 s

    html = _DECLARATION.sub("", decoded(answer.body[: limits.html_bytes], answer.headers.get("content-type", "")))
    tree = load_html(html)
    if tree is None:
        raise PageError(f"{host} was not read: there is no text on the page. Read another page.")
    about = extract_metadata(tree, answer.address, _DATES, extensive=False)
    _drop_unseen(tree)
    note = _cut_note(answer, limits)
    text = extract(tree, url=answer.address, output_format="markdown", include_comments=False, include_formatting=True)
    if text is None or not text.strip():
        text = html2txt(tree)
        note = f"{note} Its text could not be told from its menus.".strip()
    language = _LANGUAGE.search(html[:20_000])
    return Page(
        answer.address,
        about.title or "",
        text,
        _day(about.date or ""),
        language[1].lower()[:2] if language else None,
        note,
    )


def _drop_unseen(tree: Any) -> None:
    """Take out what a reader of the page would not see, and the marks of emphasis, which only clutter the text."""
    for element in tree.xpath("//*[@hidden or @style]"):
        hidden = element.get("hidden") is not None or _HIDING.search(re.sub(r"\s", "", element.get("style") or ""))
        # A page that hides its body until its script has run is shown in the end. The root cannot be dropped.
        if hidden and element.getparent() is not None and element.tag not in {"body", "main"}:
            element.drop_tree()
    for element in list(tree.iter(*_EMPHASIS)):
        if element.getparent() is not None:
            element.drop_tag()


def _pdf_page(answer: Answer, host: str, limits: TextLimits, deadline: Deadline) -> Page:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(answer.body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise PageError(f"{host} was not read: the PDF asks for a password. Read another page.")
        count = len(reader.pages)
        parts: list[str] = []
        for number in range(min(count, limits.pdf_pages)):
            if deadline.left() <= 0.0 or sum(map(len, parts)) > limits.characters:
                break
            parts.append(reader.pages[number].extract_text())
        title = str(reader.metadata.title or "") if reader.metadata is not None else ""
        when = _pdf_date(reader.metadata)
    except PageError:
        raise
    # A broken file fails inside pypdf in many ways besides its own error: on missing keys, wrong types, deep nesting.
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError,
            OSError, NotImplementedError) as error:  # fmt: skip
        raise PageError(f"{host} was not read: the PDF is damaged. Read another page.") from error
    if not any(c.isalnum() for part in parts for c in part):
        raise PageError(
            f"{host} was not read: the PDF holds pictures of pages and no text. Recognise its text first and add it to "
            "the trend library, or read another page."
        )
    note = f"Only {len(parts)} of its {count} pages were read." if len(parts) < count else ""
    return Page(answer.address, title, "\n\n".join(parts), when, None, note)


def _pdf_date(metadata: Any) -> date | None:
    if metadata is None:
        return None
    try:
        found = metadata.modification_date or metadata.creation_date
    except (ValueError, TypeError, AttributeError):
        return None
    return found.date() if found is not None else None


def _cut_note(answer: Answer, limits: TextLimits) -> str:
    if len(answer.body) <= limits.html_bytes:
        return ""
    return f"Only its first {limits.html_bytes / 1e6:g} MB were read."


def _header_date(answer: Answer) -> date | None:
    try:
        return parsedate_to_datetime(answer.headers["last-modified"]).date()
    except (KeyError, ValueError):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def host_of(address: str) -> str:
    """The host of a web address, with its port where it has one."""
    return address.split("/")[2] if address.count("/") > 1 else address
