"""The catalogue planner on the demo catalogue with the real encoder: what it promises of every plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core import pipeline
from core.domain import Evidence, Finding, Intent, Preview, Research, Reward, Strategy, Trajectory
from core.events import Event, TurnFinished, Warned
from core.planning.candidates import full_name
from core.planning.planner import CataloguePlanner, open_workshop
from core.planning.revise import Workshop
from core.services import Services, build_services
from core.settings import Settings
from core.text import tokens
from tests.core.planning.thinking_shop import followed

THEMES = ("camping with kids", "small-space home office", "gifts for coffee lovers under 40", "dog owner essentials")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home: Path = tmp_path_factory.mktemp("demo")
    with build_services(Settings(home=home, threads=2)) as live:
        for _ in pipeline.build_demo(live):
            pass
        yield live


def play(services: Services, theme: str, *, turns: int = 4) -> Trajectory:
    work = pipeline.plan(services, theme, turns=turns)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: Trajectory = stop.value
            return result


@pytest.fixture(scope="module")
def played(services: Services) -> dict[str, Trajectory]:
    return {theme: play(services, theme) for theme in THEMES}


@pytest.mark.parametrize("theme", THEMES)
def test_every_plan_keeps_its_promises(played: dict[str, Trajectory], theme: str) -> None:
    trajectory = played[theme]
    assert 1 <= len(trajectory.turns) <= 4
    assert [t.number for t in trajectory.turns] == list(range(1, len(trajectory.turns) + 1))
    assert trajectory.best.reward.total == max(t.reward.total for t in trajectory.turns)
    for turn in trajectory.turns:
        strategy = turn.strategy
        keys = [frozenset(tokens(t)) for t in strategy.positive]
        assert len(set(keys)) == len(keys)
        assert 2 <= len(keys) <= 8
        reasons = {(r.term, r.sign): r for r in turn.reasons}
        assert set(reasons) == {(t, 1) for t in strategy.positive} | {(t, -1) for t in strategy.negative}
        assert all(r.reason for r in reasons.values())
    assert all(after.note for _, after in pairwise(trajectory.turns))


def test_several_product_types_are_spoken_of(services: Services, played: dict[str, Trajectory]) -> None:
    for theme in ("camping with kids", "dog owner essentials"):
        found = pipeline.recall(services, played[theme].best.strategy, limit=200)
        products = pipeline.products(services, found.product_ids)
        assert len({p.category for p in products.values()}) >= 5


def test_the_same_theme_gives_the_same_plan(services: Services, played: dict[str, Trajectory]) -> None:
    assert play(services, THEMES[0]) == played[THEMES[0]]


@pytest.mark.parametrize("theme", THEMES)
def test_a_plan_goes_on_after_any_turn_as_if_it_had_not_stopped(
    services: Services, played: dict[str, Trajectory], theme: str
) -> None:
    whole = played[theme]
    opened = services.shelf()
    for done in range(1, len(whole.turns) + 1):
        asked: list[Strategy] = []

        def assess(strategy: Strategy, asked: list[Strategy] = asked) -> tuple[Preview, Reward]:
            asked.append(strategy)
            return pipeline.assess(services, strategy, intent=whole.intent)

        work = CataloguePlanner().plan(
            whole.intent, assess=assess, vocabulary=opened.vocabulary, turns=4, played=whole.turns[:done]
        )
        anew = []
        while True:
            try:
                event = next(work)
            except StopIteration as stop:
                assert stop.value == whole
                break
            if isinstance(event, TurnFinished):
                anew.append(event.turn)
        assert tuple(anew) == whole.turns[done:]
        # A later proposal may well be to go back.
        assert asked[:1] != [whole.turns[done - 1].strategy]
        assert done < 4 or not asked


def test_price_words_reach_the_strategy(played: dict[str, Trajectory]) -> None:
    assert played["gifts for coffee lovers under 40"].best.strategy.filters.price == (None, 40.0)


def test_what_the_operator_rules_out_is_a_negative_of_every_turn(services: Services) -> None:
    for turn in play(services, "camping without tents").turns:
        assert "tents" in turn.strategy.negative


def test_customers_own_words_are_evidence(played: dict[str, Trajectory]) -> None:
    reasons = [r.reason for t in played.values() for r in t.best.reasons if r.sign > 0]
    assert any("customers typed" in reason for reason in reasons)


def test_a_misspelt_theme_is_read_and_said(services: Services) -> None:
    trajectory = play(services, "campnig with kids", turns=1)
    assert "camping" in trajectory.turns[0].note
    assert any("camping" in term or "tent" in term for term in trajectory.best.strategy.positive)


def test_a_theme_that_the_catalogue_lacks_says_so(services: Services) -> None:
    trajectory = play(services, "quantum chromodynamics lecture", turns=2)
    assert trajectory.best.preview.count < 40
    assert "the catalogue has" in trajectory.turns[0].note


def test_negatives_remove_more_unwanted_than_wanted(services: Services) -> None:
    vocabulary = services.shelf().vocabulary
    for theme in THEMES:
        workshop = open_workshop(Intent(theme), vocabulary=vocabulary)
        draft = workshop.first()
        union = workshop.pool.match[list(draft.chosen)].any(axis=0)
        for negative in draft.negatives:
            gone = vocabulary.exclusions([negative.text])[0] & union
            gain = workshop.relevance.gain[gone]
            assert -gain[gain < 0].sum() > np.maximum(gain, 0).sum()


def test_one_turn_asks_once(services: Services) -> None:
    intent = pipeline.read_intent(services, "camping with kids")
    asked = []

    def assess(strategy):  # type: ignore[no-untyped-def]
        asked.append(strategy)
        return pipeline.assess(services, strategy, intent=intent)

    work = CataloguePlanner().plan(intent, assess=assess, vocabulary=services.shelf().vocabulary, turns=1)
    events = list(work)
    assert sum(isinstance(e, TurnFinished) for e in events) == 1
    assert len(asked) == 1


def test_what_research_found_is_a_candidate_where_the_catalogue_sells_it(services: Services) -> None:
    ideas = ["kids headlamp", "zeppelin rides", "camping", "lip balm", "the best of the year in all the shops"]
    vocabulary = services.shelf().vocabulary
    workshop = open_workshop(Intent("camping with kids"), vocabulary=vocabulary, ideas=ideas)
    # Not sold, said already, beside the theme, too long: those are none.
    assert {c.text for c in workshop.pool.candidates if c.source == "research"} == {"kids headlamp"}
    plain = open_workshop(Intent("camping with kids"), vocabulary=vocabulary)
    assert not any(c.source == "research" for c in plain.pool.candidates)
    assert (workshop.relevance.fit >= plain.relevance.fit).all()


def test_a_theme_that_nobody_here_knows_is_planned_from_what_research_found(services: Services) -> None:
    vocabulary = services.shelf().vocabulary
    assert open_workshop(Intent("hygge evening"), vocabulary=vocabulary).first().strategy.positive == ()
    ideas = ["candles", "mug", "slippers", "fairy lights", "hot chocolate"]
    workshop = open_workshop(Intent("hygge evening"), vocabulary=vocabulary, ideas=ideas)
    draft = workshop.first()
    assert len(draft.strategy.positive) >= 4
    assert any("candle" in term for term in draft.strategy.positive)
    assert workshop.rebuilt(draft.strategy) is not None


def test_what_research_found_never_leads_a_plan_astray(services: Services) -> None:
    def planned(*terms: str) -> tuple[Trajectory, list[Event]]:
        evidence = (Evidence("e1", "web", "News", "https://example.org/a", "text"),)
        research = Research("wide", "home office", evidence=evidence, findings=(Finding("found", terms, ("e1",)),))
        kept = services.store.save_research(research, run_id=None, owner="operator")
        return followed(pipeline.plan(services, "small-space home office", research_id=kept))

    plain = play(services, "small-space home office")
    astray, events = planned("bulletin boards", "whiteboards", "monitor stands", "filing cabinets", "office chairs")
    assert astray.turns[0].reward.total >= plain.turns[0].reward.total - 0.5
    assert any(isinstance(event, Warned) and "left out" in event.message for event in events)
    unsold, events = planned("zeppelin rides")
    assert unsold.turns == plain.turns
    assert any(isinstance(event, Warned) and "left out" in event.message for event in events)


def test_what_all_of_them_are_called_stays_in_every_draft(services: Services) -> None:
    dropped = 0
    for theme in THEMES:
        made = open_workshop(pipeline.read_intent(services, theme), vocabulary=services.shelf().vocabulary)
        first = made.first()
        for held in first.chosen:
            keeping = Workshop(
                made.theme, made.relevance, made.pool, made.shelf,
                chosen=first.chosen, vocabulary=made.vocabulary, kept=frozenset((held,)),
            )  # fmt: skip
            dropped += any(held not in draft.chosen for draft in made.proposals(first))
            assert all(held in draft.chosen for draft in keeping.proposals(first))
    assert dropped


def test_a_theme_is_called_in_full_where_products_say_so_and_fit(services: Services) -> None:
    vocabulary = services.shelf().vocabulary
    made = open_workshop(pipeline.read_intent(services, "camping tents"), vocabulary=vocabulary)
    rows = vocabulary.lexicon.holding(set(tokens("camping tents")))
    fitting, nothing = np.zeros(vocabulary.size, np.float32), np.full(vocabulary.size, -0.4, np.float32)
    fitting[rows] = 0.3
    own = full_name(made.theme, replace(made.relevance, gain=fitting), vocabulary.lexicon)
    assert own is not None and (own.text, own.source, own.seen) == ("camping tents", "theme", rows.size)
    assert full_name(made.theme, replace(made.relevance, gain=nothing), vocabulary.lexicon) is None
    alone = open_workshop(pipeline.read_intent(services, "tents"), vocabulary=vocabulary)
    assert full_name(alone.theme, replace(alone.relevance, gain=fitting), vocabulary.lexicon) is None
