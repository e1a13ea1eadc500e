"""What a model's answer says: its grade, its reasons, their conclusion, and the distribution of its first token."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.relevance.llm_answer import Answer, of_first_token, of_votes, read_answer

WHOLE = """3
<query>A blue tent for two.</query>
<item>A green tent for two.</item>
<category verdict="match">Both are tents.</category>
<attributes verdict="partial">Another colour.</attributes>
<conclusion>3</conclusion>"""


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ("3", 3), (" 4\n", 4), ("**2**", 2), ("3 - Related", 3), ("3-Related", 3), ("3. Related", 3), ("3.", 3),
        ("Grade: 1", 1), ("The grade is 4.", 4), ("Excellent", 4), ("irrelevant, since", 1), ("\uff14", 4), ("#2", 2),
        ("<think>maybe 1 or 2</think>\n4", 4), ("3)", 3), ("2<query>x", 2),
    ],
)  # fmt: skip
def test_the_grade_is_what_an_answer_begins_with(said: str, grade: int) -> None:
    assert read_answer(said).grade == grade


@pytest.mark.parametrize(
    "said",
    ["", "5", "0", "10", "3.5", "3,5", "1/2", "1. The query asks for a tent", "2) The item", "I would say 3",
     "I'm sorry, I can't help.", "<think>4", "34", "3rd", "Relatedly 3"],
)  # fmt: skip
def test_what_begins_with_no_grade_has_none(said: str) -> None:
    assert read_answer(said) == Answer(None)


def test_reasons_become_lines_and_the_conclusion_is_read() -> None:
    assert read_answer(WHOLE) == Answer(
        3,
        "Query: A blue tent for two.\nItem: A green tent for two.\nCategory (match): Both are tents.\n"
        "Attributes (partial): Another colour.",
        3,
    )
    assert not read_answer(WHOLE).contradicts_itself


@pytest.mark.parametrize(
    ("end", "conclusion"),
    [
        ("<conclusion>2</conclusion>", 2), ('<conclusion grade="2">It is a kit.</conclusion>', 2),
        ("<conclusion>2 Mismatch", 2), ("<conclusion>Mismatch.</conclusion>", 2), ("<CONCLUSION>\n2\n</CONCLUSION>", 2),
        ("<conclusion>not 3 but 2</conclusion>", None), ("<conclusion>12</conclusion>", None),
        ("<conclusion>2.5</conclusion>", None), ("<conclusion></conclusion>", None), ("", None),
        ("<conclusion>2</conclusion><conclusion>3</conclusion>", None),
    ],
)  # fmt: skip
def test_a_conclusion_is_one_grade_or_none(end: str, conclusion: int | None) -> None:
    answer = read_answer(f"3\n<query>A tent.</query>\n{end}")
    assert answer.conclusion == conclusion
    assert answer.contradicts_itself == (conclusion == 2)


def test_reasons_in_plain_words_count_too() -> None:
    answer = read_answer("3 - Related\nThe tent is green, not blue.\nConclusion: 2")
    assert answer == Answer(3, "The tent is green, not blue. Conclusion: 2", 2)
    assert read_answer("3\nIt is fine.").conclusion is None


def test_reasons_that_break_off_are_kept_without_a_conclusion() -> None:
    answer = read_answer("4\n<query>A tent.</query>\n<item>A te")
    assert (answer.rationale, answer.conclusion) == ("Query: A tent.\nItem: A te", None)


def test_endless_reasons_are_cut() -> None:
    step = read_answer(f"4\n<item>{'word ' * 1_000}</item>").rationale
    plain = read_answer(f"4\n{'word ' * 1_000}").rationale
    assert len(step) < 320 and step.endswith("…") and len(plain) <= 1_500


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for said in (text, f"3{text}", f"3\n<conclusion>{text}"):
        answer = read_answer(said)
        assert answer.grade in (None, 1, 2, 3, 4) and answer.conclusion in (None, 1, 2, 3, 4)


def logs(**shares: float) -> list[tuple[str, float]]:
    return [(token.removeprefix("_"), math.log(share)) for token, share in shares.items()]


def test_the_first_token_is_a_softmax_over_four_grades() -> None:
    pairs = [*logs(_4=0.5, _3=0.2, _2=0.1, _1=0.1), ("The", math.log(0.05))]
    found = of_first_token(pairs)
    assert found == pytest.approx((0.1 / 0.9, 0.1 / 0.9, 0.2 / 0.9, 0.5 / 0.9))


def test_tokens_that_differ_in_blanks_are_one_grade() -> None:
    pairs = [("3", math.log(0.4)), (" 3", math.log(0.2)), ("\n4", math.log(0.2)), ("1", math.log(0.1)), ("2", -30.0)]
    found = of_first_token(pairs)
    assert found is not None
    assert found[2] == pytest.approx(0.6 / 0.9) and found[3] == pytest.approx(0.2 / 0.9)


def test_a_missing_grade_has_what_is_left_at_most() -> None:
    found = of_first_token(logs(_4=0.9))
    assert found == pytest.approx((0.1 / 3, 0.1 / 3, 0.1 / 3, 0.9))
    # The least likely pair bounds it where more is left.
    found = of_first_token([*logs(_4=0.6), ("The", math.log(0.01))])
    assert found == pytest.approx((0.01 / 0.63, 0.01 / 0.63, 0.01 / 0.63, 0.6 / 0.63))
    assert of_first_token(logs(_4=0.7, _3=0.3)) == pytest.approx((0.0, 0.0, 0.3, 0.7), abs=1e-9)


@pytest.mark.parametrize("pairs", [None, [], logs(The=0.9, _4=0.1), logs(_5=1.0), logs(_4=0.49)])
def test_a_first_token_that_is_no_grade_tells_nothing(pairs: list[tuple[str, float]] | None) -> None:
    assert of_first_token(pairs) is None


@given(st.lists(st.tuples(st.sampled_from([" 1", "2", "3", "4", "x", "4 "]), st.floats(-40, 0.5)), max_size=8))
def test_whatever_is_told_adds_up_to_one(pairs: list[tuple[str, float]]) -> None:
    found = of_first_token(pairs)
    assert found is None or (sum(found) == pytest.approx(1.0) and min(found) >= 0)


def test_votes_are_never_certain_and_more_of_them_say_more() -> None:
    assert of_votes([4, 4, 4, 4, 4]) == pytest.approx((0.25 / 6, 0.25 / 6, 0.25 / 6, 5.25 / 6))
    assert of_votes([]) == (0.25, 0.25, 0.25, 0.25)
    assert of_votes([3, 3])[2] > of_votes([3])[2] > of_votes([3, 2])[2]


@given(st.lists(st.sampled_from([1, 2, 3, 4]), max_size=9))
def test_votes_in_any_order_are_the_same(votes: list[int]) -> None:
    found = of_votes(votes)  # type: ignore[arg-type]
    assert sum(found) == pytest.approx(1.0) and min(found) > 0
    assert found == of_votes(votes[::-1])  # type: ignore[arg-type]
    if votes:
        assert max(range(4), key=lambda at: found[at]) + 1 in votes
