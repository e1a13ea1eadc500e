"""Prompts as files: one `.md` a prompt, named `stage.task.md`; the version of a prompt is the hash of its text.

A file holds the system's words, a line `---`, and the user's words, in which `{{name}}` is a place to fill. What fills
a place is data, never words of the prompt: text from pages, products and operators goes through `quoted`, which marks
where it begins and ends and takes the mark itself out of it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_MARK = re.compile(r"<\s*/?\s*data\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt. `version` is twelve hexadecimal digits of the hash of the whole file."""

    name: str
    version: str
    system: str
    user: str

    def fill(self, **places: str) -> str:
        """The user's words with every place filled; raises `KeyError` for a place that was left out or is not there."""
        wanted = set(_PLACE.findall(self.user))
        if wanted != set(places):
            raise KeyError(f"{self.name} has the places {sorted(wanted)}, not {sorted(places)}")
        return _PLACE.sub(lambda found: places[found[1]], self.user)


@lru_cache(maxsize=64)
def load_prompt(name: str) -> Prompt:
    """The prompt of `core/prompts/NAME.md`; raises `FileNotFoundError`."""
    text = files("core.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    system, _, user = text.partition("\n---\n")
    return Prompt(name, hashlib.sha256(text.encode()).hexdigest()[:12], system.strip(), user.strip())


def quoted(source: str, text: str, *, limit: int = 4_000) -> str:
    """Text of others as data: between marks that say where it is from, cut at `limit` characters."""
    name = re.sub(r"[^\w .:/-]", "", source)[:120]
    kept = _MARK.sub(" ", text)
    if len(kept) > limit:
        kept = kept[:limit] + " …"
    return f'<data source="{name}">\n{kept}\n</data>'
