"""What judges of relevance said that cost something, so that the same question is paid for once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from core.domain import Judgment
from core.store.codec import decode, encode
from core.store.database import Database, now
from core.store.records import KeptJudgment
from core.store.tables import JudgmentRow

T = TypeVar("T")

_PAGE = 500
"""Rows of one statement: databases take so many parameters and no more."""


class JudgmentRecords(Database):
    """Judgments by the content of their question."""

    def kept_judgments(self, keys: Collection[str]) -> dict[str, Judgment]:
        """The judgments that are kept under these keys; a key without one is left out."""
        found: dict[str, Judgment] = {}
        with self._reading() as session:
            for page in _pages(tuple(keys)):
                query = select(JudgmentRow.key, JudgmentRow.body).where(JudgmentRow.key.in_(page))
                found |= {key: decode(Judgment, body) for key, body in session.execute(query)}
        return found

    def keep_judgments(self, judgments: Mapping[str, Judgment], *, query: str, run_id: str | None = None) -> None:
        """Keep judgments of one query by their keys, all or none; one that is there already gives way to the new."""
        at = now()
        rows = [
            {
                "key": key,
                "query": query,
                "product_id": judgment.product_id,
                "judge": judgment.judge,
                "version": judgment.version,
                "grade": judgment.grade,
                "body": encode(judgment),
                "run_id": run_id,
                "at": at,
            }
            for key, judgment in sorted(judgments.items())  # in one order, so that two writers do not wait in a ring
        ]
        if not rows:
            return
        with self._writing() as session:
            on_postgresql = session.get_bind().dialect.name == "postgresql"
            for page in _pages(rows):
                insert = (postgresql if on_postgresql else sqlite).insert(JudgmentRow).values(page)
                new = {name: insert.excluded[name] for name in rows[0] if name != "key"}
                session.execute(insert.on_conflict_do_update(index_elements=["key"], set_=new))

    def judgments(
        self, *, product_id: str | None = None, run_id: str | None = None, limit: int = 200
    ) -> tuple[KeptJudgment, ...]:
        """The newest kept judgments first: of one product, of one run, or all."""
        query = select(JudgmentRow).order_by(JudgmentRow.at.desc(), JudgmentRow.key).limit(limit)
        for column, value in ((JudgmentRow.product_id, product_id), (JudgmentRow.run_id, run_id)):
            if value is not None:
                query = query.where(column == value)
        with self._reading() as session:
            return tuple(
                KeptJudgment(row.key, row.query, decode(Judgment, row.body), row.run_id, row.at)
                for row in session.scalars(query)
            )


def _pages(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE))
