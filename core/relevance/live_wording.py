"""Says in one sentence why live learning moved a product: which judged product it is like, and in what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.relevance.contract import Item
from core.relevance.likeness import Part
from core.text import stem, tokens, words

if TYPE_CHECKING:
    from core.relevance.live import Learned, Neighbour

TITLE_SHOWN = 48
STILL = 0.1
SLIGHT = 0.03
"""Latent shifts against most products, and by one judged product, that nobody would notice."""

WORTH_SAYING = 0.1
"""The share of a pull from which on a part of it is named."""


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
    """What sets it apart from most: the judged product that pulls it hardest, up to what was kept or away from what was
    rejected."""
    if product_id in learned.judged:
        return Why("You kept it." if learned.judged[product_id] else "You rejected it.")
    if learned.fitted is None:
        return Why("Nothing was judged yet: it stands where the search put it.")
    more = float(learned.pulled[learned.index[product_id]]) - learned.typical
    if abs(more) < STILL:
        return Why("As much like what you kept as most are here.")
    pulling = next((n for n in learned.neighbours(product_id) if n.pull * more > 0 and n.kept == (more > 0)), None)
    if pulling is None or abs(pulling.pull) < SLIGHT:
        return Why("Less like what you kept than most are here." if more < 0 else "Unlike what you rejected.")
    mine, other = (learned.likeness.items[learned.index[i]] for i in (product_id, pulling.product_id))
    what = "kept" if pulling.kept else "rejected"
    common = _common(learned, pulling, mine, other) or ("much alike",)
    sentence = f"Like “{_short(other.product.title)}” that you {what}: {', '.join(common)}."
    return Why(sentence, pulling.product_id, pulling.kept, common)


def _common(learned: Learned, pulling: Neighbour, mine: Item, other: Item) -> tuple[str, ...]:
    """The two things that weigh most of what both have, in words; the same thing is not said twice."""
    said: dict[str, str] = {}
    for part, pull in pulling.parts:
        if pull * pulling.pull > 0 and abs(pull) >= WORTH_SAYING * abs(pulling.pull):
            what, sentence = _shared(learned, part, mine, other)
            key = " ".join(tokens(what))
            if what and not any(key in known or known in key for known in said):
                said[key] = sentence
    return tuple(said.values())[:2]


def _shared(learned: Learned, part: Part, mine: Item, other: Item) -> tuple[str, str]:
    """What both have by one part, and how it is said; two empty texts where there is nothing to name."""
    one, two = mine.product, other.product
    if part == "words":
        word = _word(learned, mine, other)
        return word, f"both “{word}”"
    if part == "category" and one.category and one.category == two.category:
        return one.category, "same category"
    if part == "brand" and one.brand and one.brand.casefold() == two.brand.casefold():
        return one.brand, f"both by {one.brand}"
    if part == "traits":
        held = other.profile.facets
        found = [
            v
            for n, values in sorted(mine.profile.facets.items())
            for v in sorted(values & held.get(n, values - values))
        ]
        return (found[0], f"both {found[0]}") if found else ("", "")
    if part == "attributes":
        pairs = {(n.casefold(), v.casefold()) for n, v in two.attributes if v}
        same = [(n, v) for n, v in one.attributes if (n.casefold(), v.casefold()) in pairs]
        return (same[0][1], f"same {same[0][0]} {same[0][1]}") if same else ("", "")
    return ("price", "about the same price") if part == "price" else ("", "")


def _word(learned: Learned, mine: Item, other: Item) -> str:
    """The word of both titles that the verdicts speak of most, as this product writes it."""
    shared = frozenset(mine.profile.title) & frozenset(other.profile.title)
    spoken = [w for w in words(mine.product.title) if stem(w) in shared and len(w) > 2]
    sign = 1 if learned.judged[other.product.product_id] else -1
    return max(spoken, key=lambda w: sign * learned.word_pull.get(stem(w), 0.0), default="")


def _short(title: str) -> str:
    return title if len(title) <= TITLE_SHOWN else f"{title[: TITLE_SHOWN - 1].rstrip()}…"
