"""When a product says a query's word in another way: joined, taken apart, or a slip of typing away.

Decided for one query and one product, so that it works without a catalogue. A word that the product says as it stands
never comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from os.path import commonprefix

JOINED = 0.9
"""What "lunchbox" counts for "lunch box", and "wall bed" for "wallbed", beside the word as it was typed."""

SLIP = 0.7
_SHORT = 4
_TWO_SLIPS_FROM = 8
_SHORTEST_PART = 3


@dataclass(frozen=True, slots=True)
class Others:
    """What may stand for one wanted token: one `joined` token, or both tokens of a pair in `apart`.

    `slips` says whether the token is so rare that a slip of typing is likelier than the word.
    """

    token: str
    joined: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    slips: bool = False

    def worth(self, said: frozenset[str], title: Sequence[str]) -> float:
        """How far a product whose tokens are `said` says the token in another way, in [0, 1)."""
        if any(token in said for token in self.joined):
            return JOINED
        if any(left in said and right in said for left, right in self.apart):
            return JOINED
        if self.slips and any(is_slip(self.token, other) for other in title):
            return SLIP
        return 0.0


def others(wanted: Sequence[str], idf: Callable[[str], float]) -> tuple[Others, ...]:
    """What may stand for each wanted token; a token that no product has, by its idf, may be a slip."""
    unknown = idf("")
    joined: list[list[str]] = [[] for _ in wanted]
    for i, (left, right) in enumerate(pairwise(wanted)):
        both = left + right
        if len(both) > _SHORT and both.isalpha():
            joined[i].append(both)
            joined[i + 1].append(both)
    return tuple(
        Others(
            token,
            tuple(together),
            tuple(_parts(token)),
            slips=len(token) >= _SHORT and token.isalpha() and idf(token) >= unknown,
        )
        for token, together in zip(wanted, joined, strict=True)
    )


def _parts(token: str) -> Iterable[tuple[str, str]]:
    if token.isalpha():
        yield from ((token[:i], token[i:]) for i in range(_SHORTEST_PART, len(token) - _SHORTEST_PART + 1))


def is_slip(typed: str, meant: str) -> bool:
    """Whether two words differ in one place: a letter more, less or another, or two that changed places.

    From eight letters on the place may be two letters long. The first letter stands.
    """
    if typed[:1] != meant[:1] or not meant.isalpha():
        return False
    reach = 2 if len(typed) >= _TWO_SLIPS_FROM else 1
    if abs(len(typed) - len(meant)) > reach:
        return False
    start = len(commonprefix((typed, meant)))
    left, right = typed[start:], meant[start:]
    end = len(commonprefix((left[::-1], right[::-1])))
    left, right = left[: len(left) - end], right[: len(right) - end]
    swapped = len(left) == 2 and left == right[::-1]
    return swapped or max(len(left), len(right)) <= reach


def akin(token: str, other: str) -> bool:
    """Whether two stems are so alike that they mean one thing: "liner" and "line" (of "lining")."""
    if token == other:
        return True
    start = len(commonprefix((token, other)))
    return start >= _SHORT and max(len(token), len(other)) - start <= 2
