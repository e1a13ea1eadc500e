"""Take a typed theme apart: what is wanted, for whom, at what price, and what must not be there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from core.domain import Filters, Intent
from core.errors import ThemeInvalid
from core.text import STOP_WORDS, fold, split_negation, split_price, tokens, words

MAX_THEME = 2_000
MAX_FACETS = 6

# Words that say "products" and so narrow nothing; a theme of these alone is still searched as it stands.
GENERIC = frozenset(
    "gift gifts present presents idea ideas product products thing things stuff item items gear accessory accessories "
    "essential essentials must have haves best top collection kit kits set sets great good nice perfect new shop buy "
    "need needs everything ready getting get favourite favorite lover lovers enthusiast enthusiasts fan fans who love "
    "loves like likes theme style styled look day days time house".split()
)

AUDIENCES: dict[str, frozenset[str]] = {
    "men": frozenset(
        "men man mens gentleman gentlemen him his dad dads father fathers husband boyfriend male guys".split()
    ),
    "women": frozenset("women woman womens lady ladies her hers mum mom mother mothers wife girlfriend female".split()),
    "kids": frozenset("kid kids child children childrens boy boys girl girls toddler toddlers".split()),
    "baby": frozenset("baby babies infant infants newborn newborns".split()),
    "dog": frozenset("dog dogs puppy puppies".split()),
    "cat": frozenset("cat cats kitten kittens".split()),
}
# Kinship words name who gives or gets a present; in a product's own text they do not say whom it fits.
_MARKS: dict[str, tuple[str, ...]] = {
    "men": ("men", "mens", "man"),
    "women": ("women", "womens", "woman", "ladies"),
    "kids": ("kids", "kid", "child", "children", "boys", "girls", "toddler"),
    "baby": ("baby", "infant", "newborn"),
    "dog": ("dog", "puppy"),
    "cat": ("cat", "kitten"),
}
# Whom a product of the first must not be marked for when it is not marked for the second.
_CONFLICTS: dict[str, tuple[str, ...]] = {
    "men": ("women", "kids", "baby"),
    "women": ("men", "kids", "baby"),
    "kids": ("men", "women"),
    "baby": ("men", "women", "dog", "cat"),
    "dog": ("cat",),
    "cat": ("dog",),
}

# With one of these a holiday is a journey and not a festive day.
_TRAVEL = frozenset("beach summer sun sea seaside ski skiing city pool island camping family travel".split())
_JOINTS = re.compile(r"\s*[,;:/|+]\s*|\s+(?:with|for|in|on|at|from|of|to|and|by|&|during|while|when)\s+")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme taken apart. `text` is what is wanted, in words; `facets` its parts, longest meaning first.

    `content` are the words that narrow, in order. `unwanted` are the operator's own negatives. `notes` say in words
    how the theme was read.
    """

    original: str
    text: str
    facets: tuple[str, ...]
    content: tuple[str, ...]
    unwanted: tuple[str, ...]
    audiences: tuple[str, ...]
    filters: Filters
    notes: tuple[str, ...] = ()

    def read_as(self, text: str, note: str) -> Theme:
        """The same theme with other words for what is wanted."""
        return replace(
            self,
            text=text,
            facets=split_facets(text),
            content=content_words(text),
            audiences=audiences_of(text) or self.audiences,
            notes=(*self.notes, note),
        )


def read_theme(intent: Intent) -> Theme:
    """Read an intent; raises `ThemeInvalid` for an empty, endless or wordless theme."""
    original = " ".join(intent.text.split())
    if not original:
        raise ThemeInvalid('The theme is empty. Type what the selection is about, such as "camping with kids".')
    if len(intent.text) > MAX_THEME:
        raise ThemeInvalid(
            f"The theme is {len(intent.text):,} characters long; at most {MAX_THEME:,} are read. "
            "Say it in a sentence or two."
        )
    if not any(w for w in words(original)):
        raise ThemeInvalid(
            f'There is no word in "{original[:40]}" that could be searched for. Type the theme in words.'
        )
    rest, price = split_price(fold(original))
    query = split_negation(rest)
    wanted = query.wanted or rest
    travelling = "holiday" in " ".join(words(wanted)) and _TRAVEL & set(words(wanted))
    if travelling:
        wanted = re.sub(r"\bholidays?\b", "vacation", wanted)
    # "under $50" alone leaves nothing to look for.
    if not tokens(wanted) and price is not None:
        raise ThemeInvalid(f'"{original[:60]}" names a price but nothing to sell. Add what the selection is about.')
    notes = ["“holiday” read as vacation"] if travelling else []
    if price is not None:
        notes.append(f"price {_price_words(price)} read as a filter")
    # Once each, however it is spelt: the operator's own words and those of the theme may be the same.
    spelt: dict[tuple[str, ...], str] = {}
    for term in (*query.unwanted, *(t for t in intent.must_not if tokens(t))):
        spelt.setdefault(tokens(term), term)
    unwanted = tuple(spelt.values())
    if unwanted:
        notes.append("left out as asked: " + ", ".join(f'"{u}"' for u in unwanted))
    filters = (
        intent.filters if price is None or intent.filters.price is not None else replace(intent.filters, price=price)
    )
    found = audiences_of(f"{wanted} {intent.audience or ''}")
    return Theme(original, wanted, split_facets(wanted), content_words(wanted), unwanted, found, filters, tuple(notes))


def _price_words(price: tuple[float | None, float | None]) -> str:
    low, high = price
    if low is None:
        return f"up to {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def content_words(text: str) -> tuple[str, ...]:
    """The words of a theme that narrow it, in order, once each; all its words where every one is generic."""
    plain = [w for w in dict.fromkeys(words(text)) if w not in STOP_WORDS and not w.isdigit()]
    narrowing = tuple(w for w in plain if w.removesuffix("'s") not in GENERIC)
    return narrowing or tuple(plain)


def split_facets(text: str) -> tuple[str, ...]:
    """The aspects of a theme: "camping with kids" has "camping" and "kids"; a hyphenated word in front is its own."""
    parts: list[str] = []
    for piece in _JOINTS.split(fold(text)):
        # A hyphenated modifier in front is an aspect of its own: "small-space | home office", "eco-friendly | kitchen".
        hyphenated = re.match(r"^(\w+-\w+)\s+(.+)$", piece.strip())
        parts.extend(hyphenated.groups() if hyphenated else (piece,))
    facets: list[str] = []
    for part in parts:
        kept = " ".join(w for w in part.split() if w.strip("'\"!?.") not in STOP_WORDS).strip(" '\"!?.")
        if kept and content_words(kept) and any(w not in GENERIC for w in words(kept)) and kept not in facets:
            facets.append(kept)
    return tuple(facets[:MAX_FACETS]) or (" ".join(fold(text).split()),)


def audiences_of(text: str) -> tuple[str, ...]:
    """The audiences that a text names: "men", "women", "kids", "baby", "dog", "cat"."""
    found = {w.removesuffix("'s") for w in words(text)}
    return tuple(name for name, names in AUDIENCES.items() if found & names)


def audience_marks(audience: str) -> tuple[str, ...]:
    """The words by which a product says that it is made for an audience."""
    return _MARKS[audience]


def conflicting_audiences(audiences: tuple[str, ...]) -> tuple[str, ...]:
    """Audiences for whom a product cannot be meant when the theme is for `audiences` only."""
    against = {c for a in audiences for c in _CONFLICTS[a]}
    return tuple(name for name in AUDIENCES if name in against and name not in audiences)
