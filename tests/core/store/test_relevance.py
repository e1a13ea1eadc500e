"""Judgments and changes of rules: in as values, out as the same values, on both databases, and nobody written over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic import command

from core.domain import Judgment, RuleVerdict
from core.errors import StoreConflict, StoreError, StoreMissing
from core.store.database import open_engine
from core.store.migrate import alembic_config
from core.store.records import RuleChange
from core.store.store import Store, open_store

JUDGMENT = Judgment(
    product_id="p1",
    grade=2,
    probabilities=(0.1, 0.6, 0.2, 0.1),
    judge="llm",
    version="small/abc",
    rules=(RuleVerdict("colour", "Another colour", "It is red, not blue.", (1, 2)),),
    rationale="A tent, but\x00 red.",
)
OWN = {"when": ["tent"], "says": ["toy"], "grade": 1, "sentence": "Toys are no tents."}


def test_judgments_come_back_as_they_were(store: Store) -> None:
    run = store.record_run("select", owner="ann")
    abstained = replace(JUDGMENT, product_id="p2", grade=None, rationale="", note="It contradicts itself.")
    store.keep_judgments({"a": JUDGMENT, "b": abstained}, query="blue tent", run_id=run)
    store.keep_judgments({}, query="nothing")

    clean = replace(JUDGMENT, rationale="A tent, but\ufffd red.")
    assert store.kept_judgments(["b", "a", "none"]) == {"a": clean, "b": abstained}
    assert store.kept_judgments([]) == {}
    (held,) = store.judgments(product_id="p2")
    assert (held.key, held.query, held.judgment, held.run_id) == ("b", "blue tent", abstained, run)
    assert held.at.tzinfo is not None
    assert {one.key for one in store.judgments(run_id=run)} == {"a", "b"}
    assert store.judgments(run_id="another") == () and len(store.judgments(limit=1)) == 1


def test_a_later_judgment_takes_the_place_of_the_earlier_one(store: Store) -> None:
    store.keep_judgments({"a": JUDGMENT}, query="blue tent")
    later = replace(JUDGMENT, grade=3, rationale="Now with reasons.")
    store.keep_judgments({"a": later}, query="blue tent")

    assert store.kept_judgments(["a"]) == {"a": later}
    assert len(store.judgments()) == 1


def test_thousands_of_judgments_are_kept_and_found(store: Store) -> None:
    many = {f"k{n:04}": replace(JUDGMENT, product_id=f"p{n}", rationale="") for n in range(1_201)}
    store.keep_judgments(many, query="q")

    assert store.kept_judgments([*many, "none"]) == many


def test_writers_of_the_same_judgments_do_not_lock_each_other_out(store: Store) -> None:
    keys = [f"k{n}" for n in range(40)]

    def write(number: int) -> None:
        order = keys if number % 2 else keys[::-1]
        store.keep_judgments({key: replace(JUDGMENT, note=str(number)) for key in order}, query="q")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))

    assert len({found.note for found in store.kept_judgments(keys).values()}) == 1, "all of one writer, or none"


def test_a_judgment_of_an_unknown_run_is_refused_whole(store: Store) -> None:
    with pytest.raises(StoreError):
        store.keep_judgments({"a": JUDGMENT}, query="q", run_id="nowhere")
    assert store.kept_judgments(["a"]) == {}


def saved(store: Store, rule: str = "colour", **changes: object) -> RuleChange:
    given: dict[str, object] = {"enabled": False, "actor": "ann", "seen": None, **changes}
    return store.save_rule("catalogue", "demo", rule, **given)  # type: ignore[arg-type]


def test_a_rule_is_switched_and_switched_again(store: Store) -> None:
    off = saved(store)
    assert (off.enabled, off.body, off.lock, off.created_by) == (False, None, 1, "ann")
    on = saved(store, enabled=True, seen=off.lock, actor="bob")

    assert (on.enabled, on.lock, on.created_by, on.updated_by) == (True, 2, "ann", "bob")
    assert store.rule_changes("catalogue", "demo") == (on,)
    assert store.rule_changes("catalogue", "other") == () == store.rule_changes("selection", "demo")


def test_own_rules_keep_their_text_and_their_order(store: Store) -> None:
    first = saved(store, "own-b", enabled=True, body=OWN)
    second = saved(store, "own-a", enabled=True, body={**OWN, "grade": 2})
    store.save_rule("selection", "s1", "own-b", enabled=True, body=OWN, actor="ann", seen=None)

    assert first.body == OWN
    assert [change.rule_id for change in store.rule_changes("catalogue", "demo")] == ["own-b", "own-a"]
    assert store.rule_changes("catalogue", "demo")[1] == second
    assert [change.rule_id for change in store.rule_changes("selection", "s1")] == ["own-b"]


def test_the_same_again_changes_nothing(store: Store) -> None:
    first = saved(store, body=OWN)
    assert saved(store, body=OWN, seen=1, actor="bob") == first
    assert [entry.event for entry in store.audit(entity="rule")] == ["rule added"]


def test_nobody_writes_over_anybody_unseen(store: Store) -> None:
    saved(store)
    saved(store, enabled=True, seen=1, actor="bob")

    for seen in (None, 1, 7):
        with pytest.raises(StoreConflict, match="changed by bob at .* Nothing of yours"):
            saved(store, seen=seen)
    with pytest.raises(StoreConflict, match="changed by bob"):
        store.remove_rule("catalogue", "demo", "colour", actor="ann", seen=1)
    (held,) = store.rule_changes("catalogue", "demo")
    assert held.enabled and held.lock == 2


def test_a_rule_that_was_removed_meanwhile_is_missed(store: Store) -> None:
    saved(store, body=OWN)
    store.remove_rule("catalogue", "demo", "colour", actor="bob", seen=1)

    assert store.rule_changes("catalogue", "demo") == ()
    with pytest.raises(StoreConflict, match="was removed meanwhile"):
        saved(store, seen=1)
    with pytest.raises(StoreMissing, match="may be gone already"):
        store.remove_rule("catalogue", "demo", "colour", actor="ann", seen=1)
    assert saved(store).lock == 1, "it may be added anew"


def test_every_change_of_a_rule_stands_in_the_audit(store: Store) -> None:
    saved(store, body=OWN, enabled=True)
    saved(store, body=OWN, seen=1, actor="bob")
    store.remove_rule("catalogue", "demo", "colour", actor="cy", seen=2)

    entries = store.audit(entity="rule", entity_id="catalogue demo: colour")[::-1]
    assert [(one.event, one.who) for one in entries] == [
        ("rule added", "ann"), ("rule changed", "bob"), ("rule removed", "cy"),
    ]  # fmt: skip
    assert entries[1].before == {"enabled": True, "body": OWN}
    assert entries[1].after == {"enabled": False, "body": OWN}
    assert entries[2].before == entries[1].after and entries[2].after == {}


def test_of_many_who_add_the_same_rule_at_once_one_does(store: Store) -> None:
    def add(number: int) -> bool:
        try:
            saved(store, body={"grade": number})
        except StoreConflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(add, range(6)))

    (held,) = store.rule_changes("catalogue", "demo")
    assert done.count(True) == 1 and held.body == {"grade": done.index(True)}


def test_of_many_who_change_the_same_rule_at_once_one_does(store: Store) -> None:
    saved(store, body={"grade": 0})

    def change(number: int) -> bool:
        try:
            saved(store, body={"grade": number + 1}, seen=1)
        except StoreConflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(change, range(6)))

    (held,) = store.rule_changes("catalogue", "demo")
    assert done.count(True) == 1 and held.lock == 2 and held.body == {"grade": done.index(True) + 1}


def test_rules_have_two_kinds_of_scope(store: Store) -> None:
    with pytest.raises(StoreError, match="not to a 'shop'"):
        store.save_rule("shop", "demo", "colour", enabled=True, actor="ann", seen=None)  # type: ignore[arg-type]


def test_a_database_of_the_older_layout_gains_the_tables(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0004")
    engine.dispose()

    with open_store(store_url) as store:
        saved(store)
        store.keep_judgments({"a": JUDGMENT}, query="q")
        assert len(store.rule_changes("catalogue", "demo")) == 1 and len(store.judgments()) == 1
