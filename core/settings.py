"""One flat frozen object of settings, read once at the edge and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import SettingsError

DEFAULT_HOME = ".shelfcraft"
DEMO_CATALOGUE = "demo"
DEFAULT_ENCODER = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things live and which models serve; `database_url` holds a password and so is kept out of `repr`.

    `catalogue` None means the catalogue that was built last, and the demo where there is none. `threads` 0 means one a
    core.
    `sample_size` is TinyPreview's; a catalogue of up to 50,000 products is previewed whole.
    """

    home: Path = Path(DEFAULT_HOME)
    database_url: str | None = field(default=None, repr=False)
    catalogue: str | None = None
    encoder: str = DEFAULT_ENCODER
    threads: int = 0
    sample_size: int = 20_000
    actor: str = "operator"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Build from a mapping (`os.environ` at the edge, a dict in tests); raises `SettingsError`."""
        return cls(
            home=Path(env.get("SHELFCRAFT_HOME") or DEFAULT_HOME).expanduser(),
            database_url=env.get("SHELFCRAFT_DATABASE_URL") or None,
            catalogue=env.get("SHELFCRAFT_CATALOGUE") or None,
            encoder=env.get("SHELFCRAFT_ENCODER") or DEFAULT_ENCODER,
            threads=_whole(env, "SHELFCRAFT_THREADS", 0),
            sample_size=_whole(env, "SHELFCRAFT_SAMPLE_SIZE", 20_000),
            actor=env.get("SHELFCRAFT_ACTOR") or "operator",
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
