"""`plan`, `preview`, `recall`, `explain` and `search`: what a strategy is and what it finds."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core import pipeline
from core.commands.output import Context, read_strategy, table
from core.commands.pictures import keep_file
from core.domain import GRADE_NAMES, RESEARCH_MODES, Candidate, Preview, Reward, Trajectory
from core.errors import SourceInvalid
from core.events import Event, StageProgress
from core.pipeline.judges import judgment_json


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    plan = commands.add_parser("plan", parents=[shared], help="write a strategy for a theme")
    plan.add_argument("theme", nargs="?", default="")
    plan.add_argument("--image", metavar="FILE", help="a picture of what is wanted, alone or beside the theme")
    plan.add_argument(
        "--planner",
        choices=pipeline.PLANNERS,
        default="catalogue",
        help="who writes it: the catalogue's own words (default), or the language model that is set up",
    )
    plan.add_argument("--turns", type=int, default=4, help="at most this many turns of preview and revision")
    plan.add_argument("--research", choices=RESEARCH_MODES, default="none", help="how far to look outside before")
    plan.add_argument("--research-id", metavar="ID", help="plan from a kept research, without looking again")
    plan.add_argument("--budget-usd", type=float, metavar="X", help="the most that language models may cost")
    plan.set_defaults(run=run_plan)

    preview = commands.add_parser("preview", parents=[shared], help="estimate what a strategy recalls")
    preview.add_argument("--strategy", required=True, metavar="FILE|-")
    preview.add_argument("--theme", help="also score the strategy against this theme")
    preview.set_defaults(run=run_preview)

    recall = commands.add_parser("recall", parents=[shared], help="recall every product of a strategy")
    recall.add_argument("--strategy", required=True, metavar="FILE|-")
    recall.add_argument("--limit", type=int, help="show at most this many (the count is of all)")
    recall.set_defaults(run=run_recall)

    explain = commands.add_parser("explain", parents=[shared], help="say why a product is recalled, or why not")
    explain.add_argument("--strategy", required=True, metavar="FILE|-")
    explain.add_argument("--product", required=True, metavar="ID")
    explain.set_defaults(run=run_explain)

    search = commands.add_parser("search", parents=[shared], help="rank products for a plain query")
    search.add_argument("query", nargs="?")
    search.add_argument("--queries", metavar="FILE.tsv", help="many queries: columns query_idx and query")
    search.add_argument("--out", metavar="FILE.tsv", help="where the rankings of --queries go")
    search.add_argument("--limit", type=int, default=50)
    add_rerank(search)
    search.set_defaults(run=run_search)


def add_rerank(command: argparse.ArgumentParser) -> None:
    """Add the option that says who puts what was found in order."""
    command.add_argument(
        "--rerank",
        choices=pipeline.RERANKS,
        default="local",
        help="who judges what was found: nobody, the local judge (default), or also the language model",
    )


def preview_json(preview: Preview) -> dict[str, Any]:
    """A preview as the command line writes it."""
    data = asdict(preview)
    data["interval"] = [data.pop("low"), data.pop("high")]
    for negative, statistics in zip(data["negatives"], preview.negatives, strict=True):
        negative["justified"] = statistics.justified
    return data


def reward_json(reward: Reward) -> dict[str, Any]:
    """A reward as the command line writes it."""
    return asdict(reward)


def trajectory_json(trajectory: Trajectory) -> dict[str, Any]:
    """A trajectory as the command line writes it: the best turn's strategy and reward first, then every turn."""
    best = trajectory.best
    return {
        "theme": trajectory.intent.text,
        "planner": trajectory.planner,
        "strategy": best.strategy.to_json(),
        "reward": reward_json(best.reward),
        "preview": preview_json(best.preview),
        "best_turn": best.number,
        "turns": [
            {
                "number": turn.number,
                "strategy": turn.strategy.to_json(),
                "preview": preview_json(turn.preview),
                "reward": reward_json(turn.reward),
                "reasons": [asdict(reason) for reason in turn.reasons],
                "note": turn.note,
            }
            for turn in trajectory.turns
        ],
    }


def run_plan(context: Context, arguments: argparse.Namespace) -> None:
    services, theme = context.services, arguments.theme
    way: dict[str, Any] = {
        "turns": arguments.turns,
        "planner": arguments.planner,
        "research": arguments.research,
        "research_id": arguments.research_id,
        "budget_usd": arguments.budget_usd,
    }
    if arguments.image is not None:
        way["picture"] = keep_file(services, arguments.image)
    run_ids: list[str] = []

    def work(run_id: str) -> Generator[Event, None, Trajectory]:
        run_ids.append(run_id)
        return pipeline.plan(services, theme, run_id=run_id, **way)

    recorded = pipeline.recorded(services, "plan", work, params={"theme": theme, **way})
    trajectory = context.console.follow(recorded)
    cost = pipeline.run_cost(services, run_ids[0])
    best = trajectory.best
    rows = [("+" if r.sign > 0 else "-", r.term, r.reason) for r in best.reasons]
    parts = [table(("", "term", "why"), rows), _preview_text(best.preview, best.reward)]
    if cost.calls or cost.cached:
        parts.append(_cost_text(cost))
    context.console.document({**trajectory_json(trajectory), "cost": asdict(cost)}, "\n\n".join(parts))


def _cost_text(cost: pipeline.RunCost) -> str:
    price = "price not known" if cost.usd is None else f"${cost.usd:.4f}"
    return f"{cost.calls} calls of models, {cost.tokens:,} tokens, {price}; {cost.cached} answers were kept from before"


def _preview_text(preview: Preview, reward: Reward | None) -> str:
    lines = [f"{preview.count:,} products ({preview.low:,} to {preview.high:,}) of {preview.population:,}"]
    if reward is not None:
        lines.append(f"reward {reward.total:.1f} of 10")
        lines.extend(f"  {reason}" for reason in reward.reasons)
    rows: list[tuple[Any, ...]] = [("+", s.term, s.matches, s.exclusive, s.mean_relevance) for s in preview.positives]
    rows += [("-", n.term, n.removed, n.removed_alone, n.mean_removed) for n in preview.negatives]
    return "\n".join([*lines, "", table(("", "term", "finds/cuts", "alone", "relevance"), rows)])


def run_preview(context: Context, arguments: argparse.Namespace) -> None:
    strategy = read_strategy(arguments.strategy)
    if arguments.theme is None:
        preview, reward = pipeline.preview(context.services, strategy), None
    else:
        preview, reward = pipeline.assess(context.services, strategy, intent=arguments.theme)
    data = preview_json(preview)
    if reward is not None:
        data["reward"] = reward_json(reward)
    context.console.document(data, _preview_text(preview, reward))


def candidates_json(candidates: tuple[Candidate, ...]) -> list[dict[str, Any]]:
    """Candidates as the command line writes them."""
    return [{"product_id": c.product_id, "score": round(c.score, 6), "terms": list(c.terms)} for c in candidates]


def hits_json(candidates: tuple[Candidate, ...]) -> list[dict[str, Any]]:
    """A search's products as the command line writes them; of those that nobody judged no grade is told."""
    plain = candidates_json(candidates)
    return [
        {**row, **({} if c.judgment is None else judgment_json(c.judgment))}
        for row, c in zip(plain, candidates, strict=True)
    ]


def _hits(context: Context, candidates: tuple[Candidate, ...]) -> str:
    found = pipeline.products(context.services, [c.product_id for c in candidates])
    rows = [(i, c.product_id, found[c.product_id].title, c.score, _said(c)) for i, c in enumerate(candidates, start=1)]
    return table(("rank", "id", "title", "score", "grade"), rows)


def _said(candidate: Candidate) -> str:
    judged = candidate.judgment
    if judged is None or judged.grade is None:
        return ""
    return "; ".join([GRADE_NAMES[judged.grade], *(verdict.sentence for verdict in judged.rules)])


def _titles(context: Context, candidates: tuple[Candidate, ...]) -> str:
    found = pipeline.products(context.services, [c.product_id for c in candidates])
    rows = [
        (i, c.product_id, found[c.product_id].title, c.score, ", ".join(c.terms))
        for i, c in enumerate(candidates, start=1)
    ]
    return table(("rank", "id", "title", "score", "terms"), rows)


def run_recall(context: Context, arguments: argparse.Namespace) -> None:
    recalled = pipeline.recall(context.services, read_strategy(arguments.strategy), limit=arguments.limit)
    shown = recalled.candidates(arguments.limit)
    data = {"count": recalled.count, "products": candidates_json(shown)}
    text = "" if context.console.as_json else f"{recalled.count:,} products\n{_titles(context, shown[:100])}"
    context.console.document(data, text)


def run_explain(context: Context, arguments: argparse.Namespace) -> None:
    strategy = read_strategy(arguments.strategy)
    explanation = pipeline.explain(context.services, strategy, arguments.product)
    rows = [
        ("+" if t.sign > 0 else "-", t.term, t.applies, t.coverage, t.cosine, t.threshold, t.detail)
        for t in explanation.terms
    ]
    header = ("", "term", "applies", "coverage", "cosine", "threshold", "detail")
    context.console.document(asdict(explanation), f"{explanation.sentence}\n\n{table(header, rows)}")


def run_search(context: Context, arguments: argparse.Namespace) -> None:
    if arguments.queries is not None:
        _search_many(context, arguments)
        return
    work = pipeline.searched(context.services, arguments.query or "", limit=arguments.limit, rerank=arguments.rerank)
    candidates = context.console.follow(work)
    text = "" if context.console.as_json else _hits(context, candidates)
    data = {"query": arguments.query, "rerank": arguments.rerank, "products": hits_json(candidates)}
    context.console.document(data, text)


def _search_many(context: Context, arguments: argparse.Namespace) -> None:
    if arguments.out is None:
        raise SourceInvalid("--queries needs --out FILE.tsv for the rankings.")
    queries = _read_queries(Path(arguments.queries))
    lines = 0
    try:
        with Path(arguments.out).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerow(("query_idx", "product_id", "rank", "score"))
            for done, (index, query) in enumerate(queries, start=1):
                work = pipeline.searched(context.services, query, limit=arguments.limit, rerank=arguments.rerank)
                found = context.console.follow(work)
                writer.writerows((index, c.product_id, rank, f"{c.score:.6f}") for rank, c in enumerate(found, start=1))
                lines += len(found)
                if done % 25 == 0 and not context.console.quiet:
                    context.console.follow(_progress(done, len(queries)))
    except OSError as exc:
        raise SourceInvalid(f"The rankings cannot be written to {arguments.out}: {exc}", arguments.out) from exc
    data = {"queries": len(queries), "lines": lines, "out": arguments.out}
    context.console.document(data, f"{len(queries)} queries, {lines:,} lines in {arguments.out}")


def _progress(done: int, total: int) -> Any:
    yield StageProgress("search", done, total)


def _read_queries(path: Path) -> list[tuple[str, str]]:
    """(query_idx, query) in the order of the file; raises `SourceInvalid` naming what is missing."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # QUOTE_NONE: an inch mark in a query is a character, not a quote.
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise SourceInvalid(f"The file of queries {path} cannot be read: {exc}", str(path)) from exc
    header = rows[0] if rows else []
    if "query_idx" not in header or "query" not in header:
        raise SourceInvalid(
            f"{path} needs a first line with the columns query_idx and query, apart by tabs.", str(path)
        )
    index, query = header.index("query_idx"), header.index("query")
    return [(row[index], row[query]) for row in rows[1:] if len(row) > max(index, query)]
