"""What an ingest read, kept and set aside, as a value for the command line and the screens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

PROBLEMS_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one value. `row` counts the products of its source from 1; `value` is shortened.

    `set_aside` False is a note: the product was kept, without this value or with it mended as `reason` says.
    """

    source: str
    row: int
    column: str
    value: str
    reason: str
    set_aside: bool = True


@dataclass(frozen=True, slots=True)
class FieldFound:
    """Which columns fill one field, and how that was found: `name`, `content`, `override` or `generated`."""

    field: str
    columns: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source: what kind of file it is, its rows, and what became of its columns."""

    source: str
    kind: str
    read: int
    kept: int
    set_aside: int
    fields: tuple[FieldFound, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The outcome of a build or an addition.

    `problems` and `notes` hold the first 1,000 each, `set_aside` and `noted` count all. `problem_file` holds every row
    that was set aside, None where there is none. `rows` and `families` are of the whole catalogue afterwards.
    """

    catalogue: str
    version: str
    rows: int
    families: int
    read: int
    kept: int
    set_aside: int
    noted: int
    embedded: int
    reused: int
    seconds: float
    sources: tuple[SourceReport, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    problem_file: str | None
    warnings: tuple[str, ...]
    currencies: tuple[tuple[str, int], ...]
    queries: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    def text(self) -> str:
        """The report in a few lines, for a terminal."""
        lines = [
            f"The catalogue {self.catalogue!r} holds {self.rows:,} products in {self.families:,} families.",
            f"Read {self.read:,} rows, kept {self.kept:,}, set {self.set_aside:,} aside; embedded {self.embedded:,} "
            f"texts, reused {self.reused:,}; {self.seconds:.1f} s.",
        ]
        for source in self.sources:
            fields = ", ".join(f"{f.field} = {' + '.join(f.columns) or f.how}" for f in source.fields)
            lines.append(f"{source.source} ({source.kind}, {source.read:,} rows): {fields}")
        lines.extend(f"Note: {warning}" for warning in self.warnings)
        for problem in self.problems[:10]:
            lines.append(f"{problem.source}, row {problem.row}, {problem.column}: {problem.reason}")
        if self.problem_file is not None:
            lines.append(f"Every row that was set aside, with its reason: {self.problem_file}")
        return "\n".join(lines)
