"""One flat frozen object of settings, read once at the edge and handed in."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from core.errors import SettingsError

DEFAULT_HOME = ".shelfcraft"
DEMO_CATALOGUE = "demo"
DEFAULT_ENCODER = "all-MiniLM-L6-v2"
DEFAULT_SEARCH = "library"
DEFAULT_COUNTRY = "US"
SEARCHES = ("library", "ddgs", "searxng", "tavily")

PREFERENCES: Mapping[str, str] = {
    "base_url": "OPENAI_BASE_URL",
    "model": "SHELFCRAFT_MODEL",
    "judge_model": "SHELFCRAFT_JUDGE_MODEL",
    "vision_model": "SHELFCRAFT_VISION_MODEL",
    "search": "SHELFCRAFT_SEARCH",
    "searxng_url": "SHELFCRAFT_SEARXNG_URL",
    "image_encoder": "SHELFCRAFT_IMAGE_ENCODER",
    "country": "SHELFCRAFT_COUNTRY",
    "budget_usd": "SHELFCRAFT_BUDGET_USD",
    "local_judge": "SHELFCRAFT_LOCAL_JUDGE",
}
"""What the studio's settings screen can change, and the name in the environment that goes before it. Keys are none of
these: they come from the environment or from secrets, and are never written to a file by us."""

PREFERENCES_FILE = "settings.json"
# Set to nothing these two say that the role has no model; left out they follow `model`.
_SWITCHES = frozenset({"judge_model", "vision_model"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things live and which models serve; `database_url` holds a password and so is kept out of `repr`.

    `catalogue` None means the catalogue that was built last, and the demo where there is none. `threads` 0 means one a
    core.
    `sample_size` is TinyPreview's; a catalogue of up to 50,000 products is previewed whole.

    The studio thinks with a language model where `model` is set: `base_url` None is the address of the `openai` package
    itself. `judge_model` and `vision_model` None are `model`; "" switches them off. `search` is where research looks:
    `library` (the operator's own notes, the default), `ddgs`, `searxng` or `tavily`. `image_encoder` is a CLIP or
    SigLIP of sentence-transformers, None for colours and shapes. `country` is whose calendar counts (ISO 3166, two
    letters). `budget_usd` is the most that one run may spend, None for no limit. `local_judge` is a file of weights for
    the local judge of relevance, None for the shipped ones. Keys, and addresses that may hold a password, are kept out
    of `repr`.
    """

    home: Path = Path(DEFAULT_HOME)
    database_url: str | None = field(default=None, repr=False)
    catalogue: str | None = None
    encoder: str = DEFAULT_ENCODER
    threads: int = 0
    sample_size: int = 20_000
    actor: str = "operator"
    base_url: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    judge_model: str | None = None
    vision_model: str | None = None
    search: str = DEFAULT_SEARCH
    searxng_url: str | None = field(default=None, repr=False)
    tavily_key: str | None = field(default=None, repr=False)
    image_encoder: str | None = None
    country: str = DEFAULT_COUNTRY
    budget_usd: float | None = None
    local_judge: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str], *, preferences: Mapping[str, Any] | None = None) -> Settings:
        """Build from a mapping (`os.environ` at the edge, a dict in tests); raises `SettingsError`.

        `preferences` are what the studio keeps (`read_preferences`); what the environment names goes before them.
        """
        made = cls(
            home=home_of(env),
            database_url=env.get("SHELFCRAFT_DATABASE_URL") or None,
            catalogue=env.get("SHELFCRAFT_CATALOGUE") or None,
            encoder=env.get("SHELFCRAFT_ENCODER") or DEFAULT_ENCODER,
            threads=_whole(env, "SHELFCRAFT_THREADS", 0),
            sample_size=_whole(env, "SHELFCRAFT_SAMPLE_SIZE", 20_000),
            actor=env.get("SHELFCRAFT_ACTOR") or "operator",
            api_key=env.get("OPENAI_API_KEY") or None,
            tavily_key=env.get("TAVILY_API_KEY") or None,
        )
        held = pinned(env)
        if preferences is not None:
            made = made.with_preferences({k: v for k, v in preferences.items() if k not in held})
        return made.with_preferences({name: env[PREFERENCES[name]] for name in held}, names=PREFERENCES)

    def with_preferences(self, mapping: Mapping[str, Any], *, names: Mapping[str, str] | None = None) -> Settings:
        """With these preferences (`PREFERENCES`) in place of what is set; what the mapping leaves out stays.

        An empty text or None takes a setting away; "" for `judge_model` and `vision_model` switches the role off.
        Raises `SettingsError`, which calls a setting by `names` where they are given.
        """
        read = {name: _preference(name, value, names) for name, value in mapping.items()}
        return replace(self, **read)

    def thinking(self) -> dict[str, Any]:
        """What concerns models, search, pictures, country and budget, keys included: names of fields to values."""
        return {name: getattr(self, name) for name in (*PREFERENCES, "api_key", "tavily_key")}

    def model_for(self, role: Literal["planner", "judge", "vision"]) -> str | None:
        """The model of a role; None where the role is switched off, and for all of them where `model` is not set."""
        if self.model is None:
            return None
        own = {"planner": self.model, "judge": self.judge_model, "vision": self.vision_model}[role]
        return (self.model if own is None else own) or None

    def sql_url(self) -> str:
        """The address of the SQL store: the one set, or a SQLite file in `home`."""
        return self.database_url if self.database_url is not None else f"sqlite:///{self.home / 'shelfcraft.db'}"


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError as exc:
        raise SettingsError(f"{name} must be a whole number, not {value!r}.") from exc
    if number < 0:
        raise SettingsError(f"{name} must not be negative, but is {number}.")
    return number


def home_of(env: Mapping[str, str]) -> Path:
    """The data folder that an environment names."""
    return Path(env.get("SHELFCRAFT_HOME") or DEFAULT_HOME).expanduser()


def pinned(env: Mapping[str, str]) -> frozenset[str]:
    """The preferences that an environment sets, which no choice on a screen can change."""
    return frozenset(
        name for name, variable in PREFERENCES.items() if env.get(variable) or (name in _SWITCHES and variable in env)
    )


def read_preferences(home: Path) -> dict[str, Any]:
    """What was kept in `HOME/settings.json`, checked; empty where there is no file. Raises `SettingsError`."""
    path = home / PREFERENCES_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"The kept settings in {path} cannot be read. Mend the file or remove it.") from error
    if not isinstance(found, dict):
        raise SettingsError(f"The kept settings in {path} are no settings. Mend the file or remove it.")
    try:
        # What a newer program kept there stays unused, and what is unknown is no reason not to start.
        return {name: _preference(name, value) for name, value in found.items() if name in PREFERENCES}
    except SettingsError as error:
        raise SettingsError(
            f"The kept settings in {path} cannot be used. {error} Mend the file or remove it."
        ) from error


def keep_preferences(home: Path, mapping: Mapping[str, Any]) -> None:
    """Keep these preferences in `HOME/settings.json` in place of those before, all or none of them.

    Raises `SettingsError` for what is none or has a value that cannot be (keys are none), and where it cannot be
    written.
    """
    kept = {name: _preference(name, value) for name, value in mapping.items()}
    for name in ("base_url", "searxng_url"):
        if "@" in (kept.get(name) or ""):
            raise SettingsError(
                "An address with a name and password is not kept in a file. "
                f"Set {PREFERENCES[name]} in the environment."
            )
    path = home / PREFERENCES_FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{PREFERENCES_FILE}.", dir=home)
        try:
            os.chmod(name, 0o644)  # no secret, and another user of a shared folder starts with it too
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file, indent=2, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"The settings cannot be kept in {path}: {reason}. What was kept before stays.") from error


def _preference(name: str, value: Any, names: Mapping[str, str] | None = None) -> Any:
    """The value of one preference, checked."""
    if name not in PREFERENCES:
        raise SettingsError(f"There is no setting {name!r} that can be kept; known: {', '.join(PREFERENCES)}.")
    told = name if names is None else names[name]
    if name == "budget_usd":
        return None if value is None or value == "" else _amount(told, value)
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"{told} must be a text, not {value!r}.")
    word = None if value is None else value.strip()
    if name in _SWITCHES:
        return word
    if name == "search":
        return _search(told, word)
    if name == "country":
        return _country(told, word)
    return word or None


def _search(told: str, word: str | None) -> str:
    search = (word or DEFAULT_SEARCH).lower()
    if search not in SEARCHES:
        raise SettingsError(f"{told} must be one of {', '.join(SEARCHES)}, not {search!r}.")
    return search


def _country(told: str, word: str | None) -> str:
    country = (word or DEFAULT_COUNTRY).upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise SettingsError(f"{told} must be a country by its two letters, such as US or DE, not {country!r}.")
    return country


def _amount(told: str, value: Any) -> float:
    try:
        amount = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError) as exc:
        raise SettingsError(f"{told} must be an amount such as 0.50, not {value!r}.") from exc
    if not 0 <= amount < 1e9:
        raise SettingsError(f"{told} must not be negative, but is {value!r}.")
    return amount
