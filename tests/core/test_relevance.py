"""Relevance through the whole house: searches and lists put in order by judges, rules as gates, in a small shop."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from core import pipeline
from core.__main__ import main
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent, Judgment, Lens, Selection, Strategy
from core.errors import InputError, ProductMissing, SettingsError, ThemeInvalid
from core.events import Event, ModelCalled, Warned
from core.pipeline.relevance import items
from core.pipeline.searching import POOL
from core.pipeline.theme_judging import ASKED
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop
from tests.servers.grading import Grader
from tests.servers.unkind import Exchange, UnkindServer, status, unkind_server

T = TypeVar("T")

BLUE = Intent("blue camping tents")
TENTS = Strategy(("camping tent",))
EXCELLENT, IRRELEVANT = (0.02, 0.02, 0.02, 0.94), (0.94, 0.02, 0.02, 0.02)


def told(work: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("shop")
    with build_services(Settings(home=home / "data", actor="ann"), encoder=HashingEncoder()) as services:
        told(pipeline.build_catalogue(services, [write_shop(home)]))
        yield services


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as found:
        yield found


@pytest.fixture
def live(server: UnkindServer, shop: Services, tmp_path: Path) -> Iterator[Services]:
    """The same shop with a judge model behind real HTTP, and a store of its own."""
    own = f"sqlite:///{tmp_path / 'own.db'}"
    settings = replace(shop.settings, base_url=server.url, model="small", database_url=own)
    with build_services(settings, encoder=HashingEncoder()) as services:
        yield services


def titles(services: Services, ids: list[str]) -> list[str]:
    return [product.title for product in pipeline.products(services, ids).values()]


def chosen(services: Services, **options: Any) -> Selection:
    return told(pipeline.select(services, BLUE, strategy=TENTS, size=40, **options))[0]


def everything(services: Services, belief: tuple[float, float, float, float], **others: Any) -> Grader:
    ids = services.shelf().catalogue.columns(["product_id"])["product_id"].to_pylist()
    beliefs = dict.fromkeys(titles(services, ids), belief)
    return Grader(beliefs | others)


def test_a_theme_keeps_out_what_breaks_its_rules_and_says_why(shop: Services) -> None:
    plain, judged = chosen(shop, rerank="none"), chosen(shop)
    # The blue ones stand for their families either way, but nobody asked for the others.
    assert {len(p.variants) for p in plain.products} == {3}
    assert {len(p.variants) for p in judged.products} == {0}
    assert all(title.endswith("blue") for title in titles(shop, [p.product_id for p in judged.products]))
    stage = next(stage for stage in judged.funnel if stage.stage == "judged")
    # One of what the terms find is blue, but no tent, and this shop calls its tents so.
    assert dict(stage.reasons) == {"Another colour": 24, "Not the thing that was asked for": 1}
    assert pipeline.trace(shop, BLUE, judged, "p001")[-1].detail == "Asked for blue, and this is red."
    # With no judge of the list there is none when it is looked into again.
    assert "judged" not in [step.stage for step in pipeline.trace(shop, BLUE, plain, "p005")]


def test_every_listed_product_carries_its_judgment(shop: Services) -> None:
    judged = chosen(shop)
    for product in judged.products:
        assert product.judgment is not None
        assert product.judgment.judge == "local"
        assert product.judgment.version == shop.judge.version
        alone = pipeline.judgment(shop, BLUE, TENTS, product.product_id)
        assert product.judgment.probabilities == pytest.approx(alone.probabilities, abs=1e-6)
        assert (product.judgment.grade, product.judgment.rules) == (alone.grade, alone.rules)
        assert product.path[2].stage == "judged"


def test_what_left_at_a_rule_is_behind_its_number(shop: Services) -> None:
    judged = chosen(shop)
    stage = next(stage for stage in judged.funnel if stage.stage == "judged")
    behind = pipeline.behind(shop, BLUE, judged, Lens("left", "judged", "Another colour"), size=40)
    assert behind.count == dict(stage.reasons)["Another colour"]
    assert {row.note for row in behind.rows} == {
        f"Asked for blue, and this is {colour}." for colour in ("red", "green", "grey")
    }
    assert behind.title == "Left at “Passed by the rules”: Another colour"
    assert pipeline.behind(shop, BLUE, judged, Lens("left", "judged"), size=40).count == stage.entered - stage.left
    assert pipeline.insight(shop, BLUE, judged, size=40).funnel[2] == stage


def test_a_switched_rule_and_a_selection_of_its_own(shop: Services) -> None:
    before = shop.judge
    assert shop.judge is before
    change = shop.store.save_rule("catalogue", shop.catalogue_name, "colour", enabled=False, actor="ann", seen=None)
    try:
        assert shop.judge.version != before.version
        assert {len(p.variants) for p in chosen(shop).products} == {3}
        shop.store.save_rule("selection", "own", "colour", enabled=True, actor="ann", seen=None)
        assert shop.rules("own").version == pipeline_rules_before(before.version)
        assert {len(p.variants) for p in chosen(shop, selection_id="own").products} == {0}
    finally:
        shop.store.remove_rule("catalogue", shop.catalogue_name, "colour", actor="ann", seen=change.lock)
    assert shop.judge.version == before.version


def pipeline_rules_before(version: str) -> str:
    """The version of the rules, which a judge's version ends with."""
    return version.rpartition(".")[2]


def test_a_kept_rule_that_nobody_can_read_is_passed_over(shop: Services, caplog: pytest.LogCaptureFixture) -> None:
    kept = shop.store.save_rule(
        "catalogue", shop.catalogue_name, "own.new", enabled=True, body={"from": "later"}, actor="ann", seen=None
    )
    try:
        assert shop.rules().version == shop.rules().with_changes({}, []).version
        assert "own.new is left out" in caplog.text
    finally:
        shop.store.remove_rule("catalogue", shop.catalogue_name, "own.new", actor="ann", seen=kept.lock)


def test_other_weights_make_another_judge_and_bad_ones_say_what_to_do(shop: Services, tmp_path: Path) -> None:
    settings = shop.settings
    before = shop.judge
    path = tmp_path / "weights.json"
    try:
        shop.configure(replace(settings, local_judge=str(path)))
        with pytest.raises(SettingsError, match=r"weights\.json cannot be read"):
            shop.judge  # noqa: B018
        from core.relevance.local.model import SHIPPED

        body = json.loads(SHIPPED.read_text())
        path.write_text(json.dumps({**body, "intercepts": [value + 1 for value in body["intercepts"]]}))
        assert shop.judge.version != before.version
    finally:
        shop.configure(settings)
    assert shop.judge is before


def test_items_are_read_once_a_version_of_the_catalogue(shop: Services) -> None:
    first = items(shop, ["p002", "nobody", "p001"])
    assert [one.product.product_id for one in first] == ["p002", "p001"]
    assert items(shop, ["p001"])[0] is first[1]
    assert first[0].vector.shape == (shop.encoder.dimension,)


def test_a_search_is_put_in_order_and_tells_grades(shop: Services) -> None:
    plain = pipeline.search(shop, "blue camping tent", limit=20, rerank="none")
    judged = pipeline.search(shop, "blue camping tent", limit=60)
    assert all(c.judgment is None for c in plain)
    assert [c.judgment is not None for c in judged] == [True] * 60
    assert [c.score for c in judged] == sorted((c.score for c in judged), reverse=True)
    first = titles(shop, [c.product_id for c in judged[:8]])
    assert all("tent blue" in title for title in first)
    spoken = {v.sentence for c in judged if c.judgment is not None for v in c.judgment.rules}
    assert {f"Asked for blue, and this is {other}." for other in ("green", "grey")} <= spoken
    assert all(c.judgment.grade in (1, 2, 3) for c in judged if c.judgment is not None and c.judgment.rules)


def test_a_longer_search_goes_on_after_the_judged_ones_as_it_was(shop: Services) -> None:
    plain = pipeline.search(shop, "camping", limit=POOL + 10, rerank="none")
    judged = pipeline.search(shop, "camping", limit=POOL + 10)
    assert len(plain) == POOL + 10
    assert {c.product_id for c in judged[:POOL]} == {c.product_id for c in plain[:POOL]}
    assert [c.product_id for c in judged[POOL:]] == [c.product_id for c in plain[POOL:]]
    assert [c.score for c in judged] == sorted((c.score for c in judged), reverse=True)


def test_what_cannot_be_searched_is_refused(shop: Services) -> None:
    with pytest.raises(InputError, match="none, local, llm"):
        pipeline.search(shop, "tent", rerank="magic")  # type: ignore[arg-type]
    with pytest.raises(ThemeInvalid):
        pipeline.search(shop, "!!!")
    with pytest.raises(SettingsError, match="No language model is set up that could judge"):
        pipeline.search(shop, "tent", rerank="llm")
    with pytest.raises(SettingsError, match="No language model"):
        told(pipeline.select(shop, BLUE, strategy=TENTS, rerank="llm"))
    assert pipeline.search(shop, "zzzz", limit=3) is not None


def test_one_product_is_judged_for_what_it_answers_best(shop: Services) -> None:
    theme = Intent("tents and office chairs")
    strategy = Strategy(("tent", "office chair"))
    assert pipeline.question_of(shop, theme, strategy, "p001").query == "tents"
    chair = next(c.product_id for c in pipeline.search(shop, "office chair", limit=1))
    assert pipeline.question_of(shop, theme, strategy, chair).query == "office chairs"
    assert pipeline.question_of(shop, None, "tent", "p001").query == "tent"
    with pytest.raises(ProductMissing, match="nobody"):
        pipeline.judgment(shop, theme, strategy, "nobody")
    assert pipeline.judgment(shop, theme, "red tent", "p001").good > pipeline.judgment(shop, theme, "mug", "p001").good


def test_columns_side_by_side_hold_the_local_grades(shop: Services) -> None:
    found = pipeline.compare_search(shop, "blue camping tent", limit=6)
    assert [column.key for column in found.columns] == ["words", "dense", "hybrid", "local"]
    for column in found.columns:
        assert len(column.products) == 6
        assert column.note == ""
        assert column.milliseconds > 0
        assert all(p.judgment is not None and p.judgment.judge == "local" for p in column.products)
        assert [p.score for p in column.products] == sorted((p.score for p in column.products), reverse=True)
    local = [p.product_id for p in found.columns[-1].products]
    assert local == [c.product_id for c in pipeline.search(shop, "blue camping tent", limit=6)]
    with pytest.raises(ThemeInvalid):
        pipeline.compare_search(shop, " ? ")


def test_a_column_of_stop_words_alone_says_that_it_is_empty(shop: Services) -> None:
    words = pipeline.compare_search(shop, "the").columns[0]
    assert (words.products, words.note) == ((), "nothing found")


def test_the_model_column_says_what_is_missing_and_others_stand(shop: Services) -> None:
    found = pipeline.compare_search(shop, "camping tent", model=True)
    assert [column.key for column in found.columns] == ["words", "dense", "hybrid", "local", "llm"]
    assert found.columns[-1].products == ()
    assert "No language model is set up" in found.columns[-1].note


def test_a_model_moves_what_it_knows_better(live: Services, server: UnkindServer) -> None:
    last = pipeline.search(live, "camping tent", limit=10)[-1]
    title = titles(live, [last.product_id])[0]
    server.script([everything(live, IRRELEVANT, **{title: EXCELLENT})])
    found = pipeline.search(live, "camping tent", limit=10, rerank="llm")
    assert found[0].product_id == last.product_id
    assert found[0].judgment is not None
    assert (found[0].judgment.judge, found[0].judgment.grade) == ("llm", 4)
    column = pipeline.compare_search(live, "camping tent", model=True).columns[-1]
    assert column.products[0].judgment == found[0].judgment


def test_a_search_by_the_model_tells_of_its_calls_and_is_stopped_by_closing(
    live: Services, server: UnkindServer
) -> None:
    grade = everything(live, EXCELLENT)

    def slowly(exchange: Exchange) -> None:
        time.sleep(0.2)
        grade(exchange)

    server.script([slowly])
    found, events = told(pipeline.searched(live, "camping tent", limit=10, rerank="llm"))
    calls = sum(isinstance(event, ModelCalled) for event in events)
    assert calls > 10 and found == pipeline.search(live, "camping tent", limit=10, rerank="llm")
    before = len(server.requests)
    work = pipeline.searched(live, "office chair", limit=10, rerank="llm")
    next(work)
    work.close()
    time.sleep(1.5)
    assert len(server.requests) - before < calls


def test_a_list_asks_the_model_of_some_and_keeps_what_it_said(live: Services, server: UnkindServer) -> None:
    plain = chosen(live)
    disliked = plain.products[0].product_id
    server.script([everything(live, EXCELLENT, **{titles(live, [disliked])[0]: IRRELEVANT})])
    selection, events = told(pipeline.select(live, BLUE, strategy=TENTS, size=40, rerank="llm"))
    calls = len([event for event in events if isinstance(event, ModelCalled)])
    assert 0 < calls <= ASKED
    said = [p.judgment for p in selection.products if p.judgment is not None and p.judgment.judge == "llm"]
    assert len(said) == calls - 1
    assert disliked not in [p.product_id for p in selection.products]
    stage = next(stage for stage in selection.funnel if stage.stage == "judged")
    assert dict(stage.reasons) == {
        "Another colour": 24, "Not the thing that was asked for": 1, "Not relevant, says the language model": 1,
    }  # fmt: skip
    assert pipeline.trace(live, BLUE, selection, selection.products[0].product_id) == selection.products[0].path
    asked = len(server.requests)
    # Who the model kept out is told so again, without a question.
    assert pipeline.trace(live, BLUE, selection, disliked)[-1].detail == "The language model finds it Irrelevant."
    assert pipeline.insight(live, BLUE, selection, size=40).funnel == selection.funnel
    assert chosen(live, rerank="llm") == selection
    assert len(server.requests) == asked


def test_a_model_that_fails_costs_its_opinion_not_the_list(live: Services, server: UnkindServer) -> None:
    server.script([status(401, "No such key.")])
    selection, events = told(pipeline.select(live, BLUE, strategy=TENTS, size=40, rerank="llm"))
    assert any(isinstance(e, Warned) and "made without the language model" in e.message for e in events)
    assert [p.product_id for p in selection.products] == [p.product_id for p in chosen(live).products]


def test_the_model_gives_its_reasons_for_one(live: Services, server: UnkindServer) -> None:
    server.script([everything(live, EXCELLENT)])
    answer: Judgment = told(pipeline.ask_model(live, BLUE, TENTS, "p002"))[0]
    assert (answer.judge, answer.grade) == ("llm", 4)
    assert "A thing." in answer.rationale
    with pytest.raises(ProductMissing):
        told(pipeline.ask_model(live, BLUE, TENTS, "nobody"))


def test_a_model_is_asked_of_one_only_where_there_is_one(shop: Services) -> None:
    with pytest.raises(SettingsError, match="No language model"):
        told(pipeline.ask_model(shop, BLUE, TENTS, "p002"))


def command(shop: Services, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    code = main([*words, "--json"])
    assert code == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def environment(shop: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFCRAFT_HOME", str(shop.settings.home))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", shop.encoder.name)


@pytest.mark.usefixtures("environment")
def test_the_commands_rerank_and_tell_grades(shop: Services, capsys: pytest.CaptureFixture[str]) -> None:
    judged = command(shop, capsys, "search", "blue camping tent", "--limit", "5")
    assert judged["rerank"] == "local"
    for row in judged["products"]:
        assert set(row["probabilities"]) == {"1", "2", "3", "4"}
        assert sum(row["probabilities"].values()) == pytest.approx(1.0, abs=1e-5)
        assert {"grade", "tier", "rules", "judge", "version"} <= set(row)
    plain = command(shop, capsys, "search", "blue camping tent", "--limit", "5", "--rerank", "none")
    assert [row["product_id"] for row in plain["products"]] == [
        c.product_id for c in pipeline.search(shop, "blue camping tent", limit=5, rerank="none")
    ]
    assert "grade" not in plain["products"][0]
    listed = command(shop, capsys, "select", "blue camping tents", "--size", "8", "--rerank", "none")
    assert "judged" not in [stage["stage"] for stage in listed["funnel"]]
    assert all(product["judgment"] is None for product in listed["products"])
    listed = command(shop, capsys, "select", "blue camping tents", "--size", "8")
    assert "judged" in [stage["stage"] for stage in listed["funnel"]]
    assert all(product["judgment"]["judge"] == "local" for product in listed["products"])


@pytest.mark.usefixtures("environment")
def test_rerank_by_a_model_that_is_not_set_up_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "tent", "--rerank", "llm"]) != 0
    assert "No language model is set up that could judge" in capsys.readouterr().err
