"""What is known of an idea before anybody searches: what the calendar says, and what of it sells and is new here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from core.domain import Evidence, Intent, Product
from core.errors import ThemeInvalid
from core.intent.calendar import Occasion, find_occasion, is_southern, occasions, season_days, season_of
from core.pipeline.catalogues import shelf
from core.pipeline.plans import chosen_words
from core.recall import ranking
from core.services import Services

COMING_DAYS = 60
"""An occasion that begins within so many days is worth telling whatever the theme is."""

NEW_DAYS = 90
"""A product that was launched within so many days is new."""

_COMING = 6
_KINDS = 6
_RANKED = 300
_OF_BEST = 0.85
"""What scores less than this share of the best is near by accident: pasta that names camping and children."""

_FAMILIES = 2


def calendar_evidence(services: Services, intent: Intent, *, today: date | None = None) -> tuple[Evidence, ...]:
    """When the occasion of the idea comes, what season it is then and what comes next in the country of the settings.

    Then is today, or the first day that the idea names.
    """
    day = date.today() if today is None else today
    then = day if intent.dates is None else max(day, intent.dates[0])
    country = services.settings.country
    named = find_occasion(f"{intent.occasion or ''} {intent.text}", country, day)
    found: list[Evidence] = []
    if named is not None and named.first is not None:
        found.append(_calendar(named.name, f"{named.name} {_when(named, day)} ({country})."))
    coming = [
        f"- {one.name}: {_days(one)}"
        for one in occasions(country, then, days=COMING_DAYS)
        if named is None or one.name != named.name
    ]
    season = season_of(then, southern=is_southern(country))
    last = season_days(season, then, southern=is_southern(country))[1]
    begins = f"It is {season} in {country}" if then == day else f"On {_date(then)} it is {season} in {country},"
    lines = [f"{begins} until {_date(last)}.", *(("Next in the calendar:", *coming[:_COMING]) if coming else ())]
    return (*found, _calendar(f"The calendar of {country}", "\n".join(lines)))


def _calendar(title: str, text: str) -> Evidence:
    return Evidence("", "calendar", title, "", text)


def _when(occasion: Occasion, today: date) -> str:
    first, last = occasion.first, occasion.last
    assert first is not None  # asked for before
    begins = (first - today).days
    ahead = "today" if begins == 0 else f"in {begins} days" if begins > 1 else "tomorrow"
    if last is None or last == first:
        return f"is on {_date(first)}, {ahead}"
    return f"runs until {_date(last)}" if begins < 0 else f"runs from {_date(first)} to {_date(last)}, {ahead}"


def _days(occasion: Occasion) -> str:
    first, last = occasion.first, occasion.last
    if first is None:
        return "no fixed day"
    return _date(first) if last is None or last == first else f"{_date(first)} to {_date(last)}"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def movers(services: Services, intent: Intent, *, today: date | None = None) -> tuple[Evidence, ...]:
    """What sells best and what is new in the catalogue near an idea, by kind of product; nothing where it has neither.

    Near is what holds every word of the idea or is close to it in meaning, and ranks nearly as high as the best.
    """
    day = date.today() if today is None else today
    opened = shelf(services)
    try:
        ranked = ranking.search(
            opened.catalogue, services.encoder, chosen_words(services, intent), limit=_RANKED, filters=intent.filters
        )
    except ThemeInvalid:
        return ()
    near = [one for one in ranked if any(match.lexical or match.semantic for match in one.matches)]
    least = _OF_BEST * max((one.score for one in near), default=0.0)
    products = list(opened.catalogue.products(one.product_id for one in near if one.score >= least).values())
    found = (_selling(products), _new(products, day))
    return tuple(
        Evidence("", "catalogue", title, "", text)
        for title, text in zip(("What sells near the idea", "What is new near the idea"), found, strict=True)
        if text
    )


def _selling(products: Iterable[Product]) -> str:
    kinds = _by_kind(one for one in products if one.monthly_sales)
    several = {kind: group for kind, group in kinds.items() if len(group) >= _FAMILIES}
    kinds = several or kinds
    sales = {kind: sum(one.monthly_sales or 0 for one in group) for kind, group in kinds.items()}
    lines = []
    for kind in sorted(kinds, key=lambda name: (-sales[name], name))[:_KINDS]:
        best = max(kinds[kind], key=lambda one: (one.monthly_sales or 0, one.product_id))
        lines.append(f"- {kind}: {sales[kind]:,} sold a month, first of all “{best.title}” ({best.monthly_sales:,})")
    return "\n".join(["What sells best near this idea in the catalogue, by kind of product.", *lines]) if lines else ""


def _new(products: Iterable[Product], today: date) -> str:
    since = today - timedelta(days=NEW_DAYS)
    kinds = _by_kind(one for one in products if one.launch_date is not None and since <= one.launch_date <= today)
    newest: Mapping[str, Product] = {kind: max(group, key=_launched) for kind, group in kinds.items()}
    ordered = sorted(newest.items(), key=lambda pair: _launched(pair[1]), reverse=True)[:_KINDS]
    lines = [f"- {kind}: “{one.title}”, since {_date(_launched(one)[0])}" for kind, one in ordered]
    opening = f"What came into the catalogue near this idea in the last {NEW_DAYS} days, by kind of product."
    return "\n".join([opening, *lines]) if lines else ""


def _launched(product: Product) -> tuple[date, str]:
    assert product.launch_date is not None  # asked for before
    return product.launch_date, product.product_id


def _by_kind(products: Iterable[Product]) -> dict[str, list[Product]]:
    """Products of families once, by the last part of their category."""
    kinds: dict[str, list[Product]] = defaultdict(list)
    seen = set[str]()
    for one in sorted(products, key=_most_sold):
        family = one.family or one.product_id
        kind = one.category.rpartition(" > ")[2]
        if kind and family not in seen:
            seen.add(family)
            kinds[kind].append(one)
    return kinds


def _most_sold(product: Product) -> tuple[int, str]:
    return -(product.monthly_sales or 0), product.product_id
