"""What the elements of a page share, in a real browser: an edit made in one that is being replaced is not lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.server import ROOT

pytestmark = pytest.mark.browser

SCRIPTS = "\n".join(
    (ROOT / "ui" / "components" / name).read_text(encoding="utf-8") for name in ("parts.js", "queue.js")
)


def run(page: Page, script: str) -> Any:
    """What a script gives that stands behind what elements share; each call is an element of its own."""
    return page.evaluate(f"() => {{ {SCRIPTS}\n{script} }}")


@pytest.fixture
def blank(page: Page, studio: str) -> Page:
    """A page of the studio's address without the studio, which has storage."""
    page.goto(f"{studio}/_stcore/health")
    return page


OPEN = "const q = openQueue('kept'); const told = []; const tell = (events) => told.push(events); q.tell = tell;"


def test_an_edit_made_in_an_element_that_is_replaced_is_told_by_the_next(blank: Page) -> None:
    run(
        blank,
        f"{OPEN} window.old = {{ q, leave: () => leaveQueue(q, tell), push: () => pushEvent(q, {{ op: 'add' }}) }};",
    )
    run(blank, f"{OPEN} window.next = {{ q, told }};")
    blank.evaluate("() => { old.leave(); old.push(); }")
    assert blank.evaluate("() => old.q === next.q")
    told = blank.evaluate("() => next.told")
    assert [[event["op"] for event in events] for events in told] == [["add"]]
    assert '"op":"add"' in blank.evaluate("() => sessionStorage.getItem('kept')")


def test_what_is_acknowledged_is_let_go_and_the_rest_is_told_again(blank: Page) -> None:
    run(blank, f"{OPEN} window.q = q; window.told = told; pushEvent(q, {{ op: 'a' }}); pushEvent(q, {{ op: 'b' }});"
               " settleQueue(q, { [q.client]: 1 }); sendQueue(q);")  # fmt: skip
    assert blank.evaluate("() => told.map((events) => events.map((event) => event.op))") == [["a"], ["a", "b"], ["b"]]
    run(blank, "settleQueue(window.q, { [window.q.client]: 2 });")
    assert blank.evaluate("() => sessionStorage.getItem('kept')") is None


def test_an_overtaken_call_ends_nothing(page: Page) -> None:
    ends = run(page, "const m = {}; const ends = []; const first = atEnd(m, () => ends.push(1));"
                     " const second = atEnd(m, () => ends.push(2)); first(); second(); return ends;")  # fmt: skip
    assert ends == [2]


def test_what_is_being_pressed_is_drawn_anew_when_it_is_released(page: Page) -> None:
    page.set_content("<div id='host'><button>old</button></div>")
    run(page, "const host = document.querySelector('#host'); window.clicks = 0;"
              " host.onclick = () => (window.clicks += 1); const draw = (text) => () => host.replaceChildren("
              "make('button', '', text)); window.again = (text) => whenReleased(host, draw(text));")  # fmt: skip
    box = page.get_by_role("button").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.evaluate("() => { again('newer'); again('newest'); }")
    assert page.get_by_role("button").inner_text() == "old"
    page.mouse.up()
    expect(page.get_by_role("button")).to_have_text("newest")
    assert page.evaluate("() => clicks") == 1
    page.evaluate("() => again('at once')")
    assert page.get_by_role("button").inner_text() == "at once"
