"""A data folder for the measures of the screens: the demo catalogue and planned lists of more than a hundred cards."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core import pipeline
from core.domain import Filters
from core.events import result_of
from core.services import Services, build_services
from core.settings import DEMO_CATALOGUE, Settings

T = TypeVar("T")
CARDS = 60
OFFERED = "Camping with kids"
"""A theme that the empty studio offers."""

HUNDREDS = "Toys for kids"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder, the saved lists that sessions open, those that are judged to the end, and one that nobody judges."""

    folder: Path
    lists: tuple[str, ...]
    long_lists: tuple[str, ...]
    untouched: str


def make_home(folder: Path, *, lists: int, long_lists: int) -> Home:
    """Build the demo, plan a theme with the product's own planner, and save its list as often as asked."""
    settings = Settings.from_env({**os.environ, "SHELFCRAFT_HOME": str(folder)})
    with build_services(settings, catalogue=DEMO_CATALOGUE) as services:
        pipeline.warm(services)
        saved = _planned(services, HUNDREDS, copies=lists + long_lists + 1, least=max(CARDS, 100))
        return Home(folder, saved[:lists], saved[lists:-1], saved[-1])


def stored_verdicts(home: Home, selection_id: str) -> dict[str, str]:
    """What SQL holds for a list: the newest verdict of each product, read without the app's own code."""
    with sqlite3.connect(home.folder / "shelfcraft.db") as database:
        rows = database.execute(
            "SELECT subject_id, verdict FROM feedback_events"
            " WHERE selection_id = ? AND subject = 'product' ORDER BY position",
            (selection_id,),
        )
        return dict(rows.fetchall())


def _planned(services: Services, theme: str, *, copies: int, least: int) -> tuple[str, ...]:
    trajectory = result_of(pipeline.plan(services, theme, filters=Filters(in_stock=True)))
    strategy = trajectory.best.strategy
    selection = result_of(pipeline.select(services, trajectory.intent, strategy=strategy))
    if len(selection.products) < least:
        raise RuntimeError(f"“{theme}” gives {len(selection.products)} products; the measures need {least}.")
    return tuple(pipeline.save_selection(services, selection, intent=trajectory.intent)[0] for _ in range(copies))
