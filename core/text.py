"""The one analyser of text: recall, preview and explanation agree because products, terms and queries share it.

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

# Plurals that the stemmer does not know, one spelling of two, units written short, and for whom in the languages that
# shoppers mix in: the left is read as the right.
_SAME = dict(
    pair.split(":")
    for pair in (
        "women:woman womens:woman woman's:woman women's:woman men:man mens:man man's:man men's:man children:child "
        "childrens:child children's:child feet:foot teeth:tooth mice:mouse geese:goose knives:knife shelves:shelf "
        "leaves:leaf loaves:loaf wolves:wolf halves:half scarves:scarf wives:wife calves:calf lives:life elves:elf "
        "grey:gray colour:color colours:color coloured:colored colourful:colorful jewellery:jewelry flavour:flavor "
        "flavours:flavor flavoured:flavored fibre:fiber fibres:fiber aluminium:aluminum armour:armor pyjama:pajama "
        "pyjamas:pajama moustache:mustache doughnut:donut doughnuts:donut favourite:favorite favourites:favorite "
        "oz:ounce lb:pound lbs:pound ft:foot inches:inch qt:quart qts:quart gal:gallon gals:gallon pc:piece pcs:piece "
        "pk:pack yd:yard yds:yard xmas:christmas "
        "hombre:man hombres:man caballero:man caballeros:man homme:man hommes:man herren:man uomo:man mujer:woman "
        "mujeres:woman dama:woman damas:woman femme:woman femmes:woman damen:woman"
    ).split()
)

# Words that end the reach of a negation: "without handle, with lid" negates the handle only.
_SPAN_ENDS = frozenset("and but with for in on to from plus that which by".split())
_NEGATORS = frozenset(("without", "no", "not", "never", "minus", "excluding", "except", "w/o", "sans", "non", "zero"))
_MAX_SPAN = 3

# "-less" and "-free" words in which nothing is left out.
_NOT_NEGATED_LESS = frozenset(
    "bless unless less regardless nevertheless nonetheless priceless timeless effortless countless endless flawless "
    "weightless breathless careless fearless helpless homeless restless reckless selfless tireless useless wellness "
    "wireless stainless harmless painless ageless relentless".split()
)
_FREE_BEFORE = frozenset("hands worry stress duty hassle risk care is are for get buy one".split())
_FREE_AFTER = frozenset(
    "shipping delivery gift returns return standing weight weights range size sample samples trial people spirit fall "
    "motion".split()
)
# What an "un-" word says is missing; the word itself stays a word that a shopper may ask for.
_UN_WORDS = {
    "un" + word: root
    for word, root in (
        pair.split(":")
        for pair in (
            "scented:scent sweetened:sweeten flavored:flavor flavoured:flavor dated:date salted:salt bleached:bleach "
            "coated:coat lined:line padded:pad painted:paint dyed:dye wired:wire framed:frame colored:color "
            "insulated:insul ruled:rule seasoned:season fragranced:fragranc waxed:wax"
        ).split()
    )
} | {"wireless": "wire", "caffeine-free": "caffein", "decaf": "caffein", "decaffeinated": "caffein"}
_ABSENT_AFTER = frozenset("included needed required necessary".split())
# After "no" or "not" these say nothing of what a product lacks: "not only", "no matter", "no worries".
_EMPTY_NEGATION = frozenset(
    "only just merely matter worry worries problem problems question questions doubt longer more other sure".split()
)

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK = re.compile(f"[{_HAN}]")
_WORD = re.compile(
    rf"[{_HAN}]+"
    r"|\d+[\s-]\d/\d+"  # 1 1/2, 1-1/2: one number, not two
    r"|\d+(?:[.,/]\d+)*"
    r"|w/o\b"
    rf"|[^\W\d_{_HAN}]+(?:'[^\W\d_{_HAN}]+)*"
)
_MIXED = re.compile(r"(\d+)[\s-](\d/\d+)")
_FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_INCH_MARK = re.compile(r"(?<=\d)\s?(?:\"|''|”)")
# One letter before a hyphen or a blank belongs to the word: t-shirt, v-neck, u-bolt, x-ray.
_LETTER_WORD = re.compile(r"\b(t|v|u|x|y|o|a|d)[\s-](shirts?|necks?|bolts?|rays?|rings?|lines?|bars?)\b")
# A clause ends at punctuation, but not inside a number: 1/2, 2.5, 1,000.
_PUNCT_BREAK = re.compile(r"[;:()\[\]|•–—!?\n]|(?<!\d)[,./]|[,./](?!\d)")

_lock = threading.Lock()
_stemmer = Stemmer.Stemmer("english")


def fold(text: str) -> str:
    """Lower case without accents, compatibility forms made plain ("１２" is "12", "ß" is "ss", "1½" is "1-1/2")."""
    if text.isascii():
        return text.lower()
    text = _FRACTION.sub("-", text)
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    kept = kept.replace("’", "'").replace("‘", "'").replace("＂", '"').replace("⁄", "/")
    return unicodedata.normalize("NFC", kept)  # Hangul back into syllables


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English Snowball stem of a folded word; digits and Chinese stay as they are."""
    if word.endswith("'s"):
        word = word[:-2]
    word = _SAME.get(word, word)
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
    plain = _INCH_MARK.sub(" inch ", _LETTER_WORD.sub(r"\1\2", fold(text)))
    found: list[str] = []
    for match in _WORD.finditer(plain):
        word = match.group()
        if word[0].isdigit():
            found.append(_MIXED.sub(r"\1-\2", word))
        elif word in ("tshirt", "tshirts"):
            found.extend((word, word[1:]))  # a T-shirt is a shirt too
        elif _CJK.match(word):
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
    """Split the tokens of a product's text into asserted and negated ("without stem", "stemless", "non-slip").

    A negated span reaches over at most three words and ends at a comma, a bracket or a joining word.
    """
    asserted: list[str] = []
    negated: list[str] = []
    for clause in _PUNCT_BREAK.split(_LETTER_WORD.sub(r"\1\2", fold(text.replace("w/o", "without")))):
        _analyse_clause(words(clause), asserted, negated)
    return Analysis(tuple(asserted), tuple(negated))


def _analyse_clause(clause: tuple[str, ...], asserted: list[str], negated: list[str]) -> None:
    reach = 0
    start = len(asserted)
    for i, word in enumerate(clause):
        after = clause[i + 1] if i + 1 < len(clause) else ""
        if word in _NEGATORS:
            if word == "not" and after in _ABSENT_AFTER and len(asserted) > start:
                negated.append(asserted.pop())  # "batteries not included"
            elif after not in _EMPTY_NEGATION:
                reach = 1 if word == "non" else _MAX_SPAN
            continue
        if word in ("of", "from") and i and clause[i - 1] == "free":
            reach = _MAX_SPAN
            continue
        if reach and word in _SPAN_ENDS and not (word == "and" and len(clause) - i == 2):
            reach = 0  # but "free of gluten and dairy" lacks both
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
    """The stem that a word says is missing ("stemless": "stem", "undated": "date"), None for "timeless" and such."""
    if word in _UN_WORDS:
        return _UN_WORDS[word]
    if len(word) > 6 and word.endswith("less") and word not in _NOT_NEGATED_LESS:
        return stem(word.removesuffix("less"))
    return None


def _is_free(word: str, after: str) -> bool:
    return word not in _FREE_BEFORE and after not in _FREE_AFTER and not word[0].isdigit()


_QUERY_NEGATION = re.compile(
    r"\b(?:without|with\s+no|w/o|(?:but\s+)?not(?:\s+(?:(?:meant|made|suitable)\s+)?for)?|minus|excluding"
    r"|except(?:\s+for)?|sans|ohne|nicht\s+fur)\s+(?P<span>[^,;]+)"
    r"|(?<=\S)\s+no\s+(?P<last>\w+)\s*$"
)
_KEPT_NEGATION = re.compile(r"\b(?:non[\s-]|no\s+)(?P<non>\w+)|\b(?P<free>\w+)[\s-]free\b")
_DEGREES = frozenset("too so very overly zu trop".split())
_QUERY_SPAN_ENDS = re.compile(r"\b(?:but|for|with|in)\b")


@dataclass(frozen=True, slots=True)
class Query:
    """A plain query taken apart: what is wanted, and what must not be."""

    wanted: str
    unwanted: tuple[str, ...]


def split_negation(query: str) -> Query:
    """Take "without X", "not X", "not for X", "minus X" and a closing "no X" out of a query as unwanted terms.

    What names a product by what it lacks ("non-slip mat", "no show socks", "gluten free bread", "stemless glass",
    "unscented candle") stays wanted and adds its root as unwanted. A query that would keep nothing stays whole.
    """
    plain = fold(query)
    unwanted: list[str] = []

    def take(match: re.Match[str]) -> str:
        span = match.group("span") or match.group("last")
        end = _QUERY_SPAN_ENDS.search(span)
        reach = span if end is None else span[: end.start()]
        parts = re.split(r"\s+or\s+", reach.strip())
        head, joined, last = parts[-1].rpartition(" and ")
        if joined:
            # "without sulfates and parabens" lacks both; "without lid and double wall red" goes on to the wanted.
            parts[-1:] = [head, last] if len(last.split()) <= 2 and end is None else [head]
        # "not too expensive" is a wish, but no product says that it is too expensive.
        unwanted.extend(" ".join(words(p)) for p in parts if tokens(p) and words(p)[0] not in _DEGREES)
        rest = last if joined and last not in parts else ""
        return f" {rest} {span[len(reach) :]}"

    wanted = " ".join(_QUERY_NEGATION.sub(take, plain).split())
    for match in _KEPT_NEGATION.finditer(wanted):
        free = match.group("free")
        following = wanted[match.end() :].split()
        if free is None:
            unwanted.append(match.group("non"))
        elif _is_free(free, following[0] if following else ""):
            unwanted.append(free)
    unwanted.extend(root for root in map(lacking, words(wanted)) if root is not None)
    if not tokens(wanted):
        return Query(" ".join(query.split()), ())
    return Query(wanted, tuple(u for u in dict.fromkeys(unwanted) if tokens(u)))


def _money(name: str) -> str:
    """A pattern of an amount with its currency, whose groups begin with `name`."""
    number = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
    unit = r"[$€£¥元块円]|(?:dollars?|usd|euros?|eur|pounds?|gbp|bucks|chf|francs?|pesos?)\b"
    return rf"(?:(?P<{name}sign>[$€£¥])\s*)?(?P<{name}>{number})\s*(?P<{name}unit>{unit})?"


_LOW, _HIGH = _money("low"), _money("high")
_BETWEEN = re.compile(rf"\b(?:between|from|zwischen|von|entre|de)\s+{_LOW}\s*(?:and|to|-|–|und|bis|y|et|a|à)\s*{_HIGH}")
_RANGE = re.compile(rf"(?<!\w){_LOW}\s*(?:-|–|to|bis)\s*{_HIGH}")
_BELOW = re.compile(
    r"\b(?:(?:for|f[uü]r|por|pour)\s+)?(?P<below>under|below|less\s+than|up\s+to|max(?:imum|imal)?\.?|cheaper\s+than|not\s+over|at\s+most|within"
    r"|unter|bis(?:\s+zu)?|h[oö]chstens|weniger\s+als|menos\s+de|hasta|moins\s+de|jusqu'\s?[aà])"
    rf"\s+{_HIGH}"
)
_ABOVE = re.compile(
    r"\b(?P<above>over|above|more\s+than|from|at\s+least|starting\s+at"
    r"|[uü]ber|ab|mehr\s+als|mindestens|m[aá]s\s+de|desde|plus\s+de|[aà]\s+partir\s+de)"
    rf"\s+{_LOW}"
)
_OR_LESS = re.compile(
    rf"(?<!\w){_HIGH}\s*(?:(?:or|and|oder|o|ou)\s+(?:less|under|below|cheaper|weniger|menos|moins)\b|max\b|以下|以内)"
)
_OR_MORE = re.compile(rf"(?<!\w){_LOW}\s*(?:(?:or|and|oder|o|ou)\s+(?:more|over|above|up|mehr|mas|plus)\b|以上)")
# These words stand before many numbers that are no prices, so after them the currency has to be said.
_NEEDS_CURRENCY = frozenset("from bis ab hasta desde a à plus".split())
_NOT_PRICE = re.compile(
    r"^(?:'?s\b|\s*(?:%|°|-?(?:years?|yrs?|months?|weeks?|days?|hours?|minutes?|mins?|inch(?:es)?|cm|mm|m|ft|feet|miles?|km"
    r"|kg|lbs?|g|ml|l|oz|watts?|w|people|persons?|players?|pieces?|jahren?|monaten?|personen|anos|meses|personas|ans"
    r"|mois|personnes)\b))"
)
_AGED = re.compile(
    r"\b(?:kids?|child(?:ren)?|boys?|girls?|bab(?:y|ies)|toddlers?|teens?|ages?|aged|(?:wo)?men|adults?|people|anyone|those"
    r"|kinder|jungen|madchen|mädchen|ninos|niños|ninas|niñas|enfants?)\s*$"
)


def split_price(text: str) -> tuple[str, tuple[float | None, float | None] | None]:
    """Take a price range out of a folded theme: ("gifts", (None, 50.0)) for "gifts under $50"; None for none.

    A bare number counts after "under" and the like, unless it is an age ("kids under 5") or carries another unit.
    German, Spanish, French and Chinese words are read too; "1.200" and "1,200" are both twelve hundred.
    """
    for pattern in (_BETWEEN, _OR_LESS, _OR_MORE, _RANGE, _BELOW, _ABOVE):
        for match in pattern.finditer(text):
            found = match.groupdict()
            marked = any(found.get(k) for k in ("lowsign", "lowunit", "highsign", "highunit"))
            word = found.get("below") or found.get("above")
            bare = word is not None and word.split()[0].partition("'")[0] not in _NEEDS_CURRENCY
            aged = _AGED.search(text[: match.start()]) or _NOT_PRICE.match(text[match.end() :])
            if not marked and (not bare or aged):
                continue
            low, high = _amount(found.get("low")), _amount(found.get("high"))
            if low is not None and high is not None and low > high:
                low, high = high, low
            rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
            return rest.strip(" ,;-"), (low, high)
    return text, None


def _amount(text: str | None) -> float | None:
    if text is None:
        return None
    thousands = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?", text)
    if thousands:
        return float(re.sub(r"[.,]", "", thousands[1]) + f".{thousands[2] or 0}")
    return float(text.replace(",", "."))
