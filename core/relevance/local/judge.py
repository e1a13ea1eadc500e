"""The judge without a language model: features, a small ordinal model, rules as gates; a thousand products at once.

A rule speaks twice. As a feature it moves the probabilities as far as people bore it out in training. As a gate it
takes the grades that it forbids out of reach: what they hold above `DOUBT` goes to the best allowed grade below, or to
the lowest allowed one where there is none below. `DOUBT` stays, because people gave a forbidden grade to about that
share of the products that rules spoke of; it is less than any beta, so that tiering never arrives at a forbidden grade.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.domain import GRADES, Grade, Judgment, RuleVerdict
from core.errors import SettingsError
from core.events import Event
from core.relevance.contract import Corpus, Encode, Item, Question, Vectors
from core.relevance.local.corpus import shipped_words
from core.relevance.local.features import FEATURES, Asked, asked, columns, put_rules
from core.relevance.local.model import Weights, load
from core.relevance.profile import Profile
from core.relevance.reading import Reading, read
from core.relevance.rules.book import RuleBook
from core.relevance.tiering import tier

Floats = npt.NDArray[np.float64]
Allowed = npt.NDArray[np.bool_]

NAME = "local"

DOUBT = 0.2
"""The most that a gate leaves with the grades that it forbids, all together."""

_LEAVES_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Graded:
    """Columns over n products in order: `probabilities` (n, 4) after the rules, `grades` (n,) by tiering, `fit` (n,)
    the expected grade rescaled to [0, 1], `allowed` (n, 4) what the rules left, `features` (n, features), `barred` (n,)
    what a rule keeps out of lists."""

    probabilities: Floats
    grades: npt.NDArray[np.int64]
    fit: Floats
    allowed: Allowed
    features: Floats
    barred: Allowed

    @property
    def good(self) -> Floats:
        """(n,) probabilities of grade 3 or 4."""
        found: Floats = self.probabilities[:, 2] + self.probabilities[:, 3]
        return found


class LocalJudge:
    """Grades by `Weights`; safe to share between threads."""

    name = NAME

    def __init__(self, weights: Weights, *, encode: Encode, rules: RuleBook | None, corpus: Corpus | None) -> None:
        self.weights = weights
        self._encode = encode
        self._rules = rules
        self._corpus: Corpus = shipped_words() if corpus is None else corpus
        self._leaves: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()
        unknown = [name for name in weights.features if name not in FEATURES]
        if unknown:
            raise SettingsError(
                f"The local judge's weights speak of {', '.join(unknown)}, which this version does not measure. Make "
                f"them anew with `judge train`, or leave SHELFCRAFT_LOCAL_JUDGE empty for the shipped ones."
            )
        self._at = [FEATURES.index(name) for name in weights.features]
        self.version = weights.version if rules is None else f"{weights.version}.{rules.version}"

    @classmethod
    def load(
        cls, path: Path | str | None, *, encode: Encode, rules: RuleBook | None = None, corpus: Corpus | None = None
    ) -> LocalJudge:
        """The judge by the weights of a file, the shipped ones for None; raises `SettingsError`.

        `encode` is the encoder that the items' vectors are of. Without a `corpus` words weigh as in shops at large.
        """
        return cls(load(path), encode=encode, rules=rules, corpus=corpus)

    def grades(self, question: Question, items: Sequence[Item]) -> Graded:
        """Every item's grade as columns, without an object for each."""
        return self._graded(self._read(question), items)

    def judgment(self, question: Question, item: Item) -> Judgment:
        """What is shown of one item: its grade, the rules that spoke, and what was found, in words."""
        reading = self._read(question)
        rules = () if self._rules is None else self._rules.verdicts(reading, item.profile)
        return self._judgment(item, self._graded(reading, [item]), 0, rules, rationale(reading, item.profile))

    def judge(self, question: Question, items: Sequence[Item]) -> Generator[Event, None, tuple[Judgment, ...]]:
        """See `Judge.judge`; yields nothing, since it takes no time that anybody would wait for."""
        yield from ()
        reading = self._read(question)
        graded = self._graded(reading, items)
        found = []
        for i, item in enumerate(items):
            spoke = self._rules is not None and not graded.allowed[i].all()
            rules = self._rules.verdicts(reading, item.profile) if spoke and self._rules is not None else ()
            found.append(self._judgment(item, graded, i, rules, rationale(reading, item.profile)))
        return tuple(found)

    def _read(self, question: Question) -> Reading:
        return read(question.query, question.intent, self._corpus)

    def _graded(self, reading: Reading, items: Sequence[Item]) -> Graded:
        ready: Asked = asked(reading, self._encode, self._corpus.idf)
        values = columns(ready, items, self._corpus, self._leaf_vectors)
        allowed, barred = np.ones((len(items), len(GRADES)), np.bool_), np.zeros(len(items), np.bool_)
        if self._rules is not None and items:
            spoken = self._rules.spoken(reading, [item.profile for item in items])
            put_rules(values, spoken, [rule.id for rule in self._rules.active])
            for column, rule in enumerate(self._rules.active):
                allowed[spoken[:, column]] &= np.isin(GRADES, rule.allows)
                barred |= spoken[:, column] & rule.bars
        probabilities = gated(self.weights.probabilities(values[:, self._at]), allowed)
        fit: Floats = probabilities @ np.arange(4) / 3.0
        return Graded(probabilities, tier(probabilities, self.weights.beta), fit, allowed, values, barred)

    def _leaf_vectors(self, leaves: Sequence[str]) -> Vectors:
        """Vectors of category names, encoded once."""
        with self._lock:
            known = {leaf: self._leaves[leaf] for leaf in leaves if leaf in self._leaves}
        missing = [leaf for leaf in leaves if leaf not in known]
        if missing:
            known.update(zip(missing, self._encode(missing), strict=True))
            with self._lock:
                self._leaves.update((leaf, known[leaf]) for leaf in missing)
                while len(self._leaves) > _LEAVES_KEPT:
                    self._leaves.popitem(last=False)
        return np.stack([known[leaf] for leaf in leaves])

    def _judgment(self, item: Item, graded: Graded, at: int, rules: tuple[RuleVerdict, ...], reasons: str) -> Judgment:
        p1, p2, p3, p4 = graded.probabilities[at].tolist()
        grade: Grade = GRADES[int(graded.grades[at]) - 1]
        shares = (p1, p2, p3, p4)
        return Judgment(item.product.product_id, grade, shares, NAME, self.version, rules=rules, rationale=reasons)


def gated(probabilities: Floats, allowed: Allowed, *, doubt: float = DOUBT) -> Floats:
    """(n, 4) probabilities after the rules: of what forbidden grades hold, all but `doubt` goes to allowed ones.

    It goes to the best allowed grade below, else to the lowest allowed one. A row that allows nothing stays as it is.
    """
    out = probabilities.copy()
    forbidden = np.where(allowed, 0.0, probabilities)
    held = forbidden.sum(axis=1)
    share = np.maximum(held - doubt, 0.0) / np.maximum(held, 1e-12)
    share[~allowed.any(axis=1)] = 0.0
    lowest = allowed.argmax(axis=1)
    for grade in range(4):
        moved = forbidden[:, grade] * share
        below = np.full(len(out), -1)
        for lower in range(grade):
            below[allowed[:, lower]] = lower
        out[:, grade] -= moved
        out[np.arange(len(out)), np.where(below >= 0, below, lowest)] += moved
    return out


def rationale(reading: Reading, profile: Profile) -> str:
    """What the judge found, in words: how many of the query's words the product says and which it does not."""
    if not reading.wanted:
        return ""
    missing = [t for t in reading.wanted if t not in profile.main and t not in profile.body]
    said = len(reading.wanted) - len(missing)
    if not missing:
        return "The product says every word that was asked for."
    lacking = ", ".join(f"“{reading.quoted([token])}”" for token in missing[:4])
    more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
    if not said:
        return f"The product says none of the words: {lacking}{more}."
    return f"The product says {said} of {len(reading.wanted)} words; it does not say {lacking}{more}."
