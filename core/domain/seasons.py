"""The four seasons: what they are called, and which one a day is in on the northern or southern half of the earth."""

from __future__ import annotations

from datetime import date

SEASONS = ("spring", "summer", "autumn", "winter")

SEASON_WORDS = {
    **{name: name for name in SEASONS},
    "fall": "autumn",
    "frühling": "spring",
    "frühjahr": "spring",
    "sommer": "summer",
    "herbst": "autumn",
    "printemps": "spring",
    "été": "summer",
    "automne": "autumn",
    "hiver": "winter",
    "primavera": "spring",
    "verano": "summer",
    "otoño": "autumn",
    "invierno": "winter",
}
"""What a season is called in English, German, French and Spanish, in lower case with its accents."""


def season_of(day: date, *, southern: bool = False) -> str:
    """The season of a day by whole months: March to May is spring, in the southern half autumn."""
    return SEASONS[((day.month - 3) % 12 // 3 + (2 if southern else 0)) % 4]
