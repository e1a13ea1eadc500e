"""Small real PDF files, written by hand: pages of text, pages without any, locked ones."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter


def pdf_of(pages: Sequence[str], *, title: str = "", made: str = "") -> bytes:
    """A PDF with these pages, a line of text each line; "" is a page that holds a drawn box and no text."""
    return _file([_page(text) for text in pages], title=title, made=made)


def packed_pdf(content: bytes) -> bytes:
    """A PDF of one page with this content, packed: a bomb where it is made of zeros."""
    return _file([zlib.compress(content, 9)], packed=True)


def locked(data: bytes, password: str) -> bytes:
    """The same file, opened by a password only."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(text: str) -> bytes:
    if not text:
        return b"10 10 100 100 re f"
    lines = "\n".join(f"({_escaped(line)}) Tj 0 -14 Td" for line in text.split("\n"))
    return f"BT /F1 11 Tf 60 780 Td\n{lines}\nET".encode("cp1252")


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(contents: Sequence[bytes], *, title: str = "", made: str = "", packed: bool = False) -> bytes:
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(contents)))
    info = (f"/Title ({_escaped(title)})" if title else "") + (f"/CreationDate (D:{made})" if made else "")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>".encode(),
    ]
    for i, content in enumerate(contents):
        page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * i} 0 R"
        objects.append(f"<< {page} /Resources << /Font << /F1 3 0 R >> >> >>".encode())
        how = "/Filter /FlateDecode " if packed else ""
        objects.append(f"<< {how}/Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
