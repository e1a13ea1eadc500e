"""Themes with known products: planned against typed, with and without the attribute that is the answer."""

from __future__ import annotations

from core.evaluation.theme_lists import PRECISE, lists_table, measure_lists
from core.evaluation.themes import OTHERS, SEASONAL, known_sets, measure, table
from tests.bench.real_catalogue import real_services


def main() -> None:
    """Print one table a catalogue, and the planner without its file of general knowledge."""
    with real_services() as services:
        known = known_sets(services, (*SEASONAL, *OTHERS))
        seasonal = known_sets(services, SEASONAL)
        print("All columns:\n")
        print(table(measure(services, known)))
        print("\nThe same without general knowledge (associations.toml):\n")
        print(table(measure(services, known, knowledge=False)))
        print("\nWhole lists, without a judge and with the local one (first 50 and so on: none / local):\n")
        print(lists_table(measure_lists(services, (*SEASONAL, *OTHERS, *PRECISE))))
    with real_services(without_style=True) as services:
        print("\nThe seasonal themes in a catalogue without the column `style`:\n")
        print(table(measure(services, seasonal)))


if __name__ == "__main__":
    main()
