"""One atomic rule of relevance, its plain JSON, and what makes an object no rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from core.domain import Grade
from core.errors import RuleInvalid
from core.text import tokens

Check = Literal["facet", "unasked", "measure", "brand", "unwanted", "serves", "belongs", "thing", "says", "lacks"]
"""What a rule looks for; `core.relevance.rules.checks` has one function each."""

Field = Literal["title", "category", "attributes", "description", "anywhere"]
"""Where an operator's own rule looks."""

OWN = "own."
"""The id of an operator's own rule begins so, which no shipped rule's does."""

MOST_WORDS = 50
MOST_CHARACTERS = 300
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KEYS = frozenset("id name sentence check allows facet when words where enabled keeps_out".split())


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for (`check` with its parameters) and which grades are left where it is found.

    `allows` are the grades up to the best that is still allowed, worst first: (1, 2) is "at most Mismatch". `sentence`
    is told to the operator; `{asked}` and `{found}` stand for what the query asks for and what the product says.
    `facet` names a facet of the vocabulary (checks `facet`, `unasked`, `belongs`) or a dimension (`measure`). `when`:
    the rule holds only for queries that say one of these words or phrases, () for every query. `words` and `where`
    (checks `says`, `lacks`): the words or phrases that a product says, or says none of, and in which part of it.
    `keeps_out`: a list of a theme does without the product although it may be Related (see `bars`).
    """

    id: str
    name: str
    sentence: str
    check: Check
    allows: tuple[Grade, ...]
    facet: str = ""
    when: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    where: Field = "anywhere"
    enabled: bool = True
    keeps_out: bool = False

    @property
    def own(self) -> bool:
        """Whether an operator wrote it."""
        return self.id.startswith(OWN)

    @property
    def best(self) -> Grade:
        """The best grade that is still allowed."""
        return self.allows[-1]

    @property
    def bars(self) -> bool:
        """Whether a product that it speaks of is kept out of lists: told to, or at most Mismatch."""
        return self.keeps_out or self.best <= 2


def rule_to_json(rule: Rule) -> dict[str, object]:
    """Plain JSON of a rule; `rule_from_json` reads it back to an equal one."""
    return {
        "id": rule.id,
        "name": rule.name,
        "sentence": rule.sentence,
        "check": rule.check,
        "allows": list(rule.allows),
        "facet": rule.facet,
        "when": list(rule.when),
        "words": list(rule.words),
        "where": rule.where,
        "enabled": rule.enabled,
        "keeps_out": rule.keeps_out,
    }


def rule_from_json(value: object) -> Rule:
    """Read a rule from plain JSON. Raises `RuleInvalid`, which says what is wrong with which part of it."""
    if not isinstance(value, Mapping):
        raise RuleInvalid("A rule is an object with id, name, sentence, check and allows; this is none.")
    found: Mapping[str, object] = value
    name = str(found.get("name") or found.get("id") or "without a name")
    unknown = sorted(str(key) for key in found if key not in _KEYS)
    if unknown:
        raise RuleInvalid(f"The rule “{name}” has a part that no rule has: {', '.join(unknown)}. Take it out.")
    enabled, keeps_out = found.get("enabled", True), found.get("keeps_out", False)
    if not (isinstance(enabled, bool) and isinstance(keeps_out, bool)):
        raise RuleInvalid(f"The rule “{name}”: “enabled” and “keeps_out” are true or false.")
    rule = Rule(
        id=_text(found, "id", name),
        name=_text(found, "name", name),
        sentence=_text(found, "sentence", name),
        check=cast(Check, _one_of(found, "check", get_args(Check), name)),
        allows=_grades(found.get("allows"), name),
        facet=_text(found, "facet", name, empty=True),
        when=_words(found, "when", name),
        words=_words(found, "words", name),
        where=cast(Field, _one_of({"where": "anywhere", **found}, "where", get_args(Field), name)),
        enabled=enabled,
        keeps_out=keeps_out,
    )
    _check_whole(rule)
    return rule


def _check_whole(rule: Rule) -> None:
    if not _ID.fullmatch(rule.id):
        raise RuleInvalid(f"The rule “{rule.name}”: its id is written in small letters, digits, “.”, “-” and “_”.")
    if rule.check in ("says", "lacks") and not rule.words:
        raise RuleInvalid(f"The rule “{rule.name}” looks for no words: say at least one.")
    if rule.own and rule.check not in ("says", "lacks"):
        raise RuleInvalid(f"The rule “{rule.name}”: a rule of your own looks for words that products say or lack.")
    try:
        rule.sentence.format(asked="", found="")
    except (KeyError, IndexError, ValueError, AttributeError):
        raise RuleInvalid(
            f"The rule “{rule.name}”: its sentence may hold {{asked}} and {{found}}, and no other braces."
        ) from None


def _text(found: Mapping[str, object], key: str, name: str, *, empty: bool = False) -> str:
    value = found.get(key, "")
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS or not (empty or value.strip()):
        raise RuleInvalid(f"The rule “{name}” needs a text of at most {MOST_CHARACTERS} characters as its {key}.")
    return value.strip()


def _one_of(found: Mapping[str, object], key: str, known: Sequence[str], name: str) -> str:
    value = found.get(key)
    if value not in known:
        raise RuleInvalid(f"The rule “{name}”: “{key}” is one of {', '.join(known)}.")
    return str(value)


def _grades(value: object, name: str) -> tuple[Grade, ...]:
    """A rule only takes away: what it allows reaches from grade 1 up, so that no two rules leave nothing."""
    if isinstance(value, list | tuple) and tuple(value) in ((1,), (1, 2), (1, 2, 3)):
        return cast(tuple[Grade, ...], tuple(value))
    raise RuleInvalid(f"The rule “{name}”: the grades it allows are [1], [1, 2] or [1, 2, 3].")


def _words(found: Mapping[str, object], key: str, name: str) -> tuple[str, ...]:
    value = found.get(key, [])
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise RuleInvalid(f"The rule “{name}”: “{key}” is a list of words.")
    kept = tuple(dict.fromkeys(" ".join(str(word).split()) for word in value if str(word).strip()))
    if len(kept) > MOST_WORDS or any(len(word) > MOST_CHARACTERS for word in kept):
        raise RuleInvalid(f"The rule “{name}”: “{key}” holds at most {MOST_WORDS} words or short phrases.")
    silent = next((word for word in kept if not tokens(word)), None)
    if silent is not None:
        raise RuleInvalid(f"The rule “{name}”: “{silent}” is a word that is never searched for; take it out.")
    return kept
