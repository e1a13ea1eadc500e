"""What the drawer says of one product: the list's judgment, one made now, and a language model's over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.services import Services
from tests.servers.grading import Grader
from tests.servers.unkind import UnkindServer, status, unkind_server
from tests.ui.conftest import settled
from tests.ui.test_studio_page import held, in_the_page, planned
from ui import resources
from ui.state import Desk, Key

MODEL = "grader"


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    """A server of models, which `with_model` has the studio ask."""
    with unkind_server() as found:
        yield found


def with_model(live: Services, server: UnkindServer) -> None:
    """Have the studio know a model from now on: it can judge and nothing else."""
    live.configure(replace(live.settings, base_url=server.url, api_key="sk-not-shown", model=MODEL))


def drawer(app: AppTest, product_id: str, *, listed: bool = True, press: bool = False) -> AppTest:
    """The section of the drawer as a page of its own, where needed with its button pressed."""
    chosen = "next(p for p in desk.selection.products if p.product_id == name).judgment" if listed else "None"
    script = in_the_page(
        app,
        "from ui import second_opinion, session\n"
        f"desk, name = session.desk(), {product_id!r}\n"
        f"@st.fragment\ndef drawn():\n    second_opinion.section(live, desk, name, listed={chosen})()\ndrawn()",
    )
    if press:
        script.button(key="ask_model").click().run()
        script.run()
    assert not script.exception
    return script


def said(app: AppTest) -> list[dict[str, Any]]:
    """The judgments that are drawn."""
    found = [json.loads(block.proto.json) for block in app.get("bidi_component") if block.proto.json]
    return [item for data in found for item in data["items"]]


def first(desk: Desk) -> str:
    assert desk.selection is not None
    return desk.selection.products[0].product_id


def test_a_list_shows_the_judgment_that_it_was_chosen_with(app: AppTest) -> None:
    desk = planned(app)
    chosen = desk.selection.products[0].judgment  # type: ignore[union-attr]
    assert chosen is not None
    script = drawer(app, first(desk))
    (shown,) = said(script)
    assert shown["signed"].endswith(f"by the local judge, version {chosen.version[:20]}")
    assert "for “" in shown["signed"]
    assert not [one for one in script.button if one.key == "ask_model"], "no model is set"


def test_what_is_not_in_the_list_is_judged_now(app: AppTest) -> None:
    desk = planned(app)
    inside = {p.product_id for p in desk.selection.products}  # type: ignore[union-attr]
    other = next(f"p{n:03d}" for n in range(1, 97) if f"p{n:03d}" not in inside)
    script = drawer(app, other, listed=False)
    assert len(said(script)) == 1
    assert any("Judged just now" in one.value for one in script.markdown)


def test_a_product_that_left_the_catalogue_is_said_in_words(app: AppTest) -> None:
    planned(app)
    script = drawer(app, "gone", listed=False)
    assert not said(script)
    assert any("gone" in one.value for one in script.markdown)


def test_the_model_is_asked_once_and_its_reasons_are_shown(app: AppTest, live: Services, server: UnkindServer) -> None:
    desk = planned(app)
    with_model(live, server)
    name = first(desk)
    title = pipeline.products(live, [name])[name].title
    grader = Grader({title: (0.02, 0.08, 0.7, 0.2)})
    server.script([grader])
    script = drawer(app, name, press=True)
    local, model = said(script)
    assert (local["by"], model["by"]) == ("the local judge", "the language model")
    assert model["grade"] == "Related" and any("No size is given" in line for line in model["why"])
    assert f"for “{desk.intent.text}”" in model["signed"]
    assert not [one for one in script.button if one.key == "ask_model"]
    asked = len(grader.asked)
    assert asked and set(grader.asked) == {title}
    drawer(app, name, press=True)
    assert len(grader.asked) == asked, "a kept answer is not asked for again"


def test_a_model_that_fails_says_so_and_may_be_asked_again(app: AppTest, live: Services, server: UnkindServer) -> None:
    desk = planned(app)
    with_model(live, server)
    server.script([status(401, "No such key.")])
    script = drawer(app, first(desk), press=True)
    assert script.error and len(said(script)) == 1
    assert script.button(key="ask_model")
    assert "sk-not-shown" not in script.error[0].value


def test_a_preview_may_have_the_model_judge_too(app: AppTest, live: Services, server: UnkindServer) -> None:
    planned(app)
    with_model(live, server)
    app.run()
    assert "judges 100 products" in app.toggle(key=Key.MODEL_JUDGES.of(0)).help
    server.script([status(503, "Not now.")])
    app.toggle(key=Key.MODEL_JUDGES.of(0)).set_value(True).run()
    app.number_input(key=Key.SIZE.of(held(app).generation)).set_value(3).run()
    app.button(key="preview").click().run()
    run_id = app.session_state[Key.RUN]
    assert resources.runs().look(run_id).params["rerank"] == "llm"
    settled(app)
    app.toggle(key=Key.MODEL_JUDGES.of(0)).set_value(False).run()
    assert not app.exception


def test_without_a_model_nothing_is_offered(app: AppTest) -> None:
    planned(app)
    assert not [one for one in app.toggle if one.key == Key.MODEL_JUDGES.of(0)]
