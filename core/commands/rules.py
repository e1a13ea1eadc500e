"""`rules list`, `on`, `off`, `add`, `remove` and `try`: the rules of relevance of the catalogue in use."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core import pipeline
from core.commands.output import Context, table
from core.domain import GRADE_NAMES
from core.errors import InputError, RuleInvalid, SourceInvalid
from core.pipeline import Rule


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    group = commands.add_parser("rules", help="the rules of relevance: which speak, and the shop's own")
    actions = group.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", parents=[shared], help="every rule, on or off")
    listing.set_defaults(run=run_list)
    for name, told in (("on", "let a rule speak"), ("off", "switch a rule off")):
        switch = actions.add_parser(name, parents=[shared], help=told)
        switch.add_argument("rule", metavar="ID", help="the rule's id, as `rules list` shows it")
        switch.set_defaults(run=run_switch, on=name == "on")
    add = actions.add_parser("add", parents=[shared], help="keep rules of the shop's own; one of an id is replaced")
    add.add_argument("--file", required=True, metavar="FILE", help="JSON: one rule, or a list of rules")
    add.set_defaults(run=run_add)
    remove = actions.add_parser("remove", parents=[shared], help="remove a rule of the shop's own")
    remove.add_argument("rule", metavar="ID")
    remove.set_defaults(run=run_remove)
    trying = actions.add_parser("try", parents=[shared], help="what the rules say of a search's first products")
    trying.add_argument("query", metavar="QUERY")
    trying.add_argument("--file", metavar="FILE", help="try the rules of this file, which are not kept, instead")
    trying.set_defaults(run=run_try)


def run_list(context: Context, arguments: argparse.Namespace) -> None:
    listed = pipeline.list_rules(context.services)
    data = {"rules": [one.to_json() for one in listed]}
    rows = [(one.rule.id, one.rule.enabled, GRADE_NAMES[one.rule.best], one.rule.own, one.rule.name) for one in listed]
    broken = [f"\n{one.rule.id}: {one.broken}" for one in listed if one.broken]
    context.console.document(data, table(("id", "on", "at most", "own", "name"), rows) + "".join(broken))


def run_switch(context: Context, arguments: argparse.Namespace) -> None:
    held = pipeline.find_rule(context.services, arguments.rule)
    kept = pipeline.switch_rule(context.services, arguments.rule, arguments.on, seen=held.seen)
    state = "speaks" if kept.rule.enabled else "is switched off"
    context.console.document({"rule": kept.to_json()}, f"{kept.rule.id} {state}: {kept.rule.name}")


def run_add(context: Context, arguments: argparse.Namespace) -> None:
    services = context.services
    seen = {one.rule.id: one.seen for one in pipeline.list_rules(services)}
    # All are read before the first is kept, so that a file with a mistake changes nothing.
    rules = _read_rules(arguments.file, list(seen))
    kept = [pipeline.save_rule(services, rule, seen=seen.get(rule.id)) for rule in rules]
    rows = [(one.rule.id, GRADE_NAMES[one.rule.best], one.rule.name) for one in kept]
    context.console.document({"rules": [one.to_json() for one in kept]}, table(("id", "at most", "name"), rows))


def run_remove(context: Context, arguments: argparse.Namespace) -> None:
    held = pipeline.find_rule(context.services, arguments.rule)
    if held.seen is None:
        raise InputError(f"The rule “{held.rule.name}” is shipped: switch it off instead of removing it.")
    gone = pipeline.remove_rule(context.services, arguments.rule, seen=held.seen)
    context.console.document({"removed": gone.to_json()}, f"{gone.rule.id} is removed: {gone.rule.name}")


def run_try(context: Context, arguments: argparse.Namespace) -> None:
    services = context.services
    if arguments.file is None:
        rules = [one.rule for one in pipeline.list_rules(services) if not one.broken]
    else:
        rules = _read_rules(arguments.file, [])
    tried = pipeline.try_rules(services, arguments.query, rules)
    data = {
        "query": tried.query,
        "products": len(tried.products),
        "rules": [
            {"id": rule.id, "on": rule.enabled, "spoken": [asdict(one) for one in tried.spoken[rule.id]]}
            for rule in rules
        ],
    }
    rows = [
        (rule.id, rule.enabled, len(spoken), spoken[0].sentence) for rule in rules if (spoken := tried.spoken[rule.id])
    ]
    said = table(("id", "on", "products", "for example"), rows)
    silent = f"No rule speaks of the first {len(tried.products):,} products."
    context.console.document(data, said if rows else silent)


def _read_rules(source: str, taken: list[str]) -> list[Rule]:
    """The rules of a file; those without an id get one of their name. Raises `SourceInvalid` and `RuleInvalid`."""
    try:
        data = json.loads(Path(source).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as exc:
        raise SourceInvalid(f"The file of rules {source} cannot be read: {exc}", source) from exc
    except (ValueError, RecursionError) as exc:
        raise RuleInvalid(f"The file of rules {source} is not valid JSON: {exc}") from exc
    if isinstance(data, Mapping) and isinstance(data.get("rules"), list):
        data = data["rules"]
    found: list[Rule] = []
    for one in data if isinstance(data, list) else [data]:
        found.append(pipeline.read_rule(one, taken=[*taken, *(rule.id for rule in found)]))
    twice = next((r.id for r in found if sum(other.id == r.id for other in found) > 1), None)
    if twice is not None:
        raise RuleInvalid(f"The file {source} holds two rules with the id “{twice}”; give one of them another.")
    return found
