"""What people said of products, as grades to train and measure judges on: three kinds of files, read wholly or not.

* JSON lines, one label each: `{"query", "product": {...} or "product_id", "grade": 1 to 4, or "esci": "E" to "I"}`.
* A folder of the ESCI layout: `queries.tsv` (query_idx, query), `qrels.tsv` (query_idx, product_id, esci) and, where
  the products are to come from there too, `products.parquet`.
* A feedback export of Shelfcraft (JSON lines or Parquet): verdicts on products that were not taken back.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from core.domain import Grade, Product
from core.errors import LabelsInvalid
from core.relevance.pairs import MakeProduct, PairInvalid, json_object, lines, plain_product, read_pair
from core.store.verdicts import REASON_SEPARATOR, in_force

Esci = Literal["E", "S", "C", "I"]
"""Exact, substitute, complement, irrelevant (Reddy et al. 2022)."""

GRADE_OF_ESCI: Mapping[str, Grade] = {"E": 4, "S": 3, "C": 2, "I": 1}
"""Before rules speak: see `settled` for substitutes."""

GRADE_OF_REASON: Mapping[str, Grade] = {"off_theme": 1, "wrong_audience": 2, "wrong_season": 2, "wrong_style": 2}
"""What a rejection says of relevance. The other reasons (duplicate, price, quality, picture) say nothing of it."""

SILENT_REASONS = frozenset(("duplicate", "poor_picture", "too_expensive", "too_cheap", "low_quality"))

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Label:
    """One grade by people. `product` is None where only its id is known; `source` is the name of the file.

    `esci` is the letter that the grade stands for, None where people gave the grade itself. `terms` are the positive
    search terms of the list that a verdict of feedback was given in: a theme, which `query` then is, is no shopping
    query, and a judge is asked about the term that fits the product.
    """

    query: str
    product: Product | None
    product_id: str
    grade: Grade
    source: str
    esci: Esci | None = None
    terms: tuple[str, ...] = ()


ReadProducts = Callable[[Path], Mapping[str, Product]]
"""A file of products to products by id."""

Allowed = Callable[[Sequence[Label]], npt.NDArray[np.bool_]]
"""Labels to the grades that rules let each one's product have, (n, 4) in the order 1 to 4: rule verdicts, handed in."""


def read_labels(
    path: Path, *, make: MakeProduct = plain_product, products: ReadProducts | None = None
) -> tuple[Label, ...]:
    """Every label of a file or folder, in its order; substitutes are 3 until `settled`.

    `make` makes a product of the object that a line holds; `products` reads the `products.parquet` of an ESCI folder,
    None leaves its labels with ids alone. Raises `LabelsInvalid` naming the first bad lines, whose number is given.
    """
    if path.is_dir():
        return _esci_folder(path, products)
    events = _feedback_parquet(path)
    if events is None:
        labels, events = _json_labels(path, make)
        if events is None:
            return tuple(labels)
    return tuple(_of_feedback(events, path))


def settled(labels: Sequence[Label], allowed: Allowed) -> tuple[Label, ...]:
    """Labels with each substitute made 2 where a rule lets its product have nothing above 2, and left 3 elsewhere.

    A substitute "fails to fulfil some aspect of the query" (Reddy et al. 2022, section 3): where a rule finds that
    aspect (another category, a core attribute, a negation), an operator sees a mismatch; where none speaks, something
    related. Substitutes without a product stay 3.
    """
    asked = [i for i, label in enumerate(labels) if label.esci == "S" and label.product is not None]
    if not asked:
        return tuple(labels)
    open_to_good = np.asarray(allowed([labels[i] for i in asked])[:, 2:].any(axis=1))
    out = list(labels)
    for i, good in zip(asked, open_to_good.tolist(), strict=True):
        out[i] = replace(out[i], grade=3 if good else 2)
    return tuple(out)


def with_products(labels: Iterable[Label], products: Mapping[str, Product]) -> tuple[tuple[Label, ...], int]:
    """Labels whose product is known, by its own or by its id in `products`, and how many had to be left out."""
    found, missing = [], 0
    for label in labels:
        product = products.get(label.product_id) if label.product is None else label.product
        if product is None:
            missing += 1
        else:
            found.append(label if label.product is not None else replace(label, product=product))
    return tuple(found), missing


def _json_labels(path: Path, make: MakeProduct) -> tuple[list[Label], list[_Event] | None]:
    """The labels of a file of JSON lines, or the events where it is a feedback export."""
    labels: list[Label] = []
    events: list[_Event] | None = None
    problems: list[str] = []
    for number, line in _numbered(path):
        try:
            fields = json_object(line)
            if events is None and not labels and not problems and "verdict" in fields and "subject" in fields:
                events = []
            if events is not None:
                events.append(_event(fields))
            else:
                labels.append(_label(fields, path.name, make))
        except PairInvalid as problem:
            problems.append(f"line {number:,}: {problem}")
    _raise_for(problems, path)
    if events is None and not labels:
        raise LabelsInvalid(f"{path} holds no label.", str(path))
    return labels, events


def _numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their numbers from 1."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(lines(file), start=1):
                if line.strip():
                    yield number, line
    except OSError as exc:
        raise LabelsInvalid(f"The labels {path} cannot be read: {exc.strerror or exc}.", str(path)) from exc


def _raise_for(problems: Sequence[str], path: Path) -> None:
    if problems:
        more = f" {len(problems) - _SHOWN:,} more lines are like that." if len(problems) > _SHOWN else ""
        told = " ".join(f"{p[0].upper()}{p[1:]}" for p in problems[:_SHOWN])
        raise LabelsInvalid(f"{path} was not read. {told}{more} Mend or remove them.", str(path))


def _label(fields: Mapping[str, Any], source: str, make: MakeProduct) -> Label:
    pair = read_pair(fields, make)
    letter = None
    if fields.get("grade") is None and fields.get("esci") is not None:
        letter = str(fields["esci"]).strip().upper()
        if letter not in GRADE_OF_ESCI:
            raise PairInvalid(f"“esci” is E, S, C or I, not {fields['esci']!r}.")
    grade = GRADE_OF_ESCI[letter] if letter is not None else _grade(fields.get("grade"))
    return Label(pair.query, pair.product, pair.product_id, grade, source, cast("Esci | None", letter))


def _grade(value: Any) -> Grade:
    if value is None:
        raise PairInvalid("There is neither “grade” (1 to 4) nor “esci” (E, S, C or I).")
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in (1, 2, 3, 4):
        raise PairInvalid(f"“grade” is 4, 3, 2 or 1, not {str(value)[:40]!r}.")
    return cast(Grade, int(value))


def _esci_folder(folder: Path, products: ReadProducts | None) -> tuple[Label, ...]:
    queries = {row[0]: row[1] for row in _columns(folder / "queries.tsv", ("query_idx", "query"))}
    file = folder / "products.parquet"
    known = {} if products is None or not file.exists() else products(file)
    labels, problems = [], []
    rows = _columns(folder / "qrels.tsv", ("query_idx", "product_id", "esci"))
    for number, (index, product_id, letter) in enumerate(rows, start=2):
        if index not in queries:
            problems.append(f"line {number:,}: there is no query {index!r} in queries.tsv.")
        elif letter not in GRADE_OF_ESCI or not product_id:
            problems.append(f"line {number:,}: it needs a product_id, and esci as E, S, C or I, not {letter!r}.")
        else:
            grade, found = GRADE_OF_ESCI[letter], known.get(product_id)
            labels.append(Label(queries[index], found, product_id, grade, folder.name, cast(Esci, letter)))
    _raise_for(problems, folder / "qrels.tsv")
    if not labels:
        raise LabelsInvalid(f"{folder} holds no label.", str(folder))
    return tuple(labels)


def _columns(path: Path, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """These columns of a file of tab-separated values with a header, as texts."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # QUOTE_NONE: an inch mark in a query is a character, not a quote.
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            header = next(rows, [])
            if not set(names) <= set(header):
                raise LabelsInvalid(f"{path} needs a first line with the columns {', '.join(names)}.", str(path))
            at = [header.index(name) for name in names]
            for row in rows:
                yield tuple(row[i].strip() if i < len(row) else "" for i in at)
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise LabelsInvalid(f"The labels {path} cannot be read: {exc}", str(path)) from exc


@dataclass(frozen=True, slots=True)
class _Event:
    """What training needs of an exported feedback event."""

    event_id: str
    verdict: str
    subject: str
    subject_id: str
    selection_id: str
    reason: str
    value: str | None
    theme: str
    terms: tuple[str, ...]


def _event(fields: Mapping[str, Any]) -> _Event:
    missing = [name for name in ("event_id", "verdict", "subject", "subject_id") if not fields.get(name)]
    if missing:
        raise PairInvalid(f"A feedback event needs {', '.join(missing)}.")
    context = fields.get("context") or {}
    if isinstance(context, str):
        context = json_object(context.encode("utf-8", "surrogatepass"))
    if not isinstance(context, Mapping):
        raise PairInvalid("“context” is no object.")
    strategy = context.get("strategy")
    terms = strategy.get("positiveSearch") if isinstance(strategy, Mapping) else None
    return _Event(
        event_id=str(fields["event_id"]),
        verdict=str(fields["verdict"]),
        subject=str(fields["subject"]),
        subject_id=str(fields["subject_id"]),
        selection_id=str(fields.get("selection_id") or ""),
        reason=str(fields.get("reason") or ""),
        value=None if fields.get("value") is None else str(fields["value"]),
        theme=str(context.get("theme") or "").strip(),
        terms=tuple(str(t) for t in terms if str(t).strip()) if isinstance(terms, list) else (),
    )


def _feedback_parquet(path: Path) -> list[_Event] | None:
    """The events of a feedback export in Parquet, None for a file that is no Parquet."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                return None
        rows = pq.read_table(path).to_pylist()
    except (OSError, pa.ArrowException) as exc:
        raise LabelsInvalid(f"The labels {path} cannot be read: {exc}", str(path)) from exc
    try:
        return [_event(row) for row in rows]
    except PairInvalid as exc:
        raise LabelsInvalid(f"{path} is Parquet, but no feedback export of Shelfcraft. {exc}", str(path)) from exc


def _of_feedback(events: Sequence[_Event], path: Path) -> Iterator[Label]:
    """One label for each verdict on a product that still stands, the last one of each selection.

    Accepted is 4. Rejected is the lowest grade of `GRADE_OF_REASON` among its reasons, 2 where none was given or
    another one, and nothing where all of them say nothing of relevance. A verdict without a theme says nothing either.
    """
    standing: dict[tuple[str, str], _Event] = {}
    for event in in_force(events):
        if event.subject == "product" and event.verdict in ("accept", "reject"):
            # Out and in again, so that the order is that of the last verdicts.
            standing.pop((event.selection_id, event.subject_id), None)
            standing[event.selection_id, event.subject_id] = event
    for event in standing.values():
        grade: Grade | None = 4 if event.verdict == "accept" else _rejected(event.reason)
        if event.theme and grade is not None:
            yield Label(event.theme, None, event.subject_id, grade, path.name, terms=event.terms)


def _rejected(reason: str) -> Grade | None:
    reasons = [r for r in reason.split(REASON_SEPARATOR) if r]
    if reasons and all(r in SILENT_REASONS for r in reasons):
        return None
    return min((GRADE_OF_REASON.get(r, 2) for r in reasons if r not in SILENT_REASONS), default=2)
