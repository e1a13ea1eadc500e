"""The library: what was saved, its versions side by side, its state, its runs, and who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from core.domain import FeedbackEvent, Filters, SelectedProduct, Selection, Strategy
from core.errors import InputError
from core.feedback import edit_of
from core.services import Services
from core.store.records import (
    AuditEntry,
    RunRecord,
    RunStatus,
    SavedSelection,
    SelectionStatus,
    SelectionSummary,
    VersionSummary,
)

__all__ = [
    "AuditEntry",
    "Comparison",
    "LibraryEntry",
    "LibraryPage",
    "Moved",
    "SavedSelection",
    "SelectionSummary",
    "TermChange",
    "VersionSummary",
    "audit_trail",
    "compare_versions",
    "judgements",
    "list_selections",
    "list_versions",
    "look_up_selection",
    "matched",
    "recent_runs",
    "rename_selection",
    "restore_version",
    "selection_runs",
    "set_status",
    "term_changes",
    "version_covers",
]

MAX_NAME = 120
COVER = 6
"""So many of a version's first products stand for it in a list."""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A saved selection as a list shows it; `cover` holds the ids of its first products, `kept` and `dropped` count."""

    summary: SelectionSummary
    cover: tuple[str, ...]
    kept: int
    dropped: int


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """One page of the library. `total` counts what was found on all pages, `by_status` what holds the words at all."""

    entries: tuple[LibraryEntry, ...]
    total: int
    by_status: Mapping[SelectionStatus, int]


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term of one version or the other: its weight before and after, None where it is not in that version."""

    term: str
    sign: Literal[1, -1]
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A product of both versions; where another variant stands for its family, the two ids differ."""

    before: SelectedProduct
    after: SelectedProduct

    @property
    def places(self) -> int:
        """How many places it went up; negative is down."""
        return self.before.rank - self.after.rank


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions side by side: `terms` that differ, filters, and products only left, in both, only right, by rank."""

    first: SavedSelection
    second: SavedSelection
    terms: tuple[TermChange, ...]
    same_terms: int
    only_first: tuple[SelectedProduct, ...]
    both: tuple[Moved, ...]
    only_second: tuple[SelectedProduct, ...]

    @property
    def filters(self) -> tuple[Filters, Filters]:
        """The hard limits of the first and of the second version."""
        return self.first.selection.strategy.filters, self.second.selection.strategy.filters


def list_selections(
    services: Services, words: str = "", *, status: SelectionStatus | None = None, page: int = 1, size: int = 24
) -> LibraryPage:
    """One page of the saved selections, the one changed last first; every word must stand in a name or be a person's.

    A page beyond the last is the last.
    """
    store = services.store
    found = store.find_selections(words, status=status, limit=size, offset=(max(page, 1) - 1) * size)
    if not found.found and found.total:
        last = (found.total - 1) // size
        found = store.find_selections(words, status=status, limit=size, offset=last * size)
    heads = found.found
    covers = store.first_products([(one.selection_id, one.version) for one in heads], number=COVER)
    judged = store.verdict_counts(one.selection_id for one in heads)
    entries = tuple(
        LibraryEntry(one, covers.get((one.selection_id, one.version), ()), *judged.get(one.selection_id, (0, 0)))
        for one in heads
    )
    return LibraryPage(entries, found.total, found.by_status)


def look_up_selection(services: Services, selection_id: str) -> LibraryEntry:
    """One saved selection as the list shows it; raises `StoreMissing`."""
    head = services.store.selection_head(selection_id)
    cover = services.store.first_products([(selection_id, head.version)], number=COVER)
    judged = services.store.verdict_counts([selection_id])
    return LibraryEntry(head, cover.get((selection_id, head.version), ()), *judged.get(selection_id, (0, 0)))


def list_versions(services: Services, selection_id: str) -> tuple[VersionSummary, ...]:
    """All versions of a selection, the newest first; raises `StoreMissing`."""
    return services.store.list_versions(selection_id)[::-1]


def version_covers(
    services: Services, selection_id: str, numbers: Iterable[int], *, size: int = COVER
) -> dict[int, tuple[str, ...]]:
    """The first products of some versions, by version number."""
    found = services.store.first_products([(selection_id, number) for number in numbers], number=size)
    return {number: ids for (_selection, number), ids in found.items()}


def restore_version(
    services: Services, selection_id: str, number: int, *, expected_version: int, note: str = ""
) -> tuple[str, int]:
    """Copy an old version forward as the newest; returns (id, new number). Raises `StoreConflict`."""
    said = " ".join(note.split())
    actor = services.settings.actor
    return services.store.restore_version(
        selection_id, number, actor=actor, expected_version=expected_version, note=said
    )


def rename_selection(services: Services, selection_id: str, name: str, *, was: str) -> SelectionSummary:
    """Give a selection another name; raises `InputError` for an empty one and `StoreConflict` where `was` is old."""
    wanted = " ".join(name.split())
    if not wanted:
        raise InputError("A selection needs a name. Type at least one letter.")
    if len(wanted) > MAX_NAME:
        raise InputError(f"The name is {len(wanted)} characters long; at most {MAX_NAME} fit.")
    return services.store.rename_selection(selection_id, wanted, actor=services.settings.actor, was=was)


def set_status(
    services: Services, selection_id: str, status: SelectionStatus, *, expected_version: int, was: SelectionStatus
) -> SelectionSummary:
    """Change the state of a selection; raises `StoreConflict` where version or status are others than were seen."""
    actor = services.settings.actor
    return services.store.set_status(selection_id, status, actor=actor, expected_version=expected_version, was=was)


def selection_runs(services: Services, selection_id: str) -> tuple[RunRecord, ...]:
    """The runs that made versions of a selection or were to make one, the newest first."""
    return services.store.selection_runs(selection_id)


def recent_runs(services: Services, *statuses: RunStatus, limit: int = 10) -> tuple[RunRecord, ...]:
    """The newest runs of these statuses."""
    return services.store.list_runs(statuses=statuses, limit=limit)


def audit_trail(services: Services, selection_id: str, *, limit: int = 500) -> tuple[AuditEntry, ...]:
    """What was changed, judged and edited in a selection, the newest first."""
    changes = services.store.audit(entity="selection", entity_id=selection_id, limit=limit)
    said = judgements(services.store.feedback(selection_id))
    return tuple(sorted((*changes, *said), key=lambda entry: entry.at, reverse=True)[:limit])


_SAID = {"accept": "kept", "reject": "dropped"}


def judgements(events: Iterable[FeedbackEvent]) -> tuple[AuditEntry, ...]:
    """Feedback as entries of an audit trail, in its order, each with what stood before it."""
    stands: dict[tuple[str, str], Mapping[str, object]] = {}
    made: dict[str, AuditEntry] = {}
    for event in events:
        key = (event.subject, event.subject_id)
        before = stands.get(key, {})
        reasons = {name: said for name, said in (("reasons", event.reason), ("note", event.note)) if said is not None}
        if event.verdict == "undo":
            # What it took back no longer stands; what stood before that does again.
            undone = None if event.value is None else made.get(event.value)
            name, after = "taken back", {} if undone is None else undone.before
        elif event.verdict == "edit":
            edit = edit_of(event)
            old, new = (None, None) if edit.weights is None else edit.weights
            before, after = _term(edit.before, old), _term(edit.after, new)
            name = "edited"
        elif event.verdict == "rate":
            name, after = "rated", {"stars": event.value}
        else:
            name, after = _SAID[event.verdict], {"verdict": _SAID[event.verdict]}
        if event.verdict != "edit":
            stands[key] = after
        entry = AuditEntry(event.subject, event.subject_id, name, event.actor, event.at, before, {**after, **reasons})
        made[event.event_id] = entry
    return tuple(made.values())


def _term(term: str | None, weight: float | None) -> dict[str, object]:
    return {name: value for name, value in (("term", term), ("weight", weight)) if value is not None}


def compare_versions(services: Services, selection_id: str, first: int, second: int) -> Comparison:
    """Two versions of a selection side by side; raises `StoreMissing` where one of them is not there."""
    left, right = (services.store.load_selection(selection_id, number) for number in (first, second))
    only_first, both, only_second = matched(left.selection, right.selection)
    changes = term_changes(left.selection.strategy, right.selection.strategy)
    differ = tuple(change for change in changes if change.before != change.after)
    return Comparison(left, right, differ, len(changes) - len(differ), only_first, both, only_second)


def term_changes(first: Strategy, second: Strategy) -> tuple[TermChange, ...]:
    """Every term of either strategy with its weight before and after; those that find come before those that cut."""
    found: list[TermChange] = []
    for sign, left, right in ((1, first.positive, second.positive), (-1, first.negative, second.negative)):
        for term in dict.fromkeys((*left, *right)):
            before, after = (
                (strategy.weight(term) if sign == 1 else 1.0) if term in terms else None
                for strategy, terms in ((first, left), (second, right))
            )
            found.append(TermChange(term, 1 if sign == 1 else -1, before, after))
    return tuple(found)


def matched(
    first: Selection, second: Selection
) -> tuple[tuple[SelectedProduct, ...], tuple[Moved, ...], tuple[SelectedProduct, ...]]:
    """The products only in the first, in both, only in the second; a family is in both whichever variant shows it."""
    there = {name: one for one in reversed(second.products) for name in (*one.variants, one.product_id)}
    both: list[Moved] = []
    only_first: list[SelectedProduct] = []
    seen: set[str] = set()
    for one in first.products:
        other = next((there[name] for name in (one.product_id, *one.variants) if name in there), None)
        if other is None or other.product_id in seen:
            only_first.append(one)
        else:
            seen.add(other.product_id)
            both.append(Moved(one, other))
    only_second = tuple(one for one in second.products if one.product_id not in seen)
    return tuple(only_first), tuple(sorted(both, key=lambda moved: moved.after.rank)), only_second
