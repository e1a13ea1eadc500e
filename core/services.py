"""The composition root: settings in, live services out; each is made at its first use and shared by all threads."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from types import TracebackType

from core.catalogue.embedding import CachedEncoder, Encoder, load_encoder
from core.catalogue.table import Catalogue, CatalogueHome
from core.errors import StorageFull
from core.planning.vocabulary import Vocabulary
from core.recall.preview import TinyPreview
from core.recall.saved import load_snapshot
from core.recall.snapshot import Snapshot
from core.research.library import TrendLibrary
from core.settings import DEMO_CATALOGUE, Settings
from core.store.store import Store, open_store
from core.vocabulary import SnapshotVocabulary

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One catalogue at one version with everything that is built over it."""

    catalogue: Catalogue
    snapshot: Snapshot
    preview: TinyPreview
    vocabulary: Vocabulary


class Services:
    """Everything live of one process. `encoder` and `store` may be handed in (tests, demonstrations)."""

    def __init__(
        self,
        settings: Settings,
        *,
        catalogue: str | None = None,
        encoder: Encoder | None = None,
        store: Store | None = None,
    ) -> None:
        self.settings = settings
        self._named = settings.catalogue if catalogue is None else catalogue
        self._encoder = None if encoder is None else CachedEncoder(encoder)
        self._store = store
        self._shelf: Shelf | None = None
        self._lock = threading.RLock()
        self._home: CatalogueHome | None = None
        self._library: TrendLibrary | None = None

    @property
    def catalogues(self) -> CatalogueHome:
        """The folder of catalogues; raises `StorageFull` where it cannot be made."""
        with self._lock:
            if self._home is None:
                try:
                    self.settings.home.mkdir(parents=True, exist_ok=True)
                except OSError as exc:
                    raise StorageFull(f"The data folder {self.settings.home} cannot be made: {exc.strerror}.") from exc
                self._home = CatalogueHome(self.settings.home)
            return self._home

    @property
    def encoder(self) -> CachedEncoder:
        """The encoder with its cache of term vectors; raises `EncoderError`."""
        with self._lock:
            if self._encoder is None:
                models = self.settings.home / "models"
                found = load_encoder(
                    self.settings.encoder, cache=models, threads=self.settings.threads, warn=_log.warning
                )
                self._encoder = CachedEncoder(found)
            return self._encoder

    @property
    def store(self) -> Store:
        """The SQL store, brought to the newest layout; raises `StoreError`."""
        with self._lock:
            if self._store is None:
                if self.settings.database_url is None:
                    self.catalogues  # noqa: B018  the folder of the SQLite file
                self._store = open_store(self.settings.sql_url())
            return self._store

    @property
    def library(self) -> TrendLibrary:
        """The trend library below the home folder; raises `EncoderError`."""
        with self._lock:
            if self._library is None:
                # Documents do not go through the cache, which would lose the terms that come back often.
                self._library = TrendLibrary(self.settings.home / "library", self.encoder, bulk=self.encoder.inner)
            return self._library

    @property
    def catalogue_name(self) -> str:
        """The catalogue in use: the one named, else the one built last, else the demo."""
        if self._named is not None:
            return self._named
        current = self.catalogues.current()
        return DEMO_CATALOGUE if current is None else current

    @property
    def pinned_catalogue(self) -> str | None:
        """The catalogue that a setting names, which no choice on a screen can change; None where none does."""
        return self._named

    def shelf(self) -> Shelf:
        """The catalogue in use, opened again where somebody wrote to it; raises `CatalogueMissing`."""
        with self._lock:
            name = self.catalogue_name
            held = self._shelf
            if held is None or held.catalogue.name != name or held.catalogue.stale():
                self._shelf = held = self._open(name)
            return held

    def _open(self, name: str) -> Shelf:
        catalogue = self.catalogues.open(name, encoder=self.encoder)
        snapshot = load_snapshot(catalogue, sample_size=self.settings.sample_size)
        preview = TinyPreview(snapshot, self.encoder)
        return Shelf(
            catalogue,
            snapshot,
            preview,
            SnapshotVocabulary(catalogue, snapshot, preview.columns, encoder=self.encoder),
        )

    def close(self) -> None:
        """Let go of the database; the object may be used again and then opens it anew."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def __enter__(self) -> Services:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def build_services(
    settings: Settings, *, catalogue: str | None = None, encoder: Encoder | None = None, store: Store | None = None
) -> Services:
    """Services for these settings; nothing is opened before it is asked for."""
    return Services(settings, catalogue=catalogue, encoder=encoder, store=store)
