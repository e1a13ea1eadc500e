"""What rules look for: one function a check, which reads a query once and then looks at products, fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.relevance.profile import Profile
from core.relevance.reading import Reading
from core.relevance.rules.measures import same
from core.relevance.rules.rule import Check, Rule
from core.relevance.rules.vocabulary import vocabulary
from core.text import tokens

Find = Callable[[Profile], str | None]
"""What a product says against the query, in words ("" where there is nothing to quote); None where nothing."""

_BESIDE = frozenset(("accessory", "part", "gift"))
"""Facets of things that go with others: a query that names one does not ask for the other thing itself."""


@dataclass(frozen=True, slots=True)
class Test:
    """One rule made ready for one query: what is asked for, in words, and the search in a product."""

    asked: str
    find: Find


def test_of(rule: Rule, reading: Reading) -> Test | None:
    """None where the rule has nothing to say on this query, whatever the product."""
    if rule.when and not any(_says(set(reading.wanted), phrase) for phrase in map(tokens, rule.when)):
        return None
    return _CHECKS[rule.check](rule, reading)


def _facet(rule: Rule, reading: Reading) -> Test | None:
    """A product that states other values of the facet than any that satisfies an asked one."""
    asked = reading.facets.get(rule.facet)
    facet = vocabulary().facets.get(rule.facet)
    if not asked or facet is None:
        return None
    fitting = frozenset[str]().union(*(facet.fits[value] for value in asked))
    told = [stems for value in asked for stems in facet.told[value]]
    name = rule.facet

    def find(product: Profile) -> str | None:
        stated = product.facets.get(name)
        if not stated or not stated.isdisjoint(fitting) or any(product.main.issuperset(stems) for stems in told):
            return None
        return _listed(stated)

    return Test(_listed(asked), find)


def _measure(rule: Rule, reading: Reading) -> Test | None:
    """A product that states other amounts of the dimension."""
    asked = reading.amounts.get(rule.facet)
    if not asked:
        return None
    name = rule.facet

    def find(product: Profile) -> str | None:
        stated = product.amounts.get(name)
        return None if not stated or same(asked, stated) else ""

    return Test("", find)


def _brand(rule: Rule, reading: Reading) -> Test | None:
    """A product of another brand that does not name the asked one."""
    asked = reading.brands
    if not asked:
        return None

    def find(product: Profile) -> str | None:
        if not product.brand or not product.main.isdisjoint(asked):
            return None
        return " ".join(sorted(product.brand))

    return Test(_listed(asked), find)


def _unwanted(rule: Rule, reading: Reading) -> Test | None:
    """A product that says that it has what must not be, and nowhere that it does without."""
    phrases = reading.unwanted
    if not phrases:
        return None

    def find(product: Profile) -> str | None:
        for phrase in phrases:
            if product.asserted.issuperset(phrase) and product.negated.isdisjoint(phrase):
                return None if product.lacking.issuperset(phrase) else " ".join(phrase)
        return None

    return Test(_listed(frozenset(" ".join(phrase) for phrase in phrases)), find)


def _serves(rule: Rule, reading: Reading) -> Test | None:
    """A product made for what is asked for ("strap for guitar"), where the query asks for no such thing itself."""
    front = reading.front
    if not front or front & reading.unwanted_stems or not reading.facets.keys().isdisjoint(_BESIDE):
        return None

    def find(product: Profile) -> str | None:
        return "" if product.serves.issuperset(front) and product.front.isdisjoint(front) else None

    return Test(" ".join(t for t in reading.wanted if t in front), find)


def _belongs(rule: Rule, reading: Reading) -> Test | None:
    """A product whose title ends its first clause on a thing of the facet ("Kindle cover"), which the query is not."""
    front = reading.front
    if not front or not reading.facets.keys().isdisjoint(_BESIDE):
        return None
    things = {phrase: value for value, phrases in vocabulary().facets[rule.facet].told.items() for phrase in phrases}

    def find(product: Profile) -> str | None:
        head = product.head
        if len(head) < 2 or not front.issubset(head):
            return None
        value = things.get(head[-1:]) or things.get(head[-2:])
        return value if value is not None and head[-1] not in front else None

    return Test(" ".join(t for t in reading.wanted if t in front), find)


def _own_words(rule: Rule, reading: Reading) -> Test | None:
    """A product that says one of the rule's words in the place, or none of them where the check is `lacks`."""
    phrases = tuple(tokens(words) for words in rule.words)
    place = _PLACES[rule.where]
    lacks = rule.check == "lacks"

    def find(product: Profile) -> str | None:
        said = place(product)
        found = next((words for words, stems in zip(rule.words, phrases, strict=True) if _says(said, stems)), None)
        if lacks:
            return "" if found is None else None
        return found

    return Test(_listed(frozenset(rule.when)), find)


def _says(said: frozenset[str] | set[str], phrase: tuple[str, ...]) -> bool:
    return said.issuperset(phrase)


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))


def _category(product: Profile) -> frozenset[str]:
    return frozenset(stem for level in product.path for stem in level)


_PLACES: Mapping[str, Callable[[Profile], frozenset[str]]] = {
    "title": lambda product: frozenset(product.title),
    "category": _category,
    "attributes": lambda product: product.main,
    "description": lambda product: product.body,
    "anywhere": lambda product: product.main | product.body,
}

_CHECKS: Mapping[Check, Callable[[Rule, Reading], Test | None]] = {
    "facet": _facet,
    "measure": _measure,
    "brand": _brand,
    "unwanted": _unwanted,
    "serves": _serves,
    "belongs": _belongs,
    "says": _own_words,
    "lacks": _own_words,
}
