"""The rules of relevance as operators keep them: the list with who changed what, switches, own rules, and trying out.

Changes hold for the catalogue in use, since a rule such as "no plastic" belongs to a shop, not to the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import numpy as np

from core.domain import GRADE_NAMES, Grade
from core.errors import InputError, RuleInvalid, StoreMissing, ThemeInvalid
from core.pipeline.catalogues import shelf
from core.pipeline.relevance import items
from core.pipeline.searching import POOL, search
from core.recall.corpus import CatalogueCorpus
from core.relevance.contract import Item, Question
from core.relevance.reading import Reading, read
from core.relevance.rerank import rerank
from core.relevance.rules.book import OWN, Rule, RuleBook, rule_from_json, rule_to_json, shipped_rules
from core.relevance.rules.rule import Check, Field
from core.services import Services
from core.store.records import AuditEntry, RuleChange
from core.text import fold, tokens, words

TRIED = 100
"""Products of a search that a try looks at."""

_SLUG = 40


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
class Spoken:
    """One product that a rule speaks of: its place in the search, counted from 1, and the sentence."""

    product_id: str
    rank: int
    sentence: str


@dataclass(frozen=True, slots=True)
class TriedQuery:
    """What rules say of a search's first products: `spoken` by the rule's id, in the order of the search.

    `products` are all that were looked at. `reading` is what was understood of the query.
    """

    query: str
    reading: Reading
    products: tuple[str, ...]
    spoken: Mapping[str, tuple[Spoken, ...]]


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as judges read it: the wanted words, the phrases that must not be, the values of facets by the facet's
    name, and the dimensions (`length`, `count` ...) of which it states an amount."""

    wanted: str
    unwanted: tuple[str, ...]
    facets: tuple[tuple[str, tuple[str, ...]], ...]
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriedPlace:
    """One product of a tried search in its place: the local judge's grade with its probability, and what the tried rule
    says of it, "" where it is silent."""

    product_id: str
    grade: Grade
    sure: float
    sentence: str


@dataclass(frozen=True, slots=True)
class TriedRule:
    """What one rule does to a search: the products that it speaks of, and all in the order of the local judge without
    the rule (`before`) and with it (`after`)."""

    tried: TriedQuery
    before: tuple[TriedPlace, ...]
    after: tuple[TriedPlace, ...]

    @property
    def spoken(self) -> tuple[Spoken, ...]:
        """What the rule says, in the order of the plain search."""
        return next(iter(self.tried.spoken.values()))


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


def try_rules(services: Services, query: str, rules: Sequence[Rule], *, limit: int = TRIED) -> TriedQuery:
    """What these rules, on or off, say of the first products that a plain search finds; nothing is kept.

    Raises `ThemeInvalid` for a query without words.
    """
    if not words(query):
        raise ThemeInvalid("There is nothing to search for: type at least one word.")
    found = search(services, query, limit=limit)
    looked = items(services, [candidate.product_id for candidate in found])
    reading = _read(services, query)
    spoken = {rule.id: _spoken(rule, reading, looked) for rule in rules}
    return TriedQuery(query, reading, tuple(one.product.product_id for one in looked), spoken)


def try_rule(services: Services, query: str, rule: Rule) -> TriedRule:
    """What a rule that need not be kept would do to a query's results; nothing is kept.

    Raises `ThemeInvalid` for a query without words.
    """
    tried = try_rules(services, query, [rule], limit=POOL)
    spoken = {one.product_id: one.sentence for one in tried.spoken[rule.id]}
    found = search(services, query, limit=POOL)
    prior = {candidate.product_id: candidate.score for candidate in found}
    looked = items(services, tried.products)
    scores = np.array([prior[item.product.product_id] for item in looked])
    in_force = services.rules()
    others = [one for one in in_force.rules if one.id != rule.id]

    def places(book: RuleBook) -> tuple[TriedPlace, ...]:
        graded = services.judge_by(book).grades(Question(query), looked)
        values = rerank(Question(query), looked, scores, graded)
        ids = [item.product.product_id for item in looked]
        order = sorted(range(len(looked)), key=lambda k: (-values[k], ids[k]))
        first = [(ids[k], int(graded.grades[k]), graded.probabilities[k]) for k in order]
        return tuple(TriedPlace(name, cast(Grade, g), float(p[g - 1]), spoken.get(name, "")) for name, g, p in first)

    return TriedRule(tried, places(RuleBook(others)), places(RuleBook([*others, replace(rule, enabled=True)])))


def understood(services: Services, query: str) -> Understood:
    """What judges and rules read in a query, in the query's own words; empty for one without words."""
    reading = _read(services, query)
    first: dict[str, str] = {}
    for word in fold(query).split():
        for token in (*tokens(word), *tokens(word.removesuffix("less"))):
            first.setdefault(token, word)
    return Understood(
        wanted=" ".join(dict.fromkeys(first.get(token, token) for token in reading.wanted)),
        unwanted=tuple(" ".join(first.get(token, token) for token in phrase) for phrase in reading.unwanted),
        facets=tuple((name, tuple(sorted(values))) for name, values in reading.facets.items() if values),
        amounts=tuple(name for name, values in reading.amounts.items() if values),
    )


def _read(services: Services, query: str) -> Reading:
    return read(query, corpus=CatalogueCorpus(shelf(services).catalogue))


def _spoken(rule: Rule, reading: Reading, looked: Sequence[Item]) -> tuple[Spoken, ...]:
    book = RuleBook([replace(rule, enabled=True)])
    said = ((item, place, book.verdicts(reading, item.profile)) for place, item in enumerate(looked, start=1))
    return tuple(Spoken(item.product.product_id, place, told[0].sentence) for item, place, told in said if told)


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


def grade_at_most(best: Grade) -> str:
    """ "at most Mismatch", as lists and commands word it."""
    return f"at most {GRADE_NAMES[best]}"
