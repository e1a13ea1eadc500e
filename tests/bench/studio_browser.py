"""What one operator meets in a real browser: waits after a press, first paint, a new user's way, fast keys."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.bench.studio_home import CARDS, OFFERED
from tests.e2e.screens import SLOW, await_list, cards, figure, offered, press_keys, settle, verdicts

_DEEP = """
const roots = function* (root) {
  yield root;
  for (const one of root.querySelectorAll('*')) if (one.shadowRoot) yield* roots(one.shadowRoot);
};
const all = (selector) => {
  for (const root of roots(document)) {
    const found = root.querySelectorAll(selector);
    if (found.length) return [...found];
  }
  return [];
};
"""
# From the press itself to the frame after the one in which the answer was drawn.
_TIMED = (
    "([kind, selector, read]) => {"
    + _DEEP
    + """
  const found = () => { const f = all(selector)[0]; return f ? (read ? f.dataset[read] : f.textContent) : null; };
  const before = found();
  window.shelfcraftTook = null;
  window.addEventListener(kind, (event) => {
    const look = () => {
      const now = found();
      if (now === null || now === before) return requestAnimationFrame(look);
      requestAnimationFrame(() => { window.shelfcraftTook = performance.now() - event.timeStamp; });
    };
    requestAnimationFrame(look);
  }, {capture: true, once: true});
}"""
)
_WHOLE = (
    "wanted => {"
    + _DEEP
    + """
  const cards = all('.card');
  if (cards.length < wanted) return false;
  const seen = cards.flatMap((card) => [...card.querySelectorAll('img')])
    .filter((img) => { const box = img.getBoundingClientRect(); return box.top < innerHeight && box.bottom > 0; });
  if (!seen.length || !seen.every((img) => img.complete && img.naturalWidth > 0)) return false;
  return performance.now();
}"""
)
# Session storage, because it would outlive a reload.
_COUNTED = """addEventListener('click', (event) => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true)"""
_PAINT = "() => performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint').startTime"


@contextmanager
def visitor(browser: Browser) -> Iterator[Page]:
    """A visitor who was never here before."""
    context: BrowserContext = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    yield context.new_page()
    context.close()


def _took(page: Page, press: Callable[[], None], *, kind: str, selector: str, read: str = "") -> float:
    page.evaluate(_TIMED, [kind, selector, read])
    press()
    return float(page.wait_for_function("() => window.shelfcraftTook", timeout=SLOW).json_value())


def rerun_times(browser: Browser, address: str, selection: str, *, repeats: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a key to the new figure, and from the press of a page to its cards."""
    with visitor(browser) as page:
        page.goto(f"{address}/?selection={selection}")
        await_list(page)
        expect(cards(page)).to_have_count(CARDS)
        cards(page).first.focus()
        keys = []
        for number in range(repeats):
            keys.append(_took(page, lambda: page.keyboard.press("a"), kind="keydown", selector=_kept(page)))
            settle(page)
            page.wait_for_timeout(50 + 7 * (number % 5))
        turns = []
        for number in range(repeats):
            target = _page_button(page, 2 - number % 2)
            turns.append(_took(page, target.click, kind="click", selector=".card", read="id"))
            settle(page)
            page.wait_for_timeout(50)
        return keys, turns


def _kept(page: Page) -> str:
    identity = page.locator(".figure").filter(has=page.get_by_text("Kept", exact=True)).get_attribute("data-id")
    return f".figure[data-id='{identity}'] .value"


def _page_button(page: Page, number: int) -> Locator:
    """The arrow that leads to page 1 or 2 of a list of two pages or more, from the other of them."""
    return page.get_by_test_id("stPaginationNext" if number == 2 else "stPaginationPrev")


@dataclass(frozen=True, slots=True)
class Paint:
    """Milliseconds from asking for the address."""

    first: float
    whole: float


def paint(browser: Browser, address: str, selection: str) -> Paint:
    """A saved list in a fresh browser: first contentful paint, and all cards with every picture that is in view."""
    with visitor(browser) as page:
        page.goto(f"{address}/?selection={selection}")
        whole = page.wait_for_function(_WHOLE, arg=CARDS, timeout=SLOW, polling="raf").json_value()
        return Paint(float(page.evaluate(_PAINT)), float(whole))


@dataclass(frozen=True, slots=True)
class NewUser:
    """What the way from the bare address to an exported list took."""

    clicks: int
    seconds: float
    products: int


def new_user(browser: Browser, address: str) -> NewUser:
    """Press a theme, judge three products by key, export the list; every press of the mouse is counted by the page."""
    with visitor(browser) as page:
        page.add_init_script(_COUNTED)
        began = time.perf_counter()
        page.goto(address)
        offered(page, OFFERED).click(timeout=SLOW)
        await_list(page)
        press_keys(page, "axa")
        page.get_by_role("button", name="Export", exact=True).click()
        with page.expect_download(timeout=SLOW) as waiting:
            page.get_by_role("button", name="CSV").click()
        path = Path(waiting.value.path())
        took = time.perf_counter() - began
        with path.open(encoding="utf-8-sig", newline="") as file:
            products = sum(1 for _ in csv.reader(file)) - 1
        return NewUser(int(page.evaluate("() => sessionStorage.clicks")), took, products)


@dataclass(frozen=True, slots=True)
class Judged:
    """A hundred verdicts by keys, and how many of them were still there afterwards."""

    seconds: float
    given: dict[str, str]
    after_reload: dict[str, str]


def judge_by_keys(browser: Browser, address: str, selection: str, *, delay: float, number: int = 100) -> Judged:
    """Judge so many products with a and x, over two pages, at `delay` milliseconds a key; then reload and read."""
    keys = ["a" if n % 3 else "x" for n in range(number)]
    words = {"a": "accept", "x": "reject"}
    with visitor(browser) as page:
        page.goto(f"{address}/?selection={selection}")
        await_list(page)
        expect(cards(page)).to_have_count(CARDS)
        began = time.perf_counter()
        press_keys(page, "".join(keys[:CARDS]), delay=delay)
        shown = _ids(page)
        _turn(page, 2)
        press_keys(page, "".join(keys[CARDS:]), delay=delay)
        shown += _ids(page)
        expect(figure(page, "Kept")).to_have_text(str(keys.count("a")), timeout=SLOW)
        seconds = time.perf_counter() - began
        page.reload()
        await_list(page)
        found = dict(zip(_ids(page), verdicts(page, CARDS), strict=True))
        _turn(page, 2)
        found |= dict(zip(_ids(page), verdicts(page, CARDS), strict=True))
    given = {product: words[key] for product, key in zip(shown, keys, strict=False)}
    return Judged(seconds, given, found)


def _turn(page: Page, number: int) -> None:
    before = _ids(page)[0]
    _page_button(page, number).click()
    expect(cards(page).first).not_to_have_attribute("data-id", before, timeout=SLOW)
    settle(page)


def _ids(page: Page) -> list[str]:
    found: list[str] = cards(page).evaluate_all("all => all.map(card => card.dataset.id)")
    return found
