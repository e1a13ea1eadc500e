"""One flat frozen object of settings, read once at the edge and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import SettingsError

DEFAULT_HOME = ".shelfcraft"
DEMO_CATALOGUE = "demo"
DEFAULT_ENCODER = "all-MiniLM-L6-v2"
DEFAULT_SEARCH = "library"
SEARCHES = ("library", "ddgs", "searxng", "tavily")


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
    letters). `budget_usd` is the most that one run may spend, None for no limit. Keys are kept out of `repr`.
    """

    home: Path = Path(DEFAULT_HOME)
    database_url: str | None = field(default=None, repr=False)
    catalogue: str | None = None
    encoder: str = DEFAULT_ENCODER
    threads: int = 0
    sample_size: int = 20_000
    actor: str = "operator"
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    judge_model: str | None = None
    vision_model: str | None = None
    search: str = DEFAULT_SEARCH
    searxng_url: str | None = None
    tavily_key: str | None = field(default=None, repr=False)
    image_encoder: str | None = None
    country: str = "US"
    budget_usd: float | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Build from a mapping (`os.environ` at the edge, a dict in tests); raises `SettingsError`."""
        search = (env.get("SHELFCRAFT_SEARCH") or DEFAULT_SEARCH).lower()
        if search not in SEARCHES:
            raise SettingsError(f"SHELFCRAFT_SEARCH must be one of {', '.join(SEARCHES)}, not {search!r}.")
        return cls(
            home=Path(env.get("SHELFCRAFT_HOME") or DEFAULT_HOME).expanduser(),
            database_url=env.get("SHELFCRAFT_DATABASE_URL") or None,
            catalogue=env.get("SHELFCRAFT_CATALOGUE") or None,
            encoder=env.get("SHELFCRAFT_ENCODER") or DEFAULT_ENCODER,
            threads=_whole(env, "SHELFCRAFT_THREADS", 0),
            sample_size=_whole(env, "SHELFCRAFT_SAMPLE_SIZE", 20_000),
            actor=env.get("SHELFCRAFT_ACTOR") or "operator",
            base_url=env.get("OPENAI_BASE_URL") or None,
            api_key=env.get("OPENAI_API_KEY") or None,
            model=env.get("SHELFCRAFT_MODEL") or None,
            judge_model=env.get("SHELFCRAFT_JUDGE_MODEL"),
            vision_model=env.get("SHELFCRAFT_VISION_MODEL"),
            search=search,
            searxng_url=env.get("SHELFCRAFT_SEARXNG_URL") or None,
            tavily_key=env.get("TAVILY_API_KEY") or None,
            image_encoder=env.get("SHELFCRAFT_IMAGE_ENCODER") or None,
            country=(env.get("SHELFCRAFT_COUNTRY") or "US").upper(),
            budget_usd=_money(env, "SHELFCRAFT_BUDGET_USD"),
        )

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


def _money(env: Mapping[str, str], name: str) -> float | None:
    value = env.get(name)
    if not value:
        return None
    try:
        amount = float(value)
    except ValueError as exc:
        raise SettingsError(f"{name} must be an amount such as 0.50, not {value!r}.") from exc
    if not 0 <= amount < 1e9:
        raise SettingsError(f"{name} must not be negative, but is {amount:g}.")
    return amount
