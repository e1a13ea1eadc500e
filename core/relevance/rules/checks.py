"""What rules look for: one function a check, which reads a query once and then looks at products, fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.relevance.local.wording import akin
from core.relevance.profile import Profile
from core.relevance.reading import Reading
from core.relevance.rules.measures import same, told
from core.relevance.rules.rule import Check, Field, Rule
from core.relevance.rules.vocabulary import Facet, vocabulary
from core.text import tokens

Find = Callable[[Profile], str | None]
"""What a product says against the query, in words ("" where there is nothing to quote); None where nothing."""

_BESIDE = frozenset(("accessory", "part", "gift"))
"""Facets of things that go with others: a query that names one does not ask for the other thing itself."""


_THINGS = ("kind", "device")
"""Only things have something made for them: for "camping" or "party", what is made for it is what is asked for."""

_ABSENT = frozenset(tokens("included needed required necessary"))
"""A query that ends on "not included" does not say what is not."""


@dataclass(frozen=True, slots=True)
class Test:
    """One rule made ready for one query: what is asked for, in words, and the search in a product."""

    asked: str
    find: Find


def test_of(rule: Rule, reading: Reading) -> Test | None:
    """None where the rule has nothing to say on this query, whatever the product."""
    if rule.when and not any(said and set(reading.wanted).issuperset(said) for said in map(tokens, rule.when)):
        return None
    return _CHECKS[rule.check](rule, reading)


def _facet(rule: Rule, reading: Reading) -> Test | None:
    """A product that states other values of the facet than any that satisfies an asked one, and never says that."""
    asked = reading.facets.get(rule.facet)
    facet = vocabulary().facets.get(rule.facet)
    if not asked or facet is None:
        return None
    fitting = frozenset[str]().union(*(facet.fits[value] for value in asked))
    named = [stems for value in asked for stems in facet.told[value]]
    name = rule.facet

    def find(product: Profile) -> str | None:
        stated = product.facets.get(name)
        if not stated or not stated.isdisjoint(fitting) or any(product.own.issuperset(stems) for stems in named):
            return None
        return _listed(stated)

    return Test(_listed(asked), find)


def _unasked(rule: Rule, reading: Reading) -> Test | None:
    """A product that states the facet, for a query that asks for a thing of some kind and names none of the facet."""
    things = [name for name in _THINGS if name in reading.facets]
    if not things or rule.facet in reading.facets:
        return None
    name = rule.facet

    def find(product: Profile) -> str | None:
        stated = product.facets.get(name)
        return None if not stated else _listed(stated)

    return Test(_listed(reading.facets[things[0]]), find)


def _measure(rule: Rule, reading: Reading) -> Test | None:
    """A product that states other amounts of the dimension."""
    asked = reading.amounts.get(rule.facet)
    if not asked:
        return None
    name = rule.facet

    def find(product: Profile) -> str | None:
        stated = product.amounts.get(name)
        return None if not stated or same(asked, stated) else told(name, stated)

    return Test(told(name, asked), find)


def _brand(rule: Rule, reading: Reading) -> Test | None:
    """A product of a named brand that says nothing of the asked one."""
    asked = reading.brands
    if not asked:
        return None

    def find(product: Profile) -> str | None:
        if not product.brand or not product.main.isdisjoint(asked) or not product.body.isdisjoint(asked):
            return None
        return ""

    return Test(reading.quoted(asked), find)


def _unwanted(rule: Rule, reading: Reading) -> Test | None:
    """A product that claims what must not be, and nowhere says that it does without."""
    phrases = [(phrase, reading.quoted(phrase)) for phrase in reading.unwanted if not _ABSENT.issuperset(phrase)]
    if not phrases:
        return None

    def find(product: Profile) -> str | None:
        for phrase, said in phrases:
            if product.claims.issuperset(phrase) and product.negated.isdisjoint(phrase):
                return None if product.lacking.issuperset(phrase) else said
        return None

    return Test(", ".join(said for _, said in phrases), find)


def _serves(rule: Rule, reading: Reading) -> Test | None:
    """A product made for what is asked for ("strap for guitar"), where the query asks for no such thing itself."""
    things, facets = reading.things, reading.facets.keys()
    if not things or facets.isdisjoint(_THINGS) or not facets.isdisjoint(_BESIDE):
        return None

    def find(product: Profile) -> str | None:
        return "" if product.serves.issuperset(things) and product.front.isdisjoint(things) else None

    return Test(reading.quoted(things), find)


def _belongs(rule: Rule, reading: Reading) -> Test | None:
    """What goes with a device ("Kindle cover", "planer blade"), where the query asks for the device itself."""
    things = reading.things - reading.brands
    if not things or "device" not in reading.facets or not reading.facets.keys().isdisjoint((*_BESIDE, "beside")):
        return None
    words = vocabulary().facets
    facet = words[rule.facet]
    beside = {phrase: value for value, phrases in facet.told.items() for phrase in phrases}
    devices = frozenset(s for v in reading.facets["device"] for p in words["device"].told[v] for s in p)
    named = things & devices or things

    def find(product: Profile) -> str | None:
        path, head = product.path, product.head
        if things.isdisjoint(head) and _placed(facet, path):  # a “Dremel collet” may be just what is asked for
            return "by its category"
        if len(head) < 2 or head[-1] in named or named.isdisjoint(product.title):
            return None
        return beside.get(head[-2:]) or beside.get(head[-1:])

    return Test(reading.quoted(things), find)


def _thing(rule: Rule, reading: Reading) -> Test | None:
    """A product that nowhere says the thing that was asked for, by its name in this shop or one akin to it."""
    name = reading.thing
    kinds = reading.facets.get("kind", frozenset())
    if not name:
        return None

    def find(product: Profile) -> str | None:
        if name in product.own or not kinds.isdisjoint(product.facets.get("kind", ())):
            return None
        return None if any(said[:4] == name[:4] and akin(name, said) for said in product.own) else ""

    return Test(reading.quoted((name,)), find)


def _placed(facet: Facet, path: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a category's path tells that a product is such a thing; a root holds the devices themselves too."""
    if len(path) < 2:
        return False
    return not facet.leaf.isdisjoint(path[-1]) or any(
        said.issubset(level) for level in path[1:] for said in facet.levels
    )


def _own_words(rule: Rule, reading: Reading) -> Test | None:
    """A product that says one of the rule's words in the place, or none of them where the check is `lacks`."""
    phrases = [(said, tokens(said)) for said in rule.words]
    place = _PLACES[rule.where]

    def says(product: Profile) -> str | None:
        texts = place(product)
        for said, stems in phrases:
            if any(text.issuperset(stems) for text in texts) and not _denied(product, stems):
                return said
        return None

    def lacks(product: Profile) -> str | None:
        return "" if says(product) is None else None

    return Test(", ".join(rule.when), lacks if rule.check == "lacks" else says)


def _denied(product: Profile, stems: tuple[str, ...]) -> bool:
    """Whether a product names this only to say that it does without ("plastic-free")."""
    if product.asserted.issuperset(stems):
        return False
    return not (product.negated.isdisjoint(stems) and product.lacking.isdisjoint(stems))


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))


_Place = Callable[[Profile], tuple[frozenset[str], ...]]

# A phrase is said where all its words stand in one of these, in any order.
_PLACES: Mapping[Field, _Place] = {
    "title": lambda product: (frozenset(product.title),),
    "category": lambda product: tuple(frozenset(level) for level in product.path),
    "attributes": lambda product: (product.values,),
    "description": lambda product: (product.body,),
    "anywhere": lambda product: (product.main, product.body),
}

_CHECKS: Mapping[Check, Callable[[Rule, Reading], Test | None]] = {
    "facet": _facet,
    "unasked": _unasked,
    "measure": _measure,
    "brand": _brand,
    "unwanted": _unwanted,
    "serves": _serves,
    "belongs": _belongs,
    "thing": _thing,
    "says": _own_words,
    "lacks": _own_words,
}
