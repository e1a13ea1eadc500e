"""Lists with known answers for the simulation of live learning: judged queries, themes, and tastes within a theme.

* `judged`: the products that people judged for an ESCI query, in the order of the search. Kept are the exact ones.
* `searched`: the first 200 of the search for that query, in which those that nobody judged count as rejected.
* `theme`: the list that the catalogue planner and the funnel make of a theme whose products the shop's columns tell.
* `taste`: the same list, where the operator has something in mind that the theme does not say: one colour, for whom,
  one season or use. `taste, unsaid`: the same in a catalogue without attributes, whose vectors are made without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import pipeline
from core.catalogue.embedding import encode_batches
from core.catalogue.schema import vector_text
from core.domain import Candidate
from core.evaluation.live_learning import FOLDS, SEED, Listed, Session
from core.evaluation.search_benchmark import GAINS, JudgedQuery, read_queries
from core.evaluation.themes import Theme, known_sets, plan
from core.events import result_of
from core.pipeline.relevance import items
from core.recall.ranking import search
from core.relevance.contract import Item, Question
from core.relevance.labels import GRADE_OF_ESCI
from core.relevance.local.features import FEATURES
from core.relevance.local.judge import gated
from core.relevance.local.model import Weights
from core.relevance.local.training import fit
from core.relevance.profile import profile
from core.relevance.tiering import DEFAULT_BETA
from core.services import Services

GRADE_OF_GAIN = {gain: GRADE_OF_ESCI[letter] for letter, gain in GAINS.items()}

DEPTH = 1_000
SEARCHED = 200
SIZE = 600
"""Products of a theme's list: long enough for 40 verdicts and 20 more to be a part of it."""

TASTES = ("color", "gender", "season", "usage")
TASTE = (0.1, 0.6)
"""A taste is worth a session where it keeps such a share of the list, and not nearly all that belongs."""

NEARLY_ALL = 0.85
LONG_ENOUGH = 100


def query_sessions(services: Services, folder: Path) -> list[Session]:
    """`judged` and `searched` of every judged query; the prior is the score of the plain search."""
    out = []
    for query in read_queries(folder):
        found = search(services.shelf().catalogue, services.encoder, query.text, limit=DEPTH)
        vector = services.encoder.encode([query.text])[0]
        keeps = frozenset(i for i, gain in query.gains.items() if gain == 1.0)
        for kind, scores in (("judged", _judged(query, found)), ("searched", _first(found))):
            listed = items(services, list(scores))
            prior = np.array([scores[item.product.product_id] for item in listed])
            out.append(Session(kind, query.text, query.text, Listed(listed), prior, vector, keeps))
    return out


def _judged(query: JudgedQuery, found: Sequence[Candidate]) -> dict[str, float]:
    """The judged products with their scores, those that the search did not find at the end."""
    scores = {c.product_id: c.score for c in found if c.product_id in query.gains}
    last = min((c.score for c in found), default=0.0)
    return scores | {i: 0.9 * last for i in sorted(query.gains) if i not in scores}


def _first(found: Sequence[Candidate]) -> dict[str, float]:
    return {c.product_id: c.score for c in found[:SEARCHED]}


def by_held_out_judge(services: Services, folder: Path, sessions: Sequence[Session]) -> list[Session]:
    """Sessions of queries in the order of the local judge, which is also their prior, trained on other queries."""
    gains = {query.text: query.gains for query in read_queries(folder)}
    graded = [services.judge.grades(Question(one.group), one.listed.items) for one in sessions]
    labelled = [k for k, one in enumerate(sessions) if one.kind == "judged"]
    gold = {k: np.array([GRADE_OF_GAIN[gains[sessions[k].group][i]] for i in sessions[k].ids]) for k in labelled}
    groups = sorted({one.group for one in sessions})
    fold = dict(zip(groups, (np.random.default_rng(SEED).permutation(len(groups)) % FOLDS).tolist(), strict=True))
    out = []
    for one, seen in zip(sessions, graded, strict=True):
        others = [k for k in labelled if fold[sessions[k].group] != fold[one.group]]
        slopes, intercepts = fit(
            np.concatenate([graded[k].features for k in others]), np.concatenate([gold[k] for k in others])
        )
        weights = Weights(FEATURES, slopes, intercepts, DEFAULT_BETA)
        prior = gated(weights.probabilities(seen.features), seen.allowed) @ np.arange(4) / 3.0
        order = np.lexsort((np.array(one.ids), -np.round(prior, 9)))
        listed = Listed([one.listed.items[k] for k in order.tolist()])
        kind = f"{one.kind}, by the judge"
        out.append(replace(one, kind=kind, listed=listed, prior=np.asarray(prior[order], np.float64)))
    return out


def theme_sessions(services: Services, themes: Sequence[Theme]) -> list[Session]:
    """`theme`, `taste` and `taste, unsaid` of every theme; the prior is the relevance of the funnel."""
    out = []
    for theme, known in known_sets(services, themes).items():
        strategy = plan(services, theme, knowledge=True, turns=4).best.strategy
        intent = pipeline.read_intent(services, theme)
        chosen = result_of(pipeline.select(services, intent, strategy=strategy, size=SIZE)).products
        listed = Listed(items(services, [p.product_id for p in chosen]))
        prior = np.array([p.relevance for p in chosen])
        vector = services.encoder.encode([theme])[0]
        keeps = known & set(listed.ids)
        out.append(Session("theme", theme, theme, listed, prior, vector, keeps))
        tastes = _tastes(listed, keeps)
        bare = Listed(_unsaid(services, listed.items)) if tastes else listed
        for name, wanted in tastes.items():
            named = f"{theme}: {name}"
            out.append(Session("taste", theme, named, listed, prior, vector, wanted))
            out.append(Session("taste, unsaid", theme, named, bare, prior, vector, wanted))
    return out


def _tastes(listed: Listed, keeps: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """What an operator may have in mind within a theme, by the value that tells it: the products to keep."""
    if len(listed.ids) < LONG_ENOUGH:
        return {}
    pairs = Counter(
        pair
        for item in listed.items
        if item.product.product_id in keeps
        for pair in item.product.attributes
        if pair[0].casefold() in TASTES
    )
    low, high = (share * len(listed.ids) for share in TASTE)
    return {
        value: frozenset(
            item.product.product_id
            for item in listed.items
            if item.product.product_id in keeps and (name, value) in item.product.attributes
        )
        for (name, value), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
        if low < count < min(high, NEARLY_ALL * len(keeps))
    }


def _unsaid(services: Services, said: Sequence[Item]) -> list[Item]:
    """The same products without their attributes, analysed and embedded anew."""
    bare = [replace(item.product, attributes=()) for item in said]
    texts = [vector_text(title=p.title, brand=p.brand, category=p.category, attributes={}) for p in bare]
    out: list[Item | None] = [None] * len(bare)
    for places, vectors in encode_batches(services.encoder.inner, texts):
        for place, vector in zip(places, vectors, strict=True):
            out[place] = Item(bare[place], profile(bare[place]), vector)
    return [item for item in out if item is not None]
