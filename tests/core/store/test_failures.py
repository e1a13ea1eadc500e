"""A locked, full, damaged or absent database gives a sentence, keeps what was there, and never shows the password."""

from __future__ import annotations

import logging
import signal
import sqlite3
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url

from core.domain import Selection
from core.errors import CatalogueError, SettingsError, StorageFull, StoreBusy, StoreError
from core.store.store import Store, open_store

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "s3cr3t-Zwiebel"


def holder(url: str, then: str) -> subprocess.Popen[str]:
    """Another process that wrote within a transaction, says so, and then does `then`."""
    code = (
        "import sys, time\n"
        "from sqlalchemy import text\n"
        "from core.store.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "with store._writing() as session:\n"
        "    session.execute(text(\"UPDATE selections SET name = 'half done'\"))\n"
        '    session.execute(text("DELETE FROM run_events"))\n'
        "    print('holding', flush=True)\n"
        f"    {then}\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "holding\n"
    return process


def test_a_lock_held_by_another_process_is_waited_for_then_named(store_url: str, selection: Selection) -> None:
    with open_store(store_url, timeout=0.3) as store:
        name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")
        process = holder(store_url, "sys.stdin.readline()")

        with pytest.raises(StoreBusy, match="locked by another process"):
            store.save_selection_version(name, selection, name="Camping", actor="ann", expected_version=1)
        assert store.load_selection(name).summary.name == "Camping"  # reading goes on

        process.communicate("\n", timeout=60)
        assert process.returncode == 0
        assert store.save_selection_version(name, selection, name="Tents", actor="ann", expected_version=1) == (name, 2)
        assert [version.number for version in store.list_versions(name)] == [1, 2]


def test_a_process_killed_in_the_middle_leaves_the_old_state(store_url: str, selection: Selection) -> None:
    with open_store(store_url) as store:
        name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")
        process = holder(store_url, "time.sleep(60)")
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)

        assert store.load_selection(name).summary.name == "Camping"
        store.save_selection_version(name, selection, name="Tents", actor="ann", expected_version=1)
        assert store.load_selection(name).summary.name == "Tents"


def test_an_error_in_the_middle_keeps_nothing_of_the_call(store: Store, selection: Selection) -> None:
    with pytest.raises(StoreError):
        store.save_selection_version(None, selection, name="Camping", actor="ann", run_id="no such run")

    assert store.list_selections() == ()
    assert store.audit() == ()


def test_a_full_disk_is_named_and_the_old_state_is_whole(store: Store, selection: Selection) -> None:
    name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")
    if store.dialect == "sqlite":

        @event.listens_for(store._engine, "checkout")
        def no_room(connection: Any, *_: Any) -> None:
            # What the disk would say: SQLite refuses the next page with SQLITE_FULL.
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")
    else:
        with store._engine.begin() as connection:
            connection.execute(text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
            ))  # fmt: skip
            connection.execute(
                text("CREATE TRIGGER no_room BEFORE INSERT ON selection_versions EXECUTE FUNCTION no_room()")
            )

    with pytest.raises(StorageFull, match="disk of the database is full") as caught:
        store.save_selection_version(
            name, selection, name="x", actor="ann", expected_version=1, note="far too long " * 100_000
        )

    assert isinstance(caught.value, StoreError) and isinstance(caught.value, CatalogueError)
    saved = store.load_selection(name)
    assert (saved.summary.name, saved.summary.version, saved.selection) == ("Camping", 1, selection)


def test_a_server_that_is_gone_and_back_is_used_again(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        run = store.record_run("plan", owner="ann")
        with open_store(postgres_url) as other, other._engine.connect() as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ))  # fmt: skip
        assert store.load_run(run).owner == "ann"


def leaks(error: BaseException, caplog: pytest.LogCaptureFixture, password: str) -> bool:
    shown = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    return password in shown


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://ann:{PASSWORD}@127.0.0.1:1/shelf",
        f"postgresql+psycopg://127.0.0.1:1/shelf?user=ann&password={PASSWORD}",
        f"postgres://ann:{PASSWORD}@127.0.0.1:1/shelf?sslmode=nonsense",
        f"postgresql+psycopg://ann:{PASSWORD}@127.0.0.1:1/shelf?no_such_option={PASSWORD}",
        f"postgresql://ann:x@127.0.0.1:1/shelf?sslpassword={PASSWORD}&sslmode=disable",
    ],
)
def test_a_server_that_refuses_gives_a_sentence_without_the_password(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(StoreError) as caught:
        open_store(url, timeout=0.5)

    assert not leaks(caught.value, caplog, PASSWORD)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://ann:{PASSWORD}@host:port:{PASSWORD}/shelf",
        f"{PASSWORD}",
        f"mysql://ann:{PASSWORD}@127.0.0.1/shelf",
        "sqlite://",
        "sqlite:///:memory:",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_showing_it(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SettingsError) as caught:
        open_store(url)

    assert not leaks(caught.value, caplog, PASSWORD)
    assert caught.value.__context__ is None


def test_a_wrong_password_is_not_shown_nor_is_a_right_one(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address: URL = make_url(postgres_url)
    wrong = address.set(password=PASSWORD).render_as_string(hide_password=False)
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store(wrong)
    assert not leaks(caught.value, caplog, PASSWORD)

    with open_store(postgres_url) as store:
        with pytest.raises(StoreError) as refused, store._writing() as session:
            # PostgreSQL quotes the value that it cannot read.
            session.execute(text("SELECT CAST(:word AS integer)"), {"word": address.password})
        assert "***" in str(refused.value)
        assert address.password and not leaks(refused.value, caplog, str(address.password))
        assert str(address.password) not in repr(store) + repr(store._engine) + str(store.__dict__["_engine"])
        assert "postgresql+psycopg" in repr(store)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "shelfcraft.db").write_bytes(b"product_id,title\n" * 500)

    with pytest.raises(StoreError, match="damaged or no database"):
        open_store(f"sqlite:///{tmp_path / 'shelfcraft.db'}")
    assert (tmp_path / "shelfcraft.db").read_bytes() == b"product_id,title\n" * 500


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="cannot be made"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'shelfcraft.db'}")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")


def test_sqlite_is_set_up_as_designed(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store, store._engine.connect() as connection:
        found = {p: connection.scalar(text(f"PRAGMA {p}")) for p in ("journal_mode", "foreign_keys", "synchronous")}

    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}


def test_a_lock_at_opening_is_named_too(sqlite_url: str) -> None:
    with open_store(sqlite_url):
        pass
    other = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy):
            open_store(sqlite_url, timeout=0.2)
    finally:
        other.close()
