"""Every screen keeps WCAG 2.1 A and AA as far as axe can see, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import audit
from tests.e2e.places import SCREENS, Place
from tests.e2e.screens import SLOW, figure, parameter, plan, press_keys, settle

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def coloured(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a visitor whose system asks for light or for dark."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def place(studio: str, browser: Browser) -> Place:
    """A studio with one list, of which two products were judged."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    plan(page, studio)
    press_keys(page, "ax")
    expect(figure(page, "Dropped")).to_have_text("1", timeout=SLOW)
    selection = parameter(page, "selection")
    context.close()
    assert selection is not None
    return Place(studio, selection)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_keeps_the_rules(coloured: Page, place: Place, screen: str) -> None:
    SCREENS[screen](coloured, place)
    settle(coloured)
    # Colours that are still fading in are not the colours of the screen.
    coloured.wait_for_timeout(600)
    assert coloured.get_by_test_id("stException").count() == 0
    found = audit(coloured)
    assert found.passed > 15, "axe saw too little of the page to judge it"
    assert not found.failures, str(found)


def test_a_fault_is_seen_inside_a_component_too(page: Page) -> None:
    page.set_content("<html lang='en'><title>Faults</title><main><div id='host'></div></main></html>")
    page.evaluate(
        "() => { document.querySelector('#host').attachShadow({mode: 'open'}).innerHTML ="
        " '<p style=\"color: #bbb; background: #fff\">Grey on white</p><button></button>'; }"
    )
    assert {failure.rule for failure in audit(page).failures} == {"button-name", "color-contrast"}
