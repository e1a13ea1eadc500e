"""What can be ingested: files, data frames, and rows of our own that need no mapping."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True)
class ProductRows:
    """Rows that already have the canonical fields (`rows.Row`), for instance the demo's; neither mapped nor checked."""

    name: str
    rows: Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Frame:
    """A data frame, mapped and checked like a file."""

    name: str
    frame: pd.DataFrame


Source = str | os.PathLike[str] | ProductRows | Frame


def source_name(source: Source) -> str:
    """How reports call it: the file's name, or the name given."""
    if isinstance(source, ProductRows | Frame):
        return source.name
    return os.path.basename(os.fspath(source))


def source_names(sources: Sequence[Source]) -> list[str]:
    """The names of several sources in order; files of the same name are told apart by their folder."""
    names = [source_name(s) for s in sources]
    return [
        name
        if names.count(name) == 1 or isinstance(source, ProductRows | Frame)
        else "/".join(os.path.abspath(source).split(os.sep)[-2:])
        for name, source in zip(names, sources, strict=True)
    ]
