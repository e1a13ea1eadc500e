"""For whom: the people and animals that a theme names, as a phrase of its own ("for new moms") or as a word before
a thing ("kids' backpack")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.intent.wording import Line, listed, pattern, word_lists

_LISTS = word_lists()
_ENGLISH = {word: name for name, words in _LISTS["audiences"].items() for word in listed(words)}
# English words stay as they were typed ("kids" and "children" are shown alike); others are put into English.
_FOREIGN = {word: name for name, words in _LISTS["foreign_audiences"].items() for word in listed(words)}
_CORE = (*_ENGLISH, *_FOREIGN)
_WHO = pattern(*_CORE, *listed(_LISTS["people"]["kin"]), *listed(_LISTS["people"]["roles"]))
_OLD = r"\d+(?: (?:to|or|and) \d+| \d+)? (?:year|month) olds?(?: (?:boys?|girls?|kids?|children|son|daughter|child))?"
_STOP = (
    "for|with|and|or|in|on|at|of|to|from|by|who|that|which|under|over|without|fur|mit|und|oder|para|con|y|pour|avec|et|"
    "going|looking|just|when|while|during|en|im|am|zum|zur|que|qui"
)
_ARTICLES = (
    r"(?:(?:the|a|an|my|our|your|his|all|die|den|der|das|meine?n?|unsere?n?|los|las|el|la|mis?|les|le|mes|mon|ma)\s)*"
)
_AGES = (
    r"(?: (?:ages?|aged|under|over|up to|from|ab|unter|de|uber) \d+(?: (?:to|and|bis|a) \d+)?"
    r"(?: (?:years?|jahren?|anos|ans)(?: old)?)?)?"
)
_CLAUSE = (
    r"(?: who (?:dont |do not |also |really |always |just )?(?:loves?|likes?|hates?|enjoys?|has|have|is|are|works?|"
    r"travels?|cooks?|needs?|wants?|lives?|plays?) (?:(?!(?:under|with|for|without)\b)[\w-]+ ?){1,5}?"
    r"(?= ,| (?:under|with|for|without)\b|$)"
    r"| (?:que|qui) (?:aime(?:nt)?|adore(?:nt)?|ama|aman|le gusta|les gusta)(?: [\w-]+){1,4}(?= ,|$))?"
)
_PHRASE = re.compile(
    rf"\b(?:made for|suited to|for|with|fur|mit|para|con|pour|avec|zum) {_ARTICLES}"
    rf"(?P<who>(?:(?!(?:{_STOP})\b)[\w-]+ ){{0,3}}?(?:{_OLD}|{_WHO})"
    rf"(?: (?:and|or|und|oder|y|et) {_ARTICLES}(?:{_WHO}))*{_AGES}{_CLAUSE})"
    rf"(?= ,| (?:{_STOP}|this|next)\b|$)"
)
_AGE_ALONE = re.compile(r"\b(?P<who>ages? \d+(?: (?:to|and) \d+| \d+)?|\d+(?: to \d+| \d+)? year olds)\b")
_BARE = re.compile(rf"\b(?P<who>{pattern(*_CORE)})\b")
_NAMES = re.compile(rf"\b{pattern(*listed(_LISTS['people']['names']))}\b")


_SMALL = dict(
    pair.split(":")
    for pair in (
        "und:and oder:or y:and et:and ab:from unter:under uber:over bis:to jahren:years jahre:years de:from a:to "
        "anos:years ans:years monaten:months kleine:little kleinen:little"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom, in words, and the numbers of the words that say so and no more, to be taken out of what is wanted."""

    who: str
    taken: frozenset[int]


def find_audience(line: Line, *, language: str = "en") -> Audience | None:
    """The audience that a line names; None where it names none.

    A phrase with its preposition is taken out of what is wanted; a word before a thing ("dog bed") stays in it.
    """
    named = {n for spot in line.search(_NAMES) for n in range(spot.start, spot.end)}
    for phrase in (_PHRASE, _AGE_ALONE):
        for spot in line.search(phrase):
            words = len(spot.match["who"].split())
            if spot.end - 1 not in named:
                return Audience(_shown(line, spot.end - words, spot.end), frozenset(range(spot.start, spot.end)))
    for spot in line.search(_BARE):
        word = spot.match["who"]
        if spot.start in named or (word in _FOREIGN and language == "en"):
            continue
        return Audience(_FOREIGN[word] if word in _FOREIGN else _plural(word), frozenset())
    return None


def _shown(line: Line, start: int, end: int) -> str:
    """The audience in words: English as it was typed, other languages in English as far as the words are known."""
    words = line.plain[start:end]
    if not set(words) & set(_FOREIGN):
        return line.said(start, end).strip("'")
    return " ".join(dict.fromkeys(_FOREIGN.get(word, _SMALL.get(word, word)) for word in words))


def _plural(word: str) -> str:
    """The audience of an adjective: "mens" is "men", "girl" is "girls"; plurals and phrases stay."""
    stays = word in ("children", "puppies", "kittens", "infants", "newborns", "ladies")
    return word if stays else _ENGLISH[word]
