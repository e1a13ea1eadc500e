"""`research`: look outside for a theme, and see what was found before."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from core import pipeline
from core.commands.output import Context, table
from core.domain import RESEARCH_MODES, Research
from core.errors import SearchError


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    command = commands.add_parser("research", parents=[shared], help="look outside for what a theme needs")
    command.add_argument("theme", nargs="?", default="")
    command.add_argument("--mode", choices=RESEARCH_MODES, default="wide", help="how far to look (default: wide)")
    command.add_argument("--budget-usd", type=float, metavar="X", help="the most that the language model may cost")
    command.add_argument("--kept", metavar="ID", help="show a research that was kept, without looking again")
    command.add_argument("--list", action="store_true", help="list what is kept, of the theme or of all")
    command.set_defaults(run=run_research)


def run_research(context: Context, arguments: argparse.Namespace) -> None:
    services, theme, mode = context.services, arguments.theme, arguments.mode
    if arguments.list:
        _list(context, theme or None)
        return
    if arguments.kept is not None:
        kept = pipeline.load_research(services, arguments.kept)
        context.console.document(research_json(kept, arguments.kept), _text(kept, arguments.kept))
        return
    intent = pipeline.read_intent(services, theme)
    params = {"theme": theme, "mode": mode, "budget_usd": arguments.budget_usd}
    work = pipeline.recorded(
        services,
        "research",
        lambda run_id: pipeline.research_theme(
            services, intent, mode=mode, budget_usd=arguments.budget_usd, run_id=run_id
        ),
        params=params,
    )
    research_id, found = context.console.follow(work)
    if found.ended == "failed":
        kept_as = "" if research_id is None else f" What was known without it is kept: research --kept {research_id}."
        raise SearchError(f"Every search failed. {found.note}{kept_as}")
    context.console.document(research_json(found, research_id), _text(found, research_id))


def _list(context: Context, theme: str | None) -> None:
    kept = pipeline.recent_research(context.services, theme, limit=100)
    rows = [
        (one.research_id, f"{one.created_at:%Y-%m-%d %H:%M}", one.mode, one.ended, one.evidence, one.theme)
        for one in kept
    ]
    context.console.document(
        {"research": [asdict(one) for one in kept]}, table(("id", "when", "mode", "ended", "passages", "theme"), rows)
    )


def research_json(found: Research, research_id: str | None) -> dict[str, Any]:
    """A research as the command line writes it."""
    return {"research_id": research_id, **asdict(found)}


def _text(found: Research, research_id: str | None) -> str:
    sources = {one.key: one for one in found.evidence}
    lines = [found.summary] if found.summary else []
    for finding in found.findings:
        lines.append(f"* {finding.text}")
        if finding.terms:
            lines.append(f"    search words: {', '.join(finding.terms)}")
        lines.extend(f"    {sources[key].title}  {sources[key].address}".rstrip() for key in finding.evidence)
    cost = "" if not found.cost_usd else f", ${found.cost_usd:.4f}"
    done = (
        f"{found.searches} searches, {found.pages} pages, {len(found.evidence)} passages, {found.seconds:.1f} s{cost}"
    )
    lines += ["", f"{found.mode}: {done}; ended: {found.ended}"]
    if found.note:
        lines.append(found.note)
    if research_id is not None:
        lines.append(f"kept as {research_id}")
    return "\n".join(lines)
