"""The one analyser of text: the same tokens for products, terms and queries, so that recall, preview and explanation agree.

Fold accents and case, segment (Chinese by jieba), drop stop words, stem. Folding comes before stemming ("Nescafé" and
"nescafe" are one token) and "up", "no", "other" are ordinary words: the traps of the built-in analysers.
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    "a an and are as at be but by for from in into is it its of on or our so such that the their them then there these "
    "they this to was we were will with you your".split()
)

# Words that end the reach of a negation: "without handle, with lid" negates the handle only.
_SPAN_ENDS = frozenset("and but with for in on to from plus that which by or".split())
_NEGATORS = frozenset(("without", "no", "not", "never", "minus", "excluding", "except", "w/o", "sans", "non", "zero"))
_MAX_SPAN = 3

# "-less" and "-free" words in which nothing is left out.
_NOT_NEGATED_LESS = frozenset(
    "bless unless less regardless nevertheless nonetheless priceless timeless effortless countless endless flawless "
    "weightless breathless careless fearless helpless homeless restless reckless selfless tireless useless wellness "
    "wireless stainless harmless painless ageless relentless".split()
)
_FREE_BEFORE = frozenset("hands worry stress duty hassle risk care".split())
_FREE_AFTER = frozenset(
    "shipping delivery gift returns return standing weight weights range size sample samples trial people spirit fall motion".split()
)

_CJK = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_WORD = re.compile(
    r"[㐀-䶿一-鿿豈-﫿]+"
    r"|\d+(?:[.,/]\d+)*"
    r"|w/o\b"
    r"|[^\W\d_㐀-䶿一-鿿豈-﫿]+(?:'[^\W\d_]+)*"
)
# One letter before a hyphen or a blank belongs to the word: t-shirt, v-neck, u-bolt, x-ray.
_LETTER_WORD = re.compile(r"\b(t|v|u|x|y|o|a|d)[\s-](shirts?|necks?|bolts?|rays?|rings?|lines?|bars?)\b")
_UNIT = re.compile(r"(?<=\d)(?=[a-z])")
# A clause ends at punctuation, but not inside a number: 1/2, 2.5, 1,000.
_PUNCT_BREAK = re.compile(r"[;:()\[\]|•–—!?]|(?<!\d)[,./]|[,./](?!\d)")

_lock = threading.Lock()
_stemmer = Stemmer.Stemmer("english")


def fold(text: str) -> str:
    """Lower case without accents, compatibility forms made plain ("１２" is "12", "ß" is "ss")."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'").replace("＂", '"')


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English Snowball stem of a folded word; digits and Chinese stay as they are."""
    if word.endswith("'s"):
        word = word[:-2]
    if not word.isascii() or not word.isalpha():
        return word.replace("'", "")
    with _lock:  # the C stemmer keeps a buffer
        result: str = _stemmer.stemWord(word)
    return result


@lru_cache(maxsize=1)
def _chinese() -> object:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba


def _segment_chinese(text: str) -> Iterable[str]:
    return _chinese().lcut_for_search(text)  # type: ignore[attr-defined, no-any-return]


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """Folded words in order, stop words included, not stemmed."""
    plain = _LETTER_WORD.sub(r"\1\2", fold(text))
    found: list[str] = []
    for match in _WORD.finditer(plain):
        word = match.group()
        if _CJK.match(word):
            found.extend(w for w in _segment_chinese(word) if w.strip())
        else:
            found.append(word)
    return tuple(found)


@lru_cache(maxsize=100_000)
def tokens(text: str) -> tuple[str, ...]:
    """Stems in order with repeats, stop words left out: what the catalogue indexes and a term is made of."""
    return tuple(stem(w) for w in words(text) if w not in STOP_WORDS)


@dataclass(frozen=True, slots=True)
class Analysis:
    """Tokens of a text, apart by whether the text says that it has them or that it lacks them."""

    asserted: tuple[str, ...]
    negated: tuple[str, ...]


def analyse(text: str) -> Analysis:
    """Split the tokens of a product's text into asserted and negated ("without stem", "stem-free", "stemless", "non-slip").

    A negated span reaches over at most three words and ends at a comma, a bracket or a joining word.
    """
    asserted: list[str] = []
    negated: list[str] = []
    for clause in _PUNCT_BREAK.split(_LETTER_WORD.sub(r"\1\2", fold(text.replace("w/o", "without")))):
        _analyse_clause(words(clause), asserted, negated)
    return Analysis(tuple(asserted), tuple(negated))


def _analyse_clause(clause: tuple[str, ...], asserted: list[str], negated: list[str]) -> None:
    reach = 0
    for i, word in enumerate(clause):
        after = clause[i + 1] if i + 1 < len(clause) else ""
        if word in _NEGATORS:
            reach = 1 if word == "non" else _MAX_SPAN
            continue
        if reach and word in _SPAN_ENDS and word != "or":
            reach = 0
        if word in STOP_WORDS:
            continue
        root = lacking(word)
        if root is not None:
            negated.append(root)
            # "stemless" is still a word that a shopper may ask for.
            asserted.append(stem(word))
        elif after == "free" and _is_free(word, clause[i + 2] if i + 2 < len(clause) else ""):
            negated.append(stem(word))
        elif reach:
            negated.append(stem(word))
            reach -= 1
        else:
            asserted.append(stem(word))


def lacking(word: str) -> str | None:
    """The stem that a "-less" word says is missing ("stemless" -> "stem"), None for words like "wireless" or "timeless"."""
    if len(word) > 6 and word.endswith("less") and word not in _NOT_NEGATED_LESS:
        return stem(word.removesuffix("less"))
    return None


def _is_free(word: str, after: str) -> bool:
    return word not in _FREE_BEFORE and after not in _FREE_AFTER and not word[0].isdigit()


_QUERY_NEGATION = re.compile(
    r"\b(?:without|with\s+no|w/o|not|no|minus|excluding|except(?:\s+for)?|but\s+not|sans|never)\s+(?P<span>[^,;]+)"
    r"|\bnon[\s-](?P<non>\w+)"
    r"|\b(?P<free>\w+)[\s-]free\b"
)


@dataclass(frozen=True, slots=True)
class Query:
    """A plain query taken apart: what is wanted, and what must not be."""

    wanted: str
    unwanted: tuple[str, ...]


def split_negation(query: str) -> Query:
    """Take "without X", "no X", "not X", "non-X" and "X-free" out of a query as unwanted terms.

    A "-less" word stays wanted and adds its root as unwanted ("stemless glass": wanted as it is, unwanted "stem").
    """
    plain = fold(query)
    unwanted: list[str] = []

    def take(match: re.Match[str]) -> str:
        free = match.group("free")
        if free is not None:
            rest = plain[match.end() :].split()
            if not _is_free(free, rest[0] if rest else ""):
                return match.group()
            unwanted.append(free)
            return " "
        span = match.group("span") or match.group("non")
        kept = re.split(r"\b(?:and|but|for|with|in)\b", span, maxsplit=1)
        parts = re.split(r"\s+or\s+", kept[0])
        unwanted.extend(p.strip() for p in parts if tokens(p))
        return " " + span[len(kept[0]) :]

    wanted = " ".join(_QUERY_NEGATION.sub(take, plain).split())
    for word in words(wanted):
        root = lacking(word)
        if root is not None:
            unwanted.append(root)
    if not tokens(wanted):
        return Query(" ".join(query.split()), ())
    return Query(wanted, tuple(dict.fromkeys(unwanted)))
