"""The judge that needs no language model: features, a small ordinal model, rules as gates; a thousand products at once.

A rule never changes what the model believes beyond what it forbids: the probability of every grade that is not allowed
goes to the best allowed grade below it, or to the lowest allowed one where there is none below. So a gate never raises
a product above a better one that no rule spoke of, and what is left adds up to 1.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.domain import GRADES, Grade, Judgment, RuleVerdict
from core.events import Event
from core.relevance.contract import Corpus, Encode, Item, Question
from core.relevance.local.corpus import shipped_words
from core.relevance.local.features import FEATURES, Asked, asked, columns
from core.relevance.local.model import Weights, load
from core.relevance.profile import Profile
from core.relevance.reading import Reading, read
from core.relevance.tiering import tier

Floats = npt.NDArray[np.float64]
Allowed = npt.NDArray[np.bool_]

NAME = "local"


class Rules(Protocol):
    """What this judge asks of a book of rules."""

    @property
    def version(self) -> str: ...

    def allowed(self, reading: Reading, profiles: Sequence[Profile]) -> Allowed: ...

    def verdicts(self, reading: Reading, profile: Profile) -> tuple[RuleVerdict, ...]: ...


@dataclass(frozen=True, slots=True)
class Graded:
    """Columns over n products in order: `probabilities` (n, 4) after the rules, `grades` (n,) by tiering, `fit` (n,)
    the expected grade rescaled to [0, 1], `allowed` (n, 4) what the rules left, `features` (n, features)."""

    probabilities: Floats
    grades: npt.NDArray[np.int64]
    fit: Floats
    allowed: Allowed
    features: Floats

    @property
    def good(self) -> Floats:
        """(n,) probabilities of grade 3 or 4."""
        found: Floats = self.probabilities[:, 2] + self.probabilities[:, 3]
        return found


class LocalJudge:
    """Grades by `Weights`; safe to share between threads."""

    name = NAME

    def __init__(self, weights: Weights, *, encode: Encode, rules: Rules | None, corpus: Corpus | None) -> None:
        self.weights = weights
        self._encode = encode
        self._rules = rules
        self._corpus: Corpus = shipped_words() if corpus is None else corpus
        self._at = [FEATURES.index(name) for name in weights.features]
        self.version = weights.version if rules is None else f"{weights.version}.{rules.version}"

    @classmethod
    def load(
        cls, path: Path | str | None, *, encode: Encode, rules: Rules | None = None, corpus: Corpus | None = None
    ) -> LocalJudge:
        """The judge by the weights of a file, the shipped ones for None; raises `SettingsError`.

        `encode` is the encoder that the items' vectors are of. Without a `corpus` words weigh as in shops at large.
        """
        return cls(load(path), encode=encode, rules=rules, corpus=corpus)

    def grades(self, question: Question, items: Sequence[Item]) -> Graded:
        """Every item's grade as columns, without an object for each."""
        ready = self._asked(question)
        values = columns(ready, items, self._corpus)
        allowed = self._allowed(ready.reading, items)
        probabilities = gated(self.weights.probabilities(values[:, self._at]), allowed)
        fit: Floats = probabilities @ np.arange(4) / 3.0
        return Graded(probabilities, tier(probabilities, self.weights.beta), fit, allowed, values)

    def judgment(self, question: Question, item: Item) -> Judgment:
        """What is shown of one item: its grade, the rules that spoke, and what was found, in words."""
        graded = self.grades(question, [item])
        reading = read(question.query, question.intent, self._corpus)
        rules = () if self._rules is None else self._rules.verdicts(reading, item.profile)
        return self._judgment(item, graded, 0, rules)

    def judge(self, question: Question, items: Sequence[Item]) -> Generator[Event, None, tuple[Judgment, ...]]:
        """See `Judge.judge`; yields nothing, since it takes no time that anybody would wait for."""
        yield from ()
        graded = self.grades(question, items)
        reading = read(question.query, question.intent, self._corpus)
        found = []
        for i, item in enumerate(items):
            spoken = self._rules is not None and not graded.allowed[i].all()
            rules = self._rules.verdicts(reading, item.profile) if spoken and self._rules is not None else ()
            found.append(self._judgment(item, graded, i, rules))
        return tuple(found)

    def _asked(self, question: Question) -> Asked:
        return asked(read(question.query, question.intent, self._corpus), self._encode, self._corpus.idf)

    def _allowed(self, reading: Reading, items: Sequence[Item]) -> Allowed:
        if self._rules is None or not items:
            return np.ones((len(items), len(GRADES)), np.bool_)
        return self._rules.allowed(reading, [item.profile for item in items])

    def _judgment(self, item: Item, graded: Graded, at: int, rules: tuple[RuleVerdict, ...]) -> Judgment:
        p1, p2, p3, p4 = graded.probabilities[at].tolist()
        grade: Grade = GRADES[int(graded.grades[at]) - 1]
        return Judgment(item.product.product_id, grade, (p1, p2, p3, p4), NAME, self.version, rules=rules)


def gated(probabilities: Floats, allowed: Allowed) -> Floats:
    """(n, 4) probabilities after the rules: what they forbid goes to the best allowed grade below, else to the lowest.

    A row that allows nothing stays as it is.
    """
    out = probabilities.copy()
    for grade in (3, 2, 1):
        moved = np.where(allowed[:, grade], 0.0, out[:, grade])
        out[:, grade] -= moved
        out[:, grade - 1] += moved
    # What fell through to grade 1 where even that is forbidden climbs to the lowest allowed one.
    lowest = allowed.argmax(axis=1)
    climbs = ~allowed[:, 0] & allowed.any(axis=1)
    moved = np.where(climbs, out[:, 0], 0.0)
    out[:, 0] -= moved
    out[np.arange(len(out)), lowest] += moved
    silent = ~allowed.any(axis=1)
    out[silent] = probabilities[silent]
    return out
