"""`library add`, `search`, `list` and `remove`: the operator's own notes and reports."""

from __future__ import annotations

import argparse
from typing import Any

from core import pipeline
from core.commands.output import Context, table
from core.pipeline import LibraryPassage


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    group = commands.add_parser("library", help="the trend library: notes and reports that research reads")
    actions = group.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", parents=[shared], help="add files; one of a name that is there is replaced")
    add.add_argument("files", nargs="+", metavar="FILE", help="Markdown, text, HTML, PDF or CSV")
    add.set_defaults(run=run_add)
    search = actions.add_parser("search", parents=[shared], help="the passages that answer a query")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--limit", type=int, default=10)
    search.set_defaults(run=run_search)
    listing = actions.add_parser("list", parents=[shared], help="the documents, the one added last first")
    listing.set_defaults(run=run_list)
    remove = actions.add_parser("remove", parents=[shared], help="remove a document")
    remove.add_argument("name", metavar="NAME", help="the document's name, as `library list` shows it")
    remove.set_defaults(run=run_remove)


def run_add(context: Context, arguments: argparse.Namespace) -> None:
    report = context.console.follow(pipeline.add_to_library(context.services, arguments.files))
    context.console.document(report.to_json(), report.text())


def run_search(context: Context, arguments: argparse.Namespace) -> None:
    found = pipeline.search_library(context.services, arguments.query, limit=arguments.limit)
    data = {"query": arguments.query, "passages": [passage.to_json() for passage in found]}
    nothing = "Nothing in the trend library answers that. `library list` shows what is in it."
    context.console.document(data, "\n\n".join(_passage(one) for one in found) if found else nothing)


def _passage(passage: LibraryPassage) -> str:
    place = [passage.document]
    if passage.page is not None:
        place.append(f"{'row' if passage.kind == 'CSV' else 'page'} {passage.page:,}")
    if passage.heading:
        place.append(passage.heading)
    if passage.when is not None:
        place.append(passage.when.isoformat())
    text = "\n".join(f"  {line}" for line in passage.text.splitlines())
    return f"{passage.score:.2f}  {', '.join(place)}\n{text}"


def run_list(context: Context, arguments: argparse.Namespace) -> None:
    found = pipeline.library_documents(context.services)
    rows = [
        (one.name, one.title, one.kind, one.passages, one.pages, one.when, f"{one.added:%Y-%m-%d %H:%M}")
        for one in found
    ]
    header = ("name", "title", "kind", "passages", "pages", "written", "added")
    empty = "The trend library is empty. Put notes and reports into it: python -m core library add FILE"
    context.console.document({"documents": [one.to_json() for one in found]}, table(header, rows) if rows else empty)


def run_remove(context: Context, arguments: argparse.Namespace) -> None:
    gone = pipeline.remove_from_library(context.services, arguments.name)
    passages = "1 passage" if gone.passages == 1 else f"{gone.passages:,} passages"
    context.console.document({"removed": gone.to_json()}, f"{gone.name} is removed with its {passages}.")
