"""Understanding a typed idea without a model: what, for whom, what for, when, at what price, with and without what.

It says nothing where the words say nothing; a language model may fill what is left open (see `core.intent.model`).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from core.domain import Filters, Intent, IntentKind
from core.intent.audiences import find_audience
from core.intent.calendar import is_southern, match_occasion
from core.intent.dates import find_dates, find_season
from core.intent.features import find_features
from core.intent.languages import language_of
from core.intent.wording import Line, plain, read_line
from core.text import fold, split_negation, split_price, tokens, words

_FOREIGN_NEGATION = {
    "es": r"sin|nada de|que no sea|(?:pero )?no (?:para|son para|aptos para)",
    "fr": r"sans|pas de|pas pour|hors",
    "de": r"ohne|kein(?:e[nrms]?)?|nicht fur|aber nicht",
    "it": r"senza|non per|niente",
    "pt": r"sem|nao para",
    "nl": r"zonder|niet voor",
}
_ENDS = r"(?=\s+(?:con|para|mit|fur|avec|pour|per|com|voor|aber|pero|mais|bis|unter|por|de menos)\b|[,;.!?]|$)"
_OR = re.compile(r"\s*,\s*|\s+(?:y|e|o|ni|et|ou|und|oder|noch|or|and)\s+")
_ARTICLE = re.compile(r"^(?:de|des|du|los|las|el|la|les|le|die|den|der|das|gli|i|os|as|zu|d'|un|una|une)\s+")
_JOINTS = frozenset(
    "and or for with in on at of to from by the a an my our your und oder fur mit im von bei zum zur die der das den y "
    "o para con de del en el la los las un una et ou pour avec dans du des le les au aux this next e per da com".split()
)
_SPEAKING = frozenset(
    "i we my our us me want need needs looking something someone anything everything who which that should would could "
    "please help people ich wir mein meine unser suche brauche mochte etwas alles quiero busco necesito quisiera algo "
    "je nous cherche veux voudrais besoin qui que".split()
)
_OPENING = re.compile(
    r"^(?:(?:i|we)(?:'m| am|'re| are|'d| would)? (?:want|need|like|love|looking for|look for)(?: to)?"
    r"(?: (?:have|buy|find|set up|build|make|create|sell|offer|show))?|looking for|show me|find me|give me|help me find"
    r"|ich (?:suche|brauche|m[oö]chte)|wir (?:suchen|brauchen|m[oö]chten)|busco|quiero|necesito|buscamos"
    r"|je (?:cherche|veux|voudrais)|nous cherchons)\s+",
)
_SAYS_NOTHING = frozenset("something anything everything things thing stuff etwas algo quelque chose".split())
_SENTENCE = re.compile(r"[.!?]\s+\w")
_LONG = 10
_TRIM = re.compile(r"^(?:[\s,;:.!?&+/|–—-]+)|(?:[\s,;:.!?&+/|–—-]+)$")
_LATE_JOINTS = _JOINTS - {"a", "i"} | {"about", "around", "during", "gegen", "am", "vom"}


@lru_cache(maxsize=1_000)  # a draft is assessed against the same words with every edit
def read_words(
    text: str, *, kind: IntentKind | None = None, country: str, today: date, locale: str | None = None
) -> Intent:
    """Read a typed idea as an intent; every field but `text`, `kind` and `locale` is empty where it says nothing of it.

    A dated occasion gives its next days in the country unless the words name other days. `text` stays as typed but for
    its blanks. Raises nothing: whether a theme can be planned for is the planner's to say.
    """
    typed = read_line(text)
    language = language_of(typed.text) if locale is None else locale.split("-")[0].lower()
    rest, price = split_price(typed.text.lower())
    wanted, unwanted = _split_unwanted(rest, typed, language)
    line = read_line(wanted)
    taken: set[int] = set()
    match = match_occasion(line.text, country, today)
    if match is not None:
        taken |= set(range(match.start, match.end))
    when = find_dates(line, today, southern=is_southern(country), american=country.upper() == "US")
    if when is not None and not when.taken & taken:
        taken |= when.taken
    season = find_season(line)
    audience = find_audience(_masked(line, taken), language=language)
    phrase = audience.taken if audience is not None else frozenset()
    must_have, features = find_features(line, taken | phrase)
    days = when.dates if when is not None else _days_of(match)
    gone = phrase | features | (when.taken if when is not None else frozenset())
    gone |= _phrase_alone(line, set(range(match.start, match.end)) if match is not None else set(), gone)
    gone |= _phrase_alone(line, set() if season is None else set(season[1]), gone)
    what = _tidy(line.without(gone))
    return Intent(
        text=" ".join(text.split()),
        kind=_kind(rest, typed, language) if kind is None else kind,
        filters=Filters(price),
        must_not=unwanted,
        audience=None if audience is None else audience.who,
        occasion=None if match is None else match.occasion.name,
        locale=language if locale is None else locale,
        what="" if tokens(what) == tokens(typed.text) else what,
        season=None if season is None else season[0],
        dates=days,
        must_have=must_have,
    )


def _split_unwanted(rest: str, typed: Line, language: str) -> tuple[str, tuple[str, ...]]:
    """What is wanted, spelt as typed, and what must not be; a text that would keep nothing stays whole."""
    unwanted: list[str] = []
    negation = _FOREIGN_NEGATION.get(language)
    if negation is not None:
        spans = list(re.finditer(rf"(?:^|(?<=\s)|(?<=,))(?:{negation})\s+(?P<span>[^,;]+?){_ENDS}", fold(rest)))
        left = fold(rest)
        for span in reversed(spans):
            left = f"{left[: span.start()]} {left[span.end() :]}"
        if spans and tokens(left):
            unwanted = [p for s in spans for one in _OR.split(s["span"]) if tokens(p := _ARTICLE.sub("", one.strip()))]
            rest = " ".join(left.split())
    query = split_negation(rest)
    spelt = {plain(word.text): word.text for word in typed.words}
    known = {" ".join(words(one)): one for one in (*unwanted, *query.unwanted)}
    return (
        re.sub(r"[^\W\d_]+", lambda found: spelt.get(found[0], found[0]), query.wanted),
        tuple(re.sub(r"[^\W\d_]+", lambda found: spelt.get(found[0], found[0]), one) for one in known.values()),
    )


def _masked(line: Line, taken: set[int]) -> Line:
    """The line with words that name something else made unreadable: the father of Father's Day is no audience."""
    kept = (
        word if n not in taken else type(word)(word.text, "·", word.start, word.end)
        for n, word in enumerate(line.words)
    )
    return Line(line.text, tuple(kept))


def _days_of(match: object) -> tuple[date, date] | None:
    occasion = getattr(match, "occasion", None)
    if occasion is None or occasion.first is None or occasion.last is None:
        return None
    return occasion.first, occasion.last


def _phrase_alone(line: Line, said: set[int], gone: frozenset[int] | set[int]) -> set[int]:
    """The words of an occasion or season that stand after a preposition and before no thing ("for Halloween")."""
    if not said:
        return set()
    first, last = min(said), max(said)
    before = line.plain[first - 1] if first else ""
    after = line.plain[last + 1] if last + 1 < len(line.words) else ""
    ends = not after or after in _LATE_JOINTS or last + 1 in gone
    if ends and before in _LATE_JOINTS and before not in ("and", "or", "und", "y", "et"):
        return said | {first - 1}
    return set()


def _tidy(what: str) -> str:
    """What is left, without joining words and marks at its ends."""
    parts = _OPENING.sub("", what).split()
    while parts and (plain(parts[-1]).strip(",.;:!?&-") in _LATE_JOINTS or not re.search(r"\w", parts[-1])):
        parts.pop()
    while parts and (plain(parts[0]).strip(",.;:!?&-") in _LATE_JOINTS | {"a"} or not re.search(r"\w", parts[0])):
        parts.pop(0)
    text = re.sub(r"\s+([,;:.!?])", r"\1", " ".join(parts))
    text = _TRIM.sub("", re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text))
    return "" if set(words(text)) <= _SAYS_NOTHING else text


def _kind(rest: str, typed: Line, language: str) -> IntentKind:
    """`keyword`: one or two words and none that joins; `idea`: a sentence or a long one; `theme`: all else."""
    parts = words(rest)
    if language in ("zh", "ja"):
        return "keyword" if len(typed.text) <= 6 else "idea" if len(typed.text) > 18 else "theme"
    if 0 < len(parts) <= 2 and not _JOINTS & set(parts):
        return "keyword"
    spoken = len(parts) >= 5 and bool(_SPEAKING & set(parts))
    return "idea" if len(parts) >= _LONG or spoken or _SENTENCE.search(typed.text) else "theme"
