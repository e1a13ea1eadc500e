"""Settings out of the environment and out of what the studio keeps, and which of the two goes before the other."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.llm.client import OpenAIModel
from core.services import build_services
from core.settings import PREFERENCES, Settings, home_of, keep_preferences, pinned, read_preferences

KEY = "sk-a-very-secret-key-0123456789"


def test_the_environment_alone() -> None:
    settings = Settings.from_env(
        {
            "OPENAI_BASE_URL": " http://localhost:8000/v1 ",
            "OPENAI_API_KEY": KEY,
            "SHELFCRAFT_MODEL": "small",
            "SHELFCRAFT_JUDGE_MODEL": "",
            "SHELFCRAFT_SEARCH": "DDGS",
            "SHELFCRAFT_COUNTRY": "de",
            "SHELFCRAFT_BUDGET_USD": "0.50",
        }
    )

    assert (settings.base_url, settings.model, settings.api_key) == ("http://localhost:8000/v1", "small", KEY)
    assert (settings.judge_model, settings.vision_model) == ("", None)
    assert [settings.model_for(role) for role in ("planner", "judge", "vision")] == ["small", None, "small"]
    assert (settings.search, settings.country, settings.budget_usd) == ("ddgs", "DE", 0.5)
    assert Settings.from_env({}) == Settings()
    assert KEY not in repr(settings)


def test_without_a_model_no_role_has_one() -> None:
    settings = Settings(judge_model="judge", vision_model="eyes")

    assert [settings.model_for(role) for role in ("planner", "judge", "vision")] == [None, None, None]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SHELFCRAFT_SEARCH", "google", "SHELFCRAFT_SEARCH must be one of library, ddgs"),
        ("SHELFCRAFT_COUNTRY", "Germany", "SHELFCRAFT_COUNTRY must be a country"),
        ("SHELFCRAFT_BUDGET_USD", "much", "SHELFCRAFT_BUDGET_USD must be an amount"),
        ("SHELFCRAFT_BUDGET_USD", "-1", "SHELFCRAFT_BUDGET_USD must not be negative"),
        ("SHELFCRAFT_BUDGET_USD", "nan", "SHELFCRAFT_BUDGET_USD must not be negative"),
        ("SHELFCRAFT_THREADS", "x", "SHELFCRAFT_THREADS must be a whole number"),
    ],
)
def test_a_value_that_cannot_be_is_called_by_its_variable(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings.from_env({variable: value})


def test_the_environment_goes_before_what_the_studio_keeps() -> None:
    env = {"SHELFCRAFT_MODEL": "from-env", "SHELFCRAFT_VISION_MODEL": "", "SHELFCRAFT_COUNTRY": ""}
    kept = {"model": "kept", "vision_model": "kept", "judge_model": "kept", "country": "FR", "budget_usd": 2}

    settings = Settings.from_env(env, preferences=kept)

    assert (settings.model, settings.vision_model, settings.judge_model) == ("from-env", "", "kept")
    assert (settings.country, settings.budget_usd) == ("FR", 2.0)
    assert pinned(env) == {"model", "vision_model"}
    assert pinned(dict.fromkeys(PREFERENCES.values(), "x")) == set(PREFERENCES)


def test_preferences_change_what_they_name_and_take_away() -> None:
    settings = Settings(model="small", judge_model="judge", budget_usd=1.0, api_key=KEY)

    changed = settings.with_preferences({"judge_model": None, "budget_usd": "", "search": "", "vision_model": ""})

    assert (changed.judge_model, changed.vision_model, changed.budget_usd) == (None, "", None)
    assert (changed.model, changed.search, changed.api_key) == ("small", "library", KEY)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert read_preferences(home) == {}

    keep_preferences(home, {"model": " small ", "judge_model": "", "budget_usd": "0.5", "country": "de"})

    assert read_preferences(home) == {"model": "small", "judge_model": "", "budget_usd": 0.5, "country": "DE"}
    assert [path.name for path in home.iterdir()] == ["settings.json"]
    assert home_of({"SHELFCRAFT_HOME": str(home)}) == home
    keep_preferences(home, {"model": "large"})
    assert read_preferences(home) == {"model": "large"}


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"api_key": KEY}, "no setting 'api_key' that can be kept"),
        ({"tavily_key": KEY}, "no setting 'tavily_key'"),
        ({"home": "/"}, "no setting 'home'"),
        ({"search": "google"}, "search must be one of"),
        ({"model": 3}, "model must be a text"),
        ({"budget_usd": True}, "budget_usd must not be negative"),
        ({"base_url": "https://ann:secret@models.example/v1"}, "Set OPENAI_BASE_URL in the environment"),
    ],
)
def test_what_must_not_or_cannot_be_kept_is_refused_and_changes_nothing(
    tmp_path: Path, mapping: dict[str, object], words: str
) -> None:
    keep_preferences(tmp_path, {"model": "small"})

    with pytest.raises(SettingsError, match=words) as caught:
        keep_preferences(tmp_path, mapping)

    assert KEY not in str(caught.value) and "secret" not in str(caught.value)
    assert read_preferences(tmp_path) == {"model": "small"}


def test_a_damaged_file_is_said_and_an_unknown_name_is_not_minded(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for text in ("{", "[]", '{"search": "google"}', "\xff"):
        path.write_text(text, encoding="latin-1")
        with pytest.raises(SettingsError, match=r"settings\.json .*Mend the file or remove it"):
            read_preferences(tmp_path)
    path.write_text(json.dumps({"model": "small", "of_tomorrow": 1}))
    assert read_preferences(tmp_path) == {"model": "small"}


def test_a_folder_that_cannot_be_written_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_preferences(tmp_path, {"model": "small"})

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SettingsError, match="No space left on device. What was kept before stays"):
        keep_preferences(tmp_path, {"model": "large"})
    assert read_preferences(tmp_path) == {"model": "small"}
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_services_hand_out_the_models_that_are_set(tmp_path: Path) -> None:
    with build_services(Settings(home=tmp_path)) as services:
        assert (services.chat("planner"), services.model_name("judge")) == (None, None)

        services.configure(
            Settings(home=Path("/nowhere"), model="small", vision_model="eyes", base_url="http://127.0.0.1:9/v1")
        )

        planner, judge, eyes = (services.chat(role) for role in ("planner", "judge", "vision"))
        assert isinstance(planner, OpenAIModel) and isinstance(eyes, OpenAIModel)
        assert planner is judge and planner is services.chat("planner")
        assert (planner.name, planner.address, eyes.name) == ("small", "http://127.0.0.1:9/v1", "eyes")
        assert services.settings.home == tmp_path
        assert services.model_name("vision") == "eyes"

        services.configure(Settings(model="small", vision_model="", base_url="http://127.0.0.1:8/v1", api_key=KEY))
        changed = services.chat("judge")
        assert isinstance(changed, OpenAIModel) and changed is not judge
        assert changed.address == "http://127.0.0.1:8/v1"
        assert services.chat("vision") is None


def test_a_bad_file_of_prices_is_said_where_a_model_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text("[models")
    services = build_services(Settings(home=tmp_path, model="small"))

    with pytest.raises(SettingsError, match="prices"):
        services.chat("planner")
