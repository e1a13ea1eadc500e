"""A query as judges and rules read it: what is wanted, what must not be, and what was recognised in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.domain import Intent
from core.relevance.contract import Corpus
from core.relevance.rules.measures import measures
from core.relevance.rules.vocabulary import vocabulary
from core.text import fold, split_negation, stem, tokens, words

Tokens = frozenset[str]

BRAND = 0.6
"""From here on, a token that the catalogue knows as a brand is a brand that is asked for ..."""

BRAND_SAID = 8
"""... where the catalogue says it at least so often, in titles and brands: "needle" may be some brand too."""

DESCRIBING = frozenset(("colour", "gender", "age", "animal", "bed", "figure", "material", "occasion", "season"))
"""Facets that say what a thing is like or for whom, not what it is."""

# What follows says what a thing is for or made of, and is not its name: "case for kindle".
_AFTER_HEAD = re.compile(r"\b(?:for|with|in|of|to|from|by)\b")
_FOR = re.compile(r"\bfor\b")
_NEGATOR = re.compile(r"\b(?:not|no|without)\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """`wanted` are the stems in order without repeats, `unwanted` the stems of each phrase that must not be.

    `facets` holds the values that are asked for (`colour`, `material`, `gender` ...) by name of the facet, `amounts`
    the numbers with units by dimension, `brands` the wanted stems that name a brand. `things` are the wanted stems
    before a "for" that say what the thing is, without what only describes it (`DESCRIBING`). `head` is the wanted stem
    that names the thing ("" for none), `thing` the same where this shop calls its things so, as a rule. `intent` is
    what an operator said beside the words, None for a plain query.
    """

    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[tuple[str, ...], ...]
    facets: Mapping[str, Tokens] = field(default_factory=dict)
    intent: Intent | None = None
    things: Tokens = frozenset()
    amounts: Mapping[str, frozenset[float]] = field(default_factory=dict)
    brands: Tokens = frozenset()
    head: str = ""
    thing: str = ""

    def quoted(self, stems: Iterable[str]) -> str:
        """The words of the query, or of what the intent rules out, with these stems, as they were typed."""
        wanted = frozenset(stems)
        texts = (self.text, *(() if self.intent is None else self.intent.must_not))
        return next((said for said in (_said(text, wanted) for text in texts) if said), " ".join(sorted(wanted)))


def read(query: str, intent: Intent | None = None, corpus: Corpus | None = None) -> Reading:
    """Take a query apart; the must-nots of an intent are unwanted too, its audience, season and occasion asked for.

    With a `corpus`, an unwanted phrase ends before a word that is seldom negated ("without overflow solid brass"
    wants solid brass), and brands are known; without one, no brand is.
    """
    parts = split_negation(_names_kept(fold(query)))
    wanted = list(tokens(parts.wanted))
    unwanted = [tokens(phrase) for phrase in (() if intent is None else intent.must_not)]
    for phrase in map(tokens, parts.unwanted):
        end = len(phrase)
        if corpus is not None:
            end = next((i for i in range(1, len(phrase)) if corpus.seldom_negated(phrase[i])), end)
        unwanted.append(phrase[:end])
        wanted.extend(phrase[end:])
    front = _FOR.split(parts.wanted, maxsplit=1)[0]
    facets, things, head = _facets(parts.wanted, front, wanted, intent), _things(front), _head(query, wanted)
    brands = frozenset(() if corpus is None else (t for t in wanted if _is_brand(t, corpus)))
    return Reading(
        text=query,
        wanted=tuple(dict.fromkeys(wanted)),
        unwanted=tuple(dict.fromkeys(phrase for phrase in unwanted if phrase)),
        facets=facets,
        intent=intent,
        things=things,
        amounts=measures(parts.wanted),
        brands=brands,
        head=head,
        thing=head if head in things - brands and _is_thing(query, head, facets, corpus) else "",
    )


def _head(query: str, wanted: list[str]) -> str:
    cut = _AFTER_HEAD.search(query.lower(), 3)
    named = query if cut is None else query[: cut.start()]
    found = [token for token in tokens(named) if token in wanted]
    return found[-1] if found else (wanted[-1] if wanted else "")


def _is_thing(query: str, head: str, facets: Mapping[str, Tokens], corpus: Corpus | None) -> bool:
    """Whether the shop calls its things so. A gift may be called anything, and "running" is no rabbit's run."""
    if corpus is None or "gift" in facets or _said(query, frozenset((head,))).endswith("ing"):
        return False
    return corpus.names_thing(head)


def _is_brand(token: str, corpus: Corpus) -> bool:
    if corpus.names_brand(token) < BRAND:
        return False
    # Solved from the formula of `Corpus.idf`, whose value for a token of no product is ln(1 + (N + 0.5) / 0.5).
    return 0.5 * (math.exp(corpus.idf("") - corpus.idf(token)) - 1.0) >= BRAND_SAID - 0.5


def _names_kept(text: str) -> str:
    """Names and sayings without their "not": "forget me not seeds" does not speak of something without seeds."""
    for name in vocabulary().names:
        if name in text:
            text = re.sub(rf"\b{re.escape(name)}\b", lambda match: _NEGATOR.sub(" ", match.group()), text)
    return text


def _facets(text: str, front: str, wanted: list[str], intent: Intent | None) -> dict[str, Tokens]:
    vocabulary_ = vocabulary()
    spelt = vocabulary_.spelt(text)
    more = wanted[len(spelt) :]  # what turned out to be wanted after all
    before, whole = (vocabulary_.recognise((*part, *more)) for part in (vocabulary_.spelt(front), spelt))
    asked = {
        name: set(found[name])
        for name, facet in vocabulary_.facets.items()
        if name in (found := before if facet.front else whole)
    }
    for said in () if intent is None else (intent.audience, intent.season, intent.occasion):
        for name, values in vocabulary_.recognise(vocabulary_.spelt(said or "")).items():
            asked.setdefault(name, set()).update(values)
    return {name: frozenset(values) for name, values in asked.items()}


def _things(front: str) -> Tokens:
    spelt, stems = vocabulary().spelt(front), tokens(front)
    describing = {
        i
        for start, end, named in vocabulary().places(spelt)
        if any(facet in DESCRIBING for facet, _ in named)
        for i in range(start, end)
    }
    return frozenset(stem for i, stem in enumerate(stems) if i not in describing)


def _said(text: str, stems: Tokens) -> str:
    """The words of a text with these stems, "" where one of them has none."""
    found = [word for word in words(text) if stem(word) in stems]
    return " ".join(dict.fromkeys(found)) if {stem(word) for word in found} == stems else ""
