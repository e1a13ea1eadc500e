"""Saved selections, their versions, their runs and their changes as the rows and words of the library."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from core.domain import Filters, Product, SelectedProduct
from core.pipeline import AuditEntry, Comparison, LibraryEntry, TermChange, VersionSummary
from core.runs import RunRecord
from core.services import Services
from ui import resources
from ui.components.library_list import Fact, Picture, Row, Shortcut, Tone
from ui.components.library_shelf import Change, Section, Shown
from ui.library_desk import known, moment, when
from ui.run_story import dollars
from ui.text import count, money

K = TypeVar("K")

STATUS_TONES: Mapping[str, Tone] = {"draft": "gray", "in review": "orange", "approved": "blue", "published": "green"}
RUN_TONES: Mapping[str, Tone] = {
    "running": "blue",
    "finished": "green",
    "failed": "red",
    "cancelled": "gray",
    "interrupted": "orange",
}
STUDIO_RUNS = frozenset(("plan", "select"))
_OF_THEMES = frozenset(("plan", "trial", "research"))
RUN_WORDS: Mapping[str, str] = {"cancelled": "stopped"}
KEYS = (Shortcut("Enter", "look", "details"), Shortcut("o", "open", "open in the studio"))
VERSION_KEYS = (Shortcut("Enter", "look", "look at it"), Shortcut("c", "compare", "compare"))
REJECTED = "reject"
ACCEPTED = "accept"
RESUMABLE = frozenset(("cancelled", "interrupted", "failed"))
COMMAND = "command"
"""A run of the command line, which only its command can repeat."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What words depend on: the present moment, in the reader's zone, and the catalogue's currency."""

    now: datetime
    zone: tzinfo
    currency: str = ""

    def ago(self, at: datetime) -> str:
        """How long ago, in words."""
        return when(at.astimezone(self.zone), now=self.now.astimezone(self.zone))

    def exact(self, at: datetime) -> str:
        """The exact time in the reader's zone, which `zone_name` names."""
        return moment(at.astimezone(self.zone))

    @property
    def zone_name(self) -> str:
        """What the reader's zone is called now, such as "CET"."""
        return self.now.astimezone(self.zone).tzname() or ""


def pictures_by(live: Services, covers: Mapping[K, Sequence[str]]) -> dict[K, tuple[Picture, ...]]:
    """The small pictures of several rows, all looked up at once; a product that left the catalogue shows its id."""
    found = known().products(live, [name for ids in covers.values() for name in ids])
    addresses = resources.picture_addresses(live, found.values())
    return {
        key: tuple(Picture(found[name].title if name in found else name, addresses.get(name, ())) for name in ids)
        for key, ids in covers.items()
    }


def selection_row(entry: LibraryEntry, *, pictures: tuple[Picture, ...], reader: Reader) -> Row:
    """A saved selection as a row of the library."""
    head = entry.summary
    facts = [Fact(count(head.products, "product"), "look"), Fact(count(head.version, "version"), "versions")]
    if entry.kept:
        facts.append(Fact(f"{entry.kept:,} kept", "kept"))
    if entry.dropped:
        facts.append(Fact(f"{entry.dropped:,} dropped", "dropped"))
    badges: list[tuple[str, Tone]] = [(head.status.capitalize(), STATUS_TONES[head.status])]
    if head.published_version is not None and head.status != "published":
        badges.append((f"Version {head.published_version} published", "green"))
    return Row(
        head.selection_id,
        head.name,
        tuple(badges),
        pictures,
        tuple(facts),
        who=f"{head.updated_by} · {reader.ago(head.updated_at)}",
        when=reader.exact(head.updated_at),
        acts=(("open", "Open in the studio"), ("look", "Details"), ("rename", "Rename"), ("export", "Export")),
        quiet=True,
        opens="look",
    )


def version_row(
    version: VersionSummary, *, newest: int, published: int | None, pictures: tuple[Picture, ...], reader: Reader
) -> Row:
    """One version as a row; an older one can be compared and restored."""
    badges: list[tuple[str, Tone]] = []
    if version.number == newest:
        badges.append(("Newest", "blue"))
    if version.number == published:
        badges.append(("Published", "green"))
    if version.restored_from is not None:
        badges.append((f"Copy of version {version.restored_from}", "gray"))
    acts = [("look", "Look")]
    if newest > 1:
        acts.append(("compare", "Compare"))
    if version.number != newest:
        acts.append(("restore", "Restore"))
    return Row(
        str(version.number),
        f"Version {version.number}",
        tuple(badges),
        pictures,
        (Fact(count(version.products, "product"), "look"),),
        note=version.note,
        who=f"{version.created_by} · {reader.ago(version.created_at)}",
        when=reader.exact(version.created_at),
        acts=tuple(acts),
        opens="look",
    )


def run_label(run: RunRecord) -> str:
    """What a run does, or did, in a few words."""
    named = " ".join(str(run.params.get("theme" if run.kind in _OF_THEMES else "name") or "").split())[:80]
    if run.kind in ("plan", "trial"):
        compared = " to compare" if run.kind == "trial" else ""
        return f"Planning “{named}”{compared}" if named else f"Planning from a picture{compared}"
    words = {
        "select": "Choosing the products",
        "build": "Building the catalogue",
        "add": "Adding to the catalogue",
        "demo": "Building the demo catalogue",
        "research": "Researching",
        "notes": "Reading notes for the trend library",
    }
    return f"{words.get(run.kind, run.kind.capitalize())}{f' “{named}”' if named else ''}"


def run_row(run: RunRecord, *, reader: Reader) -> Row:
    """A run as a row; one that was stopped or interrupted can go on."""
    facts = [Fact(words) for words in _duration(run, reader.now) if words]
    facts.append(Fact(f"cost {dollars(run.cost)}" if run.cost else "no model costs"))
    acts: tuple[tuple[str, str], ...] = ()
    if run.status in RESUMABLE and COMMAND not in run.params:
        acts = (("resume", "Try again" if run.status == "failed" else "Resume"),)
    elif run.status == "running":
        acts = (
            (("follow", "Follow in the studio"), ("stop", "Stop")) if run.kind in STUDIO_RUNS else (("stop", "Stop"),)
        )
    return Row(
        run.run_id,
        run_label(run),
        ((RUN_WORDS.get(run.status, run.status).capitalize(), RUN_TONES[run.status]),),
        facts=tuple(facts),
        note=run.error or "",
        who=f"{run.owner} · {reader.ago(run.started_at)}",
        when=reader.exact(run.started_at),
        acts=acts,
    )


def _duration(run: RunRecord, now: datetime) -> tuple[str, str]:
    """How long it took or takes, and how often it was begun; a run that was gone on with rested in between."""
    if run.attempts > 1:
        own = None if run.result is None else run.result.get("seconds")
        return (_seconds(float(own)) if isinstance(own, int | float) else "", f"begun {run.attempts} times")
    until = now if run.finished_at is None else run.finished_at
    return _seconds(max((until - run.started_at).total_seconds(), 0.0)), ""


def _seconds(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"


def shown_of(
    one: SelectedProduct,
    products: Mapping[str, Product],
    addresses: Mapping[str, tuple[str, ...]],
    *,
    mark: str = "",
    tone: Tone = "gray",
) -> Shown:
    """A product of a list as it is looked at; one that left the catalogue since shows its id."""
    found = products.get(one.product_id)
    return Shown(
        one.rank,
        one.product_id if found is None else found.title,
        "no longer in the catalogue" if found is None else money(found.price, found.currency),
        addresses.get(one.product_id, ()),
        mark,
        tone,
        one.why,
        found is None,
    )


def verdict_mark(one: SelectedProduct, verdicts: Mapping[str, str]) -> tuple[str, Tone]:
    """The word over a product's picture: what was said of it, or that it was added by hand."""
    verdict = verdicts.get(one.product_id)
    if verdict == ACCEPTED:
        return "✓ Kept", "green"
    if verdict == REJECTED:
        return "✕ Dropped", "red"
    return ("Added by hand", "gray") if one.pinned else ("", "gray")


def sections_of(
    found: Comparison, products: Mapping[str, Product], addresses: Mapping[str, tuple[str, ...]]
) -> tuple[Section, ...]:
    """The three lists of a comparison, each with its number."""
    left, right = found.first.version.number, found.second.version.number
    both = tuple(
        shown_of(moved.after, products, addresses, mark=_places(moved.places), tone="gray") for moved in found.both
    )
    only = [tuple(shown_of(one, products, addresses) for one in ones) for ones in (found.only_first, found.only_second)]
    return (
        Section("left", only[0], f"Only in version {left}", "red", f"Version {right} lost none of them."),
        Section("both", both, "In both", "gray", "They have no product in common."),
        Section("right", only[1], f"Only in version {right}", "green", f"Version {right} found nothing new."),
    )


def _places(places: int) -> str:
    return "" if places == 0 else f"{'↑' if places > 0 else '↓'} {abs(places)}"


def changes_of(found: Comparison, currency: str) -> tuple[Change, ...]:
    """What differs between the strategies of two versions, one line a respect."""
    changes = []
    for sign, what in ((1, "Terms that find"), (-1, "Terms that cut")):
        terms = tuple(term_chip(change) for change in found.terms if change.sign == sign)
        if terms:
            changes.append(Change(what, terms))
    before, after = (filter_words(filters, currency) for filters in found.filters)
    gone: list[tuple[str, Tone]] = [(f"− {word}", "red") for word in before if word not in after]
    new: list[tuple[str, Tone]] = [(f"+ {word}", "green") for word in after if word not in before]
    if gone or new:
        changes.append(Change("Filters", (*gone, *new)))
    if not changes:
        changes.append(Change("Strategy", (("The same terms, weights and filters", "gray"),)))
    return tuple(changes)


def term_chip(change: TermChange) -> tuple[str, Tone]:
    """One changed term as a coloured word."""
    if change.before is None:
        weight = "" if change.after in (None, 1.0) else f" × {change.after:g}"
        return f"+ {change.term}{weight}", "green"
    if change.after is None:
        return f"− {change.term}", "red"
    return f"{change.term} × {change.before:g} → {change.after:g}", "orange"


def filter_words(filters: Filters, currency: str) -> tuple[str, ...]:
    """Filters as an operator reads them, one each."""
    words: list[str] = []
    if filters.price is not None:
        low, high = (None if end is None else money(end, currency) for end in filters.price)
        words.append(f"{low} to {high}" if low and high else (f"from {low}" if low else f"up to {high}"))
    words.extend(path.replace(" > ", " › ") for path in filters.category)
    if filters.in_stock:
        words.append("in stock only")
    if filters.strictness != "balanced":
        words.append(filters.strictness)
    return tuple(words)


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One change in words: when, who, what, and what it was before and after."""

    when: str
    who: str
    what: str
    before: str
    after: str


def trail_line(
    entry: AuditEntry, *, titles: Mapping[str, str], reasons: Mapping[str, str], reader: Reader
) -> TrailLine:
    """An entry of the audit trail as an operator reads it; `titles` and `reasons` are by product id and code."""
    if entry.entity == "product":
        what = titles.get(entry.entity_id, entry.entity_id)
    elif entry.entity == "selection":
        what = entry.event.capitalize()
    else:
        what = f"{entry.entity.capitalize()} {entry.event}"
    before, after = dict(entry.before), dict(entry.after)
    if entry.entity == "selection" and entry.event != "renamed":
        before, after = _differing(before, after)
    return TrailLine(
        reader.exact(entry.at), entry.who, what, _words(before, reasons=reasons), _words(after, reasons=reasons)
    )


def _differing(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    same = {name for name in before if name in after and before[name] == after[name]}
    if "published_version" in after and "published_version" not in same:
        same.add("version")  # it is the one that was published
    old = {name: value for name, value in before.items() if name not in same and value not in (None, 0)}
    return old, {name: value for name, value in after.items() if name not in same and value is not None}


_NAMED = {"version": "version {}", "published_version": "version {} published", "products": "{} products"}


def _words(values: Mapping[str, Any], *, reasons: Mapping[str, str]) -> str:
    parts = []
    for name, value in values.items():
        if name in _NAMED:
            parts.append(_NAMED[name].format(value))
        elif name == "reasons":
            parts.append(", ".join(reasons.get(code, code) for code in str(value).split(",")))
        elif name == "note":
            parts.append(f"“{value}”")
        elif name == "stars":
            parts.append(f"{value} of 5 stars")
        elif isinstance(value, str):
            parts.append(value)
        else:
            parts.append(f"{name} {json.dumps(value, ensure_ascii=False)}")
    return " · ".join(parts)
