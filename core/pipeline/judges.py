"""Judging pairs of files line by line, training the local judge on labels, and measuring a judge beside people."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import IO, Any

from core.catalogue.given import given_product
from core.domain import Judgment, Product
from core.errors import ShelfcraftError
from core.events import Event, StageFinished, StageProgress, StageStarted
from core.llm.awaited import gathered
from core.llm.contract import Stopped
from core.pipeline.catalogues import ready
from core.pipeline.judged_items import items_of
from core.pipeline.model_judging import llm_judge
from core.pipeline.models import RunModels
from core.pipeline.relevance import JudgeKind, items
from core.relevance.contract import Item, Judge, Question
from core.relevance.pairs import Pair, PairInvalid, json_object, lines, read_pair
from core.services import Services

AT_ONCE: Mapping[JudgeKind, int] = {"local": 2_000, "llm": 128}
"""Lines that are read, judged and written together."""

PROBLEMS_SHOWN = 5
CALLS_AT_ONCE = 8
"""Questions that a language model is asked at a time."""

_PATIENCE = 24 * 3600.0
"""Seconds for one query's products; each call of the model has a limit of its own."""

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
    models = RunModels(services, run_id=run_id) if judge == "llm" else None
    asked: Judge = services.judge if models is None else llm_judge(services, models)
    work = _Pairs(services, asked, models)
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

    def __init__(self, services: Services, judge: Judge, models: RunModels | None) -> None:
        self._services = services
        self._judge = judge
        self._models = models
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
        judged = yield from self._judged({query: [item for _, item in asked] for query, asked in by_query.items()})
        for query, asked in by_query.items():
            for (at, _), answer in zip(asked, judged[query], strict=True):
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

    def _judged(self, asked: Mapping[str, Sequence[Item]]) -> Generator[Event, None, dict[str, Sequence[Judgment]]]:
        """The judgments of each query's items; those of a query that the model failed for abstain with the reason."""
        if self._models is None:
            # One call of the encoder for all queries; the judge then finds them in the cache.
            self._services.encoder.encode([" ".join(query.split()) for query in asked])
            told: dict[str, Sequence[Judgment]] = {}
            for query, some in asked.items():
                told[query] = yield from self._judge.judge(Question(query), some)
            return told
        # A judge asks about one query at a time, so several queries are asked at once where each has few products.
        most = max((len(some) for some in asked.values()), default=1)
        calls = {query: self._call(query, some) for query, some in asked.items()}
        work = gathered("judge", calls, at_once=max(1, CALLS_AT_ONCE // most), seconds=_PATIENCE)
        found = yield from self._models.telling(work)
        return {query: self._or_abstained(result, asked[query]) for query, result in found.items()}

    def _call(self, query: str, some: Sequence[Item]) -> Callable[[Stopped], Sequence[Judgment]]:
        def call(stopped: Stopped) -> Sequence[Judgment]:
            with closing(self._judge.judge(Question(query), some)) as work:
                while not stopped():
                    try:
                        next(work)
                    except StopIteration as stop:
                        found: Sequence[Judgment] = stop.value
                        return found
            return ()

        return call

    def _or_abstained(self, result: Sequence[Judgment] | ShelfcraftError, some: Sequence[Item]) -> Sequence[Judgment]:
        if not isinstance(result, ShelfcraftError):
            return result
        self.fault = result
        name, version = self._judge.name, self._judge.version
        even = (0.25, 0.25, 0.25, 0.25)
        return [Judgment(i.product.product_id, None, even, name, version, note=str(result)) for i in some]
