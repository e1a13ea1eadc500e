"""Strategies, turns, previews and rewards: what a planner tried and what it was worth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.domain import Preview, Reward, Strategy, TermReason, Trajectory, Turn
from core.errors import StoreConflict, StoreMissing
from core.events import Event, IntentRead, TurnFinished
from core.store.codec import decode, encode
from core.store.database import now
from core.store.ids import new_id
from core.store.records import Sign
from core.store.runs import RunRecords, add_event, add_intent, intent_of, run_row, sign_for
from core.store.tables import Base, PreviewRow, RewardRow, StrategyRow, TurnRow


def strategy_id(strategy: Strategy) -> str:
    """The name of a strategy by its content: 32 hexadecimal digits of the SHA-256 of its wire format, order kept."""
    wire = json.dumps(encode(strategy), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(wire.encode()).hexdigest()[:32]


def insert_new(session: Session, table: type[Base]) -> Insert:
    """An INSERT that leaves a row of the same key as it is, in the words of the session's database."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing()


def keep_strategy(session: Session, strategy: Strategy) -> str:
    """Insert a strategy unless it is there; returns its id."""
    name = strategy_id(strategy)
    session.execute(insert_new(session, StrategyRow).values(id=name, body=encode(strategy), created_at=now()))
    return name


def strategy_of(session: Session, name: str) -> Strategy:
    """The strategy of that id; raises `StoreMissing`."""
    row = session.get(StrategyRow, name)
    if row is None:
        raise StoreMissing(f"There is no strategy {name} in the store.")
    return decode(Strategy, row.body)


class TrajectoryRecords(RunRecords):
    """What was planned and previewed."""

    def save_strategy(self, strategy: Strategy) -> str:
        """Keep a strategy, once; returns its id, which follows from its content."""
        with self._writing() as session:
            return keep_strategy(session, strategy)

    def load_strategy(self, name: str) -> Strategy:
        """The strategy of that id; raises `StoreMissing`."""
        with self._reading() as session:
            return strategy_of(session, name)

    def save_assessment(self, strategy: Strategy, preview: Preview, *, reward: Reward) -> str:
        """Keep a preview that was asked for outside a run, with its reward; returns the preview's id."""
        with self._writing() as session:
            return _add_preview(session, keep_strategy(session, strategy), preview, reward=reward, turn_id=None)

    def save_turn(self, run_id: str, turn: Turn) -> None:
        """Keep one turn of a run as soon as it is played; the same turn again changes nothing.

        Raises `StoreConflict` where the run holds another turn of that number.
        """
        with self._writing() as session:
            run_row(session, run_id, locked=True)
            _add_turn(session, run_id, turn)

    def record_events(self, run_id: str, events: Sequence[Event], *, attempt: int) -> Sign:
        """Keep what a run said, in order, with the intent and the turns among it, all or nothing.

        Returns how the run goes on; where it is lost nothing was kept.
        """
        with self._writing() as session:
            run = run_row(session, run_id, locked=True)
            sign = sign_for(run, attempt)
            if sign == "lost":
                return sign
            for event in events:
                add_event(session, run, event)
                if isinstance(event, TurnFinished):
                    _add_turn(session, run_id, event.turn)
                elif isinstance(event, IntentRead) and run.intent_id is None:
                    run.intent_id = add_intent(session, event.intent, actor=run.owner)
                    run.planner = event.planner
            return sign

    def save_trajectory(self, run_id: str, trajectory: Trajectory, *, actor: str) -> None:
        """Keep a whole trajectory under its run; turns that were saved as they were played stay."""
        with self._writing() as session:
            run = run_row(session, run_id, locked=True)
            if run.intent_id is None:
                run.intent_id = add_intent(session, trajectory.intent, actor=actor)
            run.planner = trajectory.planner
            for turn in trajectory.turns:
                _add_turn(session, run_id, turn)

    def load_turns(self, run_id: str) -> tuple[Turn, ...]:
        """The turns that a run has played so far; raises `StoreMissing` where there is no such run."""
        with self._reading() as session:
            run_row(session, run_id)
            return _turns(session, run_id)

    def load_trajectory(self, run_id: str) -> Trajectory:
        """What a run has planned so far; raises `StoreMissing` where it has no intent or no turn."""
        with self._reading() as session:
            run = run_row(session, run_id)
            intent, turns = intent_of(session, run.intent_id), _turns(session, run_id)
        if intent is None or not turns:
            raise StoreMissing(f"Run {run_id} has no turn that was kept.")
        return Trajectory(intent, turns, "" if run.planner is None else run.planner)


def _turns(session: Session, run_id: str) -> tuple[Turn, ...]:
    query = (
        select(TurnRow, StrategyRow, PreviewRow, RewardRow)
        .join(StrategyRow, StrategyRow.id == TurnRow.strategy_id)
        .join(PreviewRow, PreviewRow.turn_id == TurnRow.id)
        .join(RewardRow, RewardRow.preview_id == PreviewRow.id)
        .where(TurnRow.run_id == run_id)
        .order_by(TurnRow.number)
    )
    return tuple(
        Turn(
            number=turn.number,
            strategy=decode(Strategy, strategy.body),
            preview=decode(Preview, preview.body),
            reward=decode(Reward, reward.body),
            reasons=tuple(decode(TermReason, reason) for reason in turn.reasons),
            note=turn.note,
        )
        for turn, strategy, preview, reward in session.execute(query)
    )


def _add_turn(session: Session, run_id: str, turn: Turn) -> None:
    strategy = keep_strategy(session, turn.strategy)
    there = session.scalars(select(TurnRow).where(TurnRow.run_id == run_id, TurnRow.number == turn.number)).first()
    if there is not None:
        if there.strategy_id != strategy:
            raise StoreConflict(f"Run {run_id} has another turn {turn.number} already; it was left as it is.")
        return
    row = TurnRow(
        id=new_id(),
        run_id=run_id,
        number=turn.number,
        strategy_id=strategy,
        reasons=encode(turn.reasons),
        note=turn.note,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    _add_preview(session, strategy, turn.preview, reward=turn.reward, turn_id=row.id)


def _add_preview(session: Session, strategy: str, preview: Preview, *, reward: Reward, turn_id: str | None) -> str:
    at = now()
    row = PreviewRow(
        id=new_id(), strategy_id=strategy, turn_id=turn_id, count=preview.count, body=encode(preview), created_at=at
    )
    session.add(row)
    session.flush()
    session.add(
        RewardRow(
            id=new_id(),
            preview_id=row.id,
            weights_version=reward.weights_version,
            total=reward.total,
            semantic=reward.semantic,
            relevance=reward.relevance,
            quantity=reward.quantity,
            body=encode(reward),
            created_at=at,
        )
    )
    return row.id
