"""Patterns in what was rejected: what rejects share and kept ones lack, proposed as a term, a rule or a filter.

A word, a brand, a category or a side of a price is proposed where at least `AT_LEAST` rejects share it, where the
log-odds of rejects against kept ones are significant, and where it would take out next to nothing that was kept.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.domain import Filters, Strategy
from core.relevance.contract import Item
from core.relevance.reading import Reading
from core.relevance.rules.rule import OWN, Rule
from core.text import STOP_WORDS, stem, tokens, words

Mask = npt.NDArray[np.bool_]

AT_LEAST = 3
"""Rejects that a pattern needs."""

SURE = 1.3
"""Log-odds over their standard error from which a pattern is proposed: about one in ten by chance."""

SHRINKAGE = 2.0
"""Products, spread like the whole list, that are added to the rejects and to the kept ones before they are compared."""

MOST = 5
"""Proposals at once."""

SAME = 0.7
"""Two proposals that take out so much of the same (Jaccard) say the same thing; the surer one stays."""

KEPT_HIT = 0.1
"""Of what a proposal would take out of the products judged, at most this share may be kept ones."""

PLAINEST = ("term", "filter", "rule")
"""Of what is equally sure, what an operator sees through best comes first."""

Near = Callable[[str], Mask]
"""A negative term to the products (n,) that it would take out by meaning, though they do not say it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to cut with one click, and what it would do to this list.

    `key` names it the same every time. `label` is its button ("Cut “inflatable”"), `sentence` what it does. `term` is
    the negative term of kind `term`, `rule` the own rule of kind `rule`, `filters` are to be merged for kind `filter`.
    `rejects` rejected products share it; it would take out `hits` products not judged yet and `kept_hit` that were
    kept; `examples` are ids of the former, first in the list. `sure` is the log-odds over their standard error.
    """

    key: str
    kind: Literal["term", "rule", "filter"]
    label: str
    sentence: str
    rejects: int
    hits: int
    kept_hit: int
    examples: tuple[str, ...]
    sure: float = 0.0
    term: str | None = None
    rule: Rule | None = None
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What could be cut: which products (n,) it takes out, how it is said, and how many rejects' titles say it."""

    key: str
    label: str
    what: str
    takes: Mask
    in_titles: int = 0
    term: str | None = None
    rule: Rule | None = None
    filters: Filters | None = None


def find(
    items: Sequence[Item],
    verdicts: Mapping[str, bool],
    strategy: Strategy,
    reading: Reading | None = None,
    *,
    near: Near | None = None,
    priced: frozenset[str] = frozenset(),
) -> tuple[Proposal, ...]:
    """The patterns in these verdicts (True kept), the surest first; none for few rejects.

    What a positive term or the query asks for is never proposed, nor what a negative term cuts already. `near` adds
    what a term takes out by meaning. `priced` are products that were rejected for their price: they alone speak of
    prices, and of nothing else.
    """
    said = np.array([verdicts.get(item.product.product_id) for item in items], dtype=object)
    rejected, kept = said == False, said == True  # noqa: E712  three values: None is not judged
    if rejected.sum() < AT_LEAST:
        return ()
    asked = {token for term in (*strategy.positive, *strategy.negative) for token in tokens(term)}
    asked |= set() if reading is None else {*reading.wanted, *(t for phrase in reading.unwanted for t in phrase)}
    known = tuple(frozenset(tokens(term)) for term in strategy.negative)
    cut = np.array([any(item.profile.asserted.issuperset(k) for k in known if k) for item in items], dtype=np.bool_)
    dear = rejected & np.array([item.product.product_id in priced for item in items], dtype=np.bool_)
    proposals = _prices(items, dear, kept)
    rejected = rejected & ~dear
    candidates = (*_words(items, rejected, asked), *_brands(items, rejected), *_categories(items, rejected, asked))
    proposals += [p for one in candidates if (p := _proposal(one, items, rejected & ~cut, kept, near)) is not None]
    seen = {one.key: -one.in_titles for one in candidates}
    proposals.sort(key=lambda p: (-round(p.sure, 6), PLAINEST.index(p.kind), seen.get(p.key, 0), -p.hits, p.key))
    return _different(proposals, {one.key: one.takes for one in candidates})[:MOST]


def _proposal(one: _Found, items: Sequence[Item], rejected: Mask, kept: Mask, near: Near | None) -> Proposal | None:
    takes = one.takes
    sure = sureness(int((takes & rejected).sum()), int(rejected.sum()), int((takes & kept).sum()), int(kept.sum()),
                    float(takes.mean()))  # fmt: skip
    if sure < SURE or (takes & rejected).sum() < AT_LEAST:
        return None
    if one.term is not None and near is not None:
        takes = takes | near(one.term)
    harmed, share = int((takes & kept).sum()), int((takes & rejected).sum())
    if harmed > KEPT_HIT * (harmed + share):
        return None
    open_ = np.flatnonzero(takes & ~rejected & ~kept)
    if not len(open_):
        return None
    kind: Literal["term", "rule", "filter"] = "term" if one.term else "rule" if one.rule else "filter"
    spared = "none that you kept" if not harmed else f"{harmed} that you kept"
    return Proposal(
        key=one.key,
        kind=kind,
        label=one.label,
        sentence=f"{share} that you rejected {one.what}; cutting takes out {len(open_)} more and {spared}.",
        rejects=share,
        hits=len(open_),
        kept_hit=harmed,
        examples=tuple(items[k].product.product_id for k in open_[:3].tolist()),
        sure=sure,
        term=one.term,
        rule=one.rule,
        filters=one.filters,
    )


def sureness(hit: int, rejects: int, kept_hit: int, kept: int, share: float) -> float:
    """Log-odds of a feature among rejects against kept ones, over their standard error.

    With an informative prior (Monroe, Colaresi and Quinn 2008, equations 16 to 22): `SHRINKAGE` products of which
    `share` have the feature, as in the whole list, stand on both sides, so that a rare word's absence among the kept
    ones says little.
    """
    has, lacks = SHRINKAGE * share, SHRINKAGE * (1 - share)
    cells = (hit + has, rejects - hit + lacks, kept_hit + has, kept - kept_hit + lacks)
    if min(cells) <= 0:
        return 0.0
    odds = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
    return odds / math.sqrt(sum(1 / cell for cell in cells))


def _words(items: Sequence[Item], rejected: Mask, asked: set[str]) -> Iterator[_Found]:
    """Words that rejects say in title, category or attributes, as a negative term finds them."""
    spoken: dict[str, list[str]] = {}
    for k in np.flatnonzero(rejected).tolist():
        product = items[k].product
        written = " ".join([product.title, product.category, *(value for _, value in product.attributes)])
        for word in dict.fromkeys(words(written)):
            spoken.setdefault(stem(word), []).append(word)
    often = {t for t, f in spoken.items() if len(f) >= AT_LEAST and t not in asked and t.isalpha() and len(t) > 2}
    holds: dict[str, list[int]] = {token: [] for token in spoken if token in often}
    for k, item in enumerate(items):
        for token in often & item.profile.asserted:
            holds[token].append(k)
    for token, rows in holds.items():
        forms = spoken[token]
        word = max(sorted(set(forms)), key=forms.count)
        takes = np.zeros(len(items), np.bool_)
        takes[rows] = True
        if word not in STOP_WORDS and takes.sum() < len(items):
            titles = sum(token in items[k].profile.title for k in np.flatnonzero(rejected).tolist())
            yield _Found(f"term:{word}", f"Cut “{word}”", f"say “{word}”", takes, titles, term=word)


def _brands(items: Sequence[Item], rejected: Mask) -> Iterator[_Found]:
    named = [item.product.brand for item in items]
    for brand in sorted({named[k] for k in np.flatnonzero(rejected).tolist()} - {""}):
        if tokens(brand):
            takes = np.array([name.casefold() == brand.casefold() for name in named])
            rule = _rule(f"No {brand}", brand, "anywhere", f"It is by {brand}, which you do not want in this list.")
            yield _Found(f"rule:brand:{brand}", f"Cut the brand {brand}", f"are by {brand}", takes, rule=rule)


def _categories(items: Sequence[Item], rejected: Mask, asked: set[str]) -> Iterator[_Found]:
    leaves = [item.product.category.split(" > ")[-1] for item in items]
    paths = [item.profile.path for item in items]
    levels = {path: [frozenset(level) for level in path] for path in paths}
    for leaf in sorted({leaves[k] for k in np.flatnonzero(rejected).tolist()} - {""}):
        said = frozenset(tokens(leaf))
        if said and not said <= asked:
            inside = {path for path, found in levels.items() if any(said <= level for level in found)}
            takes = np.array([path in inside for path in paths])
            rule = _rule(f"No {leaf}", leaf, "category", f"It is in {leaf}, which you do not want in this list.")
            yield _Found(f"rule:category:{leaf}", f"Cut the category {leaf}", f"are in {leaf}", takes, rule=rule)


def _rule(name: str, said: str, where: Literal["anywhere", "category"], sentence: str) -> Rule:
    """An own rule that lets no product with these words in this place above Irrelevant."""
    mark = hashlib.blake2b(f"{where} {said.casefold()}".encode(), digest_size=6).hexdigest()
    plain = sentence.replace("{", "(").replace("}", ")")
    return Rule(f"{OWN}cut-{mark}", name[:120], plain, "says", (1,), words=(said,), where=where)


def _prices(items: Sequence[Item], dear: Mask, kept: Mask) -> list[Proposal]:
    """A limit that keeps out what was rejected for its price and nothing that was kept; none where they mix."""
    price = np.array([math.nan if item.product.price is None else item.product.price for item in items])
    refused, spared = price[dear & ~np.isnan(price)], price[kept & ~np.isnan(price)]
    if len(refused) < AT_LEAST or not len(spared):
        return []
    if spared.max() < refused.min():
        limit, takes = float(spared.max()), price > spared.max()
        said, filters = f"above {limit:g}", Filters(price=(None, limit))
    elif spared.min() > refused.max():
        limit, takes = float(spared.min()), price < spared.min()
        said, filters = f"below {limit:g}", Filters(price=(limit, None))
    else:
        return []
    found = _Found(f"filter:price:{said}", f"Cut what costs {said}", f"cost {said}", takes, filters=filters)
    share = float(takes.mean())
    sure = sureness(len(refused), len(refused), 0, len(spared), share)
    return [p for p in (_proposal(found, items, dear, kept, None),) if p is not None and sure >= SURE]


def _different(proposals: Sequence[Proposal], takes: Mapping[str, Mask]) -> tuple[Proposal, ...]:
    """The proposals in order without those that take out much the same as one before."""
    out: list[Proposal] = []
    for one in proposals:
        own = takes.get(one.key)
        others = [takes[p.key] for p in out if p.key in takes]
        if own is None or not any((own & o).sum() > SAME * (own | o).sum() for o in others):
            out.append(one)
    return tuple(out)
