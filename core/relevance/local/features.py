"""What the local judge sees of a query and a product: few features, each of which can only speak one way.

A feature's sign stands in `SIGNS`: more of it never lowers (+1) or never raises (-1) a grade, whatever the weights. All
lie in [0, 1]. docs/judge.md says what each is for and what it brings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.relevance.contract import Corpus, Encode, Item, Vectors
from core.relevance.local.wording import Others, akin, others
from core.relevance.profile import Profile
from core.relevance.reading import Reading

Floats = npt.NDArray[np.float64]

SIGNS: Mapping[str, int] = {
    "cosine": 1,
    "coverage": 1,
    "brand": 1,
    "leaf": 1,
    "head": 1,
    "lacks": 1,
    "has": -1,
    "serves": -1,
    "attribute": -1,
    "unwanted": -1,
    "kind": -1,
}
FEATURES = tuple(SIGNS)

BODY = 0.5
"""What a word in the description counts, beside one in title, brand, category or attributes."""

LACKS_IN_BODY = 0.6
HAS_IN_BODY = 0.8
"""What the description's word on something unwanted counts, beside that of title, category and attributes."""

LEAF_UNKNOWN = 0.85
"""The cosine of query and category, as a share of that of query and product, where a product has no category."""

KIND_RULES = frozenset(("kind", "media", "made-for", "accessory", "part"))
"""Shipped rules on what a thing is; `UNWANTED_RULE` is on negation, `THING_RULE` is no feature,
all others are on attributes."""

UNWANTED_RULE = "unwanted"

THING_RULE = "thing"
"""What this shop's own names say against a product; it depends on the shop, and no weight was learnt for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready for many products: its reading, vector, the weight of every wanted token, what else may
    stand for it, and the token that names the thing ("" where there is none)."""

    reading: Reading
    vector: Vectors
    weights: tuple[float, ...]
    others: tuple[Others, ...]
    head: str


def asked(reading: Reading, encode: Encode, idf: Callable[[str], float]) -> Asked:
    """Prepare a question; one text is encoded."""
    return Asked(
        reading,
        encode([" ".join(reading.text.split())])[0],
        tuple(idf(token) for token in reading.wanted),
        others(reading.wanted, idf),
        reading.head,
    )


Leaves = Callable[[Sequence[str]], Vectors]
"""Category leaves to vectors, one row each: an encoder that remembers."""


def columns(question: Asked, items: Sequence[Item], corpus: Corpus, leaves: Leaves) -> Floats:
    """(items, features) in the order of `FEATURES`; what rules say is left 0 (`put_rules`)."""
    out = np.zeros((len(items), len(FEATURES)))
    if not items:
        return out
    cosine = np.stack([item.vector for item in items]) @ question.vector
    out[:, 0] = np.clip(cosine, 0.0, 1.0)
    out[:, 3] = _leaf(question, items, out[:, 0], leaves)
    total = sum(question.weights) or 1.0
    # A single word may be anything else too ("red"); among others, one in the brand's name is a good sign as it is.
    alone = len(question.reading.wanted) == 1
    named = [corpus.names_brand(t) if alone else 1.0 for t in question.reading.wanted]
    idf = {token: corpus.idf(token) for phrase in question.reading.unwanted for token in phrase}
    for row, item in zip(out, items, strict=True):
        _words(row, question, item.profile, total, named)
        for phrase in question.reading.unwanted:
            _negation(row, phrase, item.profile, idf)
    return out


def put_rules(values: Floats, spoken: npt.NDArray[np.bool_], ids: Sequence[str]) -> None:
    """Fill in what (n, rules) rules said, by their ids; rules that are no shipped ones are no features."""
    for name, column in (
        ("attribute", _attribute),
        ("unwanted", UNWANTED_RULE.__eq__),
        ("kind", KIND_RULES.__contains__),
    ):
        at = [k for k, rule in enumerate(ids) if column(rule)]
        if at:
            values[:, FEATURES.index(name)] = spoken[:, at].any(axis=1)


def _attribute(rule: str) -> bool:
    return rule not in KIND_RULES and rule not in (UNWANTED_RULE, THING_RULE)


def _leaf(question: Asked, items: Sequence[Item], cosine: Floats, leaves: Leaves) -> Floats:
    names = [item.product.category.rpartition(" > ")[2] for item in items]
    distinct = list(dict.fromkeys(name for name in names if name))
    if not distinct:
        return cosine * LEAF_UNKNOWN
    found = dict(zip(distinct, (leaves(distinct) @ question.vector).tolist(), strict=True))
    values = [found[name] if name else LEAF_UNKNOWN * own for name, own in zip(names, cosine, strict=True)]
    return np.clip(np.array(values, np.float64), 0.0, 1.0)


def _words(row: Floats, question: Asked, profile: Profile, total: float, named: Sequence[float]) -> None:
    coverage = brand = serves = 0.0
    main, body, front = profile.main, profile.body, profile.front
    for token, weight, name, other in zip(
        question.reading.wanted, question.weights, named, question.others, strict=True
    ):
        if token in main:
            coverage += weight
            if token in profile.brand:
                brand += weight * name
            if token in profile.serves and token not in front:
                serves += weight
        else:
            share = BODY if token in body else 0.0
            coverage += weight * max(share, other.worth(main, profile.title))
    row[1], row[2], row[7] = coverage / total, brand / total, serves / total
    row[4] = float(any(question.head in level for level in profile.path))


def _negation(row: Floats, phrase: Sequence[str], profile: Profile, idf: Mapping[str, float]) -> None:
    """Note what a product says of an unwanted phrase: that it does without, or how much of it it has."""
    if not profile.negated.isdisjoint(phrase):
        row[5] = 1.0
    elif not profile.lacking.isdisjoint(phrase):
        row[5] = max(row[5], LACKS_IN_BODY)
    if profile.negated.isdisjoint(phrase):
        row[6] = max(row[6], _share(phrase, profile.asserted, idf))
        if profile.lacking.isdisjoint(phrase):
            row[6] = max(row[6], HAS_IN_BODY * _share(phrase, profile.body, idf))


def _share(phrase: Sequence[str], said: Iterable[str], idf: Mapping[str, float]) -> float:
    """The share of a phrase's idf that is said, word by word or by a word akin to it."""
    there = said if isinstance(said, frozenset) else frozenset(said)
    found = sum(idf[t] for t in phrase if t in there or any(t[:4] == o[:4] and akin(t, o) for o in there))
    return found / sum(idf[t] for t in phrase)
