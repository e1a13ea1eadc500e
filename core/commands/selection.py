"""`select`: the whole way from a theme to an exported list."""

from __future__ import annotations

import argparse
import os
from collections.abc import Generator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core import pipeline
from core.commands.output import Context, read_strategy, table
from core.commands.strategies import add_rerank
from core.domain import GRADE_NAMES, STRICTNESS, Filters, SelectedProduct, Selection
from core.errors import InputError, SourceInvalid
from core.events import Event
from core.pipeline.judges import judgment_json
from core.services import Services

FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".json": "json", ".parquet": "parquet"}


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    select = commands.add_parser("select", parents=[shared], help="from a theme to a curated list")
    select.add_argument("theme")
    select.add_argument("--strategy", metavar="FILE|-", help="use this strategy instead of planning one")
    select.add_argument("--turns", type=int, default=4)
    select.add_argument("--size", type=int, default=200)
    select.add_argument("--min-price", type=float)
    select.add_argument("--max-price", type=float)
    select.add_argument("--category", action="append", default=[], help="a category path; may be given several times")
    select.add_argument("--include-out-of-stock", action="store_true")
    select.add_argument(
        "--strictness", choices=STRICTNESS, default="balanced", help="loose lists more products, strict surer ones"
    )
    add_rerank(select)
    select.add_argument("--budget-usd", type=float, metavar="X", help="the most that a language model may cost")
    select.add_argument("--out", metavar="FILE", help="also export to .csv, .xlsx, .json or .parquet")
    select.set_defaults(run=run_select)


def _filters(arguments: argparse.Namespace) -> Filters:
    low, high = arguments.min_price, arguments.max_price
    if low is not None and high is not None and low > high:
        raise InputError(f"The lowest price {low:g} is above the highest {high:g}.")
    price = None if low is None and high is None else (low, high)
    return Filters(price, tuple(arguments.category), not arguments.include_out_of_stock, arguments.strictness)


def run_select(context: Context, arguments: argparse.Namespace) -> None:
    services, console = context.services, context.console
    export = _format(arguments.out)
    filters = _filters(arguments)
    params = {
        "theme": arguments.theme,
        "turns": arguments.turns,
        "size": arguments.size,
        "filters": filters.to_json(),
        "rerank": arguments.rerank,
        "budget_usd": arguments.budget_usd,
    }

    def work(run_id: str) -> Generator[Event, None, Selection]:
        return _work(services, arguments, filters, run_id)

    selection = console.follow(pipeline.recorded(services, "select", work, params=params))
    if arguments.out is not None and export is not None:
        write_bytes(arguments.out, pipeline.export_selection(services, selection, export))
    console.document(selection_json(selection), _text(context, selection))


def _work(
    services: Services, arguments: argparse.Namespace, filters: Filters, run_id: str
) -> Generator[Event, None, Selection]:
    if arguments.strategy is None:
        trajectory = yield from pipeline.plan(services, arguments.theme, turns=arguments.turns, filters=filters)
        intent, strategy = trajectory.intent, trajectory.best.strategy
    else:
        intent = pipeline.read_intent(services, arguments.theme, filters=filters)
        strategy = read_strategy(arguments.strategy)
        strategy = replace(strategy, filters=pipeline.merge_filters(strategy.filters, intent.filters))
    work = pipeline.select(
        services,
        intent,
        strategy=strategy,
        size=arguments.size,
        rerank=arguments.rerank,
        budget_usd=arguments.budget_usd,
        run_id=run_id,
    )
    return (yield from work)


def _format(out: str | None) -> str | None:
    if out is None:
        return None
    ending = Path(out).suffix.casefold()
    if ending not in FORMATS:
        raise InputError(f"{out} should end in one of {', '.join(FORMATS)}.")
    return FORMATS[ending]


def selection_json(selection: Selection) -> dict[str, Any]:
    """A selection as the command line writes it."""
    return {
        "strategy": selection.strategy.to_json(),
        "products": [
            {
                "product_id": p.product_id,
                "rank": p.rank,
                "score": round(p.score, 6),
                "relevance": round(p.relevance, 6),
                "potential": round(p.potential, 6),
                "why": p.why,
                "variants": list(p.variants),
                "judgment": None if p.judgment is None else judgment_json(p.judgment),
                "path": [asdict(step) for step in p.path],
            }
            for p in selection.products
        ],
        "funnel": [asdict(stage) for stage in selection.funnel],
    }


def _text(context: Context, selection: Selection) -> str:
    if context.console.as_json:
        return ""
    found = pipeline.products(context.services, [p.product_id for p in selection.products])
    funnel = table(("step", "in", "out", "note"), [(s.stage, s.entered, s.left, s.note) for s in selection.funnel])
    rows = [(p.rank, p.product_id, found[p.product_id].title, p.score, _grade(p), p.why) for p in selection.products]
    return f"{funnel}\n\n{table(('rank', 'id', 'title', 'score', 'grade', 'why'), rows)}"


def _grade(product: SelectedProduct) -> str:
    grade = None if product.judgment is None else product.judgment.grade
    return "" if grade is None else GRADE_NAMES[grade]


def write_bytes(out: str, data: bytes) -> None:
    """Write a file whole or not at all; raises `SourceInvalid` where it cannot be written."""
    path = Path(out)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as exc:
        part.unlink(missing_ok=True)
        raise SourceInvalid(f"{out} cannot be written: {exc.strerror or exc}", out) from exc
