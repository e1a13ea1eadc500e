"""Every error this project raises on purpose. `str(error)` is a sentence fit for the operator.

* ShelfcraftError
  x SettingsError              a setting is missing or wrong
  x InputError                 what was handed in cannot be used
    + StrategyInvalid          not the wire format of a strategy
    + ThemeInvalid             an empty or unreadable theme
    + SourceInvalid            a file of products cannot be read; carries `path`
    + PictureInvalid           a picture that is no picture, or too large
    + DocumentInvalid          a note or report for the trend library cannot be read; carries `path`
    + LabelsInvalid            a file of grades by people cannot be read; carries `path`
    + RuleInvalid              not a rule of relevance
  x CatalogueError             the catalogue cannot serve
    + CatalogueMissing         no catalogue of that name
    + CatalogueMismatch        built with another encoder or schema
    + CatalogueBusy            another process is writing to it
    + ProductMissing           no product of that id
    + StorageFull              the disk is full (a StoreError too)
  x StoreError                 the SQL store cannot serve
    + StoreMissing             no run, selection or version of that id
    + StoreBusy                locked by another process for too long
    + StoreConflict            somebody else saved a newer version
  x ProviderError              the outside world failed
    + EncoderError             the embedding model cannot be loaded or run
    + ModelError               a call of a language model failed; carries `kind`
    + SearchError              a search provider failed
    + PageError                a web page cannot or must not be read
  x BudgetSpent                a hard limit of money, tokens, searches or time is reached; what was finished is kept
  x RunCancelled               the operator stopped the run
"""

from __future__ import annotations

import errno
from typing import Literal

_FULL = ("no space left on device", "disk quota exceeded", "storage full", "os error 28", "os error 122")


def says_disk_full(error: Exception) -> bool:
    """Whether what the system or Lance raised means "no space left": Lance tells it in the words of its errors only."""
    number = error.errno if isinstance(error, OSError) else None
    return number in (errno.ENOSPC, errno.EDQUOT) or any(words in str(error).lower() for words in _FULL)


class ShelfcraftError(Exception):
    """Base of every error raised on purpose."""


class SettingsError(ShelfcraftError):
    """A setting is missing or wrong; the operator can fix it."""


class InputError(ShelfcraftError):
    """What was handed in cannot be used."""


class StrategyInvalid(InputError):
    """The text or object is not a strategy."""


class ThemeInvalid(InputError):
    """The theme is empty or holds nothing that could be searched for."""


class SourceInvalid(InputError):
    """A file of products cannot be read."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class PictureInvalid(InputError):
    """A picture that is no picture, or larger than is decoded."""


class DocumentInvalid(InputError):
    """A note or report for the trend library cannot be read."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class RuleInvalid(InputError):
    """The text or object is not a rule of relevance."""


class LabelsInvalid(InputError):
    """A file of grades by people cannot be read, or does not hold enough of them."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class CatalogueError(ShelfcraftError):
    """The catalogue cannot serve."""


class CatalogueMissing(CatalogueError):
    """There is no catalogue of that name."""


class CatalogueMismatch(CatalogueError):
    """The catalogue was built with another encoder or an older layout."""


class CatalogueBusy(CatalogueError):
    """Another process is writing to the catalogue."""


class ProductMissing(CatalogueError):
    """There is no product of that id in the catalogue."""


class StoreError(ShelfcraftError):
    """The SQL store cannot serve."""


class StorageFull(CatalogueError, StoreError):
    """The disk is full; nothing of what was there before is lost."""


class StoreMissing(StoreError):
    """There is no run, selection or version of that id."""


class StoreBusy(StoreError):
    """The database stayed locked for too long."""


class StoreConflict(StoreError):
    """Somebody else saved a newer version; carries nothing away."""


class ProviderError(ShelfcraftError):
    """The outside world failed."""


class EncoderError(ProviderError):
    """The embedding model cannot be loaded or run."""


ModelFault = Literal[
    "key", "forbidden", "missing", "busy", "server", "unreachable", "slow", "request", "empty", "refused", "unreadable"
]


class ModelError(ProviderError):
    """A call of a language model failed.

    `kind`: `key` 401, `forbidden` 403, `missing` 404 (no such model or address), `busy` 429 after every retry, `server`
    5xx after every retry, `unreachable` (no connection, or it broke), `slow` (a time limit), `request` (another 4xx),
    `empty`, `refused` (the model declined), `unreadable` (not what was asked for, also after the repair round).
    """

    def __init__(self, message: str, kind: ModelFault) -> None:
        super().__init__(message)
        self.kind: ModelFault = kind


class SearchError(ProviderError):
    """A search provider failed or is not set up."""


class PageError(ProviderError):
    """A web page cannot be read, or must not be: robots, a private address, too large, too slow."""


class BudgetSpent(ShelfcraftError):
    """A hard limit is reached; the work ends with what it has."""


class RunCancelled(ShelfcraftError):
    """The operator stopped the run; what was finished is kept."""
