"""What else a query's words may be called in the catalogue: slips of typing, words joined, words taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from os.path import commonprefix

# A token of fewer products corrects nothing: it may be a slip itself.
_COMMON = 3
_SHORT = 4
_TWO_SLIPS_FROM = 8

# Worth of an alternative beside the word as it was typed.
_JOINED = 0.9
_APART = 0.9
_SLIP = 0.7


@dataclass(frozen=True, slots=True)
class Alternative:
    """Tokens that together stand for a word (all of them have to be there), and how much that counts."""

    tokens: tuple[str, ...]
    worth: float


def alternatives(typed: Sequence[str], frequency: Mapping[str, int]) -> tuple[tuple[Alternative, ...], ...]:
    """For every typed token what may stand for it, itself first.

    "lunch box" may be "lunchbox" where the catalogue writes that; a token that the catalogue does not know may be two
    that it knows ("wallbed"), else the nearest one or two by typing distance.
    """
    found = [[Alternative((token,), 1.0)] for token in typed]
    for i, (left, right) in enumerate(pairwise(typed)):
        joined = left + right
        if len(joined) >= _SHORT + 1 and frequency.get(joined, 0) >= _COMMON and joined.isalpha():
            found[i].append(Alternative((joined,), _JOINED))
            found[i + 1].append(Alternative((joined,), _JOINED))
    for options, token in zip(found, typed, strict=True):
        if frequency.get(token, 0) == 0 and token.isalpha() and token.isascii() and len(token) >= _SHORT:
            apart = _apart(token, frequency)
            if apart is not None:
                options.append(Alternative(apart, _APART))
            options.extend(Alternative((near,), _SLIP) for near in nearest(token, frequency))
    return tuple(tuple(options) for options in found)


def _apart(token: str, frequency: Mapping[str, int]) -> tuple[str, str] | None:
    """The two known tokens that make up an unknown one, the pair whose rarer half is most frequent."""
    pairs = [(token[:i], token[i:]) for i in range(3, len(token) - 2)]
    known = [(min(frequency.get(a, 0), frequency.get(b, 0)), a, b) for a, b in pairs]
    best = max(known, default=(0, "", ""))
    return (best[1], best[2]) if best[0] >= _COMMON else None


def nearest(token: str, frequency: Mapping[str, int], *, most: int = 2) -> tuple[str, ...]:
    """The known tokens at the smallest typing distance, those that begin most alike and are most frequent first.

    The first letter stands. One slip is allowed, two from eight letters on.
    """
    allowed = 2 if len(token) >= _TWO_SLIPS_FROM else 1
    best: list[tuple[int, int, int, str]] = []
    for other, count in frequency.items():
        if count < _COMMON or other[0] != token[0] or abs(len(other) - len(token)) > allowed or not other.isalpha():
            continue
        distance = slips(token, other, most=allowed)
        if distance is not None:
            best.append((distance, -len(commonprefix((token, other))), -count, other))
    best.sort()
    return tuple(other for distance, *_, other in best[:most] if distance == best[0][0])


def slips(a: str, b: str, *, most: int) -> int | None:
    """Typing slips between two words: letters dropped, added, replaced or swapped with a neighbour; None above `most`.

    Optimal string alignment distance (Boytsov 2011, section 2.2).
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        latest = [i]
        for j, y in enumerate(b, start=1):
            cost = min(row[j] + 1, latest[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            latest.append(cost)
        if min(latest) > most:
            return None
        before, row = row, latest
    return row[-1] if row[-1] <= most else None
