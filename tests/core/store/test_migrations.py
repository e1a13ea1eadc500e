"""Every layout is reached from nothing, left again, and agrees with the tables that the code uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from core.errors import StoreError
from core.store.database import open_engine
from core.store.migrate import alembic_config, newest
from core.store.store import Store, open_store
from core.store.tables import IMMUTABLE, Base

ROOT = Path(__file__).resolve().parents[3]


def test_the_migrations_make_what_the_code_expects(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == newest()


def test_the_comparison_would_notice_a_missing_column(store: Store) -> None:
    with store._engine.begin() as connection:
        connection.execute(text("ALTER TABLE runs DROP COLUMN planner"))
    with store._engine.connect() as connection:
        (found,) = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert (found[0], found[2], found[3].name) == ("add_column", "runs", "planner")


def test_down_to_nothing_and_up_again(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()

    with open_store(store_url) as store:
        assert store.reward_weights().version == 1


def test_every_immutable_table_has_its_trigger(store: Store) -> None:
    query = (
        "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if store.dialect == "sqlite"
        else "SELECT DISTINCT event_object_table FROM information_schema.triggers"
    )
    with store._engine.connect() as connection:
        assert set(connection.scalars(text(query))) == set(IMMUTABLE)


def test_opening_again_keeps_everything(store_url: str) -> None:
    with open_store(store_url) as store:
        run = store.record_run("plan", owner="ann")
    with open_store(store_url) as store:
        assert store.load_run(run).owner == "ann"


def test_a_database_of_a_newer_program_is_left_alone(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(StoreError, match=r"written by a newer Shelfcraft \(layout 9999\)"):
        open_store(store_url)


def test_processes_that_open_an_empty_database_at_once_do_not_collide(store_url: str) -> None:
    code = (
        "import sys\n"
        "from core.store.store import open_store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with open_store(sys.argv[1]) as store:\n"
        "    print(store.record_run('plan', owner='x'))\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, store_url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    runs = {process.communicate(timeout=60)[0].strip() for process in processes}

    assert [process.returncode for process in processes] == [0, 0, 0]
    with open_store(store_url) as store:
        assert {run.run_id for run in store.list_runs()} == runs
        assert len(runs) == 3
