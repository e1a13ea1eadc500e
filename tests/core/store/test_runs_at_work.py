"""Who works on a run, whether he lives, what he hears, and what ends together: on both databases."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from core.domain import Selection, Trajectory
from core.errors import RunCancelled, StoreConflict, StoreError
from core.events import IntentRead, StageStarted, TurnFinished
from core.store.database import open_engine
from core.store.migrate import alembic_config
from core.store.records import RunEnd
from core.store.store import Store, open_store
from core.store.workers import lives, this_worker

ROOT = Path(__file__).resolve().parents[3]


def test_events_come_with_the_intent_and_the_turns_among_them(store: Store, trajectory: Trajectory) -> None:
    run = store.record_run("plan", owner="ann", worker="here")
    events = [IntentRead(trajectory.intent, "catalogue", "demo"), *map(TurnFinished, trajectory.turns)]

    assert store.load_turns(run) == ()
    assert store.record_events(run, events[:2], attempt=1) == "go"
    assert store.record_events(run, events[2:], attempt=1) == "go"

    assert [stored.event for stored in store.events_after(run)] == events
    assert store.load_turns(run) == trajectory.turns
    assert store.load_trajectory(run) == trajectory
    assert store.load_run(run).worker == "here"


def test_events_are_kept_all_or_none(store: Store, trajectory: Trajectory) -> None:
    run = store.record_run("plan", owner="ann")
    first, second = trajectory.turns
    store.record_events(run, [TurnFinished(first)], attempt=1)

    with pytest.raises(StoreConflict, match="another turn 1"):
        store.record_events(run, [StageStarted("plan"), TurnFinished(replace(second, number=1))], attempt=1)

    assert len(store.events_after(run)) == 1


def test_of_those_that_want_a_run_only_one_gets_it(store: Store) -> None:
    run = store.record_run("plan", owner="ann", worker="dead")
    got: list[bool] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(store.claim_run(run, worker=f"w{n}", attempts=1)))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got) == [False] * 5 + [True]
    record = store.load_run(run)
    assert (record.attempts, record.status) == (2, "running")
    # What the one before says or ends is refused.
    assert store.record_events(run, [StageStarted("plan")], attempt=1) == "lost"
    store.finish_run(run, status="failed", error="too late", attempt=1)
    assert store.beat({run: 1, "nowhere": 1}) == {run: "lost", "nowhere": "lost"}
    assert store.events_after(run) == ()
    assert store.load_run(run).status == "running"
    assert store.record_events(run, [StageStarted("plan")], attempt=2) == "go"


def test_a_wish_to_stop_is_heard_until_the_run_is_gone_on_with(store: Store) -> None:
    run = store.record_run("plan", owner="ann")
    assert store.beat({run: 1}) == {run: "go"}
    store.request_stop(run)
    store.request_stop(run)

    assert store.beat({run: 1}) == {run: "stop"}
    assert store.record_events(run, [StageStarted("plan")], attempt=1) == "stop"
    store.finish_run(run, status="cancelled", attempt=1)
    store.request_stop(run)
    assert store.claim_run(run, worker="w", attempts=1)
    assert store.beat({run: 2}) == {run: "go"}
    record = store.load_run(run)
    assert (record.finished_at, record.error) == (None, None)


def test_a_finished_run_is_not_gone_on_with(store: Store) -> None:
    run = store.record_run("build", owner="ann")
    store.finish_run(run, result={"rows": (1, 2)}, attempt=1)

    assert not store.claim_run(run, worker="w", attempts=1)
    assert store.load_run(run).result == {"rows": [1, 2]}


def test_a_beat_is_a_sign_of_life(store: Store) -> None:
    run = store.record_run("plan", owner="ann")
    before = store.load_run(run).heartbeat_at
    time.sleep(0.002)
    store.beat({run: 1})
    assert store.load_run(run).heartbeat_at > before


def test_a_run_ends_with_what_it_saves_or_not_at_all(store: Store, selection: Selection) -> None:
    run = store.record_run("plan", owner="ann")

    name, number = store.save_selection_version(
        None, selection, name="Camping", actor="ann", run_id=run, ends=RunEnd(run, 1, {"turn": 2})
    )

    record = store.load_run(run)
    assert (record.status, record.result) == ("finished", {"selection_id": name, "version": number, "turn": 2})
    with pytest.raises(RunCancelled):
        store.save_selection_version(None, selection, name="Twice", actor="ann", ends=RunEnd(run, 1, {}))
    other = store.record_run("select", owner="ann")
    with pytest.raises(StoreConflict):
        store.save_selection_version(
            name, selection, name=None, actor="ann", expected_version=7, ends=RunEnd(other, 1, {})
        )
    assert store.load_run(other).status == "running"
    with pytest.raises(StoreError):
        store.save_selection_version(
            name, selection, name=None, actor="ann", expected_version=1, run_id="nowhere", ends=RunEnd(other, 1, {})
        )
    assert store.load_run(other).status == "running"
    assert store.load_selection(name).summary.version == 1


def test_drafts_are_replaced_and_each_owner_has_his_own(store: Store, trajectory: Trajectory) -> None:
    assert store.load_draft("ann", "new") is None
    first = store.save_draft("ann", "new", {"theme": "tents", "strategy": trajectory.turns[0].strategy})
    second = store.save_draft("ann", "new", {"theme": "Zelte ⛺", "rows": [1, None]})
    store.save_draft("bob", "new", {"theme": "his"})
    store.save_draft("ann", "s1", {})

    draft = store.load_draft("ann", "new")
    assert draft is not None
    assert (draft.body, draft.updated_at) == ({"theme": "Zelte ⛺", "rows": [1, None]}, second)
    assert first <= second
    store.drop_draft("ann", "new")
    store.drop_draft("ann", "new")
    assert store.load_draft("ann", "new") is None
    assert [d is not None and d.body for d in (store.load_draft("bob", "new"), store.load_draft("ann", "s1"))] == [
        {"theme": "his"},
        {},
    ]


def test_two_tabs_that_save_one_draft_at_once_leave_one_of_the_two(store: Store) -> None:
    def save(n: int) -> Callable[[], object]:
        return lambda: [store.save_draft("ann", "new", {"tab": n}) for _ in range(20)]

    threads = [threading.Thread(target=save(n)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft = store.load_draft("ann", "new")
    assert draft is not None
    assert draft.body["tab"] in range(4)


def test_a_database_of_the_first_layout_is_brought_up_with_its_runs(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
        connection.execute(
            text(
                "INSERT INTO runs (id, kind, status, owner, params, cost, started_at, heartbeat_at, last_event) VALUES "
                "('r1', 'plan', 'running', 'ann', '{\"theme\": \"tents\"}', 0, '2026-11-20 08:00:00', "
                "'2026-11-20 08:00:01', 0)"
            )
        )
    engine.dispose()

    with open_store(store_url) as store:
        record = store.load_run("r1")
        assert (record.params, record.worker, record.attempts, record.result) == ({"theme": "tents"}, "", 1, None)
        assert lives(record.worker) is None
        store.save_draft("ann", "new", {})
        assert store.claim_run("r1", worker="w", attempts=1)


def test_this_process_lives_and_its_number_alone_does_not_count() -> None:
    worker = this_worker()
    host, number, birth = worker.rsplit(":", 2)

    assert (host, number) == (socket.gethostname(), str(os.getpid()))
    assert lives(worker) is True
    assert lives(f"{host}:{number}:{birth}0") is False
    assert lives(f"elsewhere:{number}:{birth}") is None
    for nonsense in ("", "x", f"{host}:{number}", f"{host}:{number}:"):
        assert lives(nonsense) is None


def test_a_process_that_ended_is_dead_even_before_anybody_asks_after_it() -> None:
    code = "from core.store.workers import this_worker; print(this_worker(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        worker = child.stdout.readline().strip()
        assert lives(worker) is True
        child.kill()
        deadline = time.monotonic() + 30
        while lives(worker):  # not waited for yet: the number is still taken
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert lives(worker) is False
    assert lives(worker) is False


def test_without_a_proc_folder_ps_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("core.store.workers._PROC", tmp_path)
    monkeypatch.setattr("core.store.workers._name", lambda pid: f"{socket.gethostname()}:{pid}:{_by_ps(pid)}")
    assert lives(this_worker()) is True
    assert lives(f"{socket.gethostname()}:{os.getpid()}:Mon-1-Jan") is False


def _by_ps(pid: int) -> str:
    said = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True).stdout
    if not said.strip():
        pytest.skip("this machine has no ps")
    return "-".join(said.replace(":", ".").split())
