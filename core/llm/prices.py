"""What a call costs: list prices in a data file (`prices.toml`) that an operator's own file goes before."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from core.errors import SettingsError

OWN_FILE = "prices.toml"
_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{6,8}|latest)$")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Model name -> (input, output) in US dollars for a million tokens."""

    models: Mapping[str, tuple[float, float]]

    @classmethod
    def shipped(cls) -> Prices:
        """The list prices that come with Shelfcraft."""
        return cls(_shipped())

    @classmethod
    def of_home(cls, home: Path) -> Prices:
        """The shipped prices with those of `HOME/prices.toml` before them; raises `SettingsError` for a bad file."""
        path = home / OWN_FILE
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls.shipped()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"The prices of models in {path} cannot be read: {error}. Mend or remove it."
            ) from error
        return cls({**_shipped(), **_read(text, str(path))})

    def cost_of(self, model: str, tokens_in: int, tokens_out: int) -> float | None:
        """US dollars of a call, None where the price of the model is not known.

        The maker's name before a slash ("openai/gpt-4o") and a date behind the name do not matter.
        """
        bare = model.rpartition("/")[2]
        for name in (model, bare, _DATED.sub("", bare)):
            if name in self.models:
                price_in, price_out = self.models[name]
                return (tokens_in * price_in + tokens_out * price_out) / _MILLION
        return None


def cost_of(model: str, tokens_in: int, tokens_out: int) -> float | None:
    """US dollars of a call by the shipped prices, None where the price of the model is not known."""
    return Prices.shipped().cost_of(model, tokens_in, tokens_out)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, tuple[float, float]]:
    return _read(files("core.llm").joinpath("prices.toml").read_text(encoding="utf-8"), "prices.toml")


def _read(text: str, where: str) -> dict[str, tuple[float, float]]:
    try:
        listed = tomllib.loads(text).get("models", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The prices of models in {where} cannot be read: {error}. Mend or remove it.") from error
    if not isinstance(listed, Mapping):
        raise SettingsError(f"The prices of models in {where} need a table [models].")
    return {name: _price(name, value, where) for name, value in listed.items()}


def _price(name: str, value: Any, where: str) -> tuple[float, float]:
    parts = (value.get("input"), value.get("output")) if isinstance(value, Mapping) else (None, None)
    numbers = [p for p in parts if isinstance(p, int | float) and not isinstance(p, bool) and 0 <= p < 1e6]
    if len(numbers) != 2:
        raise SettingsError(
            f"The price of {name} in {where} must look like "
            f'"{name}" = {{ input = 0.25, output = 2.00 }}, in US dollars for a million tokens.'
        )
    return float(numbers[0]), float(numbers[1])
