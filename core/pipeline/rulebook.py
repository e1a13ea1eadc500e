"""The rules of relevance as operators keep them: the list with who changed what, switches, own rules, and trying out.

Changes hold for the catalogue in use, since a rule such as "no plastic" belongs to a shop, not to the program.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeGuard

from core.domain import Grade
from core.errors import InputError, RuleInvalid, StoreMissing
from core.relevance.rules.book import OWN, Rule, rule_from_json, rule_to_json, shipped_rules
from core.relevance.rules.rule import Check, Field
from core.services import Services
from core.store.records import AuditEntry, RuleChange
from core.text import fold

LISTS = 20
"""Lists that `rules_at_work` looks into."""

_TOLD_BESIDE = frozenset({"own", "changed_at", "changed_by"})
"""What `ListedRule.to_json` tells beside the rule itself."""

_SLUG = 40
_AT_WORK_KEPT = 500
_at_work: OrderedDict[tuple[str, int], Mapping[str, int]] = OrderedDict()
_at_work_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule as it holds now (`rule.enabled`), and the last change of it.

    `seen` is handed back with the next change, so that nobody writes over anybody unseen; it and the other two are None
    for a rule that is as it was shipped. `broken` says why an own rule cannot be read by this program, "" where it can:
    it does not speak, and `rule` then holds only its name.
    """

    rule: Rule
    seen: int | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None
    broken: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the command line writes it."""
        changed = None if self.changed_at is None else self.changed_at.isoformat()
        told = {"own": self.rule.own, "changed_at": changed, "changed_by": self.changed_by}
        return {**rule_to_json(self.rule), **told, **({"broken": self.broken} if self.broken else {})}


@dataclass(frozen=True, slots=True)
class AtWork:
    """What rules did in the newest version of the `lists` lists that were changed last: how many products each kept
    `out`, by the rule's name then. A product leaves by the strictest rule alone."""

    lists: int
    out: Mapping[str, int]


def list_rules(services: Services) -> tuple[ListedRule, ...]:
    """Every rule, on or off: the shipped ones in their order, then the operators' own, the oldest first."""
    changes = {change.rule_id: change for change in _changes(services)}
    shipped = shipped_rules().rules
    known = {rule.id for rule in shipped}
    listed = [_listed(rule, changes.get(rule.id)) for rule in shipped]
    return (*listed, *(_own(change) for name, change in changes.items() if name not in known and change.body))


def find_rule(services: Services, rule_id: str) -> ListedRule:
    """One rule; raises `StoreMissing` where there is none of that id."""
    found = next((one for one in list_rules(services) if one.rule.id == rule_id), None)
    if found is None:
        raise StoreMissing(f"There is no rule {rule_id!r} for this catalogue; it may have been removed meanwhile.")
    return found


def switch_rule(services: Services, rule_id: str, on: bool, *, seen: int | None) -> ListedRule:
    """Have a rule speak or be silent. Raises `StoreMissing`, and `StoreConflict` where it is not as it was `seen`."""
    held = find_rule(services, rule_id)
    body = rule_to_json(replace(held.rule, enabled=True)) if held.rule.own and not held.broken else None
    if held.broken:
        raise RuleInvalid(f"{held.broken} It cannot be switched: write it anew, or remove it.")
    return _save(services, rule_id, on, body, seen)


def save_rule(services: Services, rule: Rule, *, seen: int | None) -> ListedRule:
    """Keep an operator's own rule, a new one with `seen` None.

    Raises `RuleInvalid` for one that is none or not the operator's own, and `StoreConflict` where somebody changed it.
    """
    checked = rule_from_json(rule_to_json(rule))
    if not checked.own:
        raise RuleInvalid(f"The rule “{rule.name}” is shipped: it can be switched off, and not be written over.")
    return _save(services, checked.id, checked.enabled, rule_to_json(replace(checked, enabled=True)), seen)


def remove_rule(services: Services, rule_id: str, *, seen: int) -> ListedRule:
    """Remove an own rule and return what it was; `save_rule` with `seen` None puts it back.

    Raises `StoreMissing`, `StoreConflict`, and `InputError` for a shipped rule, which can only be switched off.
    """
    held = find_rule(services, rule_id)
    if not held.rule.own:
        raise InputError(f"The rule “{held.rule.name}” is shipped: switch it off instead of removing it.")
    services.store.remove_rule("catalogue", services.catalogue_name, rule_id, actor=services.settings.actor, seen=seen)
    return held


def own_rule(
    name: str,
    *,
    found: Check,
    words: Sequence[str],
    where: Field,
    best: Grade,
    when: Sequence[str] = (),
    sentence: str = "",
    rule_id: str = "",
    taken: Sequence[str] = (),
) -> Rule:
    """An operator's own rule out of what a form holds; raises `RuleInvalid`, which says what is missing.

    `best` is the best grade that is left; "" as `sentence` takes `own_sentence`, and "" as `rule_id` one made of the
    name that is none of `taken`.
    """
    told = " ".join(name.split())
    body = {
        "id": rule_id if rule_id else _id_of(told, taken),
        "name": told,
        "sentence": " ".join(sentence.split()) or own_sentence(found, words, when),
        "check": found,
        "allows": list(range(1, best + 1)),
        "when": list(when),
        "words": list(words),
        "where": where,
    }
    if not told:
        raise RuleInvalid("The rule needs a name, by which it is shown beside what it speaks of.")
    return rule_from_json(body)


def read_rule(value: object, *, taken: Sequence[str] = ()) -> Rule:
    """An own rule out of plain JSON, such as `to_json` gives; without an id it gets one of its name that is none of
    `taken`, without a sentence `own_sentence`. Raises `RuleInvalid`."""
    if not isinstance(value, Mapping):
        raise RuleInvalid("A rule is an object with name, check, words and allows; this is none.")
    told = {str(key): part for key, part in value.items() if key not in _TOLD_BESIDE}
    name = told.get("name")
    if not told.get("id") and isinstance(name, str):
        told["id"] = _id_of(name, taken)
    words, when = told.get("words"), told.get("when", [])
    if not told.get("sentence") and _strings(words) and _strings(when):
        told["sentence"] = own_sentence("lacks" if told.get("check") == "lacks" else "says", words, when)
    rule = rule_from_json(told)
    if not rule.own:
        raise RuleInvalid(f"The rule “{rule.name}” is not one of yours: its id has to begin with “{OWN}”.")
    return rule


def _strings(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def own_sentence(found: Check, words: Sequence[str], when: Sequence[str] = ()) -> str:
    """The sentence of a rule whose operator wrote none."""
    said = "Says “{found}”" if found == "says" else f"Does not say {_either(words)}"
    return f"{said}, and the query asks for {_either(when)}." if when else f"{said}."


def rule_history(services: Services, *, limit: int = 50) -> tuple[AuditEntry, ...]:
    """What was changed of the rules of the catalogue in use, the newest first; `entity_id` ends with the rule's id."""
    begins = f"catalogue {services.catalogue_name}: "
    entries = services.store.audit(entity="rule", limit=10 * limit)
    found = (replace(e, entity_id=e.entity_id[len(begins) :]) for e in entries if e.entity_id.startswith(begins))
    return tuple(found)[:limit]


def rules_at_work(services: Services, *, limit: int = LISTS) -> AtWork:
    """How many products each rule kept out of the lists that were changed last."""
    found = services.store.find_selections(limit=limit).found
    out: Counter[str] = Counter()
    for head in found:
        out.update(_kept_out(services, head.selection_id, head.version))
    return AtWork(len(found), dict(out))


def _kept_out(services: Services, selection_id: str, version: int) -> Mapping[str, int]:
    """Products by the name of the rule that kept them out of one version of a list, which never changes."""
    with _at_work_lock:
        held = _at_work.get((selection_id, version))
    if held is None:
        funnel = services.store.load_selection(selection_id, version).selection.funnel
        held = dict(next((stage.reasons for stage in funnel if stage.stage == "judged"), ()))
        with _at_work_lock:
            _at_work[selection_id, version] = held
            while len(_at_work) > _AT_WORK_KEPT:
                _at_work.popitem(last=False)
    return held


def _changes(services: Services) -> tuple[RuleChange, ...]:
    return services.store.rule_changes("catalogue", services.catalogue_name)


def _save(
    services: Services, rule_id: str, enabled: bool, body: Mapping[str, Any] | None, seen: int | None
) -> ListedRule:
    change = services.store.save_rule(
        "catalogue",
        services.catalogue_name,
        rule_id,
        enabled=enabled,
        body=body,
        actor=services.settings.actor,
        seen=seen,
    )
    shipped = next((rule for rule in shipped_rules().rules if rule.id == rule_id), None)
    return _own(change) if shipped is None else _listed(shipped, change)


def _listed(rule: Rule, change: RuleChange | None) -> ListedRule:
    if change is None:
        return ListedRule(rule)
    return ListedRule(replace(rule, enabled=change.enabled), change.lock, change.updated_at, change.updated_by)


def _own(change: RuleChange) -> ListedRule:
    try:
        return _listed(rule_from_json(change.body), change)
    except RuleInvalid as error:
        name = str((change.body or {}).get("name") or change.rule_id)[:120]
        silent = Rule(change.rule_id, name, "", "says", (1,), enabled=False)
        return replace(_listed(silent, change), rule=silent, broken=str(error))


def _either(words: Sequence[str]) -> str:
    # Braces of the operator's own are none of the sentence's.
    told = [f"“{word}”".replace("{", "{{").replace("}", "}}") for word in words]
    return told[0] if len(told) == 1 else ", ".join(told[:-1]) + f" or {told[-1]}" if told else ""


def _id_of(name: str, taken: Sequence[str]) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name))[:_SLUG].strip("-")
    first = OWN + (slug if slug else "rule")
    return next(made for made in (first, *(f"{first}-{n}" for n in range(2, len(taken) + 3))) if made not in taken)
