"""The rules that operators made for one selection alone, such as a brand that is cut from its list.

They hold beside the rules of the catalogue whenever the products of this selection are chosen, and nowhere else.
"""

from __future__ import annotations

from typing import Literal

from core.errors import RuleInvalid
from core.relevance.rules.rule import Rule, rule_from_json, rule_to_json
from core.services import Services

SCOPE: Literal["selection"] = "selection"


def selection_rules(services: Services, selection_id: str) -> tuple[Rule, ...]:
    """The own rules in force in a selection, the oldest first; one that this program cannot read is left out."""
    found = []
    for change in services.store.rule_changes(SCOPE, selection_id):
        if not change.enabled or change.body is None:
            continue
        try:
            found.append(rule_from_json(change.body))
        except RuleInvalid:
            continue
    return tuple(found)


def add_selection_rule(services: Services, selection_id: str, rule: Rule) -> bool:
    """Have an own rule speak in a selection; False where it did already.

    Raises `RuleInvalid` for one that is none or not an operator's own, and `StoreConflict` where somebody was quicker.
    """
    body = rule_to_json(rule_from_json(rule_to_json(rule)))
    if not rule.own:
        raise RuleInvalid(f"The rule “{rule.name}” is shipped: switch it on or off on the page of rules.")
    held = {change.rule_id: change for change in services.store.rule_changes(SCOPE, selection_id)}.get(rule.id)
    if held is not None and held.enabled and held.body == body:
        return False
    services.store.save_rule(
        SCOPE,
        selection_id,
        rule.id,
        enabled=True,
        body=body,
        actor=services.settings.actor,
        seen=None if held is None else held.lock,
    )
    return True


def remove_selection_rule(services: Services, selection_id: str, rule_id: str) -> bool:
    """Take a rule out of a selection; False where it is not there. Raises `StoreConflict` where it has changed."""
    held = {change.rule_id: change for change in services.store.rule_changes(SCOPE, selection_id)}.get(rule_id)
    if held is None:
        return False
    services.store.remove_rule(SCOPE, selection_id, rule_id, actor=services.settings.actor, seen=held.lock)
    return True
