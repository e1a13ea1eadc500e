"""What the browser sends, read field by field: whatever is not an event is left out, and each counts once."""

from __future__ import annotations

import pytest

from ui.events import GridEvent, TermEvent, acknowledged, fresh, read_edits, read_verdicts

CLIENT = "0123456789abcdef01234567"


def verdict(number: object = 1, **more: object) -> dict[str, object]:
    return {"c": CLIENT, "n": number, "s": "sel", "id": "p1", "v": "accept", "rank": 3, "t": 1} | more


def edit(number: object = 1, **more: object) -> dict[str, object]:
    return {"c": CLIENT, "n": number, "s": "sel", "op": "add", "sign": 1, "term": "tent"} | more


def test_a_verdict_is_read_with_its_rank_and_reasons() -> None:
    sent = [verdict(v="reject", r=["off_theme", 7, "wrong_season"])]
    assert read_verdicts(sent) == (GridEvent(CLIENT, 1, "sel", "p1", "reject", 3, ("off_theme", "wrong_season")),)


def test_an_edit_is_read_with_its_value() -> None:
    assert read_edits([edit(op="weight", value=1.5)]) == (TermEvent(CLIENT, 1, "sel", "weight", 1, "tent", "", 1.5),)
    assert read_edits([edit(op="rename", text="big tent", sign=-1)])[0].text == "big tent"


@pytest.mark.parametrize(
    "broken",
    [
        None, "text", 7, {"c": CLIENT}, [None], ["x"], [verdict(v="burn")], [verdict(n=0)], [verdict(n=1.5)],
        [verdict(n=float("nan"))], [verdict(c="short")], [verdict(c="with space in it, long")], [verdict(id="")],
        [verdict(id="x" * 500)], [verdict(s=None)],
    ],
)  # fmt: skip
def test_what_is_no_verdict_is_left_out(broken: object) -> None:
    assert read_verdicts(broken) == ()


@pytest.mark.parametrize(
    "broken", [[edit(op="burn")], [edit(sign=0)], [edit(term="")], [edit(term=7)], [edit(c=None)], {"op": "add"}]
)
def test_what_is_no_edit_is_left_out(broken: object) -> None:
    assert read_edits(broken) == ()


def test_a_weight_that_is_no_number_is_read_as_none() -> None:
    assert read_edits([edit(op="weight", value=float("nan"))])[0].value == 0.0


def test_each_event_counts_once_in_the_order_in_which_it_was_made() -> None:
    events = read_verdicts([verdict(3), verdict(1), verdict(2, v="reject"), verdict(3)])
    assert [event.number for event in fresh(events, {CLIENT: 1})] == [2, 3]
    assert fresh(events, {CLIENT: 3}) == ()


def test_an_acknowledgement_never_goes_back() -> None:
    first, second = read_verdicts([verdict(5), verdict(4)])
    acks = acknowledged({"other": 9}, first)
    assert acks == {"other": 9, CLIENT: 5}
    assert acknowledged(acks, second) == acks
