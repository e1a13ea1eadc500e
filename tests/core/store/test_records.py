"""Runs, trajectories, selections, weights and calls: in as values, out as the same values, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from core.domain import Selection, Strategy, Trajectory
from core.errors import StoreConflict, StoreError, StoreMissing
from core.events import SelectionFinished, StageProgress, StageStarted, TurnFinished, Warned
from core.store.records import ModelCall
from core.store.store import Store
from core.store.trajectories import strategy_id


def test_an_intent_comes_back(store: Store, trajectory: Trajectory) -> None:
    name = store.save_intent(trajectory.intent, actor="ann")

    assert store.load_intent(name) == trajectory.intent
    with pytest.raises(StoreMissing, match="no intent nowhere"):
        store.load_intent("nowhere")


def test_a_run_is_followed_from_beginning_to_end(store: Store, trajectory: Trajectory) -> None:
    before = datetime.now(UTC)
    run = store.record_run("plan", owner="ann", params={"turns": 4, "terms": ("a", "b")})

    events = [
        StageStarted("plan"),
        StageProgress("plan", 1, None, rate=2.5),
        TurnFinished(trajectory.turns[1]),
        Warned("plan", "Ø"),
    ]
    assert [store.append_event(run, event) for event in events] == [1, 2, 3, 4]
    store.finish_run(run, cost=0.25)
    store.finish_run(run, status="failed", error="too late to matter")

    assert [stored.event for stored in store.events_after(run)] == events
    assert [stored.number for stored in store.events_after(run, 2)] == [3, 4]
    assert [stored.number for stored in store.events_after(run, 1, limit=2)] == [2, 3]
    record = store.load_run(run)
    assert (record.status, record.error, record.cost, record.owner) == ("finished", None, 0.25, "ann")
    assert record.params == {"turns": 4, "terms": ["a", "b"]}
    assert record.finished_at is not None
    assert before <= record.started_at <= record.heartbeat_at <= record.finished_at <= datetime.now(UTC)
    assert record.started_at.tzinfo is UTC


def test_an_unknown_run_is_missing(store: Store) -> None:
    for call in (
        lambda: store.load_run("x"),
        lambda: store.events_after("x"),
        lambda: store.append_event("x", StageStarted("plan")),
        lambda: store.finish_run("x"),
        lambda: store.load_trajectory("x"),
    ):
        with pytest.raises(StoreMissing, match="There is no run x"):
            call()


def test_a_run_ends_only_as_something_that_is_an_end(store: Store) -> None:
    run = store.record_run("plan", owner="ann")

    with pytest.raises(StoreError, match="cannot end as 'running'"):
        store.finish_run(run, status="running")


def test_runs_are_listed_newest_first_and_by_what_they_are(store: Store) -> None:
    plan = store.record_run("plan", owner="ann")
    other = store.record_run("select", owner="bob")
    store.finish_run(plan)

    assert [run.run_id for run in store.list_runs()] == [other, plan]
    assert [run.run_id for run in store.list_runs(kind="plan")] == [plan]
    assert [run.run_id for run in store.list_runs(status="running")] == [other]
    assert [run.run_id for run in store.list_runs(owner="bob", status="finished")] == []
    assert [run.run_id for run in store.list_runs(limit=1)] == [other]


def test_a_trajectory_comes_back(store: Store, trajectory: Trajectory) -> None:
    run = store.record_run("plan", owner="ann")

    store.save_trajectory(run, trajectory, actor="ann")
    store.save_trajectory(run, trajectory, actor="ann")

    assert store.load_trajectory(run) == trajectory
    assert store.load_trajectory(run).best.number == 2


def test_turns_are_kept_as_they_are_played(store: Store, trajectory: Trajectory) -> None:
    intent = store.save_intent(trajectory.intent, actor="ann")
    run = store.record_run("plan", owner="ann", intent_id=intent, planner="catalogue")
    with pytest.raises(StoreMissing, match="no turn"):
        store.load_trajectory(run)

    store.save_turn(run, trajectory.turns[0])

    assert store.load_trajectory(run) == replace(trajectory, turns=trajectory.turns[:1])
    store.save_trajectory(run, trajectory, actor="ann")
    assert store.load_trajectory(run) == trajectory
    with pytest.raises(StoreConflict, match="another turn 1"):
        store.save_turn(run, replace(trajectory.turns[0], strategy=Strategy(("lamp",))))


def test_a_strategy_is_kept_once_under_the_hash_of_its_content(store: Store, trajectory: Trajectory) -> None:
    strategy = trajectory.turns[1].strategy

    assert store.save_strategy(strategy) == store.save_strategy(strategy) == strategy_id(strategy)
    assert store.load_strategy(strategy_id(strategy)) == strategy
    assert strategy_id(strategy) != strategy_id(replace(strategy, negative=()))
    # sha256 of {"negativeSearch":[],"positiveSearch":["tent"]}: an id never changes from program to program.
    assert strategy_id(Strategy(("tent",))) == "c365247009a1bb7b6ff3b03c43fcf8dc"


def test_a_preview_without_a_run_is_kept(store: Store, trajectory: Trajectory) -> None:
    turn = trajectory.turns[0]

    first = store.save_assessment(turn.strategy, turn.preview, reward=turn.reward)

    assert first != store.save_assessment(turn.strategy, turn.preview, reward=turn.reward)
    with pytest.raises(StoreError):
        store.save_assessment(turn.strategy, turn.preview, reward=replace(turn.reward, weights_version=99))


def test_a_selection_comes_back_with_its_theme(store: Store, selection: Selection, trajectory: Trajectory) -> None:
    intent = store.save_intent(trajectory.intent, actor="ann")
    run = store.record_run("select", owner="ann")

    name, number = store.save_selection_version(
        None, selection, name="Camping", actor="ann", note="first", intent_id=intent, run_id=run
    )

    saved = store.load_selection(name)
    assert (number, saved.selection, saved.intent) == (1, selection, trajectory.intent)
    assert saved.strategy_id == strategy_id(selection.strategy)
    assert (saved.version.note, saved.version.products, saved.version.run_id) == ("first", 2, run)
    assert (saved.summary.status, saved.summary.created_by, saved.summary.published_version) == ("draft", "ann", None)


def test_versions_pile_up_and_an_old_one_is_copied_forward(store: Store, selection: Selection) -> None:
    shorter = replace(selection, products=selection.products[:1])
    name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")
    store.save_selection_version(name, shorter, name="Camping 2027", actor="bob", expected_version=1)

    assert store.restore_version(name, 1, actor="eve", expected_version=2) == (name, 3)

    assert store.load_selection(name).selection == selection
    assert store.load_selection(name, 2).selection == shorter
    versions = store.list_versions(name)
    assert [(v.number, v.products, v.created_by, v.restored_from) for v in versions] == [
        (1, 2, "ann", None),
        (2, 1, "bob", None),
        (3, 2, "eve", 1),
    ]
    (head,) = store.list_selections()
    assert (head.name, head.version, head.products, head.updated_by) == ("Camping 2027", 3, 2, "eve")
    with pytest.raises(StoreMissing, match="no version 9; its newest is 3"):
        store.load_selection(name, 9)
    with pytest.raises(StoreMissing, match="no selection nothing"):
        store.load_selection("nothing")


def test_who_saves_late_is_told_and_writes_nothing_over(store: Store, selection: Selection) -> None:
    name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")
    store.save_selection_version(name, selection, name="Camping", actor="bob", expected_version=1)

    for stale in (1, None, 3):
        with pytest.raises(StoreConflict, match="saved as version 2 by bob"):
            store.save_selection_version(name, selection, name="Mine", actor="ann", expected_version=stale)
    with pytest.raises(StoreConflict):
        store.restore_version(name, 1, actor="ann", expected_version=1)
    with pytest.raises(StoreConflict):
        store.set_status(name, "approved", actor="ann", expected_version=1)

    assert [v.created_by for v in store.list_versions(name)] == ["ann", "bob"]
    assert store.load_selection(name).summary.name == "Camping"


def test_a_change_after_publication_is_a_draft_and_the_published_version_stays_named(
    store: Store, selection: Selection
) -> None:
    name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")
    for status in ("in review", "approved", "published"):
        assert store.set_status(name, status, actor="rev", expected_version=1).status == status
    store.save_selection_version(name, selection, name="Camping", actor="ann", expected_version=1)

    (head,) = store.list_selections()
    assert (head.status, head.version, head.published_version) == ("draft", 2, 1)
    assert store.list_selections(status="published") == ()
    with pytest.raises(StoreError, match="cannot be 'gone'"):
        store.set_status(name, "gone", actor="ann", expected_version=2)  # type: ignore[arg-type]
    trail = store.audit(entity="selection", entity_id=name)
    assert [(entry.event, entry.who) for entry in trail] == [
        ("version saved", "ann"),
        ("status published", "rev"),
        ("status approved", "rev"),
        ("status in review", "rev"),
        ("version saved", "ann"),
    ]
    assert (trail[1].before["status"], trail[1].after["published_version"]) == ("approved", 1)


def test_an_empty_selection_is_kept_too(store: Store) -> None:
    empty = Selection(Strategy(("tent",)), (), ())

    name, _ = store.save_selection_version(None, empty, name="", actor="ann")

    assert store.load_selection(name).selection == empty


def test_a_selection_event_of_a_run_comes_back(store: Store, selection: Selection) -> None:
    run = store.record_run("select", owner="ann")

    store.append_event(run, SelectionFinished(selection))

    assert store.events_after(run)[0].event == SelectionFinished(selection)


def test_weights_begin_at_version_one_and_only_grow(store: Store) -> None:
    first = store.reward_weights()
    assert (first.version, first.semantic, first.relevance, first.quantity) == (1, 0.4, 0.4, 0.2)

    second = store.add_reward_weights(semantic=0.3, relevance=0.5, quantity=0.2, actor="tuner", expected_version=1)

    assert store.reward_weights() == second
    assert (second.version, second.relevance, second.created_by) == (2, 0.5, "tuner")
    assert store.reward_weights(1) == first
    with pytest.raises(StoreConflict, match="version 2 by now"):
        store.add_reward_weights(semantic=0.3, relevance=0.5, quantity=0.2, actor="x", expected_version=1)
    for parts in ((0.5, 0.5, 0.5), (-0.1, 0.9, 0.2), (float("nan"), 0.5, 0.5)):
        with pytest.raises(StoreError, match="sum to 1"):
            store.add_reward_weights(semantic=parts[0], relevance=parts[1], quantity=parts[2], actor="x")
    with pytest.raises(StoreMissing):
        store.reward_weights(7)


def test_a_model_call_is_logged_and_adds_to_the_cost_of_its_run(store: Store) -> None:
    run = store.record_run("plan", owner="ann")
    call = ModelCall("planning.write", "ab12", "m", 10, 20, 1.5, cost=0.25, raw_reply='{"x": "\ufffd"}', run_id=run)

    store.log_model_call(replace(call, raw_reply='{"x": "\x00"}'))
    store.log_model_call(ModelCall("judge.grade", "cd34", "m", 1, 0, 0.1, error="timed out"))
    store.log_model_call(replace(call, cost=0.5))

    calls = store.model_calls()
    assert [logged.call.prompt_name for logged in calls] == ["planning.write", "judge.grade", "planning.write"]
    assert calls[2].call == call
    assert len(store.model_calls(run_id=run)) == 2
    assert store.load_run(run).cost == 0.75


@pytest.mark.parametrize("table", ["strategies", "reward_weights", "selection_versions", "feedback_events", "audit"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_what_is_immutable_is_so_for_everybody(store: Store, selection: Selection, table: str, change: str) -> None:
    from core.feedback import accept

    store.save_selection_version(None, selection, name="Camping", actor="ann")
    store.record_feedback(accept("p1", actor="ann"), client_id="c", client_seq=1)
    column = {"strategies": "id", "reward_weights": "note", "selection_versions": "note"}.get(table, "position")

    with pytest.raises(StoreError, match=f"Rows of {table} are never changed"), store._writing() as session:
        session.execute(text(change.format(table, column, column)))
