"""Callbacks that Streamlit breaks off: it may do so at every touch of the session's state, and nothing may be lost."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.services import Services
from tests.ui.test_studio_page import CLIENT, held, planned
from ui import drafting, judging, workbench
from ui.state import Key


class Breaking(dict[str, Any]):
    """A session's state that breaks off at its n-th touch, once."""

    def __init__(self, held: dict[str, Any], at: int) -> None:
        super().__init__(held)
        self.left = at

    def _touch(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise StopException

    def get(self, key: str, default: Any = None) -> Any:
        self._touch()
        return super().get(key, default)

    def __setitem__(self, key: str, value: Any) -> None:
        self._touch()
        super().__setitem__(key, value)


def until_done(state: Breaking, monkeypatch: pytest.MonkeyPatch, work: Any) -> bool:
    """Do the work on this state, again after it was broken off; whether it was."""
    monkeypatch.setattr(workbench.st, "session_state", state)
    try:
        work()
    except StopException:
        work()
        return True
    return False


def test_an_edit_is_neither_lost_nor_doubled(app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = planned(app)
    name = desk.selection_id or ""
    edits = [
        {"c": CLIENT, "n": 1, "s": name, "op": "add", "sign": 1, "term": "hammock"},
        {"c": CLIENT, "n": 2, "s": name, "op": "weight", "sign": 1, "term": "hammock", "value": 2.0},
    ]
    for at in itertools.count(1):
        edits = [{**edit, "c": f"{CLIENT}{at:04d}"} for edit in edits]
        state = Breaking({Key.DESK: desk, Key.TERMS: SimpleNamespace(edits=edits)}, at)
        broken = until_done(state, monkeypatch, lambda: drafting.take_edits(live))
        rows = {row.term: row for row in state[Key.DESK].rows}
        assert rows["hammock"].weight == 2.0 and rows["hammock"].finds is not None, at
        assert state[Key.ACKS] == {edits[0]["c"]: 2}
        draft = pipeline.load_draft(live, name)
        assert draft is not None and [r["term"] for r in draft.body["rows"]].count("hammock") == 1
        kept = [e for e in live.store.feedback(name) if e.subject_id == "hammock"]
        assert len(kept) == 2 * at
        if not broken:
            break
    assert at > 5


def test_what_is_taken_back_is_taken_back_on_the_desk_too(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = planned(app)
    name = desk.selection_id or ""
    for at in itertools.count(1):
        edit = {"c": f"{CLIENT}{at:04d}", "n": 1, "s": name, "op": "add", "sign": 1, "term": f"hammock {at}"}
        start = {Key.DESK: held(app), Key.TERMS: SimpleNamespace(edits=[edit])}
        plain = Breaking(start, 0)
        until_done(plain, monkeypatch, lambda: drafting.take_edits(live))
        state = Breaking(dict(plain), at)
        broken = until_done(state, monkeypatch, lambda: judging.undo(live))
        assert not next(row for row in state[Key.DESK].rows if row.term == f"hammock {at}").use, at
        if not broken:
            break
    assert at > 5
