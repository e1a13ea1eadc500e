"""Simulates live learning with known answers: precision of the next products shown after some verdicts.

A session is a list in the order in which a merchandiser sees it, with the products that a perfect merchandiser would
keep. The first n of it are judged, a ranker puts the rest in order, and the next 20 are counted. All rankers are given
the same verdicts, so that a good one is not punished for what it has used up; `kept_of_shown` measures the closed loop,
in which every next page is put in order by what was said before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.evaluation.metrics import average_precision, precision
from core.evaluation.search_benchmark import Difference, difference
from core.relevance.contract import Item, Vectors
from core.relevance.likeness import Likeness
from core.relevance.live import MODEL, Learned, Model, Order, learn

Floats = npt.NDArray[np.float64]

AFTER = (10, 20, 40)
"""Verdicts after which it is measured."""

NEXT = 20
PAGE = 10
"""Products judged before the list is put in order anew, in the closed loop."""

FOLDS = 5
REPEATS = 5
SEED = 20_261_127


class Listed:
    """The products of a list in the order in which they are seen; sessions over one list share it."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        self.ids = tuple(item.product.product_id for item in items)

    @cached_property
    def likeness(self) -> Likeness:
        """Made once for all rankers."""
        return Likeness(self.items)


@dataclass(frozen=True, slots=True)
class Session:
    """One list and what belongs in it. `group` is the query or theme, which no two folds share; `kind` is the table's
    row. `prior` (n,) in [0, 1] is what the judge or the search says, `query` the vector of what was asked.
    """

    kind: str
    group: str
    name: str
    listed: Listed
    prior: Floats
    query: Vectors
    keeps: frozenset[str]

    @property
    def ids(self) -> tuple[str, ...]:
        """In the order in which they are seen."""
        return self.listed.ids

    def verdicts(self, ids: Sequence[str]) -> dict[str, bool]:
        """What the merchandiser says of these."""
        return {i: i in self.keeps for i in ids}


Ranker = Callable[[Session, Mapping[str, bool]], Sequence[str]]
"""A session and the verdicts so far to the products not judged yet, best first."""


def as_listed(session: Session, verdicts: Mapping[str, bool]) -> Sequence[str]:
    """No learning: the list goes on as it was chosen."""
    return [i for i in session.ids if i not in verdicts]


def by_prior(session: Session, verdicts: Mapping[str, bool]) -> Sequence[str]:
    """No learning: by what the judge says."""
    order = np.argsort(-np.round(session.prior, 9), kind="stable").tolist()
    return [session.ids[k] for k in order if session.ids[k] not in verdicts]


@dataclass(frozen=True, slots=True)
class Live:
    """Live learning as it ships, or with another model."""

    model: Model = MODEL
    order: Order = "fit"

    def learned(self, session: Session, verdicts: Mapping[str, bool]) -> Learned:
        """What was learned in a session."""
        listed = session.listed
        return learn(listed.items, session.prior, verdicts, model=self.model, likeness=listed.likeness)

    def __call__(self, session: Session, verdicts: Mapping[str, bool]) -> Sequence[str]:
        return self.learned(session, verdicts).order(self.order)


def next_precision(
    ranker: Ranker, sessions: Sequence[Session], *, after: Sequence[int] = AFTER, flips: float = 0.0
) -> Floats:
    """(sessions, len(after)) precision of the next `NEXT` after the first n were judged; NaN for a list too short.

    `flips` is the share of verdicts that are wrong, the same ones for every ranker.
    """
    out = np.full((len(sessions), len(after)), np.nan)
    for row, session in enumerate(sessions):
        wrong = np.random.default_rng([SEED, row]).random(len(session.ids)) < flips
        for column, n in enumerate(after):
            if len(session.ids) >= n + NEXT:
                said = session.verdicts(session.ids[:n])
                given = {i: kept != bool(wrong[k]) for k, (i, kept) in enumerate(said.items())}
                out[row, column] = precision(ranker(session, given), session.keeps, k=NEXT)
    return out


def rest_precision(ranker: Ranker, sessions: Sequence[Session], *, after: Sequence[int] = AFTER) -> Floats:
    """(sessions, len(after)) average precision of all that is left, where at least `PAGE` are; NaN elsewhere."""
    out = np.full((len(sessions), len(after)), np.nan)
    for row, session in enumerate(sessions):
        for column, n in enumerate(after):
            rest = session.keeps & set(session.ids[n:])
            if len(session.ids) >= n + PAGE and 0 < len(rest) < len(session.ids) - n:
                found = average_precision(ranker(session, session.verdicts(session.ids[:n])), rest)
                out[row, column] = np.nan if found is None else found
    return out


def kept_of_shown(ranker: Ranker, sessions: Sequence[Session], *, shown: int) -> Floats:
    """(sessions,) share kept of the first `shown` products, a page of `PAGE` after the other, the first as listed."""
    out = np.full(len(sessions), np.nan)
    for row, session in enumerate(sessions):
        if len(session.ids) < shown:
            continue
        verdicts = session.verdicts(session.ids[:PAGE])
        while len(verdicts) < shown:
            verdicts |= session.verdicts(list(ranker(session, verdicts))[: min(PAGE, shown - len(verdicts))])
        out[row] = sum(verdicts.values()) / len(verdicts)
    return out


def explored(orders: Sequence[Order], sessions: Sequence[Session], *, first: int = 10, then: int = 10) -> Floats:
    """(sessions, orders) average precision over all that was not in the first `first`, after `then` more verdicts that
    were asked for in each order: how good the model is that they taught, whatever they used up."""
    out = np.full((len(sessions), len(orders)), np.nan)
    for row, session in enumerate(sessions):
        rest = frozenset(session.ids[first:])
        wanted = rest & session.keeps
        if len(session.ids) < first + then + NEXT or not 0 < len(wanted) < len(rest):
            continue
        for column, order in enumerate(orders):
            said = session.verdicts(session.ids[:first])
            more = session.verdicts(list(Live(order=order)(session, said))[:then])
            told = Live().learned(session, said | more)
            ranking = sorted(rest, key=lambda i: (-round(float(told.latent[told.index[i]]), 9), i))
            found = average_precision(ranking, wanted)
            out[row, column] = np.nan if found is None else found
    return out


def cross_validated(
    sessions: Sequence[Session], results: Sequence[Floats], *, folds: int = FOLDS, repeats: int = REPEATS
) -> tuple[Floats, Counter[int]]:
    """What the configurations `results` (each (sessions, columns)) reach when the best is chosen on other groups.

    Best is the highest mean over kinds of their means, so that no kind counts more for having more sessions. Returns
    the held-out values, averaged over `repeats` shuffles, and how often each configuration was chosen.
    """
    groups = sorted({session.group for session in sessions})
    kinds = np.array([session.kind for session in sessions])
    total, chosen = np.zeros_like(results[0]), Counter[int]()
    generator = np.random.default_rng(SEED)
    for _ in range(repeats):
        fold = dict(zip(groups, (generator.permutation(len(groups)) % folds).tolist(), strict=True))
        part = np.array([fold[session.group] for session in sessions])
        for k in range(folds):
            best = max(range(len(results)), key=lambda i: overall(results[i][part != k], kinds[part != k]))
            chosen[best] += 1
            total[part == k] += results[best][part == k] / repeats
    return total, chosen


def overall(values: Floats, kinds: npt.NDArray[np.str_]) -> float:
    """The mean over kinds of the mean over sessions and columns."""
    held = [values[kinds == kind] for kind in sorted(set(kinds.tolist()))]
    return float(np.mean([np.nanmean(known) for known in held if np.isfinite(known).any()]))


def table(sessions: Sequence[Session], rows: Mapping[str, Floats], *, after: Sequence[int] = AFTER) -> str:
    """Means by kind as Markdown, one line a kind and row, one column a number of verdicts; – for lists too short."""
    lines = [f"| lists | ranked by | {' | '.join(f'after {n}' for n in after)} |", "|---|---|" + "---|" * len(after)]
    for kind in dict.fromkeys(session.kind for session in sessions):
        own = np.array([session.kind == kind for session in sessions])
        for name, values in rows.items():
            cells = [_cell(values[own, column]) for column in range(values.shape[1])]
            lines.append(f"| {kind} ({int(own.sum())}) | {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def differences(sessions: Sequence[Session], ours: Floats, theirs: Floats) -> dict[str, Difference]:
    """By kind, the mean difference over sessions and columns with its 95 % bootstrap interval over groups."""
    out = {}
    for kind in dict.fromkeys(session.kind for session in sessions):
        gaps: dict[str, list[float]] = {}
        for row, session in enumerate(sessions):
            known = (ours[row] - theirs[row])[np.isfinite(ours[row] - theirs[row])]
            if session.kind == kind and len(known):
                gaps.setdefault(session.group, []).append(float(known.mean()))
        means = [float(np.mean(held)) for held in gaps.values()]
        out[kind] = difference(means, [0.0] * len(means))
    return out


def _cell(values: Floats) -> str:
    known = values[np.isfinite(values)]
    return f"{known.mean():.3f}" if len(known) else "–"
