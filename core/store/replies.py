"""Answers of models by the content of their question, so that the same question is paid for once."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete

from core.llm.contract import ChatReply
from core.store.codec import decode, encode
from core.store.database import Database, now
from core.store.tables import ReplyRow
from core.store.trajectories import insert_new


class ReplyRecords(Database):
    """The cache of replies (a `core.llm.recorded.ReplyCache`)."""

    def cached_reply(self, key: str) -> ChatReply | None:
        """The reply kept under that key, marked as cached; None where there is none."""
        with self._reading() as session:
            row = session.get(ReplyRow, key)
            return None if row is None else replace(decode(ChatReply, row.reply), cached=True)

    def keep_reply(self, key: str, reply: ChatReply) -> None:
        """Keep a reply under a key; one that is there already stays."""
        with self._writing() as session:
            row = {"key": key, "model": reply.model, "reply": encode(reply), "at": now()}
            session.execute(insert_new(session, ReplyRow).values(**row))

    def drop_reply(self, key: str) -> None:
        """Forget a reply that turned out to be of no use; nothing happens where there is none."""
        with self._writing() as session:
            session.execute(delete(ReplyRow).where(ReplyRow.key == key))
