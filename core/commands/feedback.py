"""`feedback export`: what operators judged, for those who train on it."""

from __future__ import annotations

import argparse
from typing import Any

from core import pipeline
from core.commands.output import Context
from core.commands.selection import write_bytes


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    group = commands.add_parser("feedback", help="what operators judged").add_subparsers(dest="action", required=True)
    export = group.add_parser("export", parents=[shared], help="every feedback event, oldest first")
    export.add_argument("--format", choices=["jsonl", "parquet"], default="jsonl")
    export.add_argument("--out", metavar="FILE", help="default: standard output")
    export.set_defaults(run=run_export)


def run_export(context: Context, arguments: argparse.Namespace) -> None:
    count, data = pipeline.export_feedback(context.services, arguments.format)
    if arguments.out is None:
        context.console.out.flush()
        context.console.out.buffer.write(data)
        context.console.out.flush()
        return
    write_bytes(arguments.out, data)
    context.console.document({"events": count, "out": arguments.out}, f"{count:,} events in {arguments.out}")
