"""What operators changed of the rules of relevance, in a catalogue or in one selection: nobody writes over anybody
unseen, and every change stands in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, cast, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import StoreConflict, StoreError, StoreMissing
from core.store.codec import encode
from core.store.database import Database, now
from core.store.ids import new_id
from core.store.ledger import add_audit
from core.store.records import RuleChange, RuleScope
from core.store.tables import RuleRow
from core.store.trajectories import insert_new


class RuleRecords(Database):
    """Rules that were switched, and operators' own rules."""

    def rule_changes(self, scope_kind: RuleScope, scope: str) -> tuple[RuleChange, ...]:
        """Every change that holds in a catalogue (by its name) or a selection (by its id), the oldest rule first."""
        query = (
            select(RuleRow)
            .where(RuleRow.scope_kind == scope_kind, RuleRow.scope == scope)
            .order_by(RuleRow.created_at, RuleRow.id)
        )
        with self._reading() as session:
            return tuple(_change(row) for row in session.scalars(query))

    def save_rule(
        self,
        scope_kind: RuleScope,
        scope: str,
        rule_id: str,
        *,
        enabled: bool,
        body: Mapping[str, Any] | None = None,
        actor: str,
        seen: int | None,
    ) -> RuleChange:
        """Switch a rule, or write one of the operators' own (`body`); returns it as it is kept now.

        `seen` is the `lock` of the change that the operator looked at, None where there was none yet. Raises
        `StoreConflict`, with nothing saved, where another stands by now. The same again changes nothing.
        """
        if scope_kind not in get_args(RuleScope):
            raise StoreError(f"Rules belong to a catalogue or a selection, not to a {scope_kind!r}.")
        data = None if body is None else encode(body)
        with self._writing() as session:
            row = _row(session, scope_kind, scope, rule_id)
            if row is None and seen is None:
                row = _insert(session, scope_kind, scope, rule_id, enabled=enabled, body=data, actor=actor)
                if row is not None:
                    _audit(session, row, "rule added", before={}, after=_said(row), who=actor)
                    return _change(row)
                row = _row(session, scope_kind, scope, rule_id)  # another was quicker by a moment
            if row is None:
                raise StoreConflict(f"The rule {rule_id} was removed meanwhile; nothing was saved. Add it anew.")
            if row.lock != seen:
                _conflict(row)
            before = _said(row)
            row.enabled, row.body = enabled, data
            if _said(row) != before:
                row.updated_at, row.updated_by = now(), actor
                _audit(session, row, "rule changed", before=before, after=_said(row), who=actor)
                session.flush()
            return _change(row)

    def remove_rule(self, scope_kind: RuleScope, scope: str, rule_id: str, *, actor: str, seen: int) -> None:
        """Take a change back: a shipped rule is as it was shipped, an own one is gone (the audit keeps its text).

        Raises `StoreMissing` where there is none, and `StoreConflict` where it is not the one that was `seen`.
        """
        with self._writing() as session:
            row = _row(session, scope_kind, scope, rule_id)
            if row is None:
                raise StoreMissing(f"There is no change of the rule {rule_id} to take back; it may be gone already.")
            if row.lock != seen:
                _conflict(row)
            _audit(session, row, "rule removed", before=_said(row), after={}, who=actor)
            session.delete(row)


def _row(session: Session, scope_kind: str, scope: str, rule_id: str) -> RuleRow | None:
    query = select(RuleRow).where(RuleRow.scope_kind == scope_kind, RuleRow.scope == scope, RuleRow.rule_id == rule_id)
    return session.scalars(query.with_for_update()).first()


def _insert(
    session: Session,
    scope_kind: str,
    scope: str,
    rule_id: str,
    *,
    enabled: bool,
    body: dict[str, Any] | None,
    actor: str,
) -> RuleRow | None:
    """The new row, None where another writer inserted it at the same moment."""
    at, name = now(), new_id()
    values = {
        "id": name, "scope_kind": scope_kind, "scope": scope, "rule_id": rule_id, "enabled": enabled, "body": body,
        "lock": 1, "created_at": at, "created_by": actor, "updated_at": at, "updated_by": actor,
    }  # fmt: skip
    session.execute(insert_new(session, RuleRow).values(**values))
    return session.get(RuleRow, name)


def _conflict(row: RuleRow) -> NoReturn:
    raise StoreConflict(
        f"The rule {row.rule_id} was changed by {row.updated_by} at {row.updated_at:%Y-%m-%d %H:%M} UTC. Nothing of "
        "yours was written over it: look at it as it is now and repeat your change."
    )


def _said(row: RuleRow) -> dict[str, Any]:
    return {"enabled": row.enabled, "body": row.body}


def _audit(
    session: Session, row: RuleRow, event: str, *, before: Mapping[str, Any], after: Mapping[str, Any], who: str
) -> None:
    where = f"{row.scope_kind} {row.scope}: {row.rule_id}"
    add_audit(session, "rule", where, event=event, before=before, after=after, who=who)


def _change(row: RuleRow) -> RuleChange:
    return RuleChange(
        scope_kind=cast(RuleScope, row.scope_kind),
        scope=row.scope,
        rule_id=row.rule_id,
        enabled=row.enabled,
        body=row.body,
        lock=row.lock,
        created_at=row.created_at,
        created_by=row.created_by,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )
