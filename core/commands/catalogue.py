"""`catalogue build`, `add`, `demo` and `stats`: a shop's own export in."""

from __future__ import annotations

import argparse
from typing import Any

from core import pipeline
from core.commands.output import Context, table
from core.errors import InputError


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    group = commands.add_parser("catalogue", help="build and describe catalogues").add_subparsers(
        dest="action", required=True
    )
    for name, text, run in (
        ("build", "replace a catalogue by these sources, atomically, and make it current", run_build),
        ("add", "add these sources to a catalogue, or update its products by id", run_add),
    ):
        command = group.add_parser(name, parents=[shared], help=text)
        command.add_argument("--source", action="append", required=True, metavar="FILE", dest="sources")
        command.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", dest="mapping")
        command.add_argument("--query-log", metavar="FILE", help="what customers typed: columns query and count")
        command.set_defaults(run=run)
    stats = group.add_parser("stats", parents=[shared], help="what the catalogue holds")
    stats.set_defaults(run=run_stats)
    demo = group.add_parser("demo", parents=[shared], help="build the demo catalogue")
    demo.add_argument("--if-missing", action="store_true", help="do nothing where a catalogue can already be opened")
    demo.set_defaults(run=run_demo)


def _overrides(pairs: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign or not field.strip() or not column.strip():
            raise InputError(f"--map takes FIELD=COLUMN, not {pair!r}.")
        found[field.strip()] = column.strip()
    return found


def run_build(context: Context, arguments: argparse.Namespace) -> None:
    _ingest(context, arguments, replace=True)


def run_add(context: Context, arguments: argparse.Namespace) -> None:
    _ingest(context, arguments, replace=False)


def _ingest(context: Context, arguments: argparse.Namespace, *, replace: bool) -> None:
    ingest = pipeline.build_catalogue if replace else pipeline.add_to_catalogue
    work = ingest(
        context.services,
        arguments.sources,
        mapping=_overrides(arguments.mapping),
        query_log=arguments.query_log,
        name=arguments.catalogue,
    )
    report = context.console.follow(work)
    context.console.document(report.to_json(), report.text())


def run_stats(context: Context, arguments: argparse.Namespace) -> None:
    stats = pipeline.catalogue_stats(context.services)
    rows = [(key, value) for key, value in stats.items() if not isinstance(value, dict | list)]
    context.console.document(stats, table(("figure", "value"), rows))


def run_demo(context: Context, arguments: argparse.Namespace) -> None:
    work = pipeline.build_demo(context.services, if_missing=arguments.if_missing)
    rows = context.console.follow(work)
    context.console.document({"rows": rows}, f"The demo catalogue holds {rows:,} products.")
