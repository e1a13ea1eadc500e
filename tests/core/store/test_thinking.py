"""Research and replies of models: in as values, out as the same values, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from alembic import command
from sqlalchemy import text

from core.domain import Evidence, Finding, Research
from core.errors import StoreMissing
from core.llm.contract import ChatReply
from core.store.database import open_engine
from core.store.migrate import alembic_config
from core.store.records import ModelCall
from core.store.store import Store, open_store

RESEARCH = Research(
    mode="wide",
    theme="Halloween for dogs",
    queries=("dog costumes 2026", "hundekostüme"),
    evidence=(
        Evidence("e1", "web", "A title\x00", "https://example.com/a", "A passage.", date(2026, 9, 1), "dog costumes"),
        Evidence("e2", "library", "Notes", "library:notes.pdf", "Another.", page=3),
    ),
    findings=(Finding("Capes sell.", ("dog cape",), ("e1",)),),
    summary="Capes.",
    ended="nothing new",
    searches=2,
    pages=1,
    seconds=12.5,
    cost_usd=None,
)
REPLY = ChatReply("{}\x00", "small", 70, 30, 1.5, 0.01, (("yes", -0.1), ("no", -2.3)))


def test_research_comes_back_as_it_was(store: Store) -> None:
    run = store.record_run("research", owner="ann")
    name = store.save_research(RESEARCH, run_id=run, owner="ann")

    clean = replace(RESEARCH.evidence[0], title="A title\ufffd")
    assert store.load_research(name) == replace(RESEARCH, evidence=(clean, RESEARCH.evidence[1]))
    with pytest.raises(StoreMissing, match="no research nowhere"):
        store.load_research("nowhere")


def test_earlier_research_is_found_by_its_theme_and_by_its_run(store: Store) -> None:
    run = store.record_run("research", owner="ann")
    first = store.save_research(RESEARCH, run_id=run, owner="ann")
    other = store.save_research(replace(RESEARCH, theme="camping", cost_usd=0.25, evidence=()), run_id=None, owner="b")
    last = store.save_research(replace(RESEARCH, theme=" HALLOWEEN  for dogs"), run_id=None, owner="bob")

    assert [found.research_id for found in store.recent_research()] == [last, other, first]
    assert [found.research_id for found in store.recent_research("halloween for dogs")] == [last, first]
    assert [found.research_id for found in store.recent_research(limit=1)] == [last]
    assert [found.research_id for found in store.recent_research(run_id=run)] == [first]
    assert store.recent_research("nothing") == ()
    record = store.recent_research("camping")[0]
    assert (record.theme, record.mode, record.evidence, record.cost_usd) == ("camping", "wide", 0, 0.25)
    assert (record.ended, record.owner, record.run_id) == ("nothing new", "b", None)
    assert record.created_at.tzinfo is not None


def test_a_reply_is_kept_by_its_key_and_comes_back_as_cached(store: Store) -> None:
    assert store.cached_reply("k") is None
    store.keep_reply("k", REPLY)
    store.keep_reply("k", replace(REPLY, text="later"))

    assert store.cached_reply("k") == replace(REPLY, text="{}\ufffd", cached=True)
    store.drop_reply("k")
    store.drop_reply("k")
    assert store.cached_reply("k") is None


def test_threads_may_keep_the_same_reply(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: store.keep_reply("k", replace(REPLY, text=str(n))), range(12)))

    found = store.cached_reply("k")
    assert found is not None and found.text in {str(n) for n in range(12)}


def test_a_call_that_was_answered_out_of_the_cache_says_so(store: Store) -> None:
    store.log_model_call(ModelCall("planning.strategy", "abc", "small", 1, 2, 0.0, cost=0.0, cached=True))
    store.log_model_call(ModelCall("planning.strategy", "abc", "small", 1, 2, 0.5, cost=0.1))

    assert [logged.call.cached for logged in store.model_calls()] == [False, True]


def test_calls_of_an_older_layout_were_not_cached(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0003")
        connection.execute(
            text(
                "INSERT INTO model_calls (id, prompt_name, prompt_version, model, tokens_in, tokens_out, duration, at)"
                " VALUES ('c', 'p', 'v', 'm', 1, 2, 0.5, '2026-01-01 00:00:00')"
            )
        )
    engine.dispose()

    with open_store(store_url) as store:
        assert [(logged.call_id, logged.call.cached) for logged in store.model_calls()] == [("c", False)]
