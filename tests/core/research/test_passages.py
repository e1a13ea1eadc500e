"""Passages: those that speak of what was searched for, short enough, and none twice."""

from __future__ import annotations

import pytest

from core.research.passages import PASSAGE, best_passages, plain_address, shingles, within
from core.text import tokens

ABOUT = frozenset(tokens("camping lantern"))


def test_what_speaks_of_it_comes_in_the_order_of_the_page() -> None:
    filler = "\n".join(f"Nothing of the kind, sentence number {n} about tax law and its commentary." for n in range(40))
    text = f"A lantern hangs here.\n{filler}\nOur camping trips: every camping lantern we tried.\n{filler}"
    found = best_passages(text, ABOUT, count=2)
    assert len(found) == 2
    assert "hangs here" in found[0]
    assert "every camping lantern" in found[1]


def test_a_page_about_something_else_gives_nothing() -> None:
    assert best_passages("Tax law and its commentary.\n" * 5, ABOUT, count=2) == ()


def test_a_list_goes_before_prose_that_names_as_much() -> None:
    prose = "A camping lantern is a thing that people carry around in the dark of the night." + " Really." * 80
    listed = "What to bring\n- camping lantern\n- rope\n- mug"
    assert "rope" in best_passages(f"{prose}\n\n{listed}", ABOUT, count=1)[0]


@pytest.mark.parametrize("text", ["lantern " * 5_000, "lantern. " * 5_000, "灯笼。" * 5_000])
def test_no_passage_is_longer_than_a_passage(text: str) -> None:
    found = best_passages(text, frozenset(tokens(text[:3_000])), count=3)
    assert found
    assert all(0 < len(passage) <= PASSAGE for passage in found)


def test_a_word_without_an_end_is_cut_too() -> None:
    (found,) = best_passages("lantern " + "x" * 20_000, ABOUT, count=1)
    assert len(found) <= PASSAGE


def test_what_is_within_another_says_nothing_new_but_not_the_other_way() -> None:
    short = shingles("every child wants a headlamp of its own at night")
    long = shingles("every child wants a headlamp of its own at night, and a sleeping bag that is warm enough for May")
    assert within(short, long)
    assert not within(long, short)


def test_one_page_under_two_addresses_is_one_page() -> None:
    one = plain_address("https://www.shop.example/guide/?utm_source=x&page=2#top")
    assert one == plain_address("http://SHOP.example/guide?page=2")
    assert one != plain_address("https://shop.example/guide?page=3")
    assert plain_address("library:notes.md") == "library:notes.md"
    assert plain_address("http://[broken") == "http://[broken"
