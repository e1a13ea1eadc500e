"""The charts in a real browser: a bar that is pressed opens exactly the products that it counts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.e2e.screens import SLOW, plan, press, settle

pytestmark = pytest.mark.browser


def open_charts(page: Page, group: str) -> None:
    press(page.get_by_role("radio", name="Charts", exact=True))
    settle(page)
    press(page.get_by_role("radio", name=group, exact=True))
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=SLOW)
    settle(page)


def largest_bar(plot: Locator, trace: int) -> tuple[float, float]:
    """The middle of the largest bar of a series on the screen, once it stands still."""
    seen: tuple[float, float] | None = None
    for _ in range(100):
        plot.evaluate("plot => plot.scrollIntoView({block: 'center'})", timeout=SLOW)
        boxes = [bar.bounding_box() for bar in plot.locator(".trace.bars").nth(trace).locator(".point path").all()]
        box = max((b for b in boxes if b is not None), key=lambda b: b["width"] * b["height"], default=None)
        middle = None if box is None else (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        if middle is not None and middle == seen:
            return middle
        seen = middle
        plot.page.wait_for_timeout(200)
    raise AssertionError(f"the bars never stood still, last at {seen}")


def press_bar(page: Page, chart: int, trace: int) -> int:
    """Press the largest bar of a series and say how many products its tooltip counts."""
    plot = page.locator(".js-plotly-plot").nth(chart)
    x, y = largest_bar(plot, trace)
    page.mouse.move(x, y)
    told = plot.locator(".hoverlayer .hovertext")
    told.wait_for(timeout=SLOW)
    words = told.text_content() or ""
    page.mouse.click(x, y)
    number = re.search(r"([\d,]+) products?", words)
    assert number is not None, words
    return int(number.group(1).replace(",", ""))


def test_a_bar_opens_the_products_that_it_counts(page: Page, studio: str) -> None:
    plan(page, studio)
    for group, chart, trace in (("Funnel", 0, 1), ("Terms", 0, 0), ("Terms", 1, 0), ("In and out", 0, 1)):
        open_charts(page, group)
        counted = press_bar(page, chart, trace)
        heading = page.locator(".st-key-lens_bar")
        try:
            heading.wait_for(timeout=SLOW / 4)
        except TimeoutError:
            # Plotly takes no click for one that falls between two of its own drawings; a person presses again.
            counted = press_bar(page, chart, trace)
        expect(heading).to_contain_text(f"· {counted:,} product", timeout=SLOW)
        page.locator(".card").first.wait_for(timeout=SLOW)
