"""Findings without a language model: what the gathered passages name again and again, counted, nothing concluded.

A phrase is a run of one to three words without stop words. It counts once for each source that names it, more where it
stands as an item of a list or as a heading, because lists and headings name things. Modest on purpose: it says how many
sources name a thing, never why.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.domain import Evidence, Finding, Intent
from core.research.notebook import LIBRARY
from core.research.passages import ITEM, plain_address
from core.text import STOP_WORDS, fold, stem, tokens


class Held(NamedTuple):
    """How many products of a catalogue are of the kind that a phrase names (by their category), and how many hold its
    words anywhere."""

    kind: int
    words: int


Sold = Callable[[Sequence[str]], Sequence[Held]]
"""What the catalogue has for each phrase."""

MOST_FINDINGS = 8
_UNSOLD = 2
_WEIGHED = 60
_CITED = 5
_ITEM_WORTH = 1.5
_LONGER = 0.6
_LONG = 3
_ITEM_WORDS = 4

# Words of prose that name nothing which could be bought.
_PROSE = frozenset(
    """
    about above after again against all almost alone along already also although always among amount another any anyone
    anything around away back based because been before being below best better between beyond big both bring buy buyer
    buyers buying call came can cannot check choice choices choose choosing click come comes comfortable common consider
    could day days deal did different do does doing done down during each easier easily easy either else end enjoy
    enough ensure especially essential essentials even ever every everyone everything example extra fact favorite
    favourite feel few find first five follow found four free full fun gear get gets getting gift gifts give gives go
    goes going good got great guide had half happy has have having he help helps her here high him his home hour hours
    how however i idea ideas if important include included includes including instead item items just keep keeps kind
    know large last later learn least left less let level life like likely list little live ll long look looking looks
    lot lots love low made main make makes making many market may maybe me mean might mind minute minutes month months
    more most much must my need needed needs never new next nice night no not nothing now number off offer offers often
    old once one online only option options order other others otherwise out over overall own part parts people perfect
    person pick picks place plan plenty point pop popular possible post pretty price prices probably product products
    put quality quick quickly quite range rather re read really recommend remember report review reviews right said same
    save say says season see seem seen sell selling sells set several she shop shopper shoppers shopping short should
    show shows simple simply since size sizes small so some someone something soon sort stay still store stores style
    styles sure take takes taking tell ten than thank thanks the their them then there these they thing things think
    this those though three through tie time times tip tips today together told too top total toward trend trends trip
    true try turn two type types under until up upon us use used useful user uses using usually ve very via want wants
    was way ways we week weeks well went what whatever when where whether which while who whole whose why wide will wish
    within without won word work works world worth would year years yes yet you your yours yourself add added article
    author blog comment contact cookie cookies copyright email login menu newsletter page pages photo privacy share
    sign site subscribe website january february march april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday bigger biggest bit clear current dont doesn isn early late
    ideal key near none open per plus ready real second similar special start started starting third usual versus vs
    adult adults child children family families kid kids campsite pack packing packed bringing trips checklist everybody
    parent parents cold colder warm cool inside outside spare safe sense
    aber alle als am auch auf aus bei bis das dass dem den der des die doch ein eine einem einen einer es für hat im ist
    mit nach nicht noch nur oder sich sie sind und vom von vor wenn werden wie wir wird zu zum zur au aux avec ce ces
    cette dans de del du elle en est et il la le les leur lui mais ne nous ou par pas pour que qui sa sans se ses son
    sont sur un une vos votre vous al como con cual cuando desde donde el ella entre esta este esto hay las lo los mas
    muy nos para pero por sea ser si sin sobre su sus tu una unos y ya
    """.split()
)
_BREAKS = re.compile(r"[^\w\s'’-]+|\s[-–—]\s|\n|\d[\d.,/%]*")
_HEAD_END = re.compile(r"\s*[:(\[–—]|\s-\s|(?<=\w)-\s|[.!?;]")
_JOINED = re.compile(r"\s*(?:,|&|/|\b(?:and|or|und|oder|et|ou|y|o)\b)\s*")
_STRIPPED = "'’-_"


@dataclass(slots=True)
class _Named:
    """One phrase by its stems: where it is named, and how it is mostly written."""

    sources: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)
    """The first passage of each source."""
    written: Counter[str] = field(default_factory=Counter)

    @property
    def worth(self) -> float:
        """What two words name is told rather than each of them; a third adds little."""
        length = min(len(self.phrase.split()), _LONG) - 1
        return (len(self.sources) + _ITEM_WORTH * len(self.listed)) * (1 + _LONGER * min(length, 1) + 0.1 * length)

    @property
    def phrase(self) -> str:
        return self.written.most_common(1)[0][0]


Stems = tuple[str, ...]


def extract(evidence: Sequence[Evidence], intent: Intent, *, sold: Sold | None = None) -> tuple[Finding, ...]:
    """Facts of calendar and catalogue as they stand, then what the sources name most, at most `MOST_FINDINGS` of these.

    With `sold`, kinds of products that the catalogue has come first, then words that its products hold, then at most
    two things that it has not, which the finding says.
    """
    about = frozenset(tokens(f"{intent.text} {intent.what} {intent.occasion or ''} {intent.audience or ''}"))
    facts = [_fact(found, about) for found in evidence if found.source in ("calendar", "catalogue")]
    gathered = [found for found in evidence if found.source in ("web", "library")]
    sources = len({_place(found) for found in gathered})
    named = _frequent(_count(gathered, about), sources=sources)
    told = [_finding(one, held, sources=sources) for one, held in _with_shop(named, sold)]
    return (*(fact for fact in facts if fact is not None), *told[:MOST_FINDINGS])


def _with_shop(named: Sequence[_Named], sold: Sold | None) -> list[tuple[_Named, Held | None]]:
    """What is named with what the catalogue has of it, in the order in which it is told.

    A single word that is no kind of product and no item of a list is left out: mostly it says how, not what.
    """
    if sold is None or not named:
        return [(one, None) for one in named]
    pairs = list(zip(named, sold([one.phrase for one in named]), strict=True))
    kinds = [pair for pair in pairs if pair[1].kind]
    things = [pair for pair in pairs if not pair[1].kind and (pair[0].listed or " " in pair[0].phrase)]
    lacking = [pair for pair in things if not pair[1].words][:_UNSOLD]
    held = [pair for pair in things if pair[1].words]
    return [*kinds, *held[: max(0, MOST_FINDINGS - len(kinds) - len(lacking))], *lacking]


def most_named(evidence: Sequence[Evidence], intent: Intent) -> tuple[str, ...]:
    """What the gathered passages name most, most first: what a deeper search goes on with."""
    about = frozenset(tokens(f"{intent.text} {intent.what}"))
    gathered = [found for found in evidence if found.source in ("web", "library")]
    sources = len({_place(found) for found in gathered})
    return tuple(one.phrase for one in _frequent(_count(gathered, about), sources=sources))


def in_words(phrases: Sequence[str]) -> str:
    """Phrases as a sentence lists them."""
    return ", ".join(f"“{phrase}”" for phrase in phrases)


def _fact(found: Evidence, about: frozenset[str]) -> Finding | None:
    """What calendar or catalogue say, in their first sentence; a day of the calendar only where the theme names it."""
    if found.source == "calendar" and not about & frozenset(tokens(found.title)):
        return None
    lines = found.text.splitlines()
    items = [item for line in lines if ITEM.match(line) and found.source == "catalogue" for item in _items_of(line)]
    terms = tuple(dict.fromkeys(items))[:_CITED]
    return Finding(lines[0].strip(), terms, (found.key,))


def _finding(one: _Named, held: Held | None, *, sources: int) -> Finding:
    keys = tuple(one.keys.values())[:_CITED]
    where = f"named in {len(one.sources)} of {sources} sources" if sources > 1 else "named in the one source found"
    if held is None:
        return Finding(f"“{one.phrase}” is {where}.", (one.phrase,), keys)
    if not held.kind and not held.words:
        return Finding(f"“{one.phrase}” is {where}; no product of the catalogue is called so.", (), keys)
    count = held.kind or held.words
    products = f"{count:,} {'product' if count == 1 else 'products'} of the catalogue"
    known = f"{products} of that kind" if held.kind else f"{products} with these words"
    return Finding(f"“{one.phrase}” is {where}; {known}.", (one.phrase,), keys)


def _place(found: Evidence) -> str:
    address = found.address
    # Passages of one document are one source.
    return address.split("#")[0] if address.startswith(LIBRARY) else plain_address(address) or found.title


def _count(evidence: Sequence[Evidence], about: frozenset[str]) -> dict[Stems, _Named]:
    named: dict[Stems, _Named] = defaultdict(_Named)
    for found in evidence:
        place = _place(found)
        for phrase, listed in _phrases(found.text):
            stems = tuple(stem(word) for word in phrase.split())
            if about.issuperset(stems):
                continue
            one = named[stems]
            one.sources.add(place)
            if listed:
                one.listed.add(place)
            one.keys.setdefault(place, found.key)
            one.written[phrase] += 1
    return named


def _frequent(named: dict[Stems, _Named], *, sources: int) -> list[_Named]:
    """Phrases that are worth telling, best first, without those that only repeat a part of a longer one.

    A phrase of a sentence needs two sources, one word alone three; an item of a list needs no second. In a single
    source only items of lists count.
    """
    kept = [
        (stems, one)
        for stems, one in named.items()
        if one.listed or (sources > 1 and len(one.sources) >= 2 + (len(stems) == 1))
    ]
    kept.sort(key=lambda pair: (-pair[1].worth, -len(pair[0]), pair[0]))
    told: list[tuple[Stems, _Named]] = []
    for stems, one in kept[:_WEIGHED]:
        if not _repeats(stems, one, told):
            told.append((stems, one))
    return [one for _, one in told]


def _repeats(stems: Stems, one: _Named, told: Sequence[tuple[Stems, _Named]]) -> bool:
    """Whether a phrase is a part, or a longer form, of what is told already and adds hardly a source of its own."""
    own = frozenset(stems)
    alike = [other for known, other in told if own <= frozenset(known) or own >= frozenset(known)]
    return bool(alike) and len(one.sources.difference(*(other.sources for other in alike))) <= len(one.sources) // 3


def _phrases(text: str) -> Iterator[tuple[str, bool]]:
    """(phrase, whether it is an item or heading), folded; a phrase may come more than once."""
    for line in text.splitlines():
        items = _items_of(line)
        if ITEM.match(line) or _is_title(line, items):
            yield from ((item, True) for item in items)
        for clause in _BREAKS.split(_bound(fold(ITEM.sub("", line)))):
            for run in _runs(clause):
                for size in (1, 2, 3):
                    for start in range(len(run) - size + 1):
                        yield " ".join(run[start : start + size]), False


def _is_title(line: str, items: Sequence[str]) -> bool:
    """Whether a line of its own is a heading that is wholly the name of a thing: "Camp stoves", not "Rain in July"."""
    whole = _bound(fold(line)).split()
    return len(items) == 1 and len(whole) == len(items[0].split()) and not line.rstrip().endswith((".", "!", "?", ","))


def _items_of(line: str) -> tuple[str, ...]:
    """The things that a line of a list names in its first words, up to a colon, a dash or a full stop."""
    head = _HEAD_END.split(ITEM.sub("", line).strip(), maxsplit=1)[0]
    found = (_item_of(part) for part in _JOINED.split(_bound(fold(head))))
    return tuple(item for item in found if item)


def _bound(text: str) -> str:
    """Words that name a thing only together, made one."""
    return text.replace("first aid", "first-aid")


def _item_of(part: str) -> str:
    """The name of a thing without the words around it that name nothing; "" for prose."""
    spoken = [word.strip(_STRIPPED) for word in part.split()]
    while spoken and _empty(spoken[0]):
        spoken.pop(0)
    while spoken and _empty(spoken[-1]):
        spoken.pop()
    if not 0 < len(spoken) <= _ITEM_WORDS or any(_empty(word) for word in spoken):
        return ""
    return " ".join(spoken)


def _runs(clause: str) -> Iterator[list[str]]:
    """Words between words that name nothing."""
    run: list[str] = []
    for raw in clause.split():
        word = raw.strip(_STRIPPED)
        if _empty(word):
            if run:
                yield run
            run = []
        else:
            run.append(word)
    if run:
        yield run


def _empty(word: str) -> bool:
    plain = word.split("'")[0].split("’")[0]
    return len(plain) < 3 or plain in STOP_WORDS or plain in _PROSE or not all(c.isalnum() or c in "'’-" for c in word)
