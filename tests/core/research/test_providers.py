"""Searching the web: each provider against a real HTTP server, as it should be and with every fault.

`ddgs` is tried with its real class and its real engines, which are pointed at a server here; what the engines' own
sites answer today cannot be tried without a network.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from ddgs.engines import ENGINES

from core.domain import Hit
from core.errors import SearchError
from core.research.contract import SearchProvider
from core.research.providers import DDGS_ENGINES, PROVIDERS, Ddgs, Searxng, Tavily, provider
from core.settings import SEARCHES, Settings
from tests.servers.websites import Asking, Route, Site, half, in_turn, page, redirect, reset, silent, trickle, website

KEY = "tvly-SECRET-0123456789"


@pytest.fixture
def site() -> Iterator[Site]:
    with website() as running:
        yield running


def answer(value: Any, status: int = 200, **headers: str) -> Route:
    return page(json.dumps(value), "application/json", status, **headers)


def failure(search: SearchProvider, *, seconds: float = 5.0, query: str = "camping trends") -> str:
    with pytest.raises(SearchError) as caught:
        search.search(query, limit=5, seconds=seconds)
    text = str(caught.value)
    assert text.endswith(".") and len(text) < 400
    return text


RESULTS = [
    {"title": "Camping  2026", "url": "https://one.test/a", "content": "What\u200b sells",
     "publishedDate": "2026-03-04T08:00:00"},
    {"title": "", "url": "https://two.test/b?x=1", "content": None, "publishedDate": None},
    {"title": "Again", "url": "https://one.test/a", "content": "the same address"},
    {"title": "Script", "url": "javascript:alert(1)", "content": "no"},
    {"title": "File", "url": "file:///etc/passwd", "content": "no"},
    "no row",
    {"title": 5, "url": "https://three.test/", "content": ["no"], "publishedDate": "soon"},
    {"title": "Four", "url": "http://four.test/", "content": "x" * 5_000,
     "published_date": "Wed, 04 Mar 2026 10:00:00 GMT"},
]  # fmt: skip


def test_searxng_hits_are_clean_and_in_order(site: Site) -> None:
    site.routes["/search"] = answer({"query": "x", "results": RESULTS})
    hits = Searxng(site.url).search("  camping\n trends ", limit=10, seconds=5.0)
    assert hits[:3] == (
        Hit("Camping 2026", "https://one.test/a", "What sells", date(2026, 3, 4)),
        Hit("two.test", "https://two.test/b?x=1"),
        Hit("three.test", "https://three.test/"),
    )
    assert len(hits) == 4 and len(hits[3].snippet) == 1_500
    assert site.seen[0] == "/search?q=camping+trends&format=json&safesearch=1"
    assert len(Searxng(site.url).search("camping", limit=2, seconds=5.0)) == 2


@pytest.mark.parametrize("end", ["", "/", "/search", "/search/"])
def test_searxng_s_address_is_taken_as_operators_write_it(site: Site, end: str) -> None:
    site.routes["/engine/search"] = answer({"results": RESULTS})
    assert Searxng(f"{site.url}/engine{end}").search("tents", limit=1, seconds=5.0)


def test_nothing_found_is_no_error_and_engines_that_failed_are_one(site: Site) -> None:
    site.routes["/search"] = answer({"results": [], "unresponsive_engines": []})
    assert Searxng(site.url).search("qqxxzz", limit=5, seconds=5.0) == ()
    silent_engines = [["google", "CAPTCHA"], ["bing", "timeout"]]
    site.routes["/search"] = answer({"results": [], "unresponsive_engines": silent_engines})
    assert "its engines do not answer: google CAPTCHA, bing timeout" in failure(Searxng(site.url))


def test_searxng_without_json_says_which_setting_to_change(site: Site) -> None:
    site.routes["/search"] = page("<h1>Forbidden</h1>", status=403)
    assert "Add `json` to `search.formats`" in failure(Searxng(site.url))
    site.routes["/search"] = page("<html>results as a page</html>")
    assert "Add `json` to `search.formats`" in failure(Searxng(site.url))


def test_a_redirect_of_searxng_is_followed_but_not_for_ever(site: Site) -> None:
    site.routes |= {"/search": redirect("/x/search", 301), "/x/search": answer({"results": RESULTS})}
    assert len(Searxng(site.url).search("tents", limit=5, seconds=5.0)) == 4
    site.routes["/x/search"] = redirect("/search")
    assert "cannot be read" in failure(Searxng(site.url))


def test_tavily_is_asked_as_it_wants_and_its_hits_have_dates(site: Site) -> None:
    site.routes["/search"] = answer({"query": "x", "results": RESULTS[-1:], "response_time": "1.09"})
    hits = Tavily(KEY, site.url).search("camping " * 200, limit=50, seconds=5.0)
    assert (hits[0].address, hits[0].when) == ("http://four.test/", date(2026, 3, 4))
    assert site.headers[0]["authorization"] == f"Bearer {KEY}"
    asked = json.loads(site.bodies[0])
    assert asked["max_results"] == 20 and asked["search_depth"] == "basic"
    assert 300 < len(asked["query"]) < 400 and KEY not in site.bodies[0].decode() + site.seen[0]


def both(site: Site) -> tuple[SearchProvider, ...]:
    return Searxng(site.url), Tavily(KEY, site.url)


@pytest.mark.parametrize(
    ("status", "searxng", "tavily"),
    [
        (400, "does not take the search (400)", "does not take the search (400)"),
        (401, "does not take the search (401)", "does not accept the key. Set a valid TAVILY_API_KEY"),
        (403, "gives no JSON", "does not accept the key"),
        (404, "Check SHELFCRAFT_SEARXNG_URL", "does not take the search (404)"),
        (429, "asked too often. Try again in some minutes", "asked too often. Try again in some minutes"),
        (432, "(432)", "plan is used up"),
        (500, "is in trouble (500)", "is in trouble (500)"),
        (503, "is in trouble (503)", "is in trouble (503)"),
    ],
)
def test_a_status_is_a_sentence(site: Site, status: int, searxng: str, tavily: str) -> None:
    site.routes["/search"] = answer({"detail": {"error": f"bad key {KEY}"}}, status)
    for search, words in zip(both(site), (searxng, tavily), strict=True):
        assert words in failure(search)


@pytest.mark.parametrize("fault", [answer({}, 500), answer({}, 503), answer({}, 429), reset, half])
def test_a_passing_fault_is_tried_once_more(site: Site, fault: Route) -> None:
    for search in both(site):
        site.routes["/search"] = in_turn(fault, answer({"results": RESULTS}))
        assert len(search.search("tents", limit=3, seconds=5.0)) == 3


def test_retry_after_is_obeyed_where_there_is_time_and_told_where_there_is_none(site: Site) -> None:
    times: list[float] = []

    def busy(asking: Asking) -> None:
        times.append(time.monotonic())
        answer({}, 429, Retry_After="1")(asking)

    def served(asking: Asking) -> None:
        times.append(time.monotonic())
        answer({"results": RESULTS})(asking)

    site.routes["/search"] = in_turn(busy, served)
    assert Searxng(site.url).search("tents", limit=1, seconds=8.0)
    assert times[1] - times[0] >= 1.0
    site.routes["/search"] = answer({}, 429, Retry_After="90")
    site.seen.clear()
    assert "Try again in 90 s" in failure(Searxng(site.url))
    assert len(site.seen) == 1
    when = datetime.now(UTC) + timedelta(minutes=10)
    site.routes["/search"] = answer({}, 429, Retry_After=format_datetime(when, usegmt=True))
    assert "Try again in 10 minutes" in failure(Searxng(site.url))
    site.routes["/search"] = answer({}, 429, Retry_After="whenever")
    assert "Try again in some minutes" in failure(Searxng(site.url))


def test_broken_connections_are_sentences(site: Site) -> None:
    for search in both(site):
        for route in (reset, half):
            site.routes["/search"] = route
            assert "broke the connection off" in failure(search)
    with website() as gone:
        pass
    for search in both(gone):
        assert "cannot be reached" in failure(search)


def test_an_answer_that_does_not_come_or_trickles_for_ever_ends(site: Site) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    routes = (
        silent,
        trickle(head + b"Content-Length: 90000\r\n\r\n{"),
        trickle(head, b"X-More: 1\r\n"),
        answer({}, 503, Retry_After="2"),
    )
    for search in both(site):
        for route in routes[:3]:
            site.routes["/search"] = route
            assert "had not answered after 0.6 s" in failure(search, seconds=0.6)
        site.routes["/search"] = routes[3]
        assert "is in trouble (503)" in failure(search, seconds=0.6)  # no time for another try
    site.closing.set()
    ends = time.monotonic() + 5.0
    while any(thread.name == "research-wait" for thread in threading.enumerate()) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not any(thread.name == "research-wait" for thread in threading.enumerate())


@pytest.mark.parametrize(
    "route",
    [
        page("", "application/json"),
        page('{"results": [', "application/json"),
        page("[" * 100_000, "application/json"),
        page(b"\xff\xfe\x00", "application/json"),
        answer([]), answer(None), answer("results"), answer({"result": []}), answer({"results": {"a": 1}}),
    ],
)  # fmt: skip
def test_strange_json_is_an_error_and_never_nothing_found(site: Site, route: Route) -> None:
    site.routes["/search"] = route
    for search in both(site):
        assert "no list of results" in failure(search)


def test_an_answer_without_end_is_refused(site: Site) -> None:
    site.routes["/search"] = page(b'{"results": "' + b"x" * 5_000_000 + b'"}', "application/json")
    for search in both(site):
        assert "cannot be read" in failure(search)


def test_the_key_is_in_no_error_log_or_representation(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    search = Tavily(KEY, site.url)
    assert KEY not in repr(search) and KEY not in str(search)
    echo = {"detail": {"error": f"key {KEY}"}, "results": f"{KEY}"}
    routes: list[Route] = [answer(echo, status) for status in (200, 400, 401, 403, 404, 429, 432, 500)]
    for route in [*routes, reset, half, page(KEY)]:
        site.routes["/search"] = route
        with pytest.raises(SearchError) as caught:
            search.search("tents", limit=3, seconds=3.0)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert KEY not in told
    assert KEY not in caplog.text
    with website({"/search": answer({"results": []})}) as elsewhere:
        site.routes["/search"] = redirect(f"{elsewhere.url}/search", 307)
        assert "does not take the search (307)" in failure(search)
        assert elsewhere.seen == []  # a key goes nowhere else


@pytest.mark.parametrize("query", ["", "   ", "\u200b\n", "\x00"])
def test_no_words_are_no_search(site: Site, query: str) -> None:
    for search in (*both(site), Ddgs()):
        assert "no words to search for" in failure(search, query=query)
    assert site.seen == []


def test_an_address_that_cannot_be_called_is_a_sentence() -> None:
    assert "SearXNG at" in failure(Searxng("http://[::"))
    assert "begins with http:// or https://" in failure(Searxng("ftp://search.test"))


class Library:
    """Stands where the trend library does."""

    name = "library"

    def search(self, query: str, *, limit: int, seconds: float) -> tuple[Hit, ...]:
        return (Hit(query, "library:notes.md"),)


def test_settings_choose_the_provider() -> None:
    def chosen(**settings: Any) -> SearchProvider:
        return provider(Settings(**settings), Library)

    assert set(PROVIDERS) == set(SEARCHES)
    assert isinstance(chosen(), Library)
    assert chosen(search="ddgs", country="DE") == Ddgs("DE")
    assert chosen(search="searxng", searxng_url="http://search.test") == Searxng("http://search.test")
    assert chosen(search="tavily", tavily_key=KEY) == Tavily(KEY)
    assert [p.name for p in (chosen(), Ddgs(), Searxng("x"), Tavily(KEY))] == list(SEARCHES)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"search": "searxng"}, "Set SHELFCRAFT_SEARXNG_URL"),
        ({"search": "searxng", "searxng_url": "search.test"}, "must begin with http"),
        ({"search": "tavily"}, "Set TAVILY_API_KEY"),
        ({"search": "google"}, "no search 'google'. Choose one of library, ddgs, searxng, tavily"),
    ],
)
def test_a_provider_that_is_not_set_up_says_what_to_set(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(SearchError, match=words.replace("(", r"\(")):
        provider(Settings(**settings), Library)


# -- ddgs: its real class and engines, pointed at a server of ours

DUCK = "".join(
    f'<div class="links_main result__body"><h2><a href="https://{name}.test/">{title}</a></h2>'
    f'<a href="https://{name}.test/">{words}</a></div>'
    for name, title, words in [
        ("one", "Camping trends 2026", "Lanterns and tents sell this camping summer"),
        ("two", "Camping chairs", "What campers sit on: camping trends of the year"),
    ]
)
AD = '<div class="body"><h2>Ad</h2><a href="https://duckduckgo.com/y.js?ad=1">camping trends advert</a></div>'
MOJEEK = (
    '<ul class="results-standard"><li><h2><a href="https://one.test/">Camping trends 2026</a></h2>'
    '<p class="s">Lanterns</p></li></ul>'
)


@pytest.fixture
def engines(site: Site, monkeypatch: pytest.MonkeyPatch) -> Ddgs:
    """The package's own engines for DuckDuckGo and Mojeek, with the address of our server."""
    for name in ("duckduckgo", "mojeek"):
        monkeypatch.setattr(ENGINES["text"][name], "search_url", f"{site.url}/{name}")
    site.routes |= {
        "/duckduckgo": page(f"<html><body>{AD}{DUCK}</body></html>"),
        "/mojeek": page("<html><body></body></html>"),
    }
    return Ddgs("DE", engines="duckduckgo,mojeek")


def test_the_engines_named_are_there() -> None:
    assert set(DDGS_ENGINES.split(",")) <= set(ENGINES["text"])


def test_ddgs_hits_come_from_its_engines_without_adverts(site: Site, engines: Ddgs) -> None:
    hits = engines.search("camping trends", limit=5, seconds=10.0)
    assert {(hit.title, hit.address) for hit in hits} == {
        ("Camping trends 2026", "https://one.test/"), ("Camping chairs", "https://two.test/"),
    }  # fmt: skip
    assert any("Lanterns and tents sell" in hit.snippet for hit in hits)
    asked = b"&".join(site.bodies)
    assert b"q=camping+trends" in asked or b"q=camping%20trends" in asked
    assert b"l=de-de" in asked
    assert len(engines.search("camping trends", limit=1, seconds=10.0)) == 1


@pytest.mark.parametrize("status", [202, 403, 429, 500])
def test_ddgs_cannot_tell_refused_from_nothing_and_says_so(site: Site, engines: Ddgs, status: int) -> None:
    site.routes |= {"/duckduckgo": page("no", status=status), "/mojeek": page("no", status=status)}
    said = failure(engines, seconds=10.0)
    assert "either there is nothing, or the search engines refuse this machine for a while" in said


def test_one_engine_that_fails_does_not_spoil_the_other(site: Site, engines: Ddgs) -> None:
    site.routes["/mojeek"] = reset
    assert len(engines.search("camping trends", limit=5, seconds=10.0)) == 2


def test_ddgs_failures_are_sentences(site: Site, engines: Ddgs) -> None:
    site.routes |= {"/duckduckgo": reset, "/mojeek": reset}
    assert "The web search (ddgs) failed for 'camping trends'" in failure(engines, seconds=10.0)
    site.routes |= {"/duckduckgo": page("no html"), "/mojeek": page("[]", "application/json")}
    assert "brought nothing" in failure(engines, seconds=10.0)
    site.routes |= {"/duckduckgo": silent, "/mojeek": silent}
    said = failure(engines, seconds=2.4)
    assert "got no answer in time" in said or "had not answered after 2.4 s" in said
    assert "had not answered after 0.3 s" in failure(engines, seconds=0.3)
