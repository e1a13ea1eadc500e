"""What an operator says to an open list, read without a model: changes of its strategy, and what rules cannot serve."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.domain import STRICTNESS, Change, Strategy, Wish, apply_changes
from core.errors import StrategyInvalid
from core.intent.audiences import find_audience
from core.intent.wish_prices import even_price, names_things, read_price
from core.intent.wish_sentences import sentence_of
from core.intent.wish_words import WHOLE, Ask, Clause, begins_like_a_wish, is_a_way, read_clauses, things_of
from core.intent.wording import read_line
from core.text import tokens

__all__ = ["apply_changes", "looks_like_wish", "read_wish"]

Quartiles = tuple[float, float, float]

MOST_WEIGHT, LEAST_WEIGHT = 3.0, 0.1
MOST_PRODUCTS = 10_000
_MORE, _FEWER = 1.5, 0.5
_LONGEST_TERM, _MOST_WORDS = 40, 4
_LONGEST_WISH = 1_000

# By which words products say for whom they are; "kids" and "children" are two to the analyser.
_CUTS = {
    "men": ("men",),
    "women": ("women",),
    "kids": ("kids", "children"),
    "girls": ("girls",),
    "boys": ("boys",),
    "toddlers": ("toddler",),
    "babies": ("baby",),
    "teens": ("teen",),
    "dogs": ("dog",),
    "cats": ("cat",),
}
# Whom a product must not be meant for where it is to be for the first only.
_OTHERS = {
    "men": ("women", "kids", "babies"),
    "women": ("men", "kids", "babies"),
    "kids": ("men", "women"),
    "girls": ("men", "women", "boys"),
    "boys": ("men", "women", "girls"),
    "dogs": ("cats",),
    "cats": ("dogs",),
}
_SIZE = re.compile(
    r"^(?:only |just |top |the top |show |the first |first |at most |up to |max |nur |hochstens |solo |seulement )*"
    r"(?P<n>\d{1,5})(?: (?:products?|items?|results?|articles?|produkte|artikel|productos|produits|ones))$"
    r"|^(?:top|the top|the first|first) (?P<top>\d{1,5})$"
)
_NO_THINGS = frozenset("everything all them it that these nothing anything alles nichts todo nada tout rien".split())


def looks_like_wish(text: str) -> bool:
    """Whether a text reads like a change of the open list ("no toys", "cheaper") rather than a theme of its own."""
    line = read_line(text[:_LONGEST_WISH])
    if not line.words:
        return False
    if _SIZE.search(" ".join(line.plain)):
        return True
    rest, price = read_price(line.text)
    if price is not None and not names_things(rest):
        return True
    return begins_like_a_wish(line.text)


def read_wish(
    text: str,
    *,
    strategy: Strategy,
    categories: Sequence[str],
    price_quartiles: Quartiles | None,
    size: int | None = None,
    listed: int | None = None,
    known: Callable[[str], bool] = lambda _: True,
) -> Wish:
    """Read a wish as changes of `strategy`, in the order said; what rules cannot serve is its `rest`.

    `categories` are the catalogue's paths. `price_quartiles` are those of the products that the list shows, None where
    they have no prices; "cheaper" caps at the median. `size` is how many products the list holds at most, None where
    that is not known, and `listed` how many it does hold: one that is not full gets longer by asking less of its
    products. `known` says whether a product of the catalogue has a word of a term at all. Never raises: a wish
    that would leave no term that finds is refused in its sentence.
    """
    reader = _Reader(strategy, categories, price_quartiles, size, listed, known)
    for clause in read_clauses(text[:_LONGEST_WISH]):
        reader.take(clause)
    rest = ", ".join(dict.fromkeys(reader.rest))
    changes = tuple(reader.changes)
    sentence = sentence_of(changes, reader.notes, rest, before=strategy)
    return Wish(changes, rest, sentence, " ".join(text.split()))


class _Reader:
    """Takes clause after clause, each on the strategy that the ones before it have made."""

    def __init__(
        self,
        strategy: Strategy,
        categories: Sequence[str],
        quartiles: Quartiles | None,
        size: int | None,
        listed: int | None,
        known: Callable[[str], bool],
    ) -> None:
        self.strategy, self.categories, self.quartiles, self.size = strategy, categories, quartiles, size
        self.listed, self.known = listed, known
        self.changes: list[Change] = []
        self.rest: list[str] = []
        self.notes: list[str] = []

    def take(self, clause: Clause) -> None:
        """Read one clause."""
        sized = _SIZE.search(" ".join(read_line(clause.said).plain))
        if sized:
            self._resize(int(sized["n"] or sized["top"]), clause)
            return
        rest, price = read_price(clause.said)
        if price is not None:
            self._price(price, clause)
            left = names_things(rest)
            if left:
                for other in read_clauses(rest):
                    self.take(other) if other.ask is not None else self.rest.append(other.said)
            return
        if clause.ask is None or clause.ask == "vague":
            self.rest.append(clause.said)
        elif clause.ask == "replace":
            self._replace(clause)
        elif clause.ask in WHOLE:
            self._whole(clause.ask, clause)
        else:
            self._things(clause.ask, clause)

    def _whole(self, ask: Ask, clause: Clause) -> None:
        if ask in ("cheaper", "dearer"):
            self._cheaper(clause, up=ask == "dearer")
        elif ask == "any_price":
            self._change(Change("price", price=None, said=clause.said), "There is no limit of the price already.")
        elif ask in ("in_stock", "any_stock"):
            already = (
                "What is sold out is left out already." if ask == "in_stock" else "What is sold out is shown already."
            )
            self._change(Change("in_stock", in_stock=ask == "in_stock", said=clause.said), already)
        elif ask == "any_category":
            self._change(Change("category", said=clause.said), "Every category is shown already.")
        elif ask in ("stricter", "looser") or (ask == "longer" and self._room()):
            self._strictness(clause, up=ask == "stricter")
        elif self.size is None:
            self.notes.append("Say how many products the list is to hold, such as “50 products”.")
        else:
            self._resize(self.size * 2 if ask == "longer" else max(1, self.size // 2), clause)
        about = [thing for thing in things_of(clause.about) if not self._known(thing)]
        if ask in ("cheaper", "dearer") and not about and things_of(clause.about):
            self.notes.append("The price counts for the whole list.")
        self.rest.extend(about)

    def _things(self, ask: Ask, clause: Clause) -> None:
        serve: dict[Ask, Callable[[str, str], None]] = {
            "more": self._more,
            "fewer": self._fewer,
            "no": self._without,
            "not_for": self._not_for,
            "only_for": self._only_for,
            "add": self._add,
        }
        things = things_of(clause.about)
        if ask == "only" and things:
            self._only(things, clause.said)
            return
        if not things:
            self.rest.append(clause.said)
        for thing in things:
            if self._is_a_term(thing):
                serve[ask](thing, clause.said)
            else:
                self.rest.append(clause.said if len(things) == 1 else thing)

    def _replace(self, clause: Clause) -> None:
        new, old = things_of(clause.about), things_of(clause.instead_of)
        gone = [term for thing in old for term in self._finds(thing)]
        if not new or not gone or not all(self._is_a_term(thing) for thing in new):
            self.rest.append(clause.said)
            return
        for thing in new:
            self._add(thing, clause.said)
        for term in gone:
            self._change(Change("drop_find", term, said=clause.said), "")

    def _is_a_term(self, thing: str) -> bool:
        """Whether a thing can be searched for or cut; where the catalogue has no word of it, this is said."""
        if len(thing) > _LONGEST_TERM or len(thing.split()) > _MOST_WORDS or not tokens(thing):
            return False
        if is_a_way(thing) or thing in _NO_THINGS:
            return False
        in_strategy = self._finds(thing) or self._cut(thing) is not None or self._category(thing)
        if in_strategy or self.known(thing) or _audience(thing) in _CUTS:
            return True
        self.notes.append(f"No product of the catalogue says “{thing}”.")
        return False

    def _change(self, change: Change, already: str) -> None:
        """Take a change over where it changes something and leaves a term that finds; else say why not."""
        try:
            after = apply_changes([change], self.strategy)
        except StrategyInvalid as error:
            self.notes.append(str(error))
            return
        if after == self.strategy:
            if already:
                self.notes.append(already)
            return
        self.strategy = after
        self.changes.append(change)

    def _finds(self, thing: str) -> tuple[str, ...]:
        """The positive terms that hold every word of a thing."""
        wanted = set(tokens(thing))
        return tuple(term for term in self.strategy.positive if wanted <= set(tokens(term)))

    def _cut(self, thing: str) -> str | None:
        """The negative term that is this thing."""
        wanted = set(tokens(thing))
        return next((term for term in self.strategy.negative if set(tokens(term)) == wanted), None)

    def _known(self, thing: str) -> bool:
        return bool(self._finds(thing)) or not names_things(thing)

    def _more(self, thing: str, said: str) -> None:
        finds = self._finds(thing)
        cut = self._cut(thing)
        if cut is not None:
            self._change(Change("drop_cut", cut, said=said), "")
        if not finds:
            self._change(Change("add_find", thing, said=said), f"“{thing}” is searched for already.")
        for term in finds:
            weight = min(MOST_WEIGHT, round(self.strategy.weight(term) * _MORE, 2))
            self._change(
                Change("weight", term, weight=weight, said=said), f"“{term}” weighs as much as a term can already."
            )

    def _fewer(self, thing: str, said: str) -> None:
        finds = self._finds(thing)
        if not finds and self._cut(thing) is not None:
            self.notes.append(f"“{thing}” is taken out already.")
        elif not finds:
            self.notes.append(
                f"No term searches for “{thing}” by itself, so there is nothing to weigh less. "
                f"Say “no {thing}” to take it out."
            )
        for term in finds:
            weight = max(LEAST_WEIGHT, round(self.strategy.weight(term) * _FEWER, 2))
            self._change(
                Change("weight", term, weight=weight, said=said),
                f"“{term}” weighs as little as a term can already. Say “no {thing}” to take it out.",
            )

    def _without(self, thing: str, said: str) -> None:
        finds = self._finds(thing)
        if finds and len(finds) == len(self.strategy.positive):
            self.notes.append(
                f"Every term of this list searches for “{thing}”, so nothing would be left. Add another term first."
            )
            return
        for term in finds:
            self._change(Change("drop_find", term, said=said), "")
        if self._cut(thing) is not None and not finds:
            self.notes.append(f"“{thing}” is taken out already.")
            return
        self._change(Change("add_cut", thing, said=said), "")

    def _add(self, thing: str, said: str) -> None:
        cut = self._cut(thing)
        if cut is not None:
            self._change(Change("drop_cut", cut, said=said), "")
        same = next((t for t in self.strategy.positive if set(tokens(t)) == set(tokens(thing))), None)
        if same is not None:
            self.notes.append(f"“{same}” is searched for already.")
        else:
            self._change(Change("add_find", thing, said=said), "")

    def _not_for(self, thing: str, said: str) -> None:
        audience = _audience(thing)
        for term in _CUTS.get(audience, (thing,)):
            self._without(term, said)

    def _only_for(self, thing: str, said: str) -> None:
        others = _OTHERS.get(_audience(thing))
        if others is None:
            self.rest.append(said)
            return
        for other in others:
            for term in _CUTS[other]:
                if self._cut(term) is None and not self._finds(term):
                    self._change(Change("add_cut", term, said=said), "")

    def _only(self, things: Sequence[str], said: str) -> None:
        named = [self._category(thing) for thing in things]
        if all(named):
            paths = tuple(dict.fromkeys(path for paths in named for path in paths))
            self._change(Change("category", category=paths, said=said), "Only these are shown already.")
            return
        if not all(self._is_a_term(thing) for thing in things):
            self.rest.append(said)
            return
        kept: list[str] = []
        begun = len(self.changes)
        for thing in things:
            finds = self._finds(thing)
            kept.extend(finds or (thing,))
            if not finds:
                self._change(Change("add_find", thing, said=said), "")
        for term in self.strategy.positive:
            if term not in kept:
                self._change(Change("drop_find", term, said=said), "")
        if len(self.changes) == begun:
            self.notes.append("Only these are searched for already.")

    def _category(self, thing: str) -> tuple[str, ...]:
        """The categories that are called so, the highest of them where some lie below others."""
        wanted = set(tokens(thing))
        named = [p for p in self.categories if wanted and set(tokens(p.rpartition(" > ")[2])) == wanted]
        depth = min((path.count(" > ") for path in named), default=0)
        return tuple(path for path in named if path.count(" > ") == depth)

    def _price(self, price: tuple[float | None, float | None], clause: Clause) -> None:
        low, high = price
        was_low, was_high = self.strategy.filters.price or (None, None)
        if low is None and was_low is not None and high is not None and was_low <= high:
            low = was_low
        if high is None and was_high is not None and low is not None and was_high >= low:
            high = was_high
        self._change(Change("price", price=(low, high), said=clause.said), "The price is limited to that already.")

    def _cheaper(self, clause: Clause, *, up: bool) -> None:
        if self.quartiles is None:
            self.notes.append(
                "The products of this list have no prices, so “cheaper” means nothing for them. Say a price."
            )
            return
        middle = even_price(self.quartiles[1], up=up)
        low, high = self.strategy.filters.price or (None, None)
        ends: tuple[float | None, float | None] = (middle, high if high is not None and high > middle else None)
        if not up:
            ends = (low if low is not None and low < middle else None, middle)
        nothing = "This is as far as the prices of the list go. Say a price, such as “under 20”."
        self._change(Change("price", price=ends, said=clause.said), nothing)

    def _room(self) -> bool:
        """Whether the list could hold more products than fit as well as is asked of them."""
        short = self.size is not None and self.listed is not None and self.listed < self.size
        return short and self.strategy.filters.strictness != STRICTNESS[0]

    def _strictness(self, clause: Clause, *, up: bool) -> None:
        at = STRICTNESS.index(self.strategy.filters.strictness) + (1 if up else -1)
        if not 0 <= at < len(STRICTNESS):
            self.notes.append(
                "Only what fits best is listed already."
                if up
                else "As little is asked of the products as can be already. Add a term to find more."
            )
            return
        self._change(Change("strictness", strictness=STRICTNESS[at], said=clause.said), "")

    def _resize(self, number: int, clause: Clause) -> None:
        if not 1 <= number <= MOST_PRODUCTS:
            self.notes.append(f"A list holds 1 to {MOST_PRODUCTS:,} products, not {number:,}.")
        elif number == self.size:
            self.notes.append(f"The list holds at most {number:,} products already.")
        else:
            self.size = number
            self.changes.append(Change("size", size=number, said=clause.said))


def _audience(thing: str) -> str:
    found = find_audience(read_line(f"for {thing}"), language="")
    word = thing if found is None else found.who
    bare = find_audience(read_line(word), language="")
    who = word if bare is None else bare.who
    return {"children": "kids", "puppies": "dogs", "kittens": "cats", "infants": "babies", "newborns": "babies"}.get(
        who, who
    )
