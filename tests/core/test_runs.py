"""Runs in the background on a small real catalogue: followed, stopped, killed, resumed, and never lost or doubled."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent, Strategy, Turn
from core.errors import CatalogueMissing, InputError, RunCancelled, StoreBusy, StoreMissing
from core.events import Event, IntentRead, SelectionFinished, StageFinished, StageProgress, StageStarted, TurnFinished
from core.pipeline import jobs, plans, recording
from core.runs import RunRecord, Runs
from core.services import Services, build_services
from core.settings import Settings
from tests.core.planning.thinking_shop import write_shop

ROOT = Path(__file__).resolve().parents[2]
THEME = "red for camping"
"""Planned in two turns on this catalogue."""

both_stores = pytest.mark.parametrize(
    "services", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one small catalogue; each test brings a database of its own."""
    folder = tmp_path_factory.mktemp("home")
    with build_services(Settings(home=folder), encoder=HashingEncoder()) as live:
        for _ in pipeline.build_catalogue(live, [write_shop(folder)]):
            pass
    return folder


@pytest.fixture
def services(home: Path, request: pytest.FixtureRequest) -> Iterator[Services]:
    kind = getattr(request, "param", "sqlite")
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    with build_services(Settings(home=home, database_url=url), encoder=HashingEncoder()) as live:
        yield live


@pytest.fixture
def another(services: Services) -> Iterator[Callable[..., Runs]]:
    """Makes runs over services of their own on the same database, as another process has them."""
    made: list[Runs] = []

    def make(**options: Any) -> Runs:
        made.append(Runs(build_services(services.settings, encoder=HashingEncoder()), **options))
        return made[-1]

    yield make
    for runs in made:
        runs.close()
        runs._services.close()


@pytest.fixture
def runs(services: Services) -> Iterator[Runs]:
    made = Runs(services)
    yield made
    made.close()


class Gate:
    """Holds every assessment after the first ones until it is opened, and counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, free: int) -> None:
        self.calls = 0
        self.reached, self.opened = threading.Event(), threading.Event()
        assess = plans._assess

        def held(*arguments: Any) -> Any:
            self.calls += 1
            if self.calls > free:
                self.reached.set()
                assert self.opened.wait(60)
            return assess(*arguments)

        monkeypatch.setattr(plans, "_assess", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Lets the first turn of a plan through."""
    made = Gate(monkeypatch, free=1)
    yield made
    made.opened.set()


def said(runs: Runs, run_id: str) -> list[Event]:
    return [stored.event for stored in runs.events(run_id)]


def turns(runs: Runs, run_id: str) -> list[Turn]:
    return [event.turn for event in said(runs, run_id) if isinstance(event, TurnFinished)]


def ended(runs: Runs, run_id: str) -> RunRecord:
    record = runs.wait(run_id, 120)
    assert record.status != "running", record
    return record


def result(record: RunRecord) -> dict[str, Any]:
    assert record.status == "finished", record.error
    assert record.result is not None
    return dict(record.result)


def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@both_stores
def test_a_plan_ends_in_a_saved_selection(services: Services, runs: Runs) -> None:
    run_id = runs.start("plan", {"theme": THEME, "size": 10})
    record = ended(runs, run_id)

    made = result(record)
    assert set(made) == {"selection_id", "version", "turn", "seconds"}
    saved = pipeline.open_selection(services, made["selection_id"])
    assert (saved.version.number, saved.version.run_id, saved.summary.name) == (1, run_id, THEME)
    trajectory = pipeline.planned(services, run_id)
    assert made["turn"] == trajectory.best.number
    assert saved.selection.strategy == trajectory.best.strategy
    assert saved.intent == trajectory.intent
    stored = runs.events(run_id)
    assert [event.number for event in stored] == list(range(1, len(stored) + 1))
    assert isinstance(stored[0].event, IntentRead)
    assert tuple(turns(runs, run_id)) == trajectory.turns
    assert not any(isinstance(event.event, SelectionFinished) for event in stored)
    assert (record.attempts, record.owner, record.planner) == (1, "operator", "catalogue")
    assert runs.active() == ()


def test_two_followers_read_the_same(runs: Runs) -> None:
    run_id = runs.start("plan", {"theme": THEME})
    heard: list[list[int]] = [[], []]

    def follow(numbers: list[int]) -> None:
        while True:
            over = runs.look(run_id).status != "running"
            numbers.extend(stored.number for stored in runs.events(run_id, numbers[-1] if numbers else 0))
            if over:
                return

    threads = [threading.Thread(target=follow, args=(numbers,)) for numbers in heard]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert heard[0] == heard[1] == [stored.number for stored in runs.events(run_id)]
    assert len(heard[0]) > 5


def test_what_cannot_be_started_is_refused_at_once(services: Services, runs: Runs) -> None:
    for kind, params, sentence in (
        ("bake", {}, "no run of the kind 'bake'"),
        ("plan", {}, "needs theme"),
        ("plan", {"theme": "tent", "turn": 3}, "not turn"),
        ("build", {"mapping": None}, "needs sources"),
    ):
        with pytest.raises(InputError, match=sentence):
            runs.start(kind, params)
    assert services.store.list_runs() == ()
    with pytest.raises(StoreMissing):
        runs.look("nowhere")
    with pytest.raises(StoreMissing):
        runs.stop("nowhere")


def test_a_stop_keeps_the_turns_and_a_resume_goes_on_after_them(services: Services, runs: Runs, gate: Gate) -> None:
    run_id = runs.start("plan", {"theme": THEME})
    assert gate.reached.wait(60)
    runs.stop(run_id)
    assert runs.look(run_id).status == "running"
    gate.opened.set()

    record = ended(runs, run_id)

    assert (record.status, record.error, record.result) == ("cancelled", None, None)
    assert [turn.number for turn in turns(runs, run_id)][:1] == [1]
    assert pipeline.list_selections(services).total == 0

    runs.resume(run_id)
    made = result(ended(runs, run_id))
    assert runs.look(run_id).attempts == 2
    fresh = runs.start("plan", {"theme": THEME})
    result(ended(runs, fresh))
    assert pipeline.planned(services, run_id) == pipeline.planned(services, fresh)
    assert [turn.number for turn in turns(runs, run_id)] == [1, 2]
    assert len(pipeline.list_versions(services, made["selection_id"])) == 1


@both_stores
def test_a_stop_from_another_process_is_heard(
    services: Services, runs: Runs, gate: Gate, another: Callable[..., Runs]
) -> None:
    run_id = runs.start("plan", {"theme": THEME})
    assert gate.reached.wait(60)
    elsewhere = another()
    assert [record.run_id for record in elsewhere.active("plan")] == [run_id]
    elsewhere.stop(run_id)
    gate.opened.set()

    assert elsewhere.wait(run_id, 60).status == "cancelled"
    assert runs.wait(run_id, 60).status == "cancelled"


def test_a_silent_run_gives_signs_of_life_and_hears_a_stop(
    services: Services, gate: Gate, another: Callable[..., Runs]
) -> None:
    runs, elsewhere = another(beat_seconds=0.05), another()
    run_id = runs.start("plan", {"theme": THEME})
    assert gate.reached.wait(60)
    before = runs.look(run_id).heartbeat_at
    until(lambda: runs.look(run_id).heartbeat_at > before)
    count = len(runs.events(run_id))
    elsewhere.stop(run_id)
    until(lambda: runs._jobs[run_id].stop.is_set())
    gate.opened.set()
    assert ended(runs, run_id).status == "cancelled"
    assert len(runs.events(run_id)) == count + 1  # the event at which it stopped


CHILD = """
import json, sys, time
from pathlib import Path
from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.pipeline import plans, recording
from core.runs import Runs
from core.services import build_services
from core.settings import Settings

told = json.loads(sys.argv[1])
assess, calls = plans._assess, []

def slow(*arguments):
    calls.append(1)
    if len(calls) > told["free"]:
        time.sleep(600)
    return assess(*arguments)

plans._assess = slow
if told["hangs at the end"]:
    recording.Recorder.end = lambda *a, **k: time.sleep(600)
live = build_services(Settings(home=Path(told["home"]), database_url=told["url"]), encoder=HashingEncoder())
print(Runs(live).start("plan", {"theme": told["theme"], "size": 10}), flush=True)
time.sleep(600)
"""


def killed(services: Services, *, free: int = 1_000, at_the_end: bool = False) -> Generator[str, None, None]:
    """Begin a plan in a real process, and kill it the hard way when the generator goes on."""
    told = {
        "home": str(services.settings.home),
        "url": services.settings.database_url,
        "theme": THEME,
        "free": free,
        "hangs at the end": at_the_end,
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, json.dumps(told)], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        try:
            assert child.stdout is not None
            yield child.stdout.readline().strip()
        finally:
            child.send_signal(signal.SIGKILL)


@both_stores
def test_a_killed_process_leaves_a_run_that_the_next_start_goes_on_with(
    services: Services, another: Callable[..., Runs]
) -> None:
    runs, other = another(), another()
    life = killed(services, free=1)
    run_id = next(life)
    until(lambda: turns(runs, run_id), 120)
    assert runs.look(run_id).status == "running"
    assert runs.recover() == ()
    life.close()

    assert runs.look(run_id).status == "interrupted"
    assert runs.active() == ()
    assert services.store.load_run(run_id).status == "running"  # nobody wrote it down yet
    assert runs.recover() == (run_id,)
    assert runs.recover() == other.recover() == ()
    made = result(ended(runs, run_id))

    assert [turn.number for turn in turns(runs, run_id)] == [1, 2]
    fresh = runs.start("plan", {"theme": THEME, "size": 10})
    result(ended(runs, fresh))
    assert pipeline.planned(services, run_id) == pipeline.planned(services, fresh)
    first, second = (pipeline.open_selection(services, result(runs.look(r))["selection_id"]) for r in (run_id, fresh))
    assert first.selection == second.selection
    assert len(pipeline.list_versions(services, made["selection_id"])) == 1
    assert pipeline.list_selections(services).total == 2
    assert runs.look(run_id).attempts == 2
    assert runs.recover() == ()


def test_a_run_killed_after_its_selection_was_saved_is_finished(services: Services, runs: Runs) -> None:
    life = killed(services, at_the_end=True)
    run_id = next(life)
    until(lambda: pipeline.list_selections(services).total == 1, 120)
    life.close()

    assert runs.recover() == ()
    made = result(runs.look(run_id))
    runs.resume(run_id)
    assert runs.look(run_id).attempts == 1
    assert pipeline.list_selections(services).total == 1
    assert len(pipeline.list_versions(services, made["selection_id"])) == 1


def test_a_run_that_broke_off_twice_waits_for_its_operator(services: Services, runs: Runs) -> None:
    gone = _gone()
    run_id = services.store.record_run("plan", owner="ann", params={"theme": THEME}, worker=gone)
    services.store.claim_run(run_id, worker=gone, attempts=1)

    assert runs.recover() == ()
    assert runs.look(run_id).status == "interrupted"
    runs.resume(run_id)
    made = result(ended(runs, run_id))
    assert pipeline.open_selection(services, made["selection_id"]).summary.created_by == "ann"


def test_a_dead_run_of_the_command_line_is_marked_and_left_alone(services: Services, runs: Runs) -> None:
    params = {"theme": THEME, recording.COMMAND: "plan"}
    run_id = services.store.record_run("plan", owner="ann", params=params, worker=_gone())

    assert runs.recover() == ()
    assert services.store.load_run(run_id).status == "interrupted"
    with pytest.raises(InputError, match="command line"):
        runs.resume(run_id)


def test_a_run_of_another_host_is_dead_after_a_minute_of_silence(
    services: Services, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = services.store.record_run("plan", owner="ann", params={"theme": THEME}, worker="elsewhere:17:x")
    assert runs.look(run_id).status == "running"
    assert runs.recover() == ()
    monkeypatch.setattr("core.store.runs.now", lambda: datetime.now(UTC) - timedelta(seconds=61))
    services.store.beat({run_id: 1})
    monkeypatch.undo()
    assert runs.look(run_id).status == "interrupted"
    runs.stop(run_id)
    assert services.store.load_run(run_id).status == "cancelled"


def test_a_run_of_a_host_that_fell_silent_later_is_gone_on_with(
    services: Services, another: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.SILENCE", timedelta(seconds=0.5))
    runs = another(beat_seconds=0.05)
    run_id = services.store.record_run("plan", owner="ann", params={"theme": THEME}, worker="elsewhere:17:x")
    assert runs.recover() == ()
    until(lambda: runs.look(run_id).status == "finished", 60)
    assert runs.look(run_id).attempts == 2


def _gone() -> str:
    """The name of a process that has ended."""
    code = "from core.store.workers import this_worker; print(this_worker())"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.strip()


def test_closing_interrupts_and_the_next_start_goes_on(
    services: Services, another: Callable[..., Runs], gate: Gate
) -> None:
    first = another(threads=1)
    run_id = first.start("plan", {"theme": THEME})
    queued = first.start("plan", {"theme": "camping tent"})
    assert gate.reached.wait(60)
    began = time.monotonic()
    first.close()
    assert time.monotonic() - began < 10
    with pytest.raises(RunCancelled, match="closing"):
        first.start("plan", {"theme": THEME})

    second = another()
    assert [second.look(r).status for r in (run_id, queued)] == ["interrupted", "interrupted"]
    count = len(second.events(run_id))
    gate.opened.set()
    until(lambda: not first._jobs)
    # The thread that did not come back in time wakes up, and nothing that it says is kept.
    assert len(second.events(run_id)) == count
    assert second.look(run_id).status == "interrupted"

    assert second.recover() == (run_id, queued)
    for name in (run_id, queued):
        result(ended(second, name))
    assert [turn.number for turn in turns(second, run_id)] == [1, 2]
    assert pipeline.list_selections(services).total == 2


def test_failures_are_sentences(
    services: Services, runs: Runs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    empty = ended(runs, runs.start("plan", {"theme": "  "}))
    assert empty.status == "failed"
    assert empty.error is not None and empty.error.endswith(".")
    many = ended(runs, runs.start("plan", {"theme": "tent", "turns": 99}))
    assert (many.status, many.error) == ("failed", "A plan takes 1 to 12 turns, not 99.")
    absent = ended(runs, runs.start("add", {"sources": ["nowhere.csv"], "name": "nowhere"}))
    assert (absent.status, absent.error) == (
        "failed",
        "There is no catalogue named 'nowhere' to add to; build it first.",
    )
    gone = ended(runs, runs.start("select", {"intent": Intent("x"), "strategy": {}, "selection_id": None}))
    assert (gone.status, gone.error) == ("failed", 'The strategy has no "positiveSearch" list.')

    monkeypatch.setattr(plans, "_assess", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR):
        broken = ended(runs, runs.start("plan", {"theme": THEME}))
    assert (broken.status, broken.error) == ("failed", recording.BROKE_OFF)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    runs.resume(broken.run_id)
    again = ended(runs, broken.run_id)
    assert (again.status, again.error) == ("finished", None)


def test_a_catalogue_that_cannot_be_opened_fails_the_run(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: Services) -> None:
        raise CatalogueMissing("There is no catalogue named 'x'.")

    monkeypatch.setattr(Services, "shelf", missing)
    record = ended(runs, runs.start("plan", {"theme": THEME}))
    assert (record.status, record.error) == ("failed", "There is no catalogue named 'x'.")


def test_a_selection_is_made_again_with_what_was_judged(services: Services, runs: Runs) -> None:
    origin = runs.start("plan", {"theme": THEME, "size": 10})
    selection_id = result(ended(runs, origin))["selection_id"]
    saved = pipeline.open_selection(services, selection_id)
    dropped, kept = (p.product_id for p in saved.selection.products[:2])
    pipeline.judge_product(services, dropped, "reject", selection_id=selection_id)
    pipeline.judge_product(services, kept, "accept", selection_id=selection_id)
    params = {
        "intent": Intent(THEME),
        "strategy": Strategy(("wine glass",)),
        "selection_id": selection_id,
        "expected_version": 1,
        "pinned": ["p200"],
        "size": 5,
        "note": "only glasses",
        "origin": origin,
    }
    # What is handed in as JSON is the same.
    stored = json.loads(json.dumps(jobs.checked("select", params)))
    made = result(ended(runs, runs.start("select", stored)))

    assert made == {"selection_id": selection_id, "version": 2, "seconds": made["seconds"]}
    newest = pipeline.open_selection(services, selection_id)
    listed = [p.product_id for p in newest.selection.products]
    assert {"p200", kept} <= set(listed)
    assert dropped not in listed
    assert len(listed) == 5
    assert newest.selection.strategy == Strategy(("wine glass",))
    assert (newest.version.note, newest.version.run_id) == ("only glasses", origin)
    assert newest.summary.name == saved.summary.name


def test_turns_of_a_stopped_plan_can_become_a_selection(services: Services, runs: Runs) -> None:
    made = result(ended(runs, runs.start("select", {"intent": Intent("tents"), "strategy": Strategy(("tent",))})))
    saved = pipeline.open_selection(services, made["selection_id"])
    assert (saved.version.number, saved.intent, saved.summary.name) == (1, Intent("tents"), "tents")


def test_of_two_selections_at_once_one_is_saved_and_the_other_says_so(
    services: Services, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection_id = result(ended(runs, runs.start("plan", {"theme": THEME})))["selection_id"]
    together = threading.Barrier(2)
    save = pipeline.save_selection

    def meet(*arguments: Any, **named: Any) -> tuple[str, int]:
        together.wait(30)
        return save(*arguments, **named)

    monkeypatch.setattr(pipeline, "save_selection", meet)
    params = {"intent": Intent(THEME), "selection_id": selection_id, "expected_version": 1}
    names = [runs.start("select", {**params, "strategy": Strategy((term,))}) for term in ("tent", "lantern")]
    records = [ended(runs, name) for name in names]

    assert sorted(record.status for record in records) == ["failed", "finished"]
    (failed,) = (record for record in records if record.status == "failed")
    assert failed.error is not None
    assert "was saved as version 2 by operator" in failed.error
    assert [version.number for version in pipeline.list_versions(services, selection_id)] == [2, 1]


def test_twenty_operators_plan_at_once(services: Services, runs: Runs) -> None:
    names = [runs.start("plan", {"theme": THEME, "size": 10}) for _ in range(20)]
    made = [result(ended(runs, name)) for name in names]
    assert len({m["selection_id"] for m in made}) == 20
    waited = [e for e in said(runs, names[-1]) if isinstance(e, StageStarted | StageFinished) and e.stage == "queue"]
    assert [type(event) for event in waited] == [StageStarted, StageFinished]
    for name in names:
        assert [stored.number for stored in runs.events(name)] == list(range(1, len(runs.events(name)) + 1))


def test_builds_have_a_lane_of_their_own(services: Services, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = threading.Event()

    def slow(*_: object, **__: object) -> Generator[Event, None, None]:
        yield StageStarted("read")
        assert opened.wait(60)
        yield StageFinished("read", "all")

    monkeypatch.setattr(pipeline, "build_catalogue", slow)
    building, waiting = (runs.start("build", {"sources": ["a.csv"]}) for _ in range(2))
    until(lambda: runs.events(building))
    for _ in range(3):
        result(ended(runs, runs.start("plan", {"theme": THEME, "size": 5})))
    assert said(runs, waiting) == [StageStarted("queue", "waiting for other work to finish")]
    assert {record.run_id for record in runs.active()} == {building, waiting}
    # What waits for its turn stops at once, not after the work before it.
    runs.stop(waiting)
    assert runs.look(waiting).status == "cancelled"
    runs.stop(building)
    opened.set()
    assert ended(runs, building).status == "cancelled"


def test_a_build_reports_and_a_stopped_one_leaves_the_catalogue(
    services: Services, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "lamps.csv"
    source.write_text("id,title,price\n" + "\n".join(f"l{n},lamp {n},{n}" for n in range(300)))
    current = services.catalogues.current()
    try:
        report = result(ended(runs, runs.start("build", {"sources": [str(source)], "name": "lamps"})))
        assert (report["catalogue"], report["rows"]) == ("lamps", 300)
        before = services.catalogues.open("lamps").version
        source.write_text("id,title,price\nx1,only one,1\n")
        reached = threading.Event()
        keep = recording.Recorder.keep

        def stopping(recorder: recording.Recorder, event: Event) -> str | None:
            if isinstance(event, StageStarted) and event.stage == "index":
                runs.stop(recorder.run_id)
                reached.set()
            return keep(recorder, event)

        monkeypatch.setattr(recording.Recorder, "keep", stopping)
        stopped = ended(runs, runs.start("build", {"sources": [str(source)], "name": "lamps"}))
        assert reached.is_set()
        assert stopped.status == "cancelled"
        assert (services.catalogues.open("lamps").rows, services.catalogues.open("lamps").version) == (300, before)
        monkeypatch.undo()
        added = result(ended(runs, runs.start("add", {"sources": [str(source)], "name": "lamps"})))
        assert added["rows"] == 301
    finally:
        services.catalogues.delete("lamps")
        assert current is not None
        services.catalogues.make_current(current)


def test_progress_is_thinned_and_ends_with_its_last(services: Services) -> None:
    run_id = services.store.record_run("build", owner="ann")
    recorder = recording.Recorder(services.store, run_id, attempt=1)
    for done in range(1, 2001):
        recorder.keep(StageProgress("embed", done, 2000))
        if done == 1000:
            recorder.keep(StageProgress("other", 7, None))
            recorder.keep(StageProgress("other", 8, None))
    recorder.keep(StageFinished("embed", "all"))
    recorder.keep(StageProgress("last", 1, 2))
    recorder.keep(StageProgress("last", 2, 2))
    recorder.end("finished")

    events = [stored.event for stored in services.store.events_after(run_id)]
    progress = {stage: [e.done for e in events if isinstance(e, StageProgress) and e.stage == stage] for stage in
                ("embed", "other", "last")}  # fmt: skip
    assert progress["embed"][0] == 1
    assert progress["embed"][-1] == 2000
    assert progress["embed"] == sorted(progress["embed"])
    assert len(progress["embed"]) < 20
    assert progress["other"] == [7, 8]
    assert progress["last"] == [1, 2]
    assert events.index(StageProgress("embed", 2000, 2000)) < events.index(StageFinished("embed", "all"))


def test_an_end_that_the_store_does_not_take_is_shown_and_tried_again(
    services: Services, another: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = another(beat_seconds=0.05)
    store = runs._services.store
    finish, refusals = store.finish_run, [1, 2, 3]

    def busy(*arguments: Any, **named: Any) -> None:
        if refusals:
            refusals.pop()
            raise StoreBusy("The database is locked.")
        finish(*arguments, **named)

    monkeypatch.setattr(store, "finish_run", busy)
    run_id = runs.start("plan", {"theme": " "})
    assert ended(runs, run_id).status == "failed"
    until(lambda: services.store.load_run(run_id).status == "failed")
    until(lambda: not runs._jobs)
    assert not refusals


def test_events_that_the_store_refused_for_a_while_come_later_without_a_gap(
    services: Services, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = services.store
    record, refusals = store.record_events, [1]

    def busy(*arguments: Any, **named: Any) -> Any:
        if refusals:
            refusals.pop()
            raise StoreBusy("The database is locked.")
        return record(*arguments, **named)

    monkeypatch.setattr(store, "record_events", busy)
    monkeypatch.setattr(recording, "_PATIENCE_SECONDS", 0.0)
    run_id = runs.start("plan", {"theme": THEME})
    result(ended(runs, run_id))
    assert isinstance(said(runs, run_id)[0], IntentRead)
    assert [turn.number for turn in turns(runs, run_id)] == [1, 2]
    assert pipeline.open_selection(services, result(runs.look(run_id))["selection_id"]).intent is not None
