"""What calls cost, by the shipped list and by an operator's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.llm.prices import Prices, cost_of


def test_a_known_model_costs_what_the_list_says() -> None:
    assert cost_of("gpt-4o-mini", 1_000_000, 0) == pytest.approx(0.15)
    assert cost_of("gpt-4o-mini", 0, 1_000_000) == pytest.approx(0.60)
    assert cost_of("gpt-4o-mini", 0, 0) == 0.0


@pytest.mark.parametrize("name", ["openai/gpt-4o-mini", "gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini-latest"])
def test_maker_and_date_do_not_matter(name: str) -> None:
    assert cost_of(name, 1_000_000, 0) == pytest.approx(0.15)


@pytest.mark.parametrize("name", ["qwen3:8b", "gpt-4o-minimal", "ft:gpt-4o-mini:us::x", "", "/models/small"])
def test_an_unknown_model_has_no_price_rather_than_a_wrong_one(name: str) -> None:
    assert cost_of(name, 1_000, 1_000) is None


def test_a_file_of_the_operator_goes_before_the_list(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text(
        '[models]\n"qwen3:8b" = { input = 0, output = 0 }\n"gpt-4o-mini" = { input = 1, output = 2.5 }\n'
    )

    prices = Prices.of_home(tmp_path)

    assert prices.cost_of("qwen3:8b", 10, 10) == 0.0
    assert prices.cost_of("gpt-4o-mini", 1_000_000, 1_000_000) == pytest.approx(3.5)
    assert prices.cost_of("gpt-4o", 1_000_000, 0) == pytest.approx(2.5)
    assert Prices.of_home(tmp_path / "none").cost_of("gpt-4o-mini", 1_000_000, 0) == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[models", "cannot be read"),
        ("models = 3", r"need a table \[models\]"),
        ('[models]\n"a" = 3', "price of a .*must look like"),
        ('[models]\n"a" = { input = -1, output = 2 }', "must look like"),
        ('[models]\n"a" = { input = true, output = 2 }', "must look like"),
        ('[models]\n"a" = { input = nan, output = 2 }', "must look like"),
    ],
)
def test_a_bad_file_is_said_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "prices.toml").write_text(text)

    with pytest.raises(SettingsError, match=words) as caught:
        Prices.of_home(tmp_path)
    assert "prices.toml" in str(caught.value)
