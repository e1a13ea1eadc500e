"""What a lens shows, as a heading: “Found by “tent” and by no other term”."""

from __future__ import annotations

from core.domain import STEP_NAMES, Lens, term_list

_PLAIN = {
    "list": "In the list",
    "removed": "Found, but not in the list",
    "kept": "Kept by hand",
    "dropped": "Dropped by hand",
    "pinned": "Added by hand",
}
_TERM = {
    "finds": "Found by “{}”",
    "alone": "Found by “{}” and by no other term",
    "shared": "Found by “{}” and by another term too",
    "cuts": "Cut by “{}”",
    "cuts_alone": "Cut by “{}” and by no other term",
    "cuts_shared": "Cut by “{}” and by another term too",
}
_TIERS = {
    "Good": "Judged Good: excellent or related",
    "Mid": "Judged Mid: a mismatch in something that was asked for",
    "Bad": "Judged Bad: irrelevant",
    "": "Not judged",
}
_SIDES = {"listed": "in the list", "removed": "left out", "": "in the list or left out"}
_BARS = {"price": "Price", "category": "Category", "rating": "Stars", "season": "Season"}


def title(lens: Lens) -> str:
    """The heading over the products behind a number."""
    if lens.kind in _BARS:
        said = lens.value if lens.value else "not known"
        return f"{_BARS[lens.kind]} {said}, {_SIDES[lens.side]}"
    return _without_side(lens) + (f", {_SIDES[lens.side]}" if lens.side else "")


def _without_side(lens: Lens) -> str:
    if lens.kind in _PLAIN:
        return _PLAIN[lens.kind]
    if lens.kind in _TERM:
        return _TERM[lens.kind].format(lens.value)
    if lens.kind == "judged":
        return _TIERS.get(lens.value, f"Judged {lens.value}")
    if lens.kind == "variants":
        return "Variants inside this product's card"
    if lens.kind == "overlap":
        if not lens.terms:
            return f"Found by both {term_list((lens.value, lens.other))}"
        return f"Found by {term_list(lens.terms)} and by no other term"
    if lens.kind == "left":
        if lens.value == "recalled":
            return "Found, then cut by a negative term"
        return f"Left at “{_step(lens.value)}”" + (f": {lens.other}" if lens.other else "")
    return f"Still in after “{_step(lens.value)}”" if lens.value else "Found by the terms, within the filters"


def _step(stage: str) -> str:
    return STEP_NAMES.get(stage, stage)
