"""Selections with their versions: nothing saved is ever lost, and nobody writes over anybody unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import Engine, Select, or_, select, tuple_
from sqlalchemy.orm import Session, defer

from core.domain import FunnelStage, SelectedProduct, Selection
from core.errors import RunCancelled, StoreConflict, StoreError, StoreMissing
from core.store.codec import decode, encode
from core.store.database import now
from core.store.ids import new_id
from core.store.ledger import add_audit
from core.store.records import (
    RunEnd,
    RunRecord,
    SavedSelection,
    SelectionPage,
    SelectionStatus,
    SelectionSummary,
    VersionSummary,
)
from core.store.runs import end_run, intent_of, run_row, sign_for
from core.store.tables import RunRow, SelectionRow, SelectionVersionRow
from core.store.trajectories import TrajectoryRecords, keep_strategy, strategy_of
from core.text import fold

UNTITLED = "Untitled"
_FIRST_KEPT = 20_000


class SelectionRecords(TrajectoryRecords):
    """Curated lists, their versions and their state."""

    def __init__(self, engine: Engine, *, timeout: float) -> None:
        super().__init__(engine, timeout=timeout)
        # A version never changes, so what it begins with is read out of its whole list once.
        self._first: dict[tuple[str, int, int], tuple[str, ...]] = {}

    def save_selection_version(
        self,
        selection_id: str | None,
        selection: Selection,
        *,
        name: str | None,
        actor: str,
        expected_version: int | None = None,
        note: str = "",
        intent_id: str | None = None,
        run_id: str | None = None,
        size: int | None = None,
        ends: RunEnd | None = None,
    ) -> tuple[str, int]:
        """Save a new version and return (selection id, version number); `selection_id` None makes a new selection.

        `name` None keeps the name that the selection has; a new one is "Untitled" then. `size` is how long the list was
        asked to be.

        `expected_version` is the version that the operator worked on: where another is current by now, `StoreConflict`
        is raised and nothing saved. A new version of a selection in review, approved or published is a draft again;
        what was published stays named in its `published_version`.

        `ends` is the run that made it: both are kept or neither, so that a run that was broken off saves no second one.
        Raises `RunCancelled` where that run was ended or taken over meanwhile.
        """
        with self._writing() as session:
            run = None if ends is None else _ending(session, ends)
            if selection_id is None:
                head = _new_head(session, UNTITLED if name is None else name, actor=actor, intent_id=intent_id)
            else:
                head = _locked_head(session, selection_id, expected_version)
            strategy = keep_strategy(session, selection.strategy)
            content = _Content(strategy, encode(selection.products), encode(selection.funnel), run_id, None, size)
            _add_version(session, head, content, name=head.name if name is None else name, actor=actor, note=note)
            if run is not None and ends is not None:
                made = {"selection_id": head.id, "version": head.current_version}
                end_run(run, "finished", result={**made, **ends.result})
            return head.id, head.current_version

    def restore_version(
        self, selection_id: str, number: int, *, actor: str, expected_version: int, note: str = ""
    ) -> tuple[str, int]:
        """Copy an old version forward as the newest, which keeps everything between; returns (id, new number)."""
        with self._writing() as session:
            head = _locked_head(session, selection_id, expected_version)
            old = _version_row(session, head, number)
            content = _Content(old.strategy_id, old.products, old.funnel, old.run_id, number, old.size)
            said = note if note else f"Version {number} restored."
            _add_version(session, head, content, name=head.name, actor=actor, note=said)
            return head.id, head.current_version

    def set_status(
        self,
        selection_id: str,
        status: SelectionStatus,
        *,
        actor: str,
        expected_version: int,
        was: SelectionStatus | None = None,
    ) -> SelectionSummary:
        """Change the state of a selection; raises `StoreConflict` where `expected_version` is not the current one.

        `was` is the status that the operator saw: where another stands by now, that is a conflict too.
        """
        if status not in get_args(SelectionStatus):
            raise StoreError(f"A selection cannot be {status!r}; it is {', '.join(get_args(SelectionStatus))}.")
        with self._writing() as session:
            head = _locked_head(session, selection_id, expected_version)
            if was is not None and head.status != was:
                raise StoreConflict(
                    f"“{head.name}” was set to {head.status} by {head.updated_by} at {head.updated_at:%Y-%m-%d %H:%M} "
                    f"UTC, but you saw it {was}. Nothing was changed: look at it again before you decide."
                )
            before = {"status": head.status, "published_version": head.published_version}
            head.status = status
            if status == "published":
                head.published_version = head.current_version
            _touch(head, actor)
            after = {"status": status, "published_version": head.published_version, "version": head.current_version}
            add_audit(session, "selection", head.id, event=f"status {status}", before=before, after=after, who=actor)
            return _summary(head, _version_row(session, head, head.current_version).product_count)

    def rename_selection(self, selection_id: str, name: str, *, actor: str, was: str) -> SelectionSummary:
        """Give a selection another name; its versions and status stay.

        Raises `StoreConflict` where its name is not `was`, which the operator saw. The same name changes nothing.
        """
        with self._writing() as session:
            head = _head(session, selection_id, locked=True)
            if head.name != was:
                raise StoreConflict(
                    f"“{was}” was renamed to “{head.name}” by {head.updated_by} at "
                    f"{head.updated_at:%Y-%m-%d %H:%M} UTC. Nothing was changed: rename it again if that will not do."
                )
            if name != was:
                head.name = name
                _touch(head, actor)
                before, after = {"name": was}, {"name": name}
                add_audit(session, "selection", head.id, event="renamed", before=before, after=after, who=actor)
            return _summary(head, _version_row(session, head, head.current_version).product_count)

    def load_selection(self, selection_id: str, version: int | None = None) -> SavedSelection:
        """One version with its products, the current one by default; raises `StoreMissing`."""
        with self._reading() as session:
            head = _head(session, selection_id)
            current = _version_row(session, head, head.current_version)
            row = current if version is None else _version_row(session, head, version)
            selection = Selection(
                strategy=strategy_of(session, row.strategy_id),
                products=tuple(decode(SelectedProduct, product) for product in row.products),
                funnel=tuple(decode(FunnelStage, stage) for stage in row.funnel),
            )
            intent = intent_of(session, head.intent_id)
            return SavedSelection(
                _summary(head, current.product_count), _version(row), selection, row.strategy_id, intent
            )

    def list_selections(
        self, *, status: SelectionStatus | None = None, limit: int = 200
    ) -> tuple[SelectionSummary, ...]:
        """The heads of all selections, the one changed last first."""
        query = _heads().order_by(SelectionRow.updated_at.desc(), SelectionRow.id.desc()).limit(limit)
        if status is not None:
            query = query.where(SelectionRow.status == status)
        with self._reading() as session:
            return tuple(_summary(head, count) for head, count in session.execute(query))

    def selection_head(self, selection_id: str) -> SelectionSummary:
        """One selection as a list shows it; raises `StoreMissing`."""
        with self._reading() as session:
            head = _head(session, selection_id)
            query = select(SelectionVersionRow.product_count).where(
                SelectionVersionRow.selection_id == head.id, SelectionVersionRow.number == head.current_version
            )
            return _summary(head, session.execute(query).scalar_one())

    def find_selections(
        self, words: str = "", *, status: SelectionStatus | None = None, limit: int = 24, offset: int = 0
    ) -> SelectionPage:
        """The selections whose name, or whose maker or last editor, holds all the words; accents and case are one."""
        wanted = fold(words).split()
        columns: Any = (SelectionRow.id, SelectionRow.name, SelectionRow.status)
        people: Any = (SelectionRow.created_by, SelectionRow.updated_by)
        query = select(*columns, *people).order_by(SelectionRow.updated_at.desc(), SelectionRow.id.desc())
        with self._reading() as session:
            # No database folds accents as our words are folded, and the heads of thousands are read in milliseconds.
            held = [
                (name, state)
                for name, title, state, *who in session.execute(query)
                if not wanted or _holds(fold(" ".join((title, *who))), wanted)
            ]
            counted = Counter(state for _name, state in held)
            ids = [name for name, state in held if status is None or state == status]
            shown = {name: at for at, name in enumerate(ids[offset : offset + limit])}
            found = session.execute(_heads().where(SelectionRow.id.in_(shown))).all()
            heads = sorted((_summary(head, count) for head, count in found), key=lambda one: shown[one.selection_id])
        return SelectionPage(tuple(heads), len(ids), {state: counted[state] for state in get_args(SelectionStatus)})

    def first_products(
        self, versions: Iterable[tuple[str, int]], *, number: int = 6
    ) -> dict[tuple[str, int], tuple[str, ...]]:
        """The ids of the first products of many versions, by (selection id, version), without reading them whole."""
        held = {key: self._first.get((*key, number)) for key in versions}
        found = {key: names for key, names in held.items() if names is not None}
        unread = [key for key in held if key not in found]
        if not unread:
            return found
        products: Any = SelectionVersionRow.products
        places = [products[(at, "product_id")].as_string() for at in range(number)]
        key: Any = (SelectionVersionRow.selection_id, SelectionVersionRow.number)
        with self._reading() as session:
            rows = session.execute(select(*key, *places).where(tuple_(*key).in_(unread))).all()
        if len(self._first) > _FIRST_KEPT:
            self._first.clear()
        for row in rows:
            names = tuple(name for name in row[2:] if name is not None)
            found[row[0], row[1]] = self._first[row[0], row[1], number] = names
        return found

    def selection_runs(self, selection_id: str, *, limit: int = 50) -> tuple[RunRecord, ...]:
        """The runs that made versions of a selection or were to make one, the newest first."""
        made = select(SelectionVersionRow.run_id).where(SelectionVersionRow.selection_id == selection_id)
        params: Any = RunRow.params
        mine = or_(RunRow.id.in_(made), params["selection_id"].as_string() == selection_id)
        query = select(RunRow.id).where(mine).order_by(RunRow.started_at.desc(), RunRow.id.desc()).limit(limit)
        with self._reading() as session:
            ids = session.scalars(query).all()
        return tuple(self.load_run(name) for name in ids)

    def list_versions(self, selection_id: str) -> tuple[VersionSummary, ...]:
        """All versions of a selection, the oldest first; raises `StoreMissing`."""
        row = SelectionVersionRow
        # A list of many versions would else read every product of each.
        query = select(row).options(defer(row.products), defer(row.funnel), defer(row.pinned))
        query = query.where(row.selection_id == selection_id)
        with self._reading() as session:
            _head(session, selection_id)
            return tuple(_version(row) for row in session.scalars(query.order_by(SelectionVersionRow.number)))


@dataclass(frozen=True, slots=True)
class _Content:
    """What one version holds, in the form of its columns."""

    strategy: str
    products: list[Any]
    funnel: list[Any]
    run_id: str | None
    restored_from: int | None
    size: int | None


def _heads() -> Select[SelectionRow, int]:
    return select(SelectionRow, SelectionVersionRow.product_count).join(
        SelectionVersionRow,
        (SelectionVersionRow.selection_id == SelectionRow.id)
        & (SelectionVersionRow.number == SelectionRow.current_version),
    )


def _holds(text: str, wanted: Iterable[str]) -> bool:
    return all(word in text for word in wanted)


def _ending(session: Session, ends: RunEnd) -> RunRow:
    """The run that is about to end, held against others; raises `RunCancelled` where it was ended elsewhere."""
    run = run_row(session, ends.run_id, locked=True)
    if sign_for(run, ends.attempt) == "lost":
        raise RunCancelled("The run was ended elsewhere meanwhile; nothing of it was saved.")
    return run


def _new_head(session: Session, name: str, *, actor: str, intent_id: str | None) -> SelectionRow:
    at = now()
    head = SelectionRow(
        id=new_id(),
        name=name,
        status="draft",
        current_version=0,
        intent_id=intent_id,
        created_at=at,
        created_by=actor,
        updated_at=at,
        updated_by=actor,
    )
    session.add(head)
    session.flush()
    return head


def _add_version(session: Session, head: SelectionRow, content: _Content, *, name: str, actor: str, note: str) -> None:
    before = {"name": head.name, "status": head.status, "version": head.current_version}
    head.name = name
    head.status = "draft"
    head.current_version += 1
    _touch(head, actor)
    session.add(
        SelectionVersionRow(
            selection_id=head.id,
            number=head.current_version,
            strategy_id=content.strategy,
            run_id=content.run_id,
            products=content.products,
            product_count=len(content.products),
            size=content.size,
            funnel=content.funnel,
            pinned=[product["product_id"] for product in content.products if product.get("pinned")],
            note=note,
            restored_from=content.restored_from,
            created_at=head.updated_at,
            created_by=actor,
        )
    )
    event = "version saved" if content.restored_from is None else f"version {content.restored_from} restored"
    after = {"name": name, "status": head.status, "version": head.current_version, "products": len(content.products)}
    add_audit(session, "selection", head.id, event=event, before=before, after=after, who=actor)


def _touch(head: SelectionRow, actor: str) -> None:
    head.updated_at = now()
    head.updated_by = actor


def _head(session: Session, selection_id: str, *, locked: bool = False) -> SelectionRow:
    head = session.get(SelectionRow, selection_id, with_for_update=True if locked else None)
    if head is None:
        raise StoreMissing(f"There is no selection {selection_id} in the store.")
    return head


def _locked_head(session: Session, selection_id: str, expected_version: int | None) -> SelectionRow:
    head = _head(session, selection_id, locked=True)
    if head.current_version != expected_version:
        worked_on = "no version" if expected_version is None else f"version {expected_version}"
        raise StoreConflict(
            f"“{head.name}” was saved as version {head.current_version} by {head.updated_by} at "
            f"{head.updated_at:%Y-%m-%d %H:%M} UTC, but you worked on {worked_on}. Nothing was written over: load "
            f"version {head.current_version} and repeat your change, or save yours as a new selection."
        )
    return head


def _version_row(session: Session, head: SelectionRow, number: int) -> SelectionVersionRow:
    row = session.get(SelectionVersionRow, (head.id, number))
    if row is None:
        raise StoreMissing(f"“{head.name}” has no version {number}; its newest is {head.current_version}.")
    return row


def _summary(head: SelectionRow, products: int) -> SelectionSummary:
    return SelectionSummary(
        selection_id=head.id,
        name=head.name,
        status=decode(SelectionStatus, head.status),  # type: ignore[arg-type]
        version=head.current_version,
        published_version=head.published_version,
        products=products,
        intent_id=head.intent_id,
        created_at=head.created_at,
        created_by=head.created_by,
        updated_at=head.updated_at,
        updated_by=head.updated_by,
    )


def _version(row: SelectionVersionRow) -> VersionSummary:
    return VersionSummary(
        number=row.number,
        note=row.note,
        products=row.product_count,
        created_at=row.created_at,
        created_by=row.created_by,
        restored_from=row.restored_from,
        run_id=row.run_id,
        size=row.size,
    )
