"""The command line of Shelfcraft: `python -m core COMMAND`, the same pipeline as the studio (docs/cli.md)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from core.commands import catalogue, feedback, judging, pictures, research, rules, selection, strategies, trends
from core.commands.output import Console, Context, exit_code
from core.errors import CatalogueError, ShelfcraftError
from core.services import build_services
from core.settings import Settings, home_of, read_preferences


def parser() -> argparse.ArgumentParser:
    """The parser of every command; each sets `run`, a function of (context, arguments)."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--catalogue", metavar="NAME", help="the catalogue to use (default: the current one)")
    shared.add_argument("--json", action="store_true", help="one JSON document on standard output")
    shared.add_argument("--quiet", action="store_true", help="no progress on standard error")
    top = argparse.ArgumentParser(prog="python -m core", description="From a theme to a curated product selection.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in (catalogue, strategies, pictures, selection, judging, feedback, research, trends, rules):
        group.add_commands(commands, shared)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    console = Console(as_json=arguments.json, out=sys.stdout, err=sys.stderr, quiet=arguments.quiet)
    try:
        settings = Settings.from_env(os.environ, preferences=read_preferences(home_of(os.environ)))
        services = build_services(settings, catalogue=arguments.catalogue)
        with services:
            # Most commands return nothing; one that did part of its work returns the exit code that says so.
            return int(arguments.run(Context(services, console), arguments) or 0)
    except ShelfcraftError as error:
        console.fail(error)
        return exit_code(error)
    except BrokenPipeError:
        # The reader (head, less) went away; a second error while closing would only be noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        name = f" ({error.filename})" if error.filename else ""
        told = CatalogueError(f"The data folder cannot be used: {error.strerror or error}{name}. Nothing was changed.")
        console.fail(told)
        return exit_code(told)
    except KeyboardInterrupt:
        console.err.write("Stopped; what was finished is kept.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
