"""What happened to every product in the funnel: columns inside, a path of steps for the one that is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from core.domain import STRICTNESS, Filters, FunnelStage, Step, Strictness
from core.selection.diversity import Integers, Picked
from core.selection.eligibility import WORDS, Codes, Verdict, reason
from core.selection.facts import Floats, ProductFacts
from core.selection.judged import Judged
from core.selection.options import SelectionOptions
from core.selection.pool import Pool
from core.selection.potential import PARTS, Potential
from core.selection.wording import found_by, percent, stock_words, variants


class Station(IntEnum):
    """The steps in order; a product's station is the one at which it left, `SELECTED` where it stayed to the end."""

    RECALLED = 0
    ELIGIBLE = 1
    JUDGED = 2
    FAMILIES = 3
    RELEVANT = 4
    POTENTIAL = 5
    DIVERSE = 6
    SELECTED = 7
    STAYED = 8


@dataclass(frozen=True, slots=True)
class Trace:
    """Columns over all products that entered (recalled, then those only pinned), in the pool's order.

    `judged` is None where there was no judge; the step is then left out. `head` is the index of the product that stands
    for the family, -1 where not eligible or kept out by a rule. `best` is what the most relevant ones reach in the
    mean. `kept` are the indices that passed the relevance cut, in the order of the final score; `potential`, `fused`
    and `picked` are columns over `kept`. `place` is a product's position in `kept`, -1 where it has none.
    """

    pool: Pool
    ids: tuple[str, ...]
    facts: ProductFacts
    options: SelectionOptions
    filters: Filters
    pinned: npt.NDArray[np.bool_]
    verdict: Codes
    judged: Judged | None
    head: Integers
    relevance: Floats
    best: float
    kept: Integers
    place: Integers
    potential: Potential
    fused: Floats
    picked: Picked
    station: npt.NDArray[np.int8]

    def terms(self, k: int) -> tuple[str, ...]:
        """The terms that found a product; none for one that was only pinned."""
        return self.pool.terms(k) if k < len(self.pool.ids) else ()

    def path(self, k: int) -> tuple[Step, ...]:
        """The steps of the k-th product up to where it left."""
        left = Station(int(self.station[k]))
        tell = (
            self._recalled,
            self._eligible,
            self._told,
            self._family,
            self._relevant,
            self._potential,
            self._diverse,
            self._selected,
        )
        steps = (s for s in self.steps if s <= left)
        return tuple(Step(s.name.lower(), s != left, tell[s](k)) for s in steps)

    @property
    def steps(self) -> tuple[Station, ...]:
        """The steps that there are, in order."""
        return tuple(s for s in list(Station)[:-1] if s is not Station.JUDGED or self.judged is not None)

    def whys_out(self) -> list[str]:
        """Of every product in a few words why it is not in the list, as if none were."""
        found: list[str] = []
        codes = zip(self.ids, self.station.tolist(), self.verdict.tolist(), self.place.tolist(), strict=True)
        for k, (product_id, station, verdict, place) in enumerate(codes):
            if station == Station.ELIGIBLE:
                rejected = self.options.rejected.get(product_id, "") if verdict == Verdict.REJECTED else ""
                found.append(f"rejected: {rejected}" if rejected not in ("", "rejected") else WORDS[verdict])
            elif station == Station.JUDGED and self.judged is not None:
                found.append(self.judged.sentence(k))
            elif station == Station.FAMILIES:
                found.append(f"“{self.facts.title[int(self.head[k])]}” stands for it")
            elif station == Station.RELEVANT:
                found.append(f"relevance {self.relevance[k]:.2f}; {self.cut:.2f} is asked")
            elif station == Station.DIVERSE:
                full = self.picked.capped[place]
                found.append(f"“{self.facts.category[k]}” is full" if full else "too like what is picked")
            elif station == Station.SELECTED:
                found.append(f"score {self.fused[place]:.2f} is too low for the list")
            else:
                found.append("would be in a list made now")
        return found

    def _recalled(self, k: int) -> str:
        terms = self.terms(k)
        if not terms:
            return "added by hand" if self.pinned[k] else f"score {self.pool.scores[k]:.2f}"
        return f"{found_by(terms)}; score {self.pool.scores[k]:.2f}"

    def _eligible(self, k: int) -> str:
        verdict = Verdict(int(self.verdict[k]))
        if verdict is Verdict.ELIGIBLE:
            return "added by hand, so no filter applies" if self.pinned[k] else stock_words(self.facts.stock[k])
        return reason(
            verdict,
            price=self.facts.price[k],
            category=self.facts.category[k],
            filters=self.filters,
            rejected=self.options.rejected.get(self.ids[k], ""),
        )

    def _told(self, k: int) -> str:
        if self.judged is None:
            return ""
        if not self.judged.gated[k]:
            return self.judged.told(k)
        return f"{self.judged.sentence(k)}{' But it was added by hand.' if self.pinned[k] else ''}"

    def _family(self, k: int) -> str:
        if self.head[k] != k:
            head = int(self.head[k])
            return f"a variant of “{self.facts.title[head]}” ({self.ids[head]}), which stands for the family"
        others = int((self.head == k).sum()) - 1
        return f"stands for itself and {variants(others)}" if others else "has no variants here"

    def _relevant(self, k: int) -> str:
        asked = f"{self.cut:.2f} is asked, {percent(self._share())} of what the best reach"
        if self.pinned[k] and self.relevance[k] < self.cut:
            return f"relevance {self.relevance[k]:.2f}; {asked}, but it was added by hand"
        return f"relevance {self.relevance[k]:.2f}; {asked}"

    @property
    def cut(self) -> float:
        """The relevance that is asked for."""
        return self._share() * self.best

    def _share(self, strictness: Strictness | None = None) -> float:
        asked = self.filters.strictness if strictness is None else strictness
        return self.options.share_asked(asked, judged=self.judged is not None)

    def _at_strictness(self) -> tuple[tuple[Strictness, int], ...]:
        """How many families would pass the relevance cut at each strictness."""
        heads = self.head == np.arange(len(self.ids))
        return tuple(
            (one, int((heads & ((self.relevance >= self._share(one) * self.best) | self.pinned)).sum()))
            for one in STRICTNESS
        )

    def _potential(self, k: int) -> str:
        at = int(self.place[k])
        told = []
        for i, name in enumerate(PARTS):
            unknown = "" if self.potential.known[at, i] else " (unknown, so typical)"
            told.append(f"{name} {self.potential.parts[at, i]:.2f}{unknown} × {percent(self.potential.weights[i])}")
        return f"potential {self.potential.value[at]:.2f}: {', '.join(told)}"

    def _diverse(self, k: int) -> str:
        at = int(self.place[k])
        near = self._near(at)
        if self.station[k] != Station.DIVERSE:
            return near or "unlike what is already picked"
        if self.picked.capped[at]:
            return f"“{self.facts.category[k]}” already has {self.picked.cap:,}, the most that one category gets here"
        return near or "others add more that is new"

    def _near(self, at: int) -> str:
        nearest = int(self.picked.nearest[at])
        if nearest < 0:
            return ""
        return (
            f"most like “{self.facts.title[self.kept[nearest]]}” ({percent(self.picked.likeness[at])}) of those picked"
        )

    def _selected(self, k: int) -> str:
        at = int(self.place[k])
        if self.station[k] == Station.SELECTED:
            return f"scores {self.fused[at]:.2f}, which is place {at + 1:,}; the list holds {self.options.size:,}"
        rank = int(np.flatnonzero(self.picked.order == at)[0]) + 1
        return f"rank {rank} of {len(self.picked.order)}; score {self.fused[at]:.2f}"

    def stages(self, *, population: int | None, recalled: int) -> tuple[FunnelStage, ...]:
        """The counts at each step with the reasons of those who left; `recalled` may be more than entered."""
        entered = len(self.ids)
        reasons = self._reasons()
        first = f"the best {len(self.pool.ids):,} of {recalled:,} found" if recalled > len(self.pool.ids) else ""
        by_hand = entered - len(self.pool.ids)
        if by_hand:
            first = "; ".join(filter(None, [first, f"{by_hand} added by hand"]))
        start = entered if population is None else population
        found = [FunnelStage("recalled", start, entered, first)]
        for station in self.steps[1:]:
            left = entered - int((self.station == station).sum())
            at = self._at_strictness() if station is Station.RELEVANT else ()
            found.append(FunnelStage(station.name.lower(), entered, left, self._note(station), reasons[station], at))
            entered = left
        return tuple(found)

    def _reasons(self) -> Mapping[Station, tuple[tuple[str, int], ...]]:
        return {
            station: tuple((words, n) for words, who in found if (n := int(who.sum())))
            for station, found in self.leavers().items()
        }

    def leavers(self) -> Mapping[Station, tuple[tuple[str, npt.NDArray[np.bool_]], ...]]:
        """By step the reasons for which products left there, each with whom it took; a product leaves for one."""
        at = {station: self.station == station for station in Station}
        full = np.zeros(len(self.ids), np.bool_)
        full[self.kept] = self.picked.capped
        full &= at[Station.DIVERSE]
        return {
            Station.ELIGIBLE: tuple((words, self.verdict == v) for v, words in WORDS.items()),
            Station.JUDGED: self._by_rule(at[Station.JUDGED]),
            Station.FAMILIES: (("another variant stands for it", at[Station.FAMILIES]),),
            Station.RELEVANT: ((f"relevance below {self.cut:.2f}", at[Station.RELEVANT]),),
            Station.POTENTIAL: (),
            Station.DIVERSE: (("category is full", full), ("too like what is picked", at[Station.DIVERSE] & ~full)),
            Station.SELECTED: (("score too low for the list", at[Station.SELECTED]),),
        }

    def _by_rule(self, left: npt.NDArray[np.bool_]) -> tuple[tuple[str, npt.NDArray[np.bool_]], ...]:
        if self.judged is None:
            return ()
        return tuple((name, who & left) for name, who in self.judged.by_rule().items() if (who & left).any())

    def _note(self, station: Station) -> str:
        if station is Station.JUDGED and self.judged is not None:
            return f"judged by {self.judged.opinions.judge}" if self.judged.opinions.judge else ""
        if station is Station.RELEVANT:
            share = percent(self._share())
            return f"at least {self.cut:.2f}: {share} of the mean of the {self.options.reference} most relevant"
        if station is Station.POTENTIAL:
            missing = [f"{name} of {n:,}" for name, n in self.potential.missing().items() if n]
            return f"unknown, so taken as typical: {', '.join(missing)}" if missing else "every fact is known"
        if station is Station.DIVERSE:
            why = ", as the others cannot fill the list" if self.picked.raised else ""
            return f"at most {self.picked.cap:,} of one category{why}"
        return ""
