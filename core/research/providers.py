"""The places on the web where research searches: `ddgs` without a key, one's own SearXNG, Tavily with a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from core.domain import Hit
from core.errors import SearchError
from core.research.asking import Asked, ask
from core.research.contract import SearchProvider
from core.research.deadline import within
from core.research.page_text import clean
from core.settings import Settings

TAVILY_ADDRESS = "https://api.tavily.com"
# The engines of ddgs that search the web, without its encyclopedias: those come first and say nothing of trends.
DDGS_ENGINES = "duckduckgo,brave,mojeek,startpage,yahoo"
_LONGEST_QUERY = 380  # Tavily takes 400 characters; nobody searches with more
_LANGUAGES = {
    "AR": "es", "AT": "de", "BE": "nl", "BR": "pt", "CH": "de", "CL": "es", "CN": "zh", "CO": "es", "CZ": "cs",
    "DE": "de", "DK": "da", "ES": "es", "FI": "fi", "FR": "fr", "GR": "el", "HU": "hu", "IT": "it", "JP": "jp",
    "KR": "kr", "MX": "es", "NL": "nl", "NO": "no", "PE": "es", "PL": "pl", "PT": "pt", "RO": "ro", "RU": "ru",
    "SE": "sv", "TR": "tr", "TW": "tzh", "UA": "uk",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ddgs:
    """Web search without a key: the package `ddgs` reads the result pages of public search engines.

    `country` is whose results come first (ISO 3166). The engines may refuse a machine that asks often; they do not say
    so in a way that the package hands on, so a search that brings nothing at all is an error here.
    """

    country: str = "US"
    engines: str = DDGS_ENGINES
    name: str = "ddgs"

    def search(self, query: str, *, limit: int, seconds: float) -> tuple[Hit, ...]:
        """At most `limit` hits; raises `SearchError`."""
        words = _words(query)
        try:
            rows = within(seconds, lambda: self._rows(words, limit, seconds))
        except TimeoutError as error:
            raise SearchError(_late("The web search (ddgs)", seconds)) from error
        # It reads pages that were not made to be read by it: any change of an engine's page can fail anywhere inside.
        except Exception as error:
            raise self._refused(words, error) from error
        hits = _hits((row.get("title"), row.get("href"), row.get("body"), None) for row in rows)
        if not hits:
            raise self._refused(words, None)
        return hits[:limit]

    def _rows(self, words: str, limit: int, seconds: float) -> list[dict[str, Any]]:
        from ddgs import DDGS

        # Its time limit is an engine's, and it asks several one after another.
        engine_seconds = max(1, int(seconds * 0.5))
        code = "uk" if self.country.upper() == "GB" else self.country.lower()
        region = f"{code}-{_LANGUAGES.get(self.country.upper(), 'en')}"
        return DDGS(timeout=engine_seconds).text(words, region=region, max_results=limit, backend=self.engines)

    def _refused(self, words: str, error: Exception | None) -> SearchError:
        from ddgs.exceptions import TimeoutException

        if isinstance(error, TimeoutException):
            return SearchError(
                f"The web search (ddgs) got no answer in time for {words!r}. Try again, or choose another search."
            )
        if error is None or "No results found" in str(error):
            return SearchError(
                f"The web search (ddgs) brought nothing for {words!r}: either there is nothing, or the search engines "
                "refuse this machine for a while. Try other words, wait some minutes, or choose SearXNG or Tavily."
            )
        return SearchError(
            f"The web search (ddgs) failed for {words!r} ({type(error).__name__}). Check the connection to the "
            "internet, wait some minutes, or choose another search."
        )


@dataclass(frozen=True, slots=True)
class Searxng:
    """A SearXNG of one's own at `address`. Its settings must allow `json` under `search.formats`."""

    address: str
    name: str = "searxng"

    def search(self, query: str, *, limit: int, seconds: float) -> tuple[Hit, ...]:
        """At most `limit` hits; raises `SearchError`, also where all that SearXNG says is that its engines failed."""
        url = f"{self.address.rstrip('/').removesuffix('/search')}/search"
        place = f"SearXNG at {_host(self.address)}"
        params = {"q": _words(query), "format": "json", "safesearch": "1"}
        answer = ask("GET", url, place=place, seconds=seconds, params=params)
        if answer.status == 403 or (answer.status == 200 and "html" in answer.kind):
            raise SearchError(
                f"{place} gives no JSON. Add `json` to `search.formats` in its settings.yml, or take its limiter off "
                "for this machine."
            )
        _refuse(answer, place, "Check SHELFCRAFT_SEARXNG_URL.")
        rows = _rows(answer, place)
        hits = _hits((r.get("title"), r.get("url"), r.get("content"), r.get("publishedDate")) for r in rows)
        silent = answer.json.get("unresponsive_engines") if isinstance(answer.json, dict) else None
        if not hits and silent:
            raise SearchError(
                f"{place} found nothing because its engines do not answer: {_engines(silent)}. Try again in some "
                "minutes, or switch on others in its settings."
            )
        return hits[:limit]


@dataclass(frozen=True, slots=True)
class Tavily:
    """Tavily's search for language models. The key goes into a header and nowhere else."""

    key: str = field(repr=False)
    address: str = TAVILY_ADDRESS
    name: str = "tavily"

    def search(self, query: str, *, limit: int, seconds: float) -> tuple[Hit, ...]:
        """At most `limit` hits (Tavily gives 20 at most); raises `SearchError`."""
        body = {"query": _words(query), "max_results": max(1, min(limit, 20)), "search_depth": "basic"}
        url = f"{self.address.rstrip('/')}/search"
        answer = ask("POST", url, place="Tavily", seconds=seconds, json=body, key=self.key)
        match answer.status:
            case 401 | 403:
                raise SearchError("Tavily does not accept the key. Set a valid TAVILY_API_KEY and start again.")
            case 432 | 433:
                raise SearchError("Tavily's plan is used up. Raise its limit, or choose another search.")
        _refuse(answer, "Tavily", "Try again later, or choose another search.")
        rows = _rows(answer, "Tavily")
        return _hits((r.get("title"), r.get("url"), r.get("content"), r.get("published_date")) for r in rows)[:limit]


def provider(settings: Settings, library: Callable[[], SearchProvider]) -> SearchProvider:
    """The search that `settings.search` names; `library` gives the trend library. Raises `SearchError` where the one
    chosen is not set up."""
    build = PROVIDERS.get(settings.search)
    if build is None:
        raise SearchError(f"There is no search {settings.search!r}. Choose one of {', '.join(PROVIDERS)}.")
    return build(settings, library)


def _ddgs(settings: Settings, _: Callable[[], SearchProvider]) -> SearchProvider:
    return Ddgs(settings.country)


def _searxng(settings: Settings, _: Callable[[], SearchProvider]) -> SearchProvider:
    if not settings.searxng_url:
        raise SearchError("SearXNG is chosen, but not where it is. Set SHELFCRAFT_SEARXNG_URL to its address.")
    if not settings.searxng_url.startswith(("http://", "https://")):
        raise SearchError("SHELFCRAFT_SEARXNG_URL must begin with http:// or https://. Correct it.")
    return Searxng(settings.searxng_url)


def _tavily(settings: Settings, _: Callable[[], SearchProvider]) -> SearchProvider:
    if not settings.tavily_key:
        raise SearchError("Tavily is chosen, but there is no key. Set TAVILY_API_KEY and start again.")
    return Tavily(settings.tavily_key)


PROVIDERS: Mapping[str, Callable[[Settings, Callable[[], SearchProvider]], SearchProvider]] = {
    "library": lambda _, library: library(),
    "ddgs": _ddgs,
    "searxng": _searxng,
    "tavily": _tavily,
}


def _words(query: str) -> str:
    """The query as one line of a length that every provider takes; raises `SearchError` for none."""
    words = " ".join(clean(query).split())
    if not words:
        raise SearchError("There are no words to search for. Write what to look for.")
    return words if len(words) <= _LONGEST_QUERY else words[:_LONGEST_QUERY].rsplit(" ", 1)[0]


def _late(place: str, seconds: float) -> str:
    return f"{place} had not answered after {seconds:g} s. Try again, or choose another search."


def _refuse(answer: Asked, place: str, advice: str) -> None:
    if answer.status == 200:
        return
    if answer.status == 429:
        raise SearchError(f"{place} is asked too often. Try again in {answer.wait or 'some minutes'}.")
    if answer.status >= 500:
        raise SearchError(f"{place} is in trouble ({answer.status}). Try again later, or choose another search.")
    raise SearchError(f"{place} does not take the search ({answer.status}). {advice}")


def _rows(answer: Asked, place: str) -> list[Mapping[str, Any]]:
    """The list `results` of the answer; raises `SearchError` where there is none: that is not "found nothing"."""
    rows = answer.json.get("results") if isinstance(answer.json, dict) else None
    if not isinstance(rows, list):
        raise SearchError(f"{place} answered something that is no list of results. Check its address and its version.")
    return [row for row in rows if isinstance(row, dict)]


def _hits(rows: Iterable[tuple[object, object, object, object]]) -> tuple[Hit, ...]:
    """Hits of (title, address, words, date), in order, each address once; what has no web address is left out."""
    hits: dict[str, Hit] = {}
    for title, address, words, when in rows:
        if not isinstance(address, str) or not _is_web(address):
            continue
        shown = " ".join(clean(title).split())[:300] if isinstance(title, str) else ""
        snippet = clean(words)[:1_500] if isinstance(words, str) else ""
        hits.setdefault(address.strip(), Hit(shown or _host(address), address.strip(), snippet, _day(when)))
    return tuple(hits.values())


def _is_web(address: str) -> bool:
    try:
        url = httpx2.URL(address.strip())
    except httpx2.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host) and len(address) <= 2_000


def _host(address: str) -> str:
    try:
        return httpx2.URL(address.strip()).host
    except httpx2.InvalidURL:
        return "an address that is none"


def _engines(silent: object) -> str:
    pairs = silent if isinstance(silent, list) else []
    named = [" ".join(str(part) for part in pair) if isinstance(pair, list) else str(pair) for pair in pairs[:4]]
    return clean(", ".join(named))[:200]


def _day(value: object) -> date | None:
    """A date as providers write one: ISO 8601 or that of e-mail (RFC 5322)."""
    if not isinstance(value, str):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(value.strip()).date()
        except ValueError:
            continue
    return None
