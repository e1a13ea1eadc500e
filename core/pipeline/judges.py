"""Judging pairs of files line by line, training the local judge on labels, and measuring a judge beside people."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import IO, Any

from core.catalogue.given import given_product
from core.domain import Judgment, Product
from core.errors import BudgetSpent, ModelError, ShelfcraftError
from core.events import Event, StageFinished, StageProgress, StageStarted
from core.pipeline.catalogues import ready
from core.pipeline.judged_items import items_of
from core.pipeline.relevance import JudgeKind, items, judge_of
from core.relevance.contract import Item, Judge, Question
from core.relevance.pairs import Pair, PairInvalid, json_object, lines, read_pair
from core.services import Services

AT_ONCE: Mapping[JudgeKind, int] = {"local": 2_000, "llm": 128}
"""Lines that are read, judged and written together."""

PROBLEMS_SHOWN = 5
ITEMS_KEPT = 20_000
"""Products given in lines that stay analysed: a file mostly asks of the same ones again."""

Write = Callable[[Sequence[Mapping[str, Any]]], None]
"""Takes the answers to some lines, in order, as plain JSON."""


@dataclass(frozen=True, slots=True)
class PairsJudged:
    """How a file was judged: `invalid` lines could not be read, of `abstained` ones the judge gave no grade.

    `grades` counts grades 1 to 4; `problems` are the first few lines without a grade, as sentences.
    """

    lines: int
    invalid: int
    abstained: int
    grades: tuple[int, int, int, int]
    judge: str
    version: str
    problems: tuple[str, ...]

    @property
    def judged(self) -> int:
        """Lines with a grade."""
        return self.lines - self.invalid - self.abstained


@dataclass(slots=True)
class _Count:
    """What `PairsJudged` will say, while it is counted."""

    lines: int = 0
    invalid: int = 0
    abstained: int = 0
    grades: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    problems: list[str] = field(default_factory=list)

    def add(self, answer: str | Judgment) -> None:
        self.lines += 1
        if isinstance(answer, Judgment) and answer.grade is not None:
            self.grades[answer.grade - 1] += 1
            return
        self.invalid += isinstance(answer, str)
        self.abstained += not isinstance(answer, str)
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems.append(f"Line {self.lines:,}: {answer if isinstance(answer, str) else answer.note}")


def judge_pairs(
    services: Services,
    source: IO[bytes],
    write: Write,
    *,
    judge: JudgeKind = "local",
    run_id: str | None = None,
) -> Generator[Event, None, PairsJudged]:
    """Judge every line of `source` (`core.relevance.pairs`) and hand the answers to `write` in the order of the lines.

    A line that cannot be judged is answered by `{"error": sentence}`, or where the judge abstained by its judgment
    without a grade and with that sentence. Lines are read a batch at a time, so that any number of them will do.
    Raises `SettingsError` where no model is set for `llm`, and the judge's own error where it could judge nothing.
    """
    began = time.monotonic()
    yield StageStarted("judge")
    yield from ready(services)
    asked = judge_of(services, judge, run_id=run_id)
    work = _Pairs(services, asked)
    count = _Count()
    rest = lines(source)
    while batch := list(islice(rest, AT_ONCE[judge])):
        answers = yield from work.answers(batch)
        for answer in answers:
            count.add(answer)
        write([_error(a) if isinstance(a, str) else judgment_json(a) for a in answers])
        yield StageProgress("judge", count.lines, None, rate=count.lines / max(time.monotonic() - began, 1e-6))
    if work.fault is not None and not any(count.grades):
        raise work.fault
    g1, g2, g3, g4 = count.grades
    done = PairsJudged(
        count.lines,
        count.invalid,
        count.abstained,
        (g1, g2, g3, g4),
        asked.name,
        asked.version,
        tuple(count.problems),
    )
    yield StageFinished("judge", f"{done.judged:,} of {done.lines:,} lines judged", time.monotonic() - began)
    return done


def judgment_json(judgment: Judgment) -> dict[str, Any]:
    """A judgment as the command line writes it; `error` stands where there is no grade."""
    data: dict[str, Any] = {
        "product_id": judgment.product_id,
        "grade": judgment.grade,
        "tier": judgment.tier,
        "probabilities": {str(g): round(p, 6) for g, p in enumerate(judgment.probabilities, start=1)},
        "rules": [asdict(rule) for rule in judgment.rules],
        "judge": judgment.judge,
        "version": judgment.version,
    }
    if judgment.rationale:
        data["rationale"] = judgment.rationale
    if judgment.note:
        data["note"] = judgment.note
    if judgment.grade is None:
        data["error"] = judgment.note or "The judge gave no grade and did not say why."
    return data


def _error(sentence: str) -> dict[str, Any]:
    return {"error": sentence}


def make_product(fields: Mapping[str, Any]) -> Product:
    """The product of a line, with fields as shops call them; raises `PairInvalid`."""
    try:
        return given_product(fields)
    except ValueError as exc:
        raise PairInvalid(str(exc)) from exc


class _Pairs:
    """Reads and judges batches of lines, and keeps what comes back: products, and the model's last fault."""

    def __init__(self, services: Services, judge: Judge) -> None:
        self._services = services
        self._judge = judge
        self._given: OrderedDict[Product, Item] = OrderedDict()
        self.fault: ShelfcraftError | None = None

    def answers(self, batch: Sequence[bytes]) -> Generator[Event, None, list[str | Judgment]]:
        """A judgment or a sentence for every line, in order."""
        read = [self._read(line) for line in batch]
        known = yield from self._items([r for r in read if not isinstance(r, str)])
        answers: list[str | Judgment] = [r if isinstance(r, str) else "" for r in read]
        by_query: dict[str, list[tuple[int, Item]]] = {}
        for at, pair in enumerate(read):
            if isinstance(pair, str):
                continue
            item = known.get(pair.product_id if pair.product is None else pair.product)
            if item is None:
                answers[at] = f"There is no product {pair.product_id!r} in the catalogue in use."
            else:
                by_query.setdefault(pair.query, []).append((at, item))
        # One call of the encoder for all queries; the judge then finds them in the cache.
        self._services.encoder.encode([" ".join(query.split()) for query in by_query])
        for query, asked in by_query.items():
            for (at, _), answer in zip(asked, (yield from self._judged(query, [i for _, i in asked])), strict=True):
                answers[at] = answer
        return answers

    def _read(self, line: bytes) -> Pair | str:
        try:
            return read_pair(json_object(line), make_product)
        except PairInvalid as exc:
            return str(exc)

    def _items(self, pairs: Sequence[Pair]) -> Generator[Event, None, dict[Product | str, Item]]:
        """The items of these pairs by product, or by id where only that is known and the catalogue has it."""
        named = [p.product_id for p in pairs if p.product is None]
        found: dict[Product | str, Item] = {}
        if named:
            found.update((item.product.product_id, item) for item in items(self._services, named))
        given = dict.fromkeys(p.product for p in pairs if p.product is not None)
        fresh = [product for product in given if product not in self._given]
        made = yield from items_of(self._services, fresh)
        self._given.update(zip(fresh, made, strict=True))
        for product in given:
            found[product] = self._given[product]
            self._given.move_to_end(product)
        while len(self._given) > ITEMS_KEPT:
            self._given.popitem(last=False)
        return found

    def _judged(self, query: str, asked: Sequence[Item]) -> Generator[Event, None, Sequence[str | Judgment]]:
        """The judgments of one query; one that the model failed for abstains with the reason."""
        try:
            return (yield from self._judge.judge(Question(query), asked))
        except (BudgetSpent, ModelError) as exc:
            self.fault = exc
            return [
                Judgment(i.product.product_id, None, (0.25,) * 4, self._judge.name, self._judge.version, note=str(exc))
                for i in asked
            ]
