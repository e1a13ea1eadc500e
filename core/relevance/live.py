"""Live learning: what the verdicts on some products of one list teach about the others.

A Gaussian process classifier on top of the judge: the prior mean is the judge's fit, the covariance the likeness of
products (`core.relevance.likeness`), so that few verdicts move little and each moves what is like the judged product.
Everything is a pure function of the products and the verdicts: the same verdicts in any order give the same answer,
a verdict taken back is as if it had never been, and nothing is kept between two lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.relevance import laplace
from core.relevance.contract import Item
from core.relevance.laplace import Fitted
from core.relevance.likeness import PARTS, Likeness, Part
from core.relevance.live_wording import Why, why

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Order = Literal["list", "fit", "teach"]
"""As the list was chosen; what fits most first; what teaches most first."""

STARTS_AT = 10
"""Verdicts from which on a screen should offer what was learned."""

MOVED = 3
"""A product counts as moved when it stands so many places away from where the prior alone would put it."""


@dataclass(frozen=True, slots=True)
class Model:
    """Prior variances of the latent value: of each part of likeness, of the level, and of the trust in the prior.

    `slope` is the latent value that one standard deviation of the prior fit is worth before anybody judged.
    """

    parts: Mapping[Part, float] = field(
        default_factory=lambda: {
            "meaning": 1.5, "words": 1.5, "category": 0.5, "attributes": 1.0, "brand": 0.3, "price": 0.3,
        }
    )  # fmt: skip
    level: float = 1.0
    slope: float = 1.0
    trust: float = 0.25


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

    `prior` is the judge's fit in [0, 1] as handed in. `before` and `fit` are the chance that the operator keeps a
    product without and with the verdicts, `uncertainty` in [0, 1] how much of it is for want of verdicts (the mutual
    information of verdict and model, Houlsby et al. 2011, over ln 2). `shift` is the change of the latent value.
    `judged` maps product ids to whether they were kept.
    """

    ids: tuple[str, ...]
    prior: Floats
    before: Floats
    fit: Floats
    uncertainty: Floats
    shift: Floats
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
    def moved(self) -> tuple[str, ...]:
        """Products not judged yet that stand `MOVED` places or more off where the prior puts them, by `ids`."""
        rest = np.array([k for k, i in enumerate(self.ids) if i not in self.judged], dtype=np.int64)
        places = [_places(_order(self.ids, values, rest)) for values in (self.before, self.fit)]
        return tuple(self.ids[k] for k in rest.tolist() if abs(places[0][k] - places[1][k]) >= MOVED)

    def order(self, by: Order) -> tuple[str, ...]:
        """The products not judged yet: as handed in, by fit, or by what a verdict on them would teach."""
        rest = np.array([k for k, i in enumerate(self.ids) if i not in self.judged], dtype=np.int64)
        if by == "list" or self.fitted is None:
            return tuple(self.ids[k] for k in rest.tolist())
        values = self.fit if by == "fit" else self.uncertainty
        return tuple(self.ids[k] for k in _order(self.ids, values, rest).tolist())

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
    """Learn from the verdicts on some of these products (True kept, False rejected; others' are ignored).

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
    mean = model.slope * scaled
    own = model.level + model.trust * scaled**2
    own = own + sum(model.parts.get(p, 0.0) * values for p, values in likeness.own().items())
    before = laplace.averaged(mean, own)
    if not teaching:
        still = np.zeros(len(ids))
        return Learned(
            ids, prior, before, before, _information(mean, own), still, judged, likeness, which, {}, None, model
        )
    parts = likeness.parts(which)
    covariance = model.level + model.trust * np.outer(scaled, scaled[which])
    covariance = covariance + sum(model.parts.get(p, 0.0) * values for p, values in parts.items())
    answers = np.array([float(judged[i]) for i in teaching])
    counts = np.array([weight.get(i, 1.0) for i in teaching])
    fitted = laplace.fit(covariance[which], mean[which], answers, counts)
    shift = fitted.shift(covariance)
    variance = fitted.variance(covariance, own)
    fit = laplace.averaged(mean + shift, variance)
    uncertainty = _information(mean + shift, variance)
    return Learned(ids, prior, before, fit, uncertainty, shift, judged, likeness, which, parts, fitted, model)


def _scaled(prior: Floats) -> Floats:
    """The prior fit as logits, in standard deviations from their mean; 0 where all are the same."""
    cut = np.clip(prior, 0.02, 0.98)
    logit = np.log(cut / (1 - cut))
    spread = logit.std() if len(logit) else 0.0
    return np.asarray((logit - logit.mean()) / max(spread, 1e-9), dtype=np.float64)


def _information(mean: Floats, variance: Floats) -> Floats:
    """Mutual information of a verdict and the model in bits (Houlsby et al. 2011, equation 3, logistic as probit)."""
    scale = np.pi / 8.0
    chance = laplace.averaged(mean, variance)
    entropy = -_plogp(chance) - _plogp(1 - chance)
    squared = np.pi * np.log(2.0) / 2.0 / scale
    expected = np.sqrt(squared / (variance + squared)) * np.exp(-(mean**2) / (2 * (variance + squared)))
    return np.asarray(np.clip(entropy - expected, 0.0, 1.0), dtype=np.float64)


def _plogp(chance: Floats) -> Floats:
    cut = np.clip(chance, 1e-12, 1.0)
    out: Floats = cut * np.log2(cut)
    return out


def _order(ids: Sequence[str], values: Floats, which: Integers) -> Integers:
    """These products by falling value, ties by product id."""
    names = np.array([ids[k] for k in which.tolist()], dtype=str)
    return which[np.lexsort((names, -np.round(values[which], 9)))]


def _places(order: Integers) -> dict[int, int]:
    return {k: place for place, k in enumerate(order.tolist())}
