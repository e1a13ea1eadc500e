"""The studio's pages with a language model behind them: what tests of the thinking half do again and again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from core.services import Services
from tests.servers.unkind import UnkindServer, said_by, unkind_server
from tests.ui import talking_model
from tests.ui.conftest import ROOT
from ui.errands import Errand
from ui.state import Key

MODEL = "talking"


@contextmanager
def model_behind(live: Services) -> Iterator[UnkindServer]:
    """The studio with the model of `talking_model`, which tests may script otherwise."""
    with unkind_server() as server:
        server.script([said_by(talking_model.reply)])
        live.configure(replace(live.settings, base_url=server.url, api_key="sk-not-shown", model=MODEL))
        yield server


def after_errand(app: AppTest) -> AppTest:
    """The page once the question that it waits for is answered."""
    errand = app.session_state[Key.ERRAND]
    assert isinstance(errand, Errand) and errand.wait(30)
    return app.run()


def on_page(app: AppTest, work: str) -> AppTest:
    """Do something with the session of a page, as a component's callback does it."""
    script = AppTest.from_string(
        "import sys\nfrom types import SimpleNamespace\nimport streamlit as st\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from ui import asking, bottom_bar, resources, wishing, workbench\nfrom ui.state import Key\n"
        f"live = resources.services()\n{work}\n",
        default_timeout=30,
    )
    for key in (Key.DESK, Key.ACKS, Key.ASK, Key.CHOICES, Key.WISH, Key.CHIPS_SEEN, Key.READ_AGAIN, Key.ROUND):
        if key in app.session_state:
            script.session_state[key] = app.session_state[key]
    script.run()
    assert not script.exception
    return script


def meant_key(app: AppTest) -> str:
    """The key of the choice of what the next text is meant for."""
    known = Key.MEANT_ROUND in app.session_state
    return Key.MEANT.of(app.session_state[Key.MEANT_ROUND] if known else 0)


def chips(about: str, number: int = 1, **values: Any) -> dict[str, Any]:
    """Chips as a browser sends them."""
    return {"c": "0123456789abcdef01234567", "n": number, "s": about, "values": values, "k": number}
