"""Streamlit's collections: seldom, and still there."""

from __future__ import annotations

import gc
import weakref

import pytest
from streamlit.runtime.scriptrunner import script_runner

from ui.collector import SparingCollector, spare_collections


class Loop:
    """An object that only a collection lets go of."""

    def __init__(self) -> None:
        self.itself = self


def test_a_collection_is_made_once_in_a_while() -> None:
    collector = SparingCollector(seconds=3600)
    first, second = Loop(), Loop()
    seen = weakref.ref(first), weakref.ref(second)
    gc.disable()
    try:
        del first
        collector.collect(2)
        assert seen[0]() is None
        del second
        assert collector.collect(2) == 0
        assert seen[1]() is not None
    finally:
        gc.enable()


def test_without_a_pause_every_call_collects() -> None:
    collector = SparingCollector(seconds=0)
    for _ in range(2):
        made = Loop()
        seen = weakref.ref(made)
        del made
        collector.collect(2)
        assert seen() is None


def test_streamlit_still_asks_the_name_that_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_runner, "gc", gc)
    assert "gc" in script_runner.ScriptRunner._on_script_finished.__code__.co_names
    spare_collections()
    assert isinstance(script_runner.gc, SparingCollector)
    assert script_runner.gc.isenabled()
