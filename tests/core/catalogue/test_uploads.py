"""Dropped files on disk: whole or not at all, under safe names, found again by id, and gone after a while."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.catalogue import uploads
from core.errors import InputError, SourceInvalid


def test_a_file_is_kept_and_found_again(tmp_path: Path) -> None:
    kept = uploads.keep(tmp_path, "export.csv", io.BytesIO(b"title\nMug\n"))
    assert uploads.find(tmp_path, kept.upload_id) == kept
    assert Path(kept.path).read_bytes() == b"title\nMug\n"
    assert (kept.name, kept.size) == ("export.csv", 10)
    assert abs(kept.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\my export (final).csv", "my-export-final-.csv"),
        ("商品.xlsx", "商品.xlsx"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\x00b\n.csv", "a-b-.csv"),
    ],
)
def test_names_are_made_safe(given: str, kept: str, tmp_path: Path) -> None:
    assert uploads.safe_name(given) == kept
    found = uploads.keep(tmp_path, given, io.BytesIO(b"x"))
    assert Path(found.path).resolve().is_relative_to(tmp_path.resolve() / "uploads" / "files" / found.upload_id)


def test_a_long_name_keeps_its_ending() -> None:
    name = uploads.safe_name("ü" * 300 + ".csv")
    assert name.endswith(".csv")
    assert len(name.encode()) <= 100


@pytest.mark.parametrize(("content", "says"), [(b"", "is empty"), (b"x" * 101, "larger than")])
def test_an_empty_or_too_large_file_leaves_nothing(content: bytes, says: str, tmp_path: Path) -> None:
    before = uploads.keep(tmp_path, "good.csv", io.BytesIO(b"title\n"))
    with pytest.raises(SourceInvalid, match=says):
        uploads.keep(tmp_path, "bad.csv", io.BytesIO(content), largest=100)
    assert [u.upload_id for u in uploads.recent(tmp_path)] == [before.upload_id]
    assert [p.name for p in (tmp_path / "uploads" / "files").iterdir()] == [before.upload_id]


def test_a_broken_transfer_leaves_nothing(tmp_path: Path) -> None:
    class Cut(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        uploads.keep(tmp_path, "export.csv", Cut())
    assert list((tmp_path / "uploads" / "files").iterdir()) == []


@pytest.mark.parametrize("upload_id", ["", "..", "20260101T000000-0123456789abcdef", "../../x", "a/b"])
def test_an_unknown_id_is_a_sentence(upload_id: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Drop it again"):
        uploads.find(tmp_path, upload_id)
    uploads.forget(tmp_path, upload_id)


def test_old_files_leave_when_another_one_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "KEPT_FILES", 3)
    root = tmp_path / "uploads" / "files"
    old = root / "20200101T000000-0123456789abcdef"
    old.mkdir(parents=True)
    (old / "old.csv").write_text("x")
    half = root / ".20200101T000000-fedcba9876543210"
    half.mkdir()
    kept = [uploads.keep(tmp_path, f"{n}.csv", io.BytesIO(b"x")).upload_id for n in range(5)]
    left = {u.upload_id for u in uploads.recent(tmp_path)}
    assert kept[-1] in left
    assert len(left) <= 4
    assert not old.exists()
    assert not half.exists()


def test_a_forgotten_file_is_gone(tmp_path: Path) -> None:
    kept = uploads.keep(tmp_path, "export.csv", io.BytesIO(b"x"))
    uploads.forget(tmp_path, kept.upload_id)
    assert not os.path.exists(kept.path)
    assert uploads.recent(tmp_path) == ()
