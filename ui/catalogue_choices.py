"""What an operator chose for a dropped file, and the pure functions that change it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.settings import DEMO_CATALOGUE

OWN = "shop"
"""What a first catalogue of one's own is called unless it is given another name."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What an operator chose for a file: overrides by field, another file of queries, the catalogue it is to fill."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    query_log: str = ""
    target: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"mapping": dict(self.mapping), "query_log": self.query_log, "target": self.target}


def choices_from_json(raw: Mapping[str, Any]) -> Choices:
    """Choices from a stored draft; what is not one is left out."""
    mapping = raw.get("mapping")
    held = {k: v for k, v in mapping.items() if isinstance(k, str) and isinstance(v, str)} if mapping else {}
    return Choices(held, str(raw.get("query_log") or ""), str(raw.get("target") or ""))


def remapped(
    mapping: Mapping[str, str], name: str, columns: Sequence[str], proposed: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The overrides once a field was given these columns.

    A column leaves the field that an earlier override gave it to; what equals the proposal is no override.
    """
    chosen = list(columns)
    out = {
        other: " + ".join(c for c in joined.split(" + ") if c not in chosen)
        for other, joined in mapping.items()
        if other != name
    }
    out = {other: joined for other, joined in out.items() if joined or not mapping[other]}
    if chosen != list(proposed.get(name, ())) or _taken_elsewhere(chosen, out):
        out[name] = " + ".join(chosen)
    return out


def _taken_elsewhere(columns: Sequence[str], mapping: Mapping[str, str]) -> bool:
    return any(c in joined.split(" + ") for joined in mapping.values() for c in columns)


def fit_name(typed: str) -> str:
    """What was typed as the name of a catalogue that can be a folder; empty where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:64]


def target_of(chosen: str, *, in_use: str, names: Sequence[str]) -> str:
    """The catalogue that a file fills unless another is chosen: the one in use, but never the demo."""
    if chosen:
        return chosen
    if in_use != DEMO_CATALOGUE and in_use in names:
        return in_use
    return next((n for n in names if n != DEMO_CATALOGUE), OWN)
