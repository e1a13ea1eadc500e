"""What judges may know of the whole catalogue, out of the statistics that the plain search counts."""

from __future__ import annotations

from functools import cached_property

from core.catalogue.table import Catalogue
from core.recall.search_statistics import Negations, Statistics, negations_of, statistics_of, things_of


class CatalogueCorpus:
    """What tokens are in one version: how rare, how much of a brand, how often negated, the name of a thing or not.

    Counted when first asked.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @cached_property
    def _statistics(self) -> Statistics:
        return statistics_of(self._catalogue)

    @cached_property
    def _negations(self) -> Negations:
        return negations_of(self._catalogue)

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + 0.5) / (df + 0.5)), as in BM25: above 0 for every token."""
        return self._statistics.idf(token)

    def names_brand(self, token: str) -> float:
        """How far a token names a brand, in [0, 1]."""
        return self._statistics.names_brand(token)

    def seldom_negated(self, token: str) -> bool:
        """Whether products often speak of this but hardly ever of doing without it."""
        return self._negations.seldom(token)

    def names_thing(self, token: str) -> bool:
        """Whether this shop calls a kind of thing so, as a rule, in titles and not only in the names of categories."""
        return token in things_of(self._catalogue)
