"""What research found, kept so that a later plan can start from it."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select

from core.domain import Research, ResearchEnd, ResearchMode
from core.errors import StoreMissing
from core.store.codec import decode, encode
from core.store.database import Database, now
from core.store.ids import new_id
from core.store.records import ResearchRecord
from core.store.tables import ResearchRow


def theme_key(theme: str) -> str:
    """What two spellings of one theme have in common: its words without case and spare spaces."""
    return " ".join(theme.casefold().split())


class ResearchRecords(Database):
    """Finished and broken-off research."""

    def save_research(self, research: Research, *, run_id: str | None, owner: str) -> str:
        """Keep what a research came to, under its run where it has one; returns its id."""
        row = ResearchRow(
            id=new_id(),
            theme=research.theme,
            theme_key=theme_key(research.theme),
            mode=research.mode,
            ended=research.ended,
            evidence=len(research.evidence),
            cost=research.cost_usd,
            body=encode(research),
            run_id=run_id,
            owner=owner,
            created_at=now(),
        )
        with self._writing() as session:
            session.add(row)
        return row.id

    def load_research(self, research_id: str) -> Research:
        """The research of that id as it was saved; raises `StoreMissing`."""
        with self._reading() as session:
            row = session.get(ResearchRow, research_id)
            if row is None:
                raise StoreMissing(f"There is no research {research_id} in the store.")
            return decode(Research, row.body)

    def recent_research(
        self, theme: str | None = None, limit: int = 20, *, run_id: str | None = None
    ) -> tuple[ResearchRecord, ...]:
        """The newest research first: of one theme (case and spaces do not matter), of one run, or all."""
        columns = (
            ResearchRow.id, ResearchRow.theme, ResearchRow.mode, ResearchRow.created_at, ResearchRow.evidence,
            ResearchRow.cost, ResearchRow.ended, ResearchRow.owner, ResearchRow.run_id,
        )  # fmt: skip
        # The bodies hold whole passages and stay where they are.
        query = select(*columns).order_by(ResearchRow.created_at.desc(), ResearchRow.id.desc()).limit(limit)
        if theme is not None:
            query = query.where(ResearchRow.theme_key == theme_key(theme))
        if run_id is not None:
            query = query.where(ResearchRow.run_id == run_id)
        with self._reading() as session:
            return tuple(
                ResearchRecord(
                    research_id=row.id,
                    theme=row.theme,
                    mode=cast(ResearchMode, row.mode),
                    created_at=row.created_at,
                    evidence=row.evidence,
                    cost_usd=row.cost,
                    ended=cast(ResearchEnd, row.ended),
                    owner=row.owner,
                    run_id=row.run_id,
                )
                for row in session.execute(query)
            )
