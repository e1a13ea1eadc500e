"""From look-alikes to words: what they are called, in which colour and for whom, by a vote that says how sure it is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.planning.candidates import WEAK
from core.planning.facets import GENERIC, audiences_of
from core.planning.lexicon import Lexicon, chunks
from core.text import fold, split_negation, split_price, stem, tokens, words

# Measured on pictures of fashion: the share of the votes that a type, colour or audience gets is about the share of
# cases in which it is the right one (docs/experiments.md).
_STEEP = 15
ALIKE = 0.72
"""Similarity from which what stands on a plain ground looks like a product; nine in ten photos stay below among
drawings, one in ten below among photos of their own kind."""
_RARE = 0.15
_SURE = 0.45  # one thing from here on; below it the two best are named
_HEARD = 0.2
_BROADER = 0.4
_COLOUR = 0.4
_AUDIENCE = 0.6
_CALLED = 0.6

_COLOURS = frozenset(
    "black white red blue green pink grey gray brown yellow purple navy beige silver gold orange cream teal coral "
    "turquoise maroon burgundy olive khaki violet lilac mint ivory".split()
)
_FOR: Mapping[str, str] = {"men": "men", "women": "women", "kids": "kids", "baby": "babies"}
_NAMES = re.compile(r"\s*(?:&|,|/|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class Seen:
    """One look-alike in words; `similarity` in [0, 1]."""

    similarity: float
    title: str
    category: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What a picture shows, as far as its look-alikes agree: `things` (the likeliest first), a colour, an audience.

    `share` is the part of the votes that the things have together.
    """

    things: tuple[str, ...] = ()
    colour: str = ""
    audience: str = ""
    share: float = 0.0

    @property
    def text(self) -> str:
        """As a theme: "black handbags and black clutches for women"; "" where nothing was understood."""
        named = " and ".join(f"{self.colour} {thing}".strip() for thing in self.things)
        return f"{named} for {_FOR[self.audience]}" if named and self.audience else named

    def beside(self, typed: str) -> str:
        """The theme of typed words and a picture: the words lead, and the picture adds what they leave open."""
        said = set(tokens(typed))
        things = tuple(thing for thing in self.things if not set(tokens(thing)) <= said)
        told = PictureWords(
            things,
            "" if _COLOURS & set(words(typed)) or set(tokens(self.colour)) & said else self.colour,
            "" if audiences_of(typed) else self.audience,
        )
        if told.text:
            return f"{typed}, {told.text}"
        # The words name the thing; colour and audience still narrow it.
        rest = " ".join(part for part in (told.colour, f"for {_FOR[told.audience]}" if told.audience else "") if part)
        return f"{typed}, {rest}" if rest else typed


def read_picture(look_alikes: Sequence[Seen], *, lexicon: Lexicon, clear: bool = True) -> PictureWords:
    """What the look-alikes have in common; nothing is named that too few of them share.

    Not `clear` is a photo without a plain ground, whose look-alikes share little but colours: more have to agree.
    """
    if clear and max((seen.similarity for seen in look_alikes), default=0.0) < ALIKE:
        return PictureWords()
    weights = [max(seen.similarity, 0.0) ** _STEEP for seen in look_alikes]
    leaves = _votes(((seen.category, w) for seen, w in zip(look_alikes, weights, strict=True)), _rarity(lexicon))
    best = [(path, share) for path, share in leaves if share >= (_HEARD if clear else _SURE)][:2]
    if best and best[0][1] >= _SURE:
        best = best[:1]
    if not best and clear:
        above = ((_parent(seen.category), w) for seen, w in zip(look_alikes, weights, strict=True))
        best = [(path, share) for path, share in _votes(above) if share >= _BROADER][:1]
    things: list[str] = []
    for path, _ in best:
        members = [(s, w) for s, w in zip(look_alikes, weights, strict=True) if _within(s.category, path)]
        thing = _called(path, members, lexicon)
        if thing and thing not in things:
            things.append(thing)
    if not things:
        return PictureWords()
    return PictureWords(
        tuple(things), _colour(look_alikes, weights), _audience(look_alikes, weights), sum(share for _, share in best)
    )


def _votes(votes: Iterable[tuple[str, float]], rarity: Mapping[str, float] | None = None) -> list[tuple[str, float]]:
    """What was voted for with its share of all votes, the most first; "" is no candidate but takes its share."""
    sums: Counter[str] = Counter()
    for name, weight in votes:
        sums[name] += weight * (1.0 if rarity is None else rarity.get(name, 1.0))  # type: ignore[assignment]
    total = sum(sums.values())
    if total <= 0:
        return []
    return [
        (name, weight / total) for name, weight in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])) if name
    ]


def _rarity(lexicon: Lexicon) -> dict[str, float]:
    """A little more weight for categories of few products, which have fewer chances to be among the nearest."""
    counts = np.bincount(lexicon.category_codes, minlength=len(lexicon.categories))
    size = max(lexicon.size, 1)
    return {path: float((size / max(int(n), 1)) ** _RARE) for path, n in zip(lexicon.categories, counts, strict=True)}


def _parent(path: str) -> str:
    return path.rpartition(" > ")[0]


def _within(path: str, ancestor: str) -> bool:
    return path == ancestor or path.startswith(f"{ancestor} > ")


def _called(path: str, members: Sequence[tuple[Seen, float]], lexicon: Lexicon) -> str:
    """How most of these products call themselves where they agree on it, else their category's name."""
    total = sum(w for _, w in members)
    own: dict[frozenset[str], float] = defaultdict(float)
    written: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for seen, weight in members:
        for key, text in _endings(seen.title, lexicon).items():
            own[key] += weight
            written[key][text] += 1
    agreed = [key for key, weight in own.items() if weight >= _CALLED * total and _mostly_in(key, path, lexicon)]
    if agreed:
        key = max(agreed, key=lambda k: (len(k), own[k], sorted(k)))
        return max(sorted(written[key]), key=written[key].__getitem__)
    names = [name for name in _NAMES.split(fold(path.rpartition(" > ")[2])) if _is_plain(name)]
    if not names:
        return ""
    said = {n: sum(w for seen, w in members if set(tokens(n)) <= set(tokens(seen.title))) for n in names}
    return max(names, key=lambda name: (said[name], -names.index(name)))


def _endings(title: str, lexicon: Lexicon) -> dict[frozenset[str], str]:
    """The last one to three words of a title's phrases, where they name a thing and neither maker, line nor colour."""
    found: dict[frozenset[str], str] = {}
    folded = fold(title)
    for chunk in chunks(title):
        if stem(chunk[-1]) not in lexicon.heads or len(chunk[-1]) < 3:
            continue
        for size in (1, 2, 3):
            part = chunk[-size:]
            stems = frozenset(stem(w) for w in part)
            if len(stems) < size or any(_says_nothing(w) for w in part):
                continue
            # The analyser reads "tshirt" as two words; what stands nowhere in the title is no name.
            if not stems & (lexicon.brands | lexicon.names) and " ".join(part) in folded:
                found[stems] = " ".join(part)
    return found


def _says_nothing(word: str) -> bool:
    return word in WEAK or word in GENERIC or word in _COLOURS or stem(word) == "color" or bool(audiences_of(word))


def _mostly_in(key: frozenset[str], path: str, lexicon: Lexicon) -> bool:
    """Whether products that say it are mostly of this category: "set" and "cotton" are not the name of anything."""
    rows = lexicon.holding(key)
    if not rows.size:
        return False
    inside = sum(
        int(n)
        for code, n in enumerate(np.bincount(lexicon.category_codes[rows]))
        if _within(lexicon.categories[code], path)
    )
    return inside >= 0.5 * rows.size


def _is_plain(name: str) -> bool:
    """Whether a category's name can stand in a theme: in words, and read neither as a price nor as a negation."""
    if not tokens(name):
        return False
    query = split_negation(name)
    return split_price(name)[1] is None and not (query.unwanted and query.wanted != name)


def _colour(look_alikes: Sequence[Seen], weights: Sequence[float]) -> str:
    """The colour that the look-alikes agree on, as they write it, or at least its last word."""
    named = [(_attribute(seen, ("color", "colour")), w) for seen, w in zip(look_alikes, weights, strict=True)]
    named = [(value, w) for value, w in named if value]
    for votes in (named, [(value.rpartition(" ")[2], w) for value, w in named]):
        best, share = next(iter(_votes(votes)), ("", 0.0))
        if share >= _COLOUR and _is_plain(best) and len(best) <= 30:
            return best
    return ""


def _attribute(seen: Seen, names: tuple[str, ...]) -> str:
    return next((fold(value).strip() for name, value in seen.attributes if fold(name) in names and value.strip()), "")


def _audience(look_alikes: Sequence[Seen], weights: Sequence[float]) -> str:
    votes = []
    for seen, weight in zip(look_alikes, weights, strict=True):
        told = _attribute(seen, ("gender", "audience"))
        found = [a for a in audiences_of(f"{seen.title} {told}") if a in _FOR]
        votes.append((found[0] if len(found) == 1 else "", weight))
    return next((name for name, share in _votes(votes) if share >= _AUDIENCE), "")
