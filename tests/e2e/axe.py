"""axe-core in the open page: WCAG 2.1, levels A and AA, without fetching anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
_RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'passes']})"
_SAID = 6


@dataclass(frozen=True, slots=True)
class Failure:
    """One rule that the page breaks, with the elements that break it."""

    rule: str
    impact: str
    help: str
    nodes: tuple[str, ...]

    def __str__(self) -> str:
        more = f"\n    and {len(self.nodes) - _SAID} more" if len(self.nodes) > _SAID else ""
        return f"{self.rule} ({self.impact}): {self.help}" + "".join(f"\n    {n}" for n in self.nodes[:_SAID]) + more


@dataclass(frozen=True, slots=True)
class Audit:
    """What axe found: how many rules the page keeps, and which it breaks."""

    passed: int
    failures: tuple[Failure, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.failures)) or f"{self.passed} rules kept"


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def audit(page: Page) -> Audit:
    """Check what is on screen now, shadow roots of components included."""
    # Evaluated through the debugger, so that the page's own content security policy stands as it is.
    page.evaluate(_source())
    found: dict[str, Any] = page.evaluate(_RUN, list(TAGS))
    return Audit(len(found["passes"]), tuple(_failure(each) for each in found["violations"]))


def _failure(found: dict[str, Any]) -> Failure:
    nodes = tuple(" > ".join(map(str, node["target"])) + f": {_reason(node)}" for node in found["nodes"])
    return Failure(found["id"], found["impact"] or "unrated", found["help"], nodes)


def _reason(node: dict[str, Any]) -> str:
    checks = (*node["any"], *node["all"], *node["none"])
    return "; ".join(check["message"] for check in checks)
