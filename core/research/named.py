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

from core.domain import Evidence, Finding, Intent
from core.research.notebook import LIBRARY
from core.research.passages import ITEM, plain_address
from core.text import STOP_WORDS, fold, stem, tokens

Sold = Callable[[Sequence[str]], Sequence[int]]
"""How many products of the catalogue hold every word of each phrase."""

MOST_FINDINGS = 8
_UNSOLD = 2
_WEIGHED = 60
_CITED = 5
_ITEM_WORTH = 1.5
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
    aber alle als am auch auf aus bei bis das dass dem den der des die doch ein eine einem einen einer es für hat im ist
    mit nach nicht noch nur oder sich sie sind und vom von vor wenn werden wie wir wird zu zum zur au aux avec ce ces
    cette dans de del du elle en est et il la le les leur lui mais ne nous ou par pas pour que qui sa sans se ses son
    sont sur un une vos votre vous al como con cual cuando desde donde el ella entre esta este esto hay las lo los mas
    muy nos para pero por sea ser si sin sobre su sus tu una unos y ya
    """.split()
)
_BREAKS = re.compile(r"[^\w\s'’-]+|\s[-–—]\s|\n|\d[\d.,/%]*")
_HEAD_END = re.compile(r"\s*[:(\[–—]|\s-\s|[.!?,;]")
_STRIPPED = "'’-_"


@dataclass(slots=True)
class _Named:
    """One phrase by its stems: where it is named, and how it is mostly written."""

    sources: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    keys: list[str] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)

    @property
    def worth(self) -> float:
        return len(self.sources) + _ITEM_WORTH * len(self.listed)

    @property
    def phrase(self) -> str:
        return self.written.most_common(1)[0][0]


Stems = tuple[str, ...]


def extract(evidence: Sequence[Evidence], intent: Intent, *, sold: Sold | None = None) -> tuple[Finding, ...]:
    """Facts of calendar and catalogue as they stand, then what the sources name most, at most `MOST_FINDINGS` of these.

    With `sold`, what the catalogue has comes first, and at most two things that it has not, which the finding says.
    """
    about = frozenset(tokens(f"{intent.text} {intent.what} {intent.occasion or ''} {intent.audience or ''}"))
    facts = [_fact(found, about) for found in evidence if found.source in ("calendar", "catalogue")]
    gathered = [found for found in evidence if found.source in ("web", "library")]
    sources = len({_place(found) for found in gathered})
    named = _frequent(_count(gathered, about), sources=sources)
    counts = sold([one.phrase for one in named]) if sold is not None and named else [None] * len(named)
    told: list[Finding] = []
    missing = 0
    for one, held in zip(named, counts, strict=True):
        missing += held == 0
        if held != 0 or missing <= _UNSOLD:
            told.append(_finding(one, held, sources=sources))
    told.sort(key=lambda finding: not finding.terms)
    return (*(fact for fact in facts if fact is not None), *told[:MOST_FINDINGS])


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
    items = [_item_of(line) for line in lines if ITEM.match(line)] if found.source == "catalogue" else []
    terms = tuple(dict.fromkeys(item for item in items if item))[:_CITED]
    return Finding(lines[0].strip(), terms, (found.key,))


def _finding(one: _Named, held: int | None, *, sources: int) -> Finding:
    keys = tuple(one.keys[:_CITED])
    where = f"named in {len(one.sources)} of {sources} sources" if sources > 1 else "named in the one source found"
    if held == 0:
        return Finding(f"“{one.phrase}” is {where}; no product of the catalogue is called so.", (), keys)
    known = ""
    if held is not None:
        known = f"; {held:,} {'product' if held == 1 else 'products'} of the catalogue called so"
    return Finding(f"“{one.phrase}” is {where}{known}.", (one.phrase,), keys)


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
            if found.key not in one.keys:
                one.keys.append(found.key)
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
        if not any(_repeats(stems, one, known, other) for known, other in told):
            told.append((stems, one))
    return [one for _, one in told]


def _repeats(stems: Stems, one: _Named, known: Stems, other: _Named) -> bool:
    """Whether all words of the one are in the other, and the one told later adds hardly a source of its own."""
    short, long = sorted((frozenset(stems), frozenset(known)), key=len)
    return short <= long and len(one.sources - other.sources) <= len(one.sources) // 3


def _phrases(text: str) -> Iterator[tuple[str, bool]]:
    """(phrase, whether it is an item or heading), folded; a phrase may come more than once."""
    for line in text.splitlines():
        item = _item_of(line)
        if not ITEM.match(line) and not _is_title(line, item):
            item = ""
        if item:
            yield item, True
        for clause in _BREAKS.split(fold(ITEM.sub("", line))):
            for run in _runs(clause):
                for size in (1, 2, 3):
                    for start in range(len(run) - size + 1):
                        yield " ".join(run[start : start + size]), False


def _is_title(line: str, item: str) -> bool:
    """Whether a line of its own is a heading that is wholly the name of a thing: "Camp stoves", not "Rain in July"."""
    return bool(item) and len(line.split()) == len(item.split()) and not line.rstrip().endswith((".", "!", "?", ","))


def _item_of(line: str) -> str:
    """The thing that a line of a list names: its first words up to a colon, a dash or a full stop; "" for prose."""
    head = _HEAD_END.split(ITEM.sub("", line).strip(), maxsplit=1)[0]
    spoken = [word.strip(_STRIPPED) for word in fold(head).split()]
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
