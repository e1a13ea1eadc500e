"""The simulation of live learning: what is counted, what is chosen on which lists, and its peer."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.live_learning import (
    Listed,
    Live,
    Session,
    as_listed,
    by_prior,
    cross_validated,
    differences,
    explored,
    kept_of_shown,
    next_precision,
    overall,
    rest_precision,
    table,
)
from core.evaluation.rocchio import GRID, Rocchio
from tests.core.relevance.live_shop import items, kind

ITEMS = items()
LISTED = Listed(ITEMS)


def session(wanted: str = "mug", *, name: str = "mugs", group: str = "gifts", length: int = len(ITEMS)) -> Session:
    keeps = frozenset(item.product.product_id for item in ITEMS[:length] if kind(item) == wanted)
    listed = LISTED if length == len(ITEMS) else Listed(ITEMS[:length])
    return Session("taste", group, name, listed, np.linspace(0.9, 0.1, length), ITEMS[0].vector, keeps)


def test_the_next_twenty_are_counted_after_those_that_were_judged() -> None:
    found = next_precision(as_listed, [session()], after=(10, 16, 20))
    # Every third product of the list is a mug.
    assert found[0, :2].tolist() == [pytest.approx(7 / 20), pytest.approx(7 / 20)]
    assert np.isnan(found[0, 2]), "fewer than twenty are left after twenty of 36"


def test_learning_finds_what_is_wanted_and_no_learning_does_not() -> None:
    live, none = (next_precision(ranker, [session()], after=(10,))[0, 0] for ranker in (Live(), by_prior))
    assert none == pytest.approx(7 / 20)
    assert live == pytest.approx(9 / 20), "all nine that are left"
    rest = rest_precision(Live(), [session()], after=(10,))[0, 0]
    assert rest == pytest.approx(1.0)


def test_wrong_verdicts_are_the_same_for_every_ranker_and_do_harm() -> None:
    seen: list[dict[str, bool]] = []

    def spy(one: Session, verdicts: dict[str, bool]) -> list[str]:
        seen.append(dict(verdicts))
        return list(as_listed(one, verdicts))

    for _ in range(2):
        next_precision(spy, [session()], after=(10,), flips=0.5)  # type: ignore[arg-type]
    assert seen[0] == seen[1] != session().verdicts(LISTED.ids[:10])


def test_the_closed_loop_shows_more_of_what_is_kept() -> None:
    none = kept_of_shown(as_listed, [session()], shown=20)[0]
    live = kept_of_shown(Live(), [session()], shown=20)[0]
    assert none == pytest.approx(6 / 20) and live > none
    assert np.isnan(kept_of_shown(as_listed, [session()], shown=40)[0])


def test_settings_are_chosen_on_other_groups() -> None:
    sessions = [session(group=str(k), name=str(k)) for k in range(10)]
    # Each setting is perfect on one group and useless elsewhere: held out, none can be any good.
    own = [np.array([[float(k == row)] for row in range(10)]) for k in range(10)]
    held_out, chosen = cross_validated(sessions, own, folds=10, repeats=2)
    assert held_out.max() == 0.0
    assert sum(chosen.values()) == 20
    everywhere = [np.full((10, 1), 0.2), np.full((10, 1), 0.6)]
    held_out, chosen = cross_validated(sessions, everywhere)
    assert held_out == pytest.approx(np.full((10, 1), 0.6)) and set(chosen) == {1}


def test_each_kind_counts_the_same() -> None:
    values = np.array([[1.0], [0.0], [0.0], [np.nan]])
    assert overall(values, np.array(["a", "b", "b", "c"])) == pytest.approx(0.5)


def test_rocchio_moves_towards_what_was_kept() -> None:
    one = session()
    said = one.verdicts(one.ids[:12])
    for space in ("vectors", "centred vectors", "words", "both"):
        ranking = Rocchio(1.0, 1.0, space, 0.0)(one, said)
        assert sorted(ranking) == sorted(set(one.ids) - set(said))
        assert len(one.keeps & set(ranking[:8])) > 4 > len(one.keeps & set(one.ids[12:20]))
    alone = Rocchio(0.0, 0.0, "words", 1e6)(one, said)
    assert list(alone) == list(by_prior(one, said)), "nothing but the prior"
    assert Rocchio(0.75, 0.15, "vectors", 0.0) in GRID


def test_what_teaches_is_measured_on_the_same_products() -> None:
    found = explored(("list", "fit", "teach"), [session()], first=6, then=6)
    assert found.shape == (1, 3) and (found > 0.8).all()
    assert np.isnan(explored(("list",), [session(length=20)])).all()


def test_the_tables_are_readable() -> None:
    sessions = [session(), session("tent", name="tents", group="camping")]
    rows = {"none": next_precision(as_listed, sessions), "live": next_precision(Live(), sessions)}
    lines = table(sessions[:1], {n: held[:1] for n, held in rows.items()}).splitlines()
    assert lines[0] == "| lists | ranked by | after 10 | after 20 | after 40 |"
    assert lines[2] == "| taste (1) | none | 0.350 | – | – |"
    found = differences(sessions, rows["live"], rows["none"])["taste"]
    assert found.low <= found.mean <= found.high and found.mean > 0
