"""Reads one page of the public web: its address checked at every step, robots respected, size and time bounded."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Collection
from dataclasses import dataclass, field

import httpx2

from core.errors import PageError
from core.research.contract import Page
from core.research.deadline import Deadline
from core.research.hosts import PublicHosts, Resolver, resolve
from core.research.page_process import PageProcesses
from core.research.page_text import TextLimits
from core.research.robots import ROBOTS_BYTES, Robots
from core.research.web import Answer, Web

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_ADDRESS = 2_000

# What to say of a status that is no page, and what to do about it.
_REFUSALS = {
    401: "it asks for a sign-in. Read another page",
    403: "it does not let programs read it. Read another page",
    404: "there is no such page (404). Check the address, or read another page",
    410: "the page is gone for good (410). Read another page",
    429: "it is asked too often. Try again in some minutes",
    451: "it may not be shown here for legal reasons (451). Read another page",
}


@dataclass(frozen=True, slots=True)
class PageLimits:
    """Hard limits of one page: seconds for everything, bytes of the body, redirects, and what is kept of the text."""

    seconds: float = 15.0
    body_bytes: int = 10_000_000
    redirects: int = 5
    text: TextLimits = field(default_factory=TextLimits)


class WebPages:
    """A `PageReader` of web pages. Safe for several threads; robots rules are kept between pages.

    One is enough for a process, and better than several: pages are taken apart in processes that it starts and keeps.
    Close it in the end, unless `texts`, those processes, are handed in: then their owner closes them.

    `trusted` are "ADDRESS:PORT" of hosts that are read although they are not public: tests put their own server there,
    nothing else does. `resolver` is the system's.
    """

    def __init__(
        self,
        *,
        limits: PageLimits | None = None,
        resolver: Resolver = resolve,
        trusted: Collection[str] = (),
        context: ssl.SSLContext | None = None,
        texts: PageProcesses | None = None,
    ) -> None:
        self._limits = PageLimits() if limits is None else limits
        self._hosts = PublicHosts(resolver=resolver, trusted=trusted)
        self._robots = Robots()
        self._context = context
        self._texts = PageProcesses() if texts is None else texts
        self._owns_texts = texts is None
        self._lock = threading.Lock()

    def read(self, address: str) -> Page:
        """The main text of the page at `address`; raises `PageError`, whose text says what to do."""
        deadline = Deadline(self._limits.seconds)
        with Web(self._hosts.addresses, deadline, self._tls()) as web:
            answer = self._follow(web, _url(address), deadline)
        if not 200 <= answer.status < 300:
            why = _REFUSALS.get(answer.status, f"its server answers {answer.status}. Try again later")
            raise PageError(f"{_shown(answer.address)} was not read: {why}.")
        return self._texts.page_of(answer, self._limits.text, deadline)

    def close(self) -> None:
        """End the processes that take pages apart."""
        if self._owns_texts:
            self._texts.close()

    def _follow(self, web: Web, url: httpx2.URL, deadline: Deadline) -> Answer:
        """The answer behind the redirects. Each address on the way is one that may be read."""
        for _ in range(self._limits.redirects + 1):
            self._robots.check(url, lambda rules: self._robots_file(web, rules), deadline)
            answer = web.get(url, limit=self._limits.body_bytes)
            target = _target(url, answer)
            if target is None:
                return answer
            url = target
        raise PageError(f"{url.host} was not read: it sends on from page to page without end. Read another page.")

    def _robots_file(self, web: Web, url: httpx2.URL) -> Answer:
        for _ in range(self._limits.redirects + 1):
            answer = web.get(url, limit=ROBOTS_BYTES, cut=True)
            target = _target(url, answer)
            if target is None:
                return answer
            url = target
        return Answer(str(url), 404, {}, b"")  # RFC 9309, 2.3.1.2: after five redirects it counts as not there

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = httpx2.create_ssl_context()
            return self._context


def _target(url: httpx2.URL, answer: Answer) -> httpx2.URL | None:
    """Where an answer sends on to, None where it does not."""
    if answer.status not in _REDIRECTS or "location" not in answer.headers:
        return None
    try:
        return _url(str(url.join(answer.headers["location"])))
    except httpx2.InvalidURL as error:
        raise PageError(f"{url.host} was not read: it sends on to no address. Read another page.") from error


def _url(address: str) -> httpx2.URL:
    """The address as one that may be asked for; raises `PageError`."""
    if len(address) > _LONGEST_ADDRESS:
        raise PageError(f"{_shown(address)} was not read: the address is too long. Check it.")
    try:
        url = httpx2.URL(address.strip())
    except httpx2.InvalidURL as error:
        raise PageError(f"{_shown(address)} was not read: that is no address of a page. Check it.") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise PageError(f"{_shown(address)} was not read: only addresses with http:// or https:// are. Check it.")
    if url.userinfo:
        raise PageError(f"{url.host} was not read: its address holds a name or a password. Take it out.")
    return url.copy_with(fragment=None)


def _shown(address: str) -> str:
    """An address as a sentence can hold it: short, and without the query, which may hold what is secret."""
    plain = address.split("?")[0].split("#")[0]
    plain = plain.rsplit("@", 1)[-1] if "@" in plain else plain
    return plain if len(plain) <= 120 else plain[:120] + "…"
