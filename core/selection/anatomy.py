"""What stands behind each number of a selection: every lens as a set of products, each with why it is in or out.

It counts over everything that a positive term found, before negatives and filters, and over what was added or judged by
hand; which term finds and cuts what is handed in from the recall, who left where from the funnel's trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.domain import Behind, BehindRow, FunnelStage, Lens, Selection, term_list
from core.errors import InputError
from core.selection.diversity import Integers
from core.selection.facts import Floats
from core.selection.lens_titles import title
from core.selection.spread import Bars, Mask, category_bars, price_bars, rating_bars, season_bars
from core.selection.trace import Station, Trace

NAMED = 30_000
"""A lens names at most so many products, the best; it counts all."""


FINDS = ("finds", "alone", "shared")
CUTS = ("cuts", "cuts_alone", "cuts_shared")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Columns over everything that a positive term finds, in order of product id: which of the terms find (terms,
    products) with which score, which of the negative ones cut, whether the filters let it pass, and its best score."""

    ids: tuple[str, ...]
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    finds: Mask
    own: Floats
    cuts: Mask
    passes: Mask
    scores: Floats


@dataclass(frozen=True, slots=True)
class Judged:
    """What operators did by hand: products kept, dropped (with the reason in words), and added."""

    kept: tuple[str, ...]
    dropped: Mapping[str, str]
    pinned: tuple[str, ...]


class Anatomy:
    """One selection taken apart. Columns over `ids`: what was found, then what entered by hand alone."""

    def __init__(
        self, selection: Selection, trace: Trace, found: Found, *, funnel: tuple[FunnelStage, ...] = ()
    ) -> None:
        """`funnel` are the steps that `trace` is of, for whoever shows them."""
        self.selection, self.trace, self.found, self.funnel = selection, trace, found, funnel
        listed = [p.product_id for p in selection.products]
        known = set(found.ids)
        extra = [i for i in dict.fromkeys((*trace.ids, *listed)) if i not in known]
        self.ids: tuple[str, ...] = (*found.ids, *extra)
        self.size = len(self.ids)
        self.place = {product_id: k for k, product_id in enumerate(self.ids)}
        self.finds, self.cuts = self._wide(found.finds), self._wide(found.cuts)
        self.passes = self._wide(found.passes[None, :])[0]
        self.any: Mask = np.logical_or.reduce(self.finds, axis=0)
        self.cut: Mask = np.logical_or.reduce(self.cuts, axis=0)
        self.scores = np.concatenate([found.scores, np.full(len(extra), np.nan)])
        self.at = np.full(self.size, -1, np.int64)
        self.at[self._places(trace.ids)] = np.arange(len(trace.ids))
        self.rank = np.zeros(self.size, np.int64)
        self.rank[self._places(listed)] = [p.rank for p in selection.products]
        self.listed: Mask = self.rank > 0
        self._heads = {v: p.product_id for p in selection.products for v in p.variants}
        self.variant = np.zeros(self.size, np.bool_)
        self.variant[self._places([v for v in self._heads if v in self.place])] = True
        self.variant &= ~self.listed
        self.removed: Mask = self.any & ~self.listed & ~self.variant
        self._entered: Mask = self.at >= 0
        self.cut_out: Mask = self.any & self.cut & ~self._entered
        self._bars: Mapping[str, Bars] = {}

    def _wide(self, rows: Mask) -> Mask:
        return np.concatenate([rows, np.zeros((len(rows), self.size - rows.shape[1]), np.bool_)], axis=1)

    def _places(self, ids: Sequence[str]) -> Integers:
        return np.fromiter((self.place[i] for i in ids), np.int64, len(ids))

    def _mask(self, ids: Sequence[str]) -> Mask:
        who = np.zeros(self.size, np.bool_)
        who[self._places([i for i in ids if i in self.place])] = True
        return who

    def compare(
        self,
        *,
        price: Floats,
        rating: Floats,
        category: Sequence[str],
        seasons: Sequence[tuple[str, ...]],
        now: str,
    ) -> None:
        """Take in what the products say of themselves, in the order of `ids`, for the bars; NaN and "" are unknown."""
        self._bars = {
            "price": price_bars(price, self.listed | self.removed),
            "category": category_bars(category, self.listed, self.removed),
            "rating": rating_bars(rating),
            "season": season_bars(seasons, now=now),
        }

    def bars(self, kind: str) -> Bars:
        """The bars of `price`, `category`, `rating` or `season`."""
        return self._bars[kind]

    def who(self, lens: Lens) -> Mask:
        """The products behind a number that is not of judgements; raises `InputError` for what is not there."""
        found = _KINDS[lens.kind](self, lens)
        if lens.side:
            found = found & (self.listed if lens.side == "listed" else self.removed)
        return found

    def behind(self, lens: Lens, judged: Judged) -> Behind:
        """The products behind a number, each with its reason, best first."""
        if lens.kind in ("kept", "dropped", "pinned"):
            return self._by_hand(lens, judged)
        who = np.flatnonzero(self.who(lens))
        score = self._score(lens)
        ordered = np.lexsort((who, -np.nan_to_num(score[who], nan=-1.0)))
        if lens.kind == "list":
            ordered = np.argsort(self.rank[who])
        first = who[ordered][:NAMED]
        return Behind(title(lens), self._rows(first, score[first]), len(who))

    def _by_hand(self, lens: Lens, judged: Judged) -> Behind:
        """What an operator judged or added, those in the list first; it may be found by nothing."""
        reasons = judged.dropped if lens.kind == "dropped" else {}
        ids = judged.kept if lens.kind == "kept" else judged.dropped if lens.kind == "dropped" else judged.pinned
        rows = []
        for product_id in sorted(ids, key=lambda i: (self._rank_of(i), i))[:NAMED]:
            k = self.place.get(product_id)
            if k is None:
                row = BehindRow(product_id, "no term finds it", None, False)
            else:
                row = self._rows(np.array([k]), self.scores[[k]])[0]
            rows.append(replace(row, note=reasons[product_id]) if reasons.get(product_id) else row)
        return Behind(title(lens), tuple(rows), len(ids))

    def _rank_of(self, product_id: str) -> int:
        k = self.place.get(product_id)
        return int(self.rank[k]) if k is not None and self.rank[k] else self.size + 1

    def _rows(self, places: Integers, scores: Floats) -> tuple[BehindRow, ...]:
        listed = (self.listed | self.variant)[places]
        told = zip(places.tolist(), scores.tolist(), listed.tolist(), strict=True)
        return tuple(
            BehindRow(self.ids[k], self.notes[k], None if score != score else score, inside)
            for k, score, inside in told
        )

    def _score(self, lens: Lens) -> Floats:
        """What the lens orders by: the term's own score, in the list the final one, else that of the best term."""
        if lens.kind in FINDS:
            own = np.full(self.size, np.nan)
            own[: len(self.found.ids)] = self.found.own[self._term(self.found.positive, lens.value)]
            return own
        if lens.kind == "list":
            final = np.full(self.size, np.nan)
            final[self._places([p.product_id for p in self.selection.products])] = [
                p.score for p in self.selection.products
            ]
            return final
        return self.scores

    @cached_property
    def notes(self) -> list[str]:
        """Of every product in a few words why it is in, or where it left."""
        out, cut_by = self.trace.whys_out(), self._cut_by()
        found: list[str] = []
        columns = (self.rank, self.variant, self.at, self.any, self.passes)
        codes = zip(self.ids, *(column.tolist() for column in columns), strict=True)
        for k, (product_id, rank, variant, at, found_at_all, passes) in enumerate(codes):
            if rank:
                found.append(f"place {rank:,} in the list")
            elif variant:
                found.append(f"a variant of “{self._title(self._heads[product_id])}”")
            elif at >= 0:
                found.append(out[at])
            elif k in cut_by:
                found.append(cut_by[k])
            elif found_at_all:
                found.append("not among the best that enter the funnel" if passes else "outside the filters")
            else:
                found.append("no term finds it")
        return found

    def _cut_by(self) -> dict[int, str]:
        """The negative terms of each product that one cuts, in words; few sets of terms cut many products."""
        where = np.flatnonzero(self.cut)
        words: dict[bytes, str] = {}
        found: dict[int, str] = {}
        for k, column in zip(where.tolist(), np.ascontiguousarray(self.cuts[:, where].T), strict=True):
            key = column.tobytes()
            if key not in words:
                by = [self.found.negative[j] for j in np.flatnonzero(column).tolist()]
                words[key] = f"cut by {term_list(by[:2])}" + (f" and {len(by) - 2} more" if len(by) > 2 else "")
            found[k] = words[key]
        return found

    def _title(self, product_id: str) -> str:
        at = int(self.at[self.place[product_id]])
        told = self.trace.facts.title[at] if at >= 0 else ""
        return told or product_id

    def _term(self, terms: Sequence[str], wanted: str) -> int:
        if wanted not in terms:
            raise InputError(f"“{wanted}” is not a term of this list; choose the products anew first.")
        return terms.index(wanted)

    def _in_term(self, lens: Lens) -> Mask:
        negative = lens.kind in CUTS
        terms, rows = (self.found.negative, self.cuts) if negative else (self.found.positive, self.finds)
        who: Mask = rows[self._term(terms, lens.value)] & self.any & self.passes
        if lens.kind in ("alone", "cuts_alone"):
            return who & once(rows)
        return who & ~once(rows) if lens.kind in ("shared", "cuts_shared") else who

    def _in_overlap(self, lens: Lens) -> Mask:
        terms = lens.terms or (lens.value, lens.other)
        rows = [self._term(self.found.positive, t) for t in terms]
        who: Mask = self.finds[rows].all(axis=0) & self.passes
        if lens.terms:
            who &= self.finds.sum(axis=0) == len(set(rows))
        return who

    def _in_found(self, lens: Lens) -> Mask:
        if lens.value:
            return self._of_trace(self.trace.station > _station(lens.value))
        kept: Mask = self.any & ~self.cut & self.passes
        return kept

    def _of_trace(self, who: Mask) -> Mask:
        """A column of the trace over all products, False for those that did not enter."""
        wide = np.zeros(self.size, np.bool_)
        wide[self._entered] = who[self.at[self._entered]]
        return wide

    def _in_left(self, lens: Lens) -> Mask:
        station = _station(lens.value)
        if station is Station.RECALLED:
            return self.cut_out
        if not lens.other:
            return self._of_trace(self.trace.station == station)
        for words, who in self.trace.leavers()[station]:
            if words == lens.other:
                return self._of_trace(who)
        raise InputError(f"No product left at “{lens.value}” because of “{lens.other}”; choose the products anew.")

    def _in_bar(self, lens: Lens) -> Mask:
        who = self._bars[lens.kind].of(lens.value)
        if who is None:
            raise InputError(f"There is no bar “{lens.value}” any more; look at the chart again.")
        shown: Mask = who & (self.listed | self.removed)
        return shown

    def _in_variants(self, lens: Lens) -> Mask:
        return self._mask([v for v, head in self._heads.items() if head == lens.value])


def once(rows: Mask) -> Mask:
    """Where exactly one of the rows is true."""
    alone: Mask = rows.sum(axis=0) == 1
    return alone


def _station(stage: str) -> Station:
    try:
        return Station[stage.upper()]
    except KeyError:
        raise InputError(f"The funnel has no step “{stage}”.") from None


_KINDS: Mapping[str, Callable[[Anatomy, Lens], Mask]] = {
    "list": lambda a, _: a.listed,
    "removed": lambda a, _: a.removed,
    "found": Anatomy._in_found,
    "left": Anatomy._in_left,
    "overlap": Anatomy._in_overlap,
    "variants": Anatomy._in_variants,
    **dict.fromkeys((*FINDS, *CUTS), Anatomy._in_term),
    **dict.fromkeys(("price", "category", "rating", "season"), Anatomy._in_bar),
}
