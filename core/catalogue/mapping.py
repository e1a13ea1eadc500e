"""Finds out which column of a shop's export holds what, by name and by a look at the first rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.catalogue.schema import normal_category
from core.catalogue.synonyms import ATTRIBUTES, CATEGORY, FIELDS, IGNORED, LEVELS
from core.errors import InputError, SourceInvalid

MAX_ATTRIBUTES = 40
LONGEST_ATTRIBUTE = 200

FIELD_NAMES = (*FIELDS, "category")
"""The fields that an override may name."""

# These take the first of their columns that says anything, or all of them one after the other.
_SEVERAL = {"price": 4, "description": 4, "image": 4}
_ATTRIBUTE_OF = {synonym: name for name, synonyms in ATTRIBUTES.items() for synonym in synonyms}
_NUMBERED = re.compile(r"(?:category|categorylevel|categorylvl|cat|level|lvl|kategorie|categorie|categoria)([1-9])")
_PATH = re.compile(r"\S\s*(?:>|\||/|::|›|»)\s*\S")

How = Literal["name", "content", "override", "generated"]


@dataclass(frozen=True, slots=True)
class FieldColumns:
    """The columns of one field: the first with a value counts; a category's are levels, a description's are joined."""

    field: str
    columns: tuple[str, ...]
    how: How


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What becomes of every column; a screen can show it, and hand it back changed as overrides (field to column)."""

    columns: tuple[str, ...]
    fields: tuple[FieldColumns, ...]
    attributes: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]

    def of(self, field: str) -> tuple[str, ...]:
        """The columns of a field, none where it has none."""
        return next((f.columns for f in self.fields if f.field == field), ())


def normal_name(column: str) -> str:
    """A column's name in lower case without accents, blanks and marks ("Product-Title" is "producttitle")."""
    plain = unicodedata.normalize("NFKD", column.casefold())
    return "".join(c for c in plain if c.isalnum())


def map_columns(
    columns: Sequence[str],
    sample: Sequence[Sequence[Any]],
    *,
    overrides: Mapping[str, str] | None = None,
    source: str = "",
    title_needed: bool = True,
) -> ColumnMapping:
    """Map the columns of a source, given its first rows.

    `overrides` (field to column; several columns joined by "+"; "" leaves the field empty) win; those whose column this
    source lacks are left to the caller. Raises `InputError` for a field that does not exist, and `SourceInvalid` where
    no column can be the title, unless that is no matter.
    """
    names = {normal_name(c): c for c in reversed(columns)}
    found = _overridden(overrides or {}, columns)
    taken = {column for field in found.values() for column in field.columns}
    if "category" not in found:
        levels = _category(names, columns, sample, taken)
        if levels:
            found["category"] = FieldColumns("category", levels, "name")
            taken.update(levels)
    for field, synonyms in FIELDS.items():
        if field in found:
            continue
        matching = [names[s] for s in synonyms if s in names and names[s] not in taken]
        if matching:
            if field == "product_id":
                # An id that many rows share (a handle, a style) is no id, where another column is one.
                matching.sort(key=lambda c: len(set(v := _texts(columns, sample, c))) < 0.9 * len(v))
            chosen = tuple(matching[: _SEVERAL.get(field, 1)])
            found[field] = FieldColumns(field, chosen, "name")
            taken.update(chosen)
    if "title" not in found:
        guess = _title_by_content(columns, sample, taken)
        if guess is None and title_needed:
            raise SourceInvalid(
                f"{source or 'The source'} has no column that could be the title. Its columns: "
                f"{', '.join(columns[:30])}. Name it with --map title=COLUMN.",
                source,
            )
        if guess is not None:
            found["title"] = FieldColumns("title", (guess,), "content")
            taken.add(guess)
    if "product_id" not in found:
        found["product_id"] = FieldColumns("product_id", (), "generated")
    attributes, skipped = _attributes(columns, sample, taken)
    ordered = tuple(found[f] for f in ("product_id", "title", *FIELD_NAMES) if f in found)
    return ColumnMapping(tuple(columns), tuple(dict.fromkeys(ordered)), attributes, skipped)


def _overridden(overrides: Mapping[str, str], columns: Sequence[str]) -> dict[str, FieldColumns]:
    chosen = {field: override_columns(joined, columns) for field, joined in checked_overrides(overrides).items()}
    return {field: FieldColumns(field, c, "override") for field, c in chosen.items() if c is not None}


def checked_overrides(overrides: Mapping[str, str]) -> dict[str, str]:
    """Overrides by the field's own name; raises `InputError` for a field that does not exist."""
    out: dict[str, str] = {}
    for field, column in overrides.items():
        name = "image" if field == "image_url" else field
        if name not in FIELD_NAMES:
            raise InputError(f"There is no field {field!r} to map. The fields are: {', '.join(sorted(FIELD_NAMES))}.")
        out[name] = column
    return out


def override_columns(joined: str, columns: Sequence[str]) -> tuple[str, ...] | None:
    """The columns that an override names, None where the source lacks one; a column may have a "+" in its own name."""
    parts = joined.split("+")
    chosen: list[str] = []
    while parts:
        # The longest run of parts that is one column.
        end = next((n for n in range(len(parts), 0, -1) if "+".join(parts[:n]).strip() in columns), None)
        if end is not None:
            chosen.append("+".join(parts[:end]).strip())
            parts = parts[end:]
        elif not parts[0].strip():
            parts = parts[1:]
        else:
            return None
    return tuple(chosen)


def _category(
    names: Mapping[str, str], columns: Sequence[str], sample: Sequence[Sequence[Any]], taken: set[str]
) -> tuple[str, ...]:
    """The column of whole paths, else the columns of the levels from the widest on."""
    free = {n: c for n, c in names.items() if c not in taken}
    for name in CATEGORY:
        if name in free and _share(columns, sample, free[name], lambda v: bool(_PATH.search(v))) >= 0.5:
            return (free[name],)
    numbered = sorted((int(m[1]), c) for n, c in free.items() if (m := _NUMBERED.fullmatch(n)))
    if len(numbered) >= 2:
        return tuple(c for _, c in numbered)
    levels = [next((free[n] for n in level if n in free), None) for level in LEVELS]
    chain = tuple(c for c in levels if c is not None)
    if chain:
        return chain
    single = next((free[n] for n in CATEGORY if n in free), None)
    return (single,) if single is not None else ()


def _texts(columns: Sequence[str], sample: Sequence[Sequence[Any]], column: str) -> list[str]:
    i = list(columns).index(column)
    return [str(row[i]).strip() for row in sample if i < len(row) and row[i] is not None and str(row[i]).strip()]


def _share(columns: Sequence[str], sample: Sequence[Sequence[Any]], column: str, test: Any) -> float:
    values = _texts(columns, sample, column)
    return sum(1 for v in values if test(v)) / len(values) if values else 0.0


def _title_by_content(columns: Sequence[str], sample: Sequence[Sequence[Any]], taken: set[str]) -> str | None:
    """The column whose values read most like titles: mostly different, several words, no addresses, no long texts."""
    best: tuple[float, str] | None = None
    for column in columns:
        values = _texts(columns, sample, column)
        if column in taken or not values:
            continue
        words = sorted(len(v.split()) for v in values)[len(values) // 2]
        length = sorted(map(len, values))[len(values) // 2]
        letters = sum(any(c.isalpha() for c in v) for v in values) / len(values)
        if not 3 <= length <= 250 or letters < 0.8 or values[0].startswith(("http://", "https://", "{", "[")):
            continue
        different = len(set(values)) / len(values)
        score = different * min(words, 12) * letters
        if different >= 0.5 and (best is None or score > best[0]):
            best = (score, column)
    return best[1] if best is not None else None


def _attributes(
    columns: Sequence[str], sample: Sequence[Sequence[Any]], taken: set[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """(column, attribute name) of every column that describes the product, and (column, why not) of the others."""
    kept: list[tuple[str, str]] = []
    skipped: list[tuple[str, str]] = []
    for i, column in enumerate(columns):
        if column in taken:
            continue
        name = normal_name(column)
        values = [row[i] for row in sample if i < len(row) and row[i] is not None]
        texts = [str(v) for v in values if not isinstance(v, dict | list)]
        if name in IGNORED:
            skipped.append((column, "runs the shop, says nothing about the product"))
        elif any(isinstance(v, bytes) for v in values):
            skipped.append((column, "holds bytes"))
        elif texts and sum(t.startswith(("http://", "https://")) for t in texts) > len(texts) / 2:
            skipped.append((column, "holds addresses"))
        elif texts and sorted(map(len, texts))[len(texts) // 2] > LONGEST_ATTRIBUTE:
            skipped.append((column, f"its texts are longer than {LONGEST_ATTRIBUTE} characters"))
        elif len(kept) >= MAX_ATTRIBUTES:
            skipped.append((column, f"only the first {MAX_ATTRIBUTES} attributes are kept"))
        else:
            kept.append((column, attribute_name(column)))
    return tuple(kept), tuple(skipped)


def attribute_name(column: str) -> str:
    """What an attribute is called: the schema's own name where a synonym is known, else the column's in plain words."""
    known = _ATTRIBUTE_OF.get(normal_name(column))
    if known is not None:
        return known
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).replace("_", " ").replace("-", " ")
    plain = re.sub(r"^(?:is|has)\s+", "", " ".join(plain.split()).lower())
    return plain[:60] or column[:60]


def join_levels(levels: Sequence[str]) -> str:
    """One category path of the levels that say something; a level that repeats the one before is left out."""
    path: list[str] = []
    for level in levels:
        for part in normal_category(level).split(" > "):
            if part and (not path or path[-1].casefold() != part.casefold()):
                path.append(part)
    return " > ".join(path)
