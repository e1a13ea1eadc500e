"""The rules of relevance as operators keep them: list, switch, own rules, conflicts, trying out, and the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.__main__ import main
from core.catalogue.embedding import HashingEncoder
from core.domain import Strategy
from core.errors import InputError, RuleInvalid, StoreConflict, StoreMissing, ThemeInvalid
from core.pipeline import Rule
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("rules")
    with build_services(Settings(home=home / "data", actor="ann"), encoder=HashingEncoder()) as services:
        for _ in pipeline.build_catalogue(services, [write_shop(home)]):
            pass
        yield services


@pytest.fixture
def live(shop: Services) -> Iterator[Services]:
    """The shop without any change of its rules."""
    yield shop
    for one in pipeline.list_rules(shop):
        if one.seen is not None:
            shop.store.remove_rule("catalogue", shop.catalogue_name, one.rule.id, actor="ann", seen=one.seen)


def no_glass(**changes: Any) -> Rule:
    parts: dict[str, Any] = {"found": "says", "words": ["glass"], "where": "title", "best": 2, **changes}
    return pipeline.own_rule("No glass", **parts)


def test_the_list_holds_the_shipped_rules_as_they_are_and_no_change(live: Services) -> None:
    listed = pipeline.list_rules(live)
    assert len(listed) > 5 and not any(one.rule.own for one in listed)
    assert all(one.seen is None and one.changed_by is None for one in listed)
    assert [one.rule.id for one in listed] == [rule.id for rule in live.rules().rules]


def test_a_switched_rule_speaks_no_longer_and_says_who_switched_it(live: Services) -> None:
    first = pipeline.list_rules(live)[0]
    kept = pipeline.switch_rule(live, first.rule.id, False, seen=None)
    assert not kept.rule.enabled and kept.changed_by == "ann" and kept.seen is not None
    assert first.rule.id not in {rule.id for rule in live.rules().active}
    again = pipeline.switch_rule(live, first.rule.id, True, seen=kept.seen)
    assert again.rule.enabled
    assert first.rule.id in {rule.id for rule in live.rules().active}


def test_who_saw_an_older_state_changes_nothing(live: Services) -> None:
    kept = pipeline.save_rule(live, no_glass(), seen=None)
    pipeline.switch_rule(live, kept.rule.id, False, seen=kept.seen)
    with pytest.raises(StoreConflict):
        pipeline.save_rule(live, no_glass(rule_id=kept.rule.id, best=1), seen=kept.seen)
    with pytest.raises(StoreConflict):
        assert kept.seen is not None
        pipeline.remove_rule(live, kept.rule.id, seen=kept.seen)
    held = pipeline.find_rule(live, kept.rule.id)
    assert not held.rule.enabled and held.rule.best == 2


def test_an_own_rule_gates_what_it_speaks_of_until_it_is_removed(live: Services) -> None:
    wanted = "wine glass"
    before = pipeline.search(live, wanted, limit=5, rerank="local")
    assert all("glass" in pipeline.product(live, one.product_id).title for one in before)
    kept = pipeline.save_rule(live, no_glass(), seen=None)
    judged = pipeline.judgment(live, None, wanted, before[0].product_id)
    assert judged.grade is not None and judged.grade <= 2
    assert [one.rule for one in judged.rules] == ["own.no-glass"]
    assert judged.rules[0].sentence == "Says “glass”."
    assert kept.seen is not None
    gone = pipeline.remove_rule(live, kept.rule.id, seen=kept.seen)
    assert not pipeline.judgment(live, None, wanted, before[0].product_id).rules
    back = pipeline.save_rule(live, gone.rule, seen=None)
    assert back.rule == kept.rule


def test_a_switched_off_own_rule_keeps_its_words(live: Services) -> None:
    kept = pipeline.save_rule(live, no_glass(when=["picnic"]), seen=None)
    off = pipeline.switch_rule(live, kept.rule.id, False, seen=kept.seen)
    assert (off.rule.words, off.rule.when, off.rule.enabled) == (("glass",), ("picnic",), False)
    on = pipeline.switch_rule(live, kept.rule.id, True, seen=off.seen)
    assert on.rule == kept.rule


def test_shipped_rules_are_neither_written_over_nor_removed(live: Services) -> None:
    shipped = pipeline.list_rules(live)[0].rule
    with pytest.raises(RuleInvalid, match="shipped"):
        pipeline.save_rule(live, shipped, seen=None)
    with pytest.raises(InputError, match="switch it off"):
        pipeline.remove_rule(live, shipped.id, seen=1)
    with pytest.raises(StoreMissing, match="no rule 'own.nix'"):
        pipeline.find_rule(live, "own.nix")


def test_a_kept_rule_that_cannot_be_read_is_told_and_can_be_removed(live: Services) -> None:
    body = {"name": "From tomorrow", "check": "smells"}
    live.store.save_rule("catalogue", live.catalogue_name, "own.odd", enabled=True, body=body, actor="bob", seen=None)
    held = pipeline.find_rule(live, "own.odd")
    assert held.broken and held.rule.name == "From tomorrow" and not held.rule.enabled
    assert "own.odd" not in {rule.id for rule in live.rules().active}
    with pytest.raises(RuleInvalid, match="cannot be switched"):
        pipeline.switch_rule(live, "own.odd", True, seen=held.seen)
    assert held.seen is not None
    pipeline.remove_rule(live, "own.odd", seen=held.seen)
    assert "own.odd" not in {one.rule.id for one in pipeline.list_rules(live)}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"words": []}, "no words"),
        ({"words": ["the"]}, "never searched for"),
        ({"sentence": "Says {nothing}"}, "no other braces"),
        ({"best": 4}, "grades it allows"),
        ({"rule_id": "colour"}, "is shipped"),
    ],
)
def test_what_is_no_rule_says_what_is_wrong(live: Services, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RuleInvalid, match=complaint):
        pipeline.save_rule(live, no_glass(**changes), seen=None)
    assert not any(one.rule.own for one in pipeline.list_rules(live))


def test_a_rule_without_a_name_is_none() -> None:
    with pytest.raises(RuleInvalid, match="needs a name"):
        pipeline.own_rule("  ", found="says", words=["glass"], where="title", best=2)


def test_ids_are_made_of_names_and_never_twice() -> None:
    assert no_glass().id == "own.no-glass"
    assert no_glass(taken=["own.no-glass", "own.no-glass-2"]).id == "own.no-glass-3"
    named = pipeline.own_rule("Ré: {x}!", found="says", words=["{x} glass"], where="title", best=1)
    assert named.id == "own.re-x"
    assert pipeline.own_rule("无玻璃", found="lacks", words=["wood"], where="anywhere", best=3).id == "own.rule"


def test_braces_of_an_operator_are_no_placeholders(live: Services) -> None:
    rule = pipeline.own_rule("Braces", found="lacks", words=["{x} glass"], where="title", best=2, when=["{tent}"])
    tried = pipeline.try_rule(live, "tent", rule)
    assert tried.spoken[0].sentence == "Does not say “{x} glass”, and the query asks for “{tent}”."


def test_a_try_says_what_each_rule_finds_and_keeps_nothing(live: Services) -> None:
    pipeline.switch_rule(live, "colour", False, seen=None)
    rules = [one.rule for one in pipeline.list_rules(live)]
    tried = pipeline.try_rules(live, "red tent", rules, limit=40)
    assert len(tried.products) == 40
    for one in tried.spoken["colour"]:  # it is off, and a try tells all the same what it would say
        assert "red" not in pipeline.product(live, one.product_id).title.split()
        assert tried.products[one.rank - 1] == one.product_id
        assert one.sentence.startswith("Asked for red, and this is ")
    assert tried.spoken["colour"] and not tried.spoken["brand"]
    with pytest.raises(ThemeInvalid):
        pipeline.try_rules(live, "?!", rules)


def test_a_tried_rule_moves_what_it_speaks_of_down_and_is_not_kept(live: Services) -> None:
    tried = pipeline.try_rule(
        live, "camping lantern", pipeline.own_rule("No cedar", found="says", words=["cedar"], where="title", best=1)
    )
    spoken = {one.product_id for one in tried.spoken}
    assert spoken and all("Cedar" in pipeline.product(live, name).title for name in spoken)
    before = [one.product_id for one in tried.before]
    after = [one.product_id for one in tried.after]
    assert sorted(before) == sorted(after)
    assert sum(map(after.index, spoken)) > sum(map(before.index, spoken))
    assert not spoken & set(after[:12]) and spoken & set(before[:40])
    assert all(one.grade == 1 for one in tried.after if one.product_id in spoken)
    assert not any(one.rule.own for one in pipeline.list_rules(live))


def test_trying_an_edited_rule_compares_with_a_search_without_it(live: Services) -> None:
    kept = pipeline.save_rule(live, no_glass(), seen=None)
    tried = pipeline.try_rule(live, "wine glass", no_glass(rule_id=kept.rule.id, best=1))
    assert any(one.sentence and one.grade > 2 for one in tried.before)
    assert all(one.grade == 1 for one in tried.after if one.sentence)


def test_the_history_tells_who_did_what(live: Services) -> None:
    kept = pipeline.save_rule(live, no_glass(), seen=None)
    pipeline.switch_rule(live, kept.rule.id, False, seen=kept.seen)
    newest = pipeline.rule_history(live, limit=2)
    assert [one.entity_id for one in newest] == ["own.no-glass", "own.no-glass"]
    assert newest[0].after["enabled"] is False and newest[1].before == {}
    assert {one.who for one in newest} == {"ann"}


def test_what_rules_kept_out_of_lists_is_counted(live: Services) -> None:
    pipeline.save_rule(live, no_glass(), seen=None)
    intent = pipeline.read_intent(live, "wine glass and tent")
    select = pipeline.select(live, intent, strategy=Strategy(("wine glass", "tent")), size=10)
    try:
        while True:
            next(select)
    except StopIteration as end:
        selection = end.value
    pipeline.save_selection(live, selection, intent=intent)
    found = pipeline.rules_at_work(live)
    assert found.lists == 1
    assert found.out["No glass"] == 32


def test_what_was_read_is_told_in_the_words_of_the_query(live: Services) -> None:
    read = pipeline.understood(live, "Red camping chairs without armrests")
    assert read.wanted == "red camping chairs"
    assert read.unwanted == ("armrests",)
    assert ("colour", ("red",)) in read.facets
    assert pipeline.understood(live, "!?").wanted == ""


def test_examples_are_such_as_the_catalogue_can_answer(live: Services) -> None:
    found = pipeline.example_queries(live)
    assert found
    for one in found:
        assert pipeline.search(live, one.query, limit=3)


@pytest.fixture
def run(shop: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], live: Services) -> Run:
    """Run one command on the shop; gives exit code, document, standard error."""
    for name, value in {"HOME": str(shop.settings.home), "ENCODER": "hashing", "ACTOR": "eve"}.items():
        monkeypatch.setenv(f"SHELFCRAFT_{name}", value)
    for name in ("CATALOGUE", "DATABASE_URL"):
        monkeypatch.delenv(f"SHELFCRAFT_{name}", raising=False)

    def call(*told: str, as_json: bool = True) -> tuple[int, Any, str]:
        code = main([*told, *(["--json"] if as_json else [])])
        out, err = capsys.readouterr()
        return code, json.loads(out) if as_json else out, err

    return call


def test_the_commands_list_switch_add_and_remove(run: Run, tmp_path: Path) -> None:
    code, found, _ = run("rules", "list")
    assert code == 0 and not any(one["own"] for one in found["rules"])
    assert run("rules", "off", "colour")[1]["rule"]["enabled"] is False
    file = tmp_path / "own.json"
    file.write_text(json.dumps([{"name": "No glass", "check": "says", "words": ["glass"], "allows": [1, 2]}]))
    code, added, _ = run("rules", "add", "--file", str(file))
    assert code == 0 and added["rules"][0]["id"] == "own.no-glass" and added["rules"][0]["changed_by"] == "eve"
    listed = {one["id"]: one for one in run("rules", "list")[1]["rules"]}
    assert listed["colour"]["enabled"] is False and listed["own.no-glass"]["own"] is True

    # What a list tells can be added again, which replaces it.
    file.write_text(json.dumps({"rules": [{**listed["own.no-glass"], "allows": [1]}]}))
    assert run("rules", "add", "--file", str(file))[1]["rules"][0]["allows"] == [1]
    text = run("rules", "list", as_json=False)[1]
    assert "own.no-glass" in text and "Irrelevant" in text
    assert run("rules", "remove", "own.no-glass")[1]["removed"]["id"] == "own.no-glass"
    assert run("rules", "on", "colour")[1]["rule"]["enabled"] is True


def test_the_command_tries_rules_without_keeping_them(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"name": "No glass", "check": "says", "words": ["glass"], "allows": [1, 2]}))
    _, tried, _ = run("rules", "try", "wine glass", "--file", str(file))
    assert tried["rules"][0]["spoken"][0]["sentence"] == "Says “glass”."
    assert not any(one["own"] for one in run("rules", "list")[1]["rules"])
    text = run("rules", "try", "red tent", as_json=False)[1]
    assert "Asked for red, and this is" in text
    assert "No rule speaks" in run("rules", "try", "alder", as_json=False)[1]


def test_bad_files_and_ids_change_nothing_and_say_why(run: Run, tmp_path: Path) -> None:
    good = {"name": "No glass", "check": "says", "words": ["glass"], "allows": [1, 2]}
    file = tmp_path / "own.json"
    for content, complaint in (
        (json.dumps([good, {**good, "name": "Odd", "allows": [4]}]), "grades it allows"),
        (json.dumps([{**good, "id": "own.a"}, {**good, "id": "own.a"}]), "two rules with the id"),
        (json.dumps([{**good, "id": "colour"}]), "not one of yours"),
        (json.dumps(["a rule"]), "is an object"),
        ("{", "not valid JSON"),
    ):
        file.write_text(content)
        code, _, err = run("rules", "add", "--file", str(file))
        assert code == 3 and complaint in err
    assert run("rules", "add", "--file", str(tmp_path / "none.json"))[0] == 3
    assert run("rules", "off", "own.none")[0] == 5
    assert run("rules", "remove", "colour")[0] == 3
    assert not any(one["own"] or one["changed_by"] for one in run("rules", "list")[1]["rules"])
