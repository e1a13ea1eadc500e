"""Unfinished work of an operator: one draft for each subject, replaced as it changes, gone when it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from core.store.codec import encode
from core.store.database import Database, now
from core.store.records import Draft
from core.store.tables import DraftRow


class DraftRecords(Database):
    """What lies on operators' desks and is not saved yet."""

    def save_draft(self, owner: str, subject: str, body: Mapping[str, Any]) -> datetime:
        """Keep an owner's draft of a subject in place of the one before; returns when."""
        at, data = now(), encode(body)
        with self._writing() as session:
            dialect = session.get_bind().dialect.name
            insert = postgresql.insert(DraftRow) if dialect == "postgresql" else sqlite.insert(DraftRow)
            row = insert.values(owner=owner, subject=subject, body=data, updated_at=at)
            session.execute(
                row.on_conflict_do_update(
                    index_elements=["owner", "subject"], set_={"body": row.excluded.body, "updated_at": at}
                )
            )
        return at

    def load_draft(self, owner: str, subject: str) -> Draft | None:
        """The draft as it was kept last, None where there is none."""
        with self._reading() as session:
            row = session.get(DraftRow, (owner, subject))
            return None if row is None else Draft(row.body, row.updated_at)

    def drop_draft(self, owner: str, subject: str) -> None:
        """Forget a draft; nothing happens where there is none."""
        with self._writing() as session:
            session.execute(delete(DraftRow).where(DraftRow.owner == owner, DraftRow.subject == subject))
