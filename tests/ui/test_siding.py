"""One idea planned twice and laid side by side; either plan becomes the list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.services import Services
from tests.servers.unkind import UnkindServer, status
from tests.ui import talking_model
from tests.ui.conftest import ROOT, settled
from tests.ui.test_asking import texts, typed
from tests.ui.test_studio_page import THEME, held
from tests.ui.thinking_screens import model_behind
from ui import resources
from ui.state import Key


@pytest.fixture
def model(live: Services) -> Iterator[UnkindServer]:
    with model_behind(live) as server:
        yield server


def both(app: AppTest) -> list[str]:
    app.run()
    typed(app, THEME)
    app.button(key="plan_both").click().run()
    assert not app.exception
    runs = str(app.query_params["sides"]).strip("[]'").split("~")
    for run_id in runs:
        resources.runs().wait(run_id, 60)
    app.run()
    assert not app.exception
    return runs


def test_two_planners_lie_side_by_side_and_one_is_used(app: AppTest, model: UnkindServer, live: Services) -> None:
    runs = both(app)
    records = [resources.runs().look(run_id) for run_id in runs]
    assert [(r.kind, r.params["planner"], r.status) for r in records] == [
        ("trial", "catalogue", "finished"),
        ("trial", "llm", "finished"),
    ]
    assert "which plan is better" in texts(app)
    pair, compared = app.session_state[Key.COMPARED]
    assert list(pair) == runs
    assert set(compared.right.strategy.positive) <= set(talking_model.SECOND)
    # The address alone brings the comparison back.
    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    again.query_params["sides"] = "~".join(runs)
    again.run()
    assert not again.exception and "which plan is better" in texts(again)
    used = AppTest.from_string(
        f"from ui import resources, siding\nsiding.use(resources.services(), {runs[1]!r})\n",
        default_timeout=30,
    )
    used.query_params["sides"] = "~".join(runs)
    used.run()
    assert not used.exception
    assert used.session_state[Key.DESK].run_id == runs[1]
    assert "sides" not in used.query_params


def test_a_side_that_fails_leaves_the_other(app: AppTest, model: UnkindServer) -> None:
    model.script([status(401)])
    runs = both(app)
    assert app.warning and "Language model" in app.warning[0].value
    app.button(key=f"use_{runs[0]}").click().run()
    settled(app)
    assert not app.exception and held(app).selection is not None
    assert "sides" not in app.query_params


def test_both_are_put_away(app: AppTest, model: UnkindServer) -> None:
    both(app)
    app.button(key="sides_close").click().run()
    assert "sides" not in app.query_params and not any(one.key == "sides_close" for one in app.button)


def test_an_address_of_no_runs_says_so(app: AppTest) -> None:
    app.query_params["sides"] = f"{'0' * 32}~{'1' * 32}"
    app.run()
    assert not app.exception and app.error


def test_the_address_of_one_side_alone_leads_to_the_studio(app: AppTest, model: UnkindServer) -> None:
    runs = both(app)
    alone = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    alone.query_params["run"] = runs[0]
    alone.run()
    assert not alone.exception and not alone.warning and "run" not in alone.query_params
