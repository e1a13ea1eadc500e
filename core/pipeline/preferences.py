"""What an operator sets on a screen: checked, kept in the home folder, and taken over by the running process."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from holidays.registry import COUNTRIES

from core.errors import SettingsError
from core.llm.prices import Prices
from core.services import Services
from core.settings import PREFERENCES, Settings, keep_preferences, read_preferences

ADDRESSES = ("base_url", "searxng_url")
_LIKE_A_KEY = re.compile(r"\s*(?:sk|tvly)[-_]", re.IGNORECASE)
_SHORTEST_KEY = 8  # shorter ones are words that local servers take for a key
_MILLION = 1_000_000
# Reading, changing and writing the file is one step for all sessions of this process.
_keeping = threading.Lock()


def changed_settings(
    services: Services, changes: Mapping[str, Any], *, names: Mapping[str, str] | None = None
) -> Settings:
    """The settings in use with these `changes` (names of `PREFERENCES`), not kept and not in use.

    Raises `SettingsError` for what cannot be: an address that is none, a key where none belongs. `names` are what the
    screen calls the settings.
    """
    told = PREFERENCES if names is None else names
    settings = services.settings
    secrets = [key for key in (settings.api_key, settings.tavily_key) if key and len(key) >= _SHORTEST_KEY]
    for name, value in changes.items():
        if isinstance(value, str) and (_LIKE_A_KEY.match(value) or any(key in value for key in secrets)):
            raise SettingsError(
                f"What stands in {told.get(name, name)} looks like a key. Keys are never kept here: set "
                "OPENAI_API_KEY or TAVILY_API_KEY in the environment or in Streamlit's secrets, and start again."
            )
    # It imports the openai package, which nobody waits for at the start.
    from core.llm.faults import is_address

    made = settings.with_preferences(changes, names=told)
    for name in ADDRESSES:
        address = getattr(made, name)
        if name in changes and address is not None and not is_address(address):
            example = "http://localhost:8000/v1" if name == "base_url" else "http://localhost:8080"
            raise SettingsError(
                f"{told[name]} must begin with http:// or https:// and name a server, such as {example}; "
                f"“{shown_address(address)}” does not."
            )
    return made


def keep_settings(services: Services, changes: Mapping[str, Any], *, names: Mapping[str, str] | None = None) -> None:
    """Keep `changes` in `HOME/settings.json` beside what is kept there, and use them from now on.

    Work that is under way goes on as it began. Raises `SettingsError` as `changed_settings` does and where the file
    cannot be read or written; then nothing has changed.
    """
    with _keeping:
        made = changed_settings(services, changes, names=names)
        home = services.settings.home
        kept = {**read_preferences(home), **{name: getattr(made, name) for name in changes}}
        keep_preferences(home, {name: value for name, value in kept.items() if value is not None})
        services.configure(made)


def shown_address(address: str) -> str:
    """An address as a screen may show it: without name, password, query and fragment, any of which may be secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "an address that is none"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()[:200]


def price_of(services: Services, model: str) -> tuple[float, float] | None:
    """US dollars for a million tokens read and written by a model, None where its price is not known.

    Raises `SettingsError` for a bad file of prices.
    """
    prices = Prices.of_home(services.settings.home)
    read, written = prices.cost_of(model, _MILLION, 0), prices.cost_of(model, 0, _MILLION)
    return None if read is None or written is None else (read, written)


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """The countries whose public holidays are known, by their two letters, in the order of their names."""
    named = {codes[1]: _spaced(codes[0]) for codes in COUNTRIES.values() if len(codes[1]) == 2}
    return MappingProxyType(dict(sorted(named.items(), key=lambda pair: pair[1])))


def _spaced(name: str) -> str:
    """ "IsleOfMan" as "Isle of Man"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r" (Of|And|The)\b", lambda found: found[0].lower(), words)
