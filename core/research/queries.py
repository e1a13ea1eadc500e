"""What to search for: queries with disjoint facets, by rules from the intent, and without two that ask the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain import Intent
from core.text import STOP_WORDS, split_negation, tokens, words

MAX_QUERIES = 6
MAX_QUERY = 120
ALIKE = 0.7
"""Two queries whose stems overlap more than this (Jaccard) ask the same."""

_LONG = 9
_SEASONS = {
    "de": {"spring": "Frühling", "summer": "Sommer", "autumn": "Herbst", "winter": "Winter"},
    "fr": {"spring": "printemps", "summer": "été", "autumn": "automne", "winter": "hiver"},
    "es": {"spring": "primavera", "summer": "verano", "autumn": "otoño", "winter": "invierno"},
}
# facet and pattern; the first, the theme itself, needs no words of a language.
_PATTERNS = {
    "en": (
        ("trends", "{theme} {season} trends {year}"),
        ("what to buy", "what to buy for {theme}"),
        ("for whom", "{theme} for {audience}"),
        ("must have", "{must} {theme}"),
        ("styles", "popular styles colours and materials {theme}"),
        ("checklist", "{theme} checklist of essentials"),
    ),
    "de": (
        ("trends", "{theme} {season} Trends {year}"),
        ("what to buy", "was kaufen für {theme}"),
        ("for whom", "{theme} für {audience}"),
        ("must have", "{must} {theme}"),
        ("styles", "beliebte Stile Farben Materialien {theme}"),
        ("checklist", "{theme} Checkliste"),
    ),
    "fr": (
        ("trends", "tendances {theme} {season} {year}"),
        ("what to buy", "quoi acheter pour {theme}"),
        ("for whom", "{theme} pour {audience}"),
        ("must have", "{theme} {must}"),
        ("styles", "styles couleurs matières populaires {theme}"),
        ("checklist", "liste indispensable {theme}"),
    ),
    "es": (
        ("trends", "tendencias {theme} {season} {year}"),
        ("what to buy", "qué comprar para {theme}"),
        ("for whom", "{theme} para {audience}"),
        ("must have", "{theme} {must}"),
        ("styles", "estilos colores materiales populares {theme}"),
        ("checklist", "lista imprescindible {theme}"),
    ),
}


@dataclass(frozen=True, slots=True)
class Query:
    """One search and the side of the theme that it is for; `facet` may be ""."""

    text: str
    facet: str = ""


def subject(intent: Intent) -> str:
    """What the theme is about in search words: without what must not be, and a whole idea cut to its first words."""
    query = split_negation(intent.text)
    named = intent.what or (query.wanted if query.unwanted else intent.text)
    spoken = named.split()
    if len(spoken) > _LONG:
        kept = [word for word in words(named) if word not in STOP_WORDS]
        spoken = list(dict.fromkeys(kept))[:_LONG]
    text = " ".join(spoken)[:MAX_QUERY]
    if intent.occasion and not frozenset(tokens(intent.occasion)) <= frozenset(tokens(text)):
        text = f"{text} {intent.occasion}"
    return text.strip()


def rule_queries(intent: Intent, *, today: date, most: int) -> tuple[Query, ...]:
    """At most `most` queries by rules, the theme itself first; a side on which nothing is said is left out."""
    theme = subject(intent)
    language = intent.locale.split("-")[0].lower()
    season = _SEASONS.get(language, {}).get(intent.season or "", intent.season or "")
    said = {
        "theme": theme,
        "season": season,
        "year": str(today.year if intent.dates is None else intent.dates[0].year),
        "audience": intent.audience or "",
        "must": " ".join(intent.must_have[:2]),
    }
    found = [Query(theme, "the theme")]
    for facet, pattern in _PATTERNS.get(language, ()):
        if all(said[name] or name == "season" for name in ("audience", "must", "season") if f"{{{name}}}" in pattern):
            found.append(Query(" ".join(pattern.format(**said).split()), facet))
    return distinct(found)[:most]


def distinct(queries: Iterable[Query], *, known: Sequence[str] = ()) -> tuple[Query, ...]:
    """The queries in their order without those that ask what an earlier or a known one asks already."""
    kept: list[Query] = []
    asked = [frozenset(tokens(text)) for text in known]
    for query in queries:
        text = " ".join(query.text.split())[:MAX_QUERY].strip()
        stems = frozenset(tokens(text))
        if stems and not any(alike(stems, other) for other in asked):
            asked.append(stems)
            kept.append(Query(text, " ".join(query.facet.split())[:40]))
    return tuple(kept)


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two queries, as sets of stems, ask the same."""
    return len(one & other) > ALIKE * len(one | other) if one or other else True
