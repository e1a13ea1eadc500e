"""What the catalogue planner needs to know of a catalogue: a Protocol, so that planning imports no other stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.domain import Filters
from core.planning.lexicon import Lexicon

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The encoder's calibration: cosines at which a term matches and a negative excludes, of random and gold pairs."""

    match: float = 0.50
    exclude: float = 0.60
    random: float = 0.15
    gold: float = 0.65


class Vocabulary(Protocol):
    """A catalogue seen through a sample of `size` rows; arrays have one entry or column a row, in the same order."""

    @property
    def size(self) -> int:
        """Rows in the sample."""

    @property
    def population(self) -> int:
        """Products in the catalogue; a count over the sample times population / size estimates the catalogue."""

    @property
    def thresholds(self) -> Thresholds:
        """The encoder's calibration."""

    @property
    def lexicon(self) -> Lexicon:
        """The sample's own words; `build_lexicon` makes it once."""

    @property
    def vectors(self) -> Floats:
        """(size, d), normalised."""

    @property
    def query_log(self) -> Sequence[tuple[str, int]]:
        """What the shop's customers typed and how often; empty where the shop gave none."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """(len(texts), d), normalised."""

    def matches(self, terms: Sequence[str]) -> Mask:
        """(len(terms), size): which rows each positive term matches, lexically or semantically."""

    def strengths(self, terms: Sequence[str]) -> Floats:
        """(len(terms), size) in [0, 1]: recall's score of each row by each positive term, 0 where it does not match."""

    def exclusions(self, terms: Sequence[str]) -> Mask:
        """(len(terms), size): which rows each negative term excludes."""

    def passing(self, filters: Filters) -> Mask:
        """(size,): which rows pass the filters."""
