"""The lines of the term editors: every edit, its way back, and that the same edit again changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Filters, NegativeStatistics, Preview, Strategy, TermReason, TermStatistics
from core.errors import StrategyInvalid
from ui.events import TermEvent
from ui.term_rows import (
    TermChange,
    TermRow,
    apply,
    counted,
    rows_from_json,
    rows_of,
    rows_to_json,
    strategy_of,
    undone,
)

ROWS = (TermRow("tent", 1, finds=6), TermRow("lantern", 1, use=False), TermRow("toy", -1, finds=2))


def event(op: str, term: str, *, sign: int = 1, text: str = "", value: float = 0.0) -> TermEvent:
    return TermEvent("0123456789ab", 1, "sel", op, sign, term, text, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("edit", "change"),
    [
        (event("add", " sleeping  bag "), TermChange(None, "sleeping bag", 1)),
        (event("add", "Lantern"), TermChange(None, "lantern", 1)),
        (event("remove", "tent"), TermChange("tent", None, 1)),
        (event("rename", "tent", text="family tent"), TermChange("tent", "family tent", 1)),
        (event("use", "toy", sign=-1, value=0), TermChange("toy", None, -1)),
        (event("use", "lantern", value=1), TermChange(None, "lantern", 1)),
        (event("weight", "tent", value=1.5), TermChange("tent", "tent", 1, (1.0, 1.5))),
    ],
)
def test_an_edit_changes_the_rows_once_and_can_be_taken_back(edit: TermEvent, change: TermChange) -> None:
    rows, made = apply(ROWS, edit)
    assert made == change
    assert rows != ROWS
    again, nothing = apply(rows, edit)
    assert (again, nothing) == (rows, None)
    before = strategy_of(ROWS, Filters())
    after = strategy_of(undone(rows, change), Filters())
    assert (set(after.positive), set(after.negative), after.weights) == (
        set(before.positive), set(before.negative), before.weights,
    )  # fmt: skip


@pytest.mark.parametrize(
    "edit",
    [
        event("add", "tent"),
        event("add", "   "),
        event("remove", "not there"),
        event("rename", "tent", text="  "),
        event("rename", "tent", text="tent"),
        event("use", "tent", value=1),
        event("weight", "toy", sign=-1, value=2),
    ],
)
def test_what_changes_nothing_says_so(edit: TermEvent) -> None:
    assert apply(ROWS, edit) == (ROWS, None)


def test_a_weight_is_kept_within_its_bounds() -> None:
    assert apply(ROWS, event("weight", "tent", value=99))[0][0].weight == 3.0
    assert apply(ROWS, event("weight", "tent", value=-1))[0][0].weight == 0.0


def test_a_term_renamed_into_another_one_leaves_that_one_alone() -> None:
    rows, change = apply(ROWS, event("rename", "tent", text="LANTERN"))
    assert [row.term for row in rows] == ["lantern", "toy"]
    assert change == TermChange("tent", None, 1)


def test_a_parked_term_that_is_removed_is_no_edit_of_the_strategy() -> None:
    assert apply(ROWS, event("remove", "lantern"))[1] is None


def test_rows_carry_reasons_counts_and_what_was_parked() -> None:
    preview = Preview(
        8, 8, 8, 10, 10, True,
        (TermStatistics("tent", 6, 4, 0.5, 0.1),), (NegativeStatistics("toy", 2, 1, 0.2, 0.6),), 0.5,
    )  # fmt: skip
    reasons = [TermReason("tent", 1, "In the theme", ("40 queries",))]
    rows = rows_of(Strategy(("tent",), ("toy",), (("tent", 1.5),)), preview=preview, reasons=reasons, parked=ROWS)
    assert rows == (
        TermRow("tent", 1, True, 1.5, 6, 4, "In the theme · 40 queries"),
        TermRow("toy", -1, True, 1.0, 2, 1),
        TermRow("lantern", 1, False),
    )
    assert [row.finds for row in counted(rows, None)] == [None, None, None]


def test_a_strategy_with_a_term_too_long_is_refused_in_words() -> None:
    with pytest.raises(StrategyInvalid, match="characters long"):
        strategy_of([TermRow("x" * 300, 1)], Filters())


TERMS = st.text(alphabet="abc ", max_size=5)
EDITS = st.builds(
    lambda op, term, sign, text, value: event(op, term, sign=sign, text=text, value=value),
    st.sampled_from(["add", "remove", "rename", "use", "weight"]), TERMS, st.sampled_from([1, -1]), TERMS,
    st.floats(-5, 5),
)  # fmt: skip


@given(st.lists(EDITS, max_size=12))
def test_no_term_stands_twice_whatever_is_edited(edits: list[TermEvent]) -> None:
    rows: tuple[TermRow, ...] = ROWS
    for one in edits:
        rows, _ = apply(rows, one)
    names = [(row.term.casefold(), row.sign) for row in rows]
    assert len(set(names)) == len(names)
    assert all(row.term == " ".join(row.term.split()) != "" for row in rows)
    kept = rows_from_json(rows_to_json(rows))
    assert [(row.term, row.sign, row.use, row.weight) for row in kept] == [
        (row.term, row.sign, row.use, row.weight) for row in rows
    ]


@pytest.mark.parametrize("broken", [None, 7, "x", [None], [{"term": 3, "sign": 1}], [{"term": "a", "sign": 2}], [{}]])
def test_what_is_no_row_of_a_draft_is_left_out(broken: object) -> None:
    assert rows_from_json(broken) == ()
