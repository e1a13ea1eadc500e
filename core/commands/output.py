"""What every command shares: where it reads and writes, how it reports progress, and its exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

from core.domain import Strategy
from core.errors import (
    BudgetSpent,
    CatalogueError,
    InputError,
    ProviderError,
    RunCancelled,
    SettingsError,
    ShelfcraftError,
    SourceInvalid,
    StoreError,
    StrategyInvalid,
)
from core.events import (
    Event,
    ModelCalled,
    PageRead,
    PictureRead,
    ResearchStarted,
    SearchFinished,
    StageFinished,
    StageProgress,
    StageStarted,
    Thought,
    TurnFinished,
    Warned,
)
from core.services import Services

T = TypeVar("T")

# Documented in docs/cli.md; 2 is argparse's own for a wrong command line.
EXIT_CODES: dict[type[ShelfcraftError], int] = {
    InputError: 3,
    CatalogueError: 4,
    StoreError: 5,
    ProviderError: 6,
    SettingsError: 7,
    BudgetSpent: 8,
    RunCancelled: 130,
}


def exit_code(error: ShelfcraftError) -> int:
    """The exit code of an error's nearest documented ancestor, 1 where there is none."""
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)


@dataclass(frozen=True, slots=True)
class Console:
    """Standard output takes one document with `--json`, or a table; everything else goes to standard error."""

    as_json: bool
    out: TextIO = sys.stdout
    err: TextIO = sys.stderr
    quiet: bool = False

    def document(self, data: Mapping[str, Any], text: str) -> None:
        """Write the result: `data` as one JSON document with `--json`, else `text`."""
        if self.as_json:
            json.dump(data, self.out, ensure_ascii=False, default=str)
            self.out.write("\n")
        else:
            self.out.write(text.rstrip("\n") + "\n")
        self.out.flush()

    def fail(self, error: ShelfcraftError) -> None:
        """Write an error's sentence; with `--json` also as the one document."""
        self.err.write(f"{error}\n")
        if self.as_json:
            json.dump({"error": {"type": type(error).__name__, "message": str(error)}}, self.out, ensure_ascii=False)
            self.out.write("\n")

    def follow(self, work: Generator[Event, None, T]) -> T:
        """Run long work to its end, saying on standard error what it does; closing is what cancels it."""
        with closing(work):
            while True:
                try:
                    event = next(work)
                except StopIteration as stop:
                    result: T = stop.value
                    return result
                line = describe(event)
                if line and not self.quiet:
                    self.err.write(line + "\n")


def describe(event: Event) -> str:
    """An event as a line for a terminal; empty for those that a result repeats."""
    match event:
        case StageStarted(stage, note):
            return f"{stage}: {note}" if note else f"{stage} ..."
        case StageProgress(stage, done, total, note, rate, left):
            parts = [f"{done:,}" if total is None else f"{done:,}/{total:,}", note]
            parts.append("" if rate is None else f"{rate:,.0f}/s")
            parts.append("" if left is None else f"{left:,.0f} s left")
            return f"{stage}: " + " ".join(p for p in parts if p)
        case StageFinished(stage, summary, seconds):
            return f"{stage}: {summary} ({seconds:.1f} s)"
        case TurnFinished(turn):
            return f"turn {turn.number}: {turn.preview.count:,} products, reward {turn.reward.total:.1f}. {turn.note}"
        case PictureRead(_, words, _):
            return f"picture: it seems to show {words}" if words else ""
        case Warned(stage, message):
            return f"{stage}: warning: {message}"
        case _:
            return _research_line(event)


def _research_line(event: Event) -> str:
    """What research says while it works, as a line for a terminal."""
    match event:
        case ResearchStarted(mode, theme, provider):
            return f"research: {mode} for “{theme}” with {provider}"
        case Thought(turn, text):
            return f"research: turn {turn}: {text}"
        case SearchFinished(query, _, hits, seconds, error):
            told = f"{len(hits)} hits" if error is None else error
            return f"research: searched “{query}”: {told} ({seconds:.1f} s)"
        case PageRead(address, title, characters, seconds, error):
            told = f"{characters:,} characters of “{title}”" if error is None else error
            return f"research: {address}: {told} ({seconds:.1f} s)"
        case ModelCalled(prompt, model, tokens_in, tokens_out, seconds, cost, cached):
            price = "kept answer" if cached else "price unknown" if cost is None else f"${cost:.4f}"
            return f"model: {prompt} by {model}: {tokens_in + tokens_out:,} tokens, {price} ({seconds:.1f} s)"
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a command is handed beside its arguments."""

    services: Services
    console: Console


def read_strategy(source: str) -> Strategy:
    """Read a strategy from a file, or from standard input for "-".

    Also takes the document that `plan --json` writes. Raises `StrategyInvalid` or `SourceInvalid`.
    """
    if source == "-":
        text = sys.stdin.read()
    else:
        try:
            text = Path(source).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as exc:
            raise SourceInvalid(f"The strategy file {source} cannot be read: {exc}", source) from exc
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise StrategyInvalid(f"The strategy is not valid JSON: {exc}") from exc
    if isinstance(data, dict) and isinstance(data.get("strategy"), dict):
        data = data["strategy"]
    return Strategy.from_json(data)


def table(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """Rows as aligned text: numbers to the right, long texts cut at 60 characters."""
    cells = [[_cell(v) for v in row] for row in rows]
    widths = [max([len(h), *(len(r[i]) for r in cells)]) for i, h in enumerate(header)]
    right = [all(isinstance(r[i], int | float) or r[i] is None for r in rows) for i in range(len(header))]

    def line(values: list[str]) -> str:
        return "  ".join(
            v.rjust(w) if r else v.ljust(w) for v, w, r in zip(values, widths, right, strict=True)
        ).rstrip()

    return "\n".join([line(list(header)), *(line(r) for r in cells)])


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
