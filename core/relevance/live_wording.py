"""Says in one sentence why live learning moved a product: which judged product it is like, and in what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.relevance.contract import Item
from core.relevance.likeness import Part
from core.text import stem, words

if TYPE_CHECKING:
    from core.relevance.live import Learned

TITLE_SHOWN = 48
STILL = 0.1
"""A latent shift that no operator would notice."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a product stands where it does: one sentence, and for a screen with pictures its parts.

    `like` is the judged product that the sentence names, None where it names none; `kept` its verdict, `shares` what
    the two have in common, in words.
    """

    sentence: str
    like: str | None = None
    kept: bool = False
    shares: tuple[str, ...] = ()


def why(learned: Learned, product_id: str) -> Why:
    """It names the judged product that pulls hardest the way in which this one went."""
    if product_id in learned.judged:
        return Why("You kept it." if learned.judged[product_id] else "You rejected it.")
    if learned.fitted is None:
        return Why("Nothing was judged yet: it stands where the search put it.")
    shift = float(learned.shift[learned.index[product_id]])
    neighbours = learned.neighbours(product_id)
    pulling = next((n for n in neighbours if n.pull * shift > 0 and n.kept == (shift > 0)), None)
    if pulling is None or abs(shift) < STILL:
        return Why("Nothing that you judged is much like it: it stands where the search put it.")
    mine, other = (learned.likeness.items[learned.index[i]] for i in (product_id, pulling.product_id))
    what = "kept" if pulling.kept else "rejected"
    shared = [said for part, pull in pulling.parts if pull * shift > 0 and (said := _shared(part, mine, other))]
    common = tuple(shared[:2]) or ("much alike",)
    sentence = f"Like “{_short(other.product.title)}” that you {what}: {', '.join(common)}."
    return Why(sentence, pulling.product_id, pulling.kept, common)


def _shared(part: Part, mine: Item, other: Item) -> str:
    if part == "words":
        return _words(mine, other)
    if part == "category" and mine.product.category and mine.product.category == other.product.category:
        return "same category"
    if part == "brand" and mine.product.brand and mine.product.brand.casefold() == other.product.brand.casefold():
        return f"both {mine.product.brand}"
    if part == "attributes":
        held = {(n.casefold(), v.casefold()) for n, v in other.product.attributes if v}
        found = [f"{n} {v}" for n, v in mine.product.attributes if (n.casefold(), v.casefold()) in held]
        return f"same {found[0]}" if found else ""
    if part == "price":
        return "about the same price"
    return ""


def _words(mine: Item, other: Item) -> str:
    shared = frozenset(mine.profile.title) & frozenset(other.profile.title)
    word = next((w for w in words(mine.product.title) if stem(w) in shared and len(w) > 2), None)
    return "" if word is None else f"both “{word}”"


def _short(title: str) -> str:
    return title if len(title) <= TITLE_SHOWN else f"{title[: TITLE_SHOWN - 1].rstrip()}…"
