"""Products to look at: one list, or what only one, both or only the other of two versions holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ui.components.library_list import Tone
from ui.components.source import element

_shelf = element("library_shelf")


@dataclass(frozen=True, slots=True)
class Shown:
    """One product as it is looked at. `mark` is a word over its picture, `gone` says that the catalogue lost it."""

    rank: int
    title: str
    price: str = ""
    pictures: tuple[str, ...] = ()
    mark: str = ""
    tone: Tone = "gray"
    hint: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Some products under a title with their number; `none` is the sentence where there are none."""

    id: str
    items: tuple[Shown, ...]
    title: str = ""
    tone: Tone = "gray"
    none: str = "None."


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two versions in one respect, as coloured words."""

    what: str
    chips: tuple[tuple[str, Tone], ...]


def library_shelf(
    sections: Sequence[Section], *, key: str, label: str, changes: Sequence[Change] = (), first: int = 24
) -> None:
    """Draw the sections, several beside each other; each shows its `first` products, and all on asking."""
    body: dict[str, Any] = {
        "sections": [asdict(section) for section in sections],
        "changes": [asdict(change) for change in changes],
        "label": label,
        "first": first,
    }
    drawn = hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=12).hexdigest()
    _shelf(key=key, data={**body, "drawn": drawn})
