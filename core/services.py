"""The composition root: settings in, live services out; each is made at its first use and shared by all threads."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from core.catalogue.embedding import CachedEncoder, Encoder, load_encoder
from core.catalogue.pictures.encoder import ImageEncoder, ImageEncoders
from core.catalogue.table import Catalogue, CatalogueHome
from core.errors import InputError, StorageFull
from core.llm.contract import ChatModel
from core.llm.prices import Prices
from core.planning.vocabulary import Vocabulary
from core.recall.corpus import CatalogueCorpus
from core.recall.preview import TinyPreview
from core.recall.saved import load_snapshot
from core.recall.snapshot import Snapshot
from core.relevance.items import KeptItems
from core.research.library import TrendLibrary
from core.research.pages import WebPages
from core.settings import DEMO_CATALOGUE, Settings
from core.store.records import RuleChange
from core.store.store import Store, open_store
from core.vocabulary import SnapshotVocabulary

if TYPE_CHECKING:
    from core.llm.client import OpenAIModel
    from core.relevance.local.judge import LocalJudge
    from core.relevance.rules.book import RuleBook

_log = logging.getLogger(__name__)
_JUDGES_KEPT = 8
"""Local judges by their rules and catalogue: a few selections with rules of their own at work at once."""

Role = Literal["planner", "judge", "vision"]
"""What a language model is asked for: strategies and research, marks for them, what is on a picture."""


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
        self._image_encoders = ImageEncoders()
        self._pages: WebPages | None = None
        # Of its own, so that a model is at hand while a catalogue opens under the other one.
        self._models_lock = threading.Lock()
        self._models: dict[str, OpenAIModel] = {}
        self._judges_lock = threading.Lock()
        self._judges: OrderedDict[tuple[str, ...], LocalJudge] = OrderedDict()
        self._books: OrderedDict[tuple[tuple[str, str, str, int, str], ...], RuleBook] = OrderedDict()
        self.items = KeptItems()

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
    def pages(self) -> WebPages:
        """Reads pages of the web; one for all runs, since it keeps what sites ask of robots, and processes."""
        with self._models_lock:
            if self._pages is None:
                self._pages = WebPages()
            return self._pages

    @property
    def image_encoder(self) -> ImageEncoder | None:
        """The encoder of pictures that the settings name, None for colours and shapes; raises `EncoderError`."""
        return self._image_encoders.get(self.settings.image_encoder, threads=self.settings.threads)

    def model_name(self, role: Role) -> str | None:
        """The model that serves a role, None where none is set or the role is switched off."""
        return self.settings.model_for(role)

    def chat(self, role: Role) -> ChatModel | None:
        """The language model of a role, None where none is set; raises `SettingsError` for a bad file of prices."""
        with self._models_lock:
            settings = self.settings
            name = settings.model_for(role)
            if name is None:
                return None
            if name not in self._models:
                # The package behind it takes half a second to import, which nobody waits for without a model.
                from core.llm.client import OpenAIModel

                self._models[name] = OpenAIModel(
                    name,
                    base_url=settings.base_url,
                    api_key=settings.api_key,
                    prices=Prices.of_home(settings.home),
                )
            return self._models[name]

    def rules(self, selection_id: str | None = None) -> RuleBook:
        """The rules of relevance in force: the shipped ones with the changes of the catalogue in use, and then with
        those of one selection. Raises the store's errors."""
        from core.relevance.rules.book import shipped_rules

        changes = self.store.rule_changes("catalogue", self.catalogue_name)
        if selection_id is not None:
            changes = (*changes, *self.store.rule_changes("selection", selection_id))
        if not changes:
            return shipped_rules()
        key = tuple((c.scope_kind, c.scope, c.rule_id, c.lock, c.updated_at.isoformat()) for c in changes)
        with self._judges_lock:
            found = self._books.get(key)
            if found is None:
                self._books[key] = found = _changed(shipped_rules(), changes)
            self._books.move_to_end(key)
            while len(self._books) > _JUDGES_KEPT:
                self._books.popitem(last=False)
            return found

    @property
    def judge(self) -> LocalJudge:
        """The local judge by the rules of the catalogue in use; raises `SettingsError` for weights that are none."""
        return self.judge_by(self.rules())

    def judge_by(self, rules: RuleBook) -> LocalJudge:
        """The local judge by these rules; made anew where the weights, the encoder or the catalogue are others."""
        catalogue, path = self.shelf().catalogue, self.settings.local_judge
        written = "" if path is None else _written(Path(path))
        key = (path or "", written, rules.version, catalogue.name, catalogue.version, self.encoder.name)
        with self._judges_lock:
            found = self._judges.get(key)
            if found is None:
                from core.relevance.local.judge import LocalJudge

                corpus = CatalogueCorpus(catalogue)
                where = None if path is None else Path(path)
                found = LocalJudge.load(where, encode=self.encoder.encode, rules=rules, corpus=corpus)
                self._judges[key] = found
            self._judges.move_to_end(key)
            while len(self._judges) > _JUDGES_KEPT:
                self._judges.popitem(last=False)
            return found

    def configure(self, settings: Settings) -> None:
        """Take over what concerns models, search, pictures, country and budget; everything else stays as it is.

        Work that is under way goes on with the models that it has.
        """
        with self._models_lock:
            self.settings = replace(self.settings, **settings.thinking())
            # Not closed: their connections close by themselves when the last one who works with them is done.
            self._models = {}

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
        """Let go of the database and of the models; the object may be used again and then opens them anew."""
        with self._models_lock:
            models, self._models = self._models, {}
            pages, self._pages = self._pages, None
        for model in models.values():
            model.close()
        if pages is not None:
            pages.close()
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


def _changed(book: RuleBook, changes: Sequence[RuleChange]) -> RuleBook:
    """The shipped rules with what operators changed; one that cannot be read (of a newer program) stays out."""
    from core.relevance.rules.book import rule_from_json

    own = []
    for change in changes:
        if change.body is not None:
            try:
                own.append(rule_from_json(change.body))
            except InputError as error:
                _log.warning("The rule %s is left out: %s", change.rule_id, error)
    return book.with_changes({change.rule_id: change.enabled for change in changes}, own)


def _written(path: Path) -> str:
    """When a file was written, "" where it is not there: who reads it says so."""
    try:
        return str(path.stat().st_mtime_ns)
    except OSError:
        return ""


def build_services(
    settings: Settings, *, catalogue: str | None = None, encoder: Encoder | None = None, store: Store | None = None
) -> Services:
    """Services for these settings; nothing is opened before it is asked for."""
    return Services(settings, catalogue=catalogue, encoder=encoder, store=store)
