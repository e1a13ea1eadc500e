"""Live learning: what the verdicts on some products of one list teach about the others.

A Gaussian process classifier on top of the judge: the prior mean is the judge's fit, the covariance the likeness of
products (`core.relevance.likeness`), so that few verdicts move little and each moves what is like the judged product.
Everything is a pure function of the products and the verdicts: the same verdicts in any order give the same answer,
a verdict taken back is as if it had never been, and nothing is kept between two lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.relevance import laplace
from core.relevance.contract import Item
from core.relevance.laplace import Fitted
from core.relevance.likeness import PARTS, Likeness, Part
from core.relevance.live_wording import Why, why
from core.relevance.teaching import information, most_telling

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Order = Literal["list", "fit", "teach"]
"""As the list was chosen; what fits most first; what teaches most first."""

STARTS_AT = 5
"""Verdicts from which on a screen should offer what was learned: from there on it is measured to be worth it."""

MOVED = 3
"""A product counts as moved when it stands so many places away from where the prior alone would put it."""

TEACHING = 200
TAUGHT = 60
"""Of so many products that a verdict tells most of, each by itself, so many are put in order as if judged in turn."""


@dataclass(frozen=True, slots=True)
class Model:
    """What the verdicts are learned with. Chosen in simulation, cross-validated over queries and themes and rounded:
    docs/experiments.md, "Live learning".

    `parts` are the prior variances of the latent value by part of likeness, `level` that of what all products share.
    `slope` is the latent value that one standard deviation of the prior fit is worth before anybody judged, `trust` the
    variance of it. A kept product counts `kept` times and a rejected one `rejected` times: a reject stands among the
    best of a list and is much like the ones kept, so that it says less of what is like it.
    """

    parts: Mapping[Part, float] = field(
        default_factory=lambda: {
            "meaning": 1.2, "words": 1.8, "category": 0.4, "attributes": 1.3, "traits": 0.5, "brand": 0.12,
            "price": 0.12,
        }
    )  # fmt: skip
    level: float = 1.0
    slope: float = 0.2
    trust: float = 0.07
    kept: float = 2.5
    rejected: float = 0.2


MODEL = Model()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A judged product that pulls at another one: whether it was kept, how hard, and through which parts."""

    product_id: str
    kept: bool
    pull: float
    parts: tuple[tuple[Part, float], ...]


@dataclass(frozen=True)
class Learned:
    """What was learned about n products, all (n,) in the order of `ids`.

    `prior` is the judge's fit in [0, 1] as handed in, `latent` what they are ordered by, `still` the same before
    anybody judged. `fit` is the chance that the operator keeps a product, by `calibration` (level and slope of the
    latent value) on the verdicts, each seen as if it had not been given; `uncertainty` in [0, 1] how much of it is for
    want of verdicts (`core.relevance.teaching`). `judged` maps product ids to whether they were kept; `which` are the
    products that taught, `parts` (n, m) how alike all are with them.
    """

    ids: tuple[str, ...]
    prior: Floats
    still: Floats
    latent: Floats
    fit: Floats
    uncertainty: Floats
    calibration: tuple[float, float]
    judged: Mapping[str, bool]
    likeness: Likeness
    which: Integers
    parts: Mapping[Part, Floats]
    fitted: Fitted | None
    model: Model

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The place of every product in `ids`."""
        return {product_id: k for k, product_id in enumerate(self.ids)}

    @cached_property
    def moved(self) -> Mapping[str, int]:
        """How many places up (down: below 0) products not judged yet went against the prior, where at least `MOVED`."""
        before, after = (_places(self._by(values)) for values in (self.still, self.latent))
        places = {self.ids[k]: before[k] - after[k] for k in self._rest.tolist()}
        return {name: gone for name, gone in places.items() if abs(gone) >= MOVED}

    def order(self, by: Order) -> tuple[str, ...]:
        """The products not judged yet: as handed in, by fit, or by what verdicts on them, one after another, teach."""
        if by == "list" or self.fitted is None:
            return tuple(self.ids[k] for k in self._rest.tolist())
        found = self._by(self.latent)
        if by == "teach":
            told = np.lexsort((found, -np.round(self.uncertainty[found], 9)))
            first = found[told[:TEACHING]]
            chosen = first[most_telling(*self._posterior(first), TAUGHT)]
            found = np.concatenate((chosen, found[told][~np.isin(found[told], chosen)]))
        return tuple(self.ids[k] for k in found.tolist())

    @cached_property
    def _rest(self) -> Integers:
        return np.array([k for k, i in enumerate(self.ids) if i not in self.judged], dtype=np.int64)

    def _by(self, values: Floats) -> Integers:
        """The products not judged yet by falling value, ties by product id."""
        names = np.array([self.ids[k] for k in self._rest.tolist()], dtype=str)
        return self._rest[np.lexsort((names, -np.round(values[self._rest], 9)))]

    def _posterior(self, which: Integers) -> tuple[Floats, Floats]:
        """Calibrated latent means (k,) and covariance (k, k) of some products, given the verdicts."""
        assert self.fitted is not None
        scaled = _scaled(self.prior)
        among = {part: held[which] for part, held in self.likeness.parts(which).items()}
        taught = {part: held[which] for part, held in self.parts.items()}
        prior = _covariance(self.model, among, np.outer(scaled[which], scaled[which]))
        known = _covariance(self.model, taught, np.outer(scaled[which], scaled[self.which]))
        level, slope = self.calibration
        return level + slope * self.latent[which], slope**2 * self.fitted.covariance(known, prior)

    @cached_property
    def pulled(self) -> Floats:
        """(n,) how far the judged products pull each one, by what is like them."""
        if self.fitted is None:
            return np.zeros(len(self.ids))
        return np.asarray(sum(self.model.parts.get(p, 0.0) * self.parts[p] @ self.fitted.pull for p in PARTS))

    @cached_property
    def word_pull(self) -> Mapping[str, float]:
        """How hard the judged products pull at others by each of their words."""
        out: dict[str, float] = {}
        if self.fitted is not None:
            held = self.likeness.bags["words"]
            for k, pull in zip(self.which.tolist(), self.fitted.pull.tolist(), strict=True):
                for token in self.likeness.items[k].profile.main:
                    weight = held.weight[held.numbers[token]] / max(held.norm[k], 1e-9)
                    out[token] = out.get(token, 0.0) + pull * float(weight)
        return out

    @cached_property
    def typical(self) -> float:
        """The median pull on the products not judged yet."""
        return float(np.median(self.pulled[self._rest])) if len(self._rest) else 0.0

    def neighbours(self, product_id: str) -> tuple[Neighbour, ...]:
        """The judged products that pull at this one, hardest first."""
        if self.fitted is None:
            return ()
        at = self.index[product_id]
        pulls = {p: self.model.parts.get(p, 0.0) * self.parts[p][at] * self.fitted.pull for p in PARTS}
        total = np.sum(list(pulls.values()), axis=0)
        order = np.argsort(-np.abs(total), kind="stable").tolist()
        return tuple(
            Neighbour(
                self.ids[self.which[k]],
                self.judged[self.ids[self.which[k]]],
                float(total[k]),
                tuple(sorted(((p, float(pulls[p][k])) for p in PARTS), key=lambda pair: -abs(pair[1]))),
            )
            for k in order
        )

    def reason(self, product_id: str) -> str:
        """One sentence that says what moved a product, for the operator."""
        return why(self, product_id).sentence

    def why(self, product_id: str) -> Why:
        """The same with its parts."""
        return why(self, product_id)


def learn(
    items: Sequence[Item],
    prior_fit: Sequence[float] | Floats,
    verdicts: Mapping[str, bool],
    *,
    strength: Mapping[str, float] | None = None,
    model: Model = MODEL,
    likeness: Likeness | None = None,
) -> Learned:
    """Learn from the verdicts on some of these products (True kept, False rejected; those on others are passed over).

    `prior_fit` (n,) in [0, 1] in the order of `items` is what the judge says, `strength` how often a verdict counts
    (1 where nothing is said, 0 not at all). `likeness` of the same items may be handed in to spare its making.
    """
    ids = tuple(item.product.product_id for item in items)
    prior = np.asarray(prior_fit, dtype=np.float64)
    weight = {} if strength is None else strength
    judged = {i: verdicts[i] for i in ids if i in verdicts}
    teaching = sorted(i for i in judged if weight.get(i, 1.0) > 0)
    index = {product_id: k for k, product_id in enumerate(ids)}
    which = np.array([index[i] for i in teaching], dtype=np.int64)
    likeness = Likeness(items) if likeness is None else likeness
    scaled = _scaled(prior)
    still = model.slope * scaled
    parts = likeness.parts(which)
    own = _covariance(model, likeness.own(), scaled * scaled)
    untaught = Learned(
        ids=ids, prior=prior, still=still, latent=still, fit=laplace.logistic(still),
        uncertainty=information(still, own), calibration=(0.0, 1.0), judged=judged, likeness=likeness, which=which,
        parts=parts, fitted=None, model=model,
    )  # fmt: skip
    return _taught(untaught, scaled, own, weight) if teaching else untaught


def _taught(untaught: Learned, scaled: Floats, own: Floats, weight: Mapping[str, float]) -> Learned:
    """`untaught` with what its verdicts teach; `own` (n,) are the variances before them."""
    model, which, still = untaught.model, untaught.which, untaught.still
    covariance = _covariance(model, untaught.parts, np.outer(scaled, scaled[which]))
    teaching = [untaught.ids[k] for k in which.tolist()]
    answers = np.array([float(untaught.judged[i]) for i in teaching])
    counts = np.array([weight.get(i, 1.0) for i in teaching]) * np.where(answers > 0, model.kept, model.rejected)
    fitted = laplace.fit(covariance[which], still[which], answers, counts)
    latent = still + fitted.shift(covariance)
    level, slope = laplace.calibrated(fitted.left_out(), answers)
    mean = level + slope * latent
    return replace(
        untaught,
        latent=latent,
        fit=laplace.logistic(mean),
        uncertainty=information(mean, slope**2 * fitted.variance(covariance, own)),
        calibration=(level, slope),
        fitted=fitted,
    )


def _covariance(model: Model, parts: Mapping[Part, Floats], trusted: Floats) -> Floats:
    out = model.level + model.trust * trusted
    for part, held in parts.items():
        out = out + model.parts.get(part, 0.0) * held
    return out


def _scaled(prior: Floats) -> Floats:
    """The prior fit as logits, in standard deviations from their mean; 0 where all are the same."""
    cut = np.clip(prior, 0.02, 0.98)
    logit = np.log(cut / (1 - cut))
    spread = logit.std() if len(logit) else 0.0
    return np.asarray((logit - logit.mean()) / max(spread, 1e-9), dtype=np.float64) if spread > 0 else 0.0 * logit


def _places(order: Integers) -> dict[int, int]:
    return {k: place for place, k in enumerate(order.tolist())}
