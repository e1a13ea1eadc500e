"""What a site asks of robots (RFC 9309): whether a page may be read, and how long to wait between two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from protego import Protego

from core.errors import PageError
from core.research.deadline import Deadline
from core.research.web import AGENT, Answer

ROBOTS_BYTES = 512_000  # a reader must read at least 500 KiB of it (RFC 9309, 2.5)
_KEPT_SECONDS = 3_600.0
_KEPT_BROKEN_SECONDS = 120.0
_MOST_SITES = 500


@dataclass(frozen=True, slots=True)
class _Rules:
    """`parsed` None: there are no rules. `broken` is the status of a robots.txt that is there but not readable now."""

    parsed: Protego | None
    broken: int
    until: float


class Robots:
    """The rules of the sites that were read, kept for an hour. Safe for several threads."""

    def __init__(self) -> None:
        self._rules: dict[str, _Rules] = {}
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def check(self, url: httpx2.URL, fetch: Callable[[httpx2.URL], Answer], deadline: Deadline) -> None:
        """Return once `url` may be read; raises `PageError` where its site does not want that.

        `fetch` gets the site's robots.txt when it is not known, following redirects. Waits for the site's own pause
        between two pages where that fits into the time that is left.
        """
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        rules = self._known(site)
        if rules is None:
            rules = _read(fetch(url.copy_with(raw_path=b"/robots.txt")))
            self._keep(site, rules)
        if rules.broken:
            raise PageError(
                f"{url.host} was not read: whether robots may read it cannot be found out now (robots.txt answers "
                f"{rules.broken}). Try again later."
            )
        if rules.parsed is None:
            return
        if not rules.parsed.can_fetch(str(url), AGENT):
            raise PageError(f"{url.host} was not read: its robots.txt asks programs not to read this page.")
        pause = rules.parsed.crawl_delay(AGENT)
        if pause:
            self._wait(site, url.host, pause, deadline)

    def _known(self, site: str) -> _Rules | None:
        with self._lock:
            found = self._rules.get(site)
            return found if found is not None and found.until > time.monotonic() else None

    def _keep(self, site: str, rules: _Rules) -> None:
        with self._lock:
            self._rules.pop(site, None)
            self._rules[site] = rules
            while len(self._rules) > _MOST_SITES:
                oldest = next(iter(self._rules))
                self._rules.pop(oldest)
                self._next.pop(oldest, None)

    def _wait(self, site: str, host: str, pause: float, deadline: Deadline) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(site, now))
            if turn - now < deadline.left():
                self._next[site] = turn + pause
        if turn - now >= deadline.left():
            raise PageError(f"{host} was not read: it asks for {pause:g} s between two pages. Try again later.")
        time.sleep(turn - now)


def _read(answer: Answer) -> _Rules:
    """What an answer means: no such file allows all; a server in trouble forbids all for a while (RFC 9309, 2.3.1)."""
    now = time.monotonic()
    if answer.status >= 500 or answer.status == 429:
        return _Rules(None, answer.status, now + _KEPT_BROKEN_SECONDS)
    if answer.status >= 300:
        return _Rules(None, 0, now + _KEPT_SECONDS)
    return _Rules(Protego.parse(answer.body.decode("utf-8-sig", errors="replace")), 0, now + _KEPT_SECONDS)
