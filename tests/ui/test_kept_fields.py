"""What the browser kept of a form comes from outside: what no field could hold is left out."""

from __future__ import annotations

from typing import Any

import pytest

from core.services import Services
from ui import rules_desk, settings_desk
from ui.rules_desk import RuleKey


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The state of a session that has drawn nothing yet."""
    held: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", held)
    return held


def test_a_rule_comes_back_as_it_was_typed(state: dict[str, Any]) -> None:
    typed = {
        RuleKey.NAME: "No steel", RuleKey.SCOPE: "when", RuleKey.WHEN: ["picnic"], RuleKey.FOUND: "lacks",
        RuleKey.WORDS: ["wood", "bamboo"], RuleKey.WHERE: "title", RuleKey.BEST: 3, RuleKey.SENTENCE: "",
        RuleKey.SEEN: 7,
    }  # fmt: skip
    state.update(typed)
    kept = rules_desk.unsaved()
    state.clear()
    rules_desk.take_back(kept)
    assert state == typed


@pytest.mark.parametrize(
    "raw",
    [
        {"rule_name": "x" * 81, "rule_sentence": 3, "rule_scope": "never", "rule_found": None, "rule_where": "behind"},
        {
            "rule_best": 4,
            "rule_when": "picnic",
            "rule_words": ["a", 1],
            "rules_seen": "7",
            "rules_error": "<b>",
            "desk": 1,
        },
        {"rule_where": ["title"], "rule_best": "2"},
    ],
)
def test_what_no_field_of_a_rule_could_hold_is_left_out(state: dict[str, Any], raw: dict[str, Any]) -> None:
    rules_desk.take_back(raw)
    assert state == {}


def test_settings_come_back_where_they_may_be_edited(state: dict[str, Any], live: Services) -> None:
    settings_desk.take_back(
        live, {"base_url": "http://127.0.0.1:9/v1", "search": "elsewhere", "budget_usd": "much", "country": "DE",
               "judge_model": "", "api_key": "sk-1", "nothing": 1}
    )  # fmt: skip
    assert state == {
        "settings_base_url": "http://127.0.0.1:9/v1", "settings_country": "DE",
        "settings_judge_model": "", "settings_judge_model_way": "off",
    }  # fmt: skip
