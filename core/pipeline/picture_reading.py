"""What a picture is about, as an intent to be edited: by a vision model, else by its look-alikes and its own text."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Sequence
from dataclasses import asdict, replace
from datetime import date

from core.catalogue.pictures.ocr import Line, read_text
from core.catalogue.storage import full_disk, write_whole
from core.domain import Filters, Intent, LookAlike, Trajectory
from core.errors import BudgetSpent, EncoderError, InputError, ModelError, SettingsError, StorageFull
from core.events import Event, PictureRead, StageFinished, Warned
from core.intent import model as reading
from core.intent.calendar import occasions
from core.llm.awaited import awaited
from core.llm.contract import ChatModel
from core.pipeline.catalogues import ready, shelf
from core.pipeline.models import RunModels
from core.pipeline.pictures import Compared, comparable, compared, in_common, kept_picture, picture_path
from core.pipeline.plans import merge_filters, plan_intent, read_intent
from core.planning.picture_words import PictureWords
from core.planning.written_words import written_words
from core.services import Services
from core.text import tokens

_SCENE = (
    "This picture has no plain ground, so it was compared by colours and texture alone: look whether what was read "
    "fits, or say in a few words what it shows."
)
_FIELDS = ("what", "audience", "occasion", "season", "dates", "must_have", "must_not")
_INSTEAD = "What the picture shows is told by its look-alikes and its text instead."

_log = logging.getLogger(__name__)


def picture_text(services: Services, picture_id: str) -> str:
    """The text that stands in a kept picture, a line each from top to bottom, "" where there is none.

    Read once a picture (about a second) and kept beside it. Raises `InputError` where there is no picture of that id,
    and `EncoderError` where the reader cannot be loaded.
    """
    return "\n".join(line.text for line in _lines(services, picture_id, kept_picture(services, picture_id)))


def understand_picture(
    services: Services,
    picture_id: str,
    words: str = "",
    *,
    intent: Intent | None = None,
    filters: Filters | None = None,
    models: RunModels | None = None,
    run_id: str | None = None,
    budget_usd: float | None = None,
) -> Generator[Event, None, Intent]:
    """What a kept picture is about: an intent of the kind "image" whose fields can be edited and planned for.

    `words` typed beside it lead; the picture adds what they leave open. `intent` is what was made of these words
    already: what was edited in it stays. A vision model describes the picture where one is set; where it fails, and
    without one, its look-alikes and the text in it say what it shows. `models` are those of a run that goes on (else
    they are made for `run_id` and `budget_usd`). Raises `ThemeInvalid` for words that are none, and `InputError` where
    the picture says nothing and nothing was typed.
    """
    used = RunModels(services, run_id=run_id, budget_usd=budget_usd) if models is None else models
    work = _understood(services, picture_id, words, intent, filters, used)
    return (yield from (used.telling(work) if models is None else work))


def plan_picture(
    services: Services, picture_id: str, *, words: str = "", turns: int = 4, filters: Filters | None = None
) -> Generator[Event, None, Trajectory]:
    """Plan for a kept picture with the catalogue planner: what `understand_picture` makes of it, planned like a theme.

    Raises what the two of them raise.
    """
    intent = yield from understand_picture(services, picture_id, words, filters=filters)
    return (yield from plan_intent(services, intent, turns=turns))


def _understood(
    services: Services,
    picture_id: str,
    words: str,
    intent: Intent | None,
    filters: Filters | None,
    models: RunModels,
) -> Generator[Event, None, Intent]:
    data = kept_picture(services, picture_id)
    base = _base(services, words if intent is None else intent.text, intent, filters)
    base = replace(base, kind="image", picture=picture_id)
    vision = yield from _vision(models)
    seen = None if vision is None else (yield from _described(services, base, vision, data))
    if seen is None:
        return (yield from _by_look_alikes(services, base, data))
    found = yield from _beside(services, data)
    yield PictureRead(picture_id, seen.what or seen.text, tuple(alike.product_id for alike in found))
    return seen


def _base(services: Services, words: str, intent: Intent | None, filters: Filters | None) -> Intent:
    """What was typed, as an intent; raises `ThemeInvalid` for words that are none."""
    typed = " ".join(words.split())
    if intent is not None:
        limits = intent.filters if filters is None else merge_filters(intent.filters, filters)
        return replace(intent, text=typed, filters=limits)
    if typed:
        return read_intent(services, typed, filters=filters)
    return Intent("", filters=Filters() if filters is None else filters)


def _vision(models: RunModels) -> Generator[Event, None, ChatModel | None]:
    try:
        return models.model("vision")
    except SettingsError as error:  # a file of prices that cannot be read
        yield Warned("pictures", f"{error} {_INSTEAD}")
        return None


def _described(
    services: Services, base: Intent, vision: ChatModel, data: bytes
) -> Generator[Event, None, Intent | None]:
    """What a vision model sees; None where it fails or sees nothing, which is said."""
    today = date.today()
    known = occasions(services.settings.country, today)
    try:
        seen = yield from reading.understand(base, vision, today=today, occasions=known, seen=data)
    except (ModelError, BudgetSpent) as error:
        yield Warned("pictures", f"{error} {_INSTEAD}")
        return None
    if seen.what or (seen.text and not base.text):
        return seen
    yield Warned("pictures", f"The model {vision.name} could not tell what the picture shows. {_INSTEAD}")
    return None


def _beside(services: Services, data: bytes) -> Generator[Event, None, tuple[LookAlike, ...]]:
    """The look-alikes of a picture that is understood already, where nobody has to wait for them."""
    yield from ready(services)
    try:
        if comparable(services):
            return (yield from compared(services, data)).found
    except (InputError, EncoderError) as error:
        _log.info("No look-alikes are shown: %s", error)
    return ()


def _by_look_alikes(services: Services, base: Intent, data: bytes) -> Generator[Event, None, Intent]:
    assert base.picture is not None
    lines = yield from _read(services, base.picture, data)
    yield from ready(services)
    told: Compared | None = None
    refused: InputError | None = None
    try:
        told = yield from compared(services, data)
    except InputError as error:
        refused = error
    written = written_words([line.text for line in lines], lexicon=shelf(services).vocabulary.lexicon)
    read = PictureWords() if told is None else in_common(services, told.found, clear=told.clear)
    shown = read.beside(written) if written else read.text
    yield PictureRead(base.picture, shown, () if told is None else tuple(alike.product_id for alike in told.found))
    if shown:
        if read.text and told is not None and not told.clear:
            yield Warned("pictures", _SCENE)
        return _joined(services, base, read, written)
    if base.text:
        why = refused if told is None else told.unread
        yield Warned("pictures", f"{why} The words alone are planned for.")
        return base
    if told is None:
        assert refused is not None
        raise refused
    raise InputError(f"{told.unread} Say it in a few words, or try a picture of one product on a plain ground.")


def _joined(services: Services, base: Intent, read: PictureWords, written: str) -> Intent:
    """The typed words first, then the text in the picture, then what look-alikes add; what was edited stays."""
    lead = ", ".join(part for part in (base.text, _unsaid(written, base.text)) if part)
    text = read.beside(lead) if lead else read.text
    whole = read_intent(services, text)
    typed = read_intent(services, base.text) if base.text else Intent("")
    edited = {
        name: getattr(base, name)
        for name in _FIELDS
        if getattr(base, name) and getattr(base, name) != getattr(typed, name)
    }
    if "what" in edited:
        edited["what"] = read.beside(edited["what"])
    return replace(whole, text=text, kind="image", picture=base.picture, filters=base.filters, **edited)


def _unsaid(written: str, typed: str) -> str:
    said = set(tokens(typed))
    return " ".join(word for word in written.split() if not set(tokens(word)) <= said)


def _read(services: Services, picture_id: str, data: bytes) -> Generator[Event, None, tuple[Line, ...]]:
    """The text in a picture, with signs of life; nothing where the reader fails, which is said."""
    note = "reading the text in the picture"
    try:
        lines = yield from awaited("text", lambda _: _lines(services, picture_id, data), note=note)
    except EncoderError as error:
        yield Warned("pictures", f"{error} The picture is understood without its text.")
        return ()
    if lines:
        said = " · ".join(line.text for line in lines)
        yield StageFinished("text", f"In the picture stands: {said[:160]}{'…' if len(said) > 160 else ''}")
    return lines


def _lines(services: Services, picture_id: str, data: bytes) -> tuple[Line, ...]:
    path = picture_path(services, picture_id).with_suffix(".text.json")
    try:
        return tuple(Line(**line) for line in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        lines = read_text(data)
    _keep(services, picture_id, lines)
    return lines


def _keep(services: Services, picture_id: str, lines: Sequence[Line]) -> None:
    path = picture_path(services, picture_id).with_suffix(".text.json")
    try:
        with full_disk(path.parent):
            write_whole(path, json.dumps([asdict(line) for line in lines], ensure_ascii=False).encode())
    except (OSError, StorageFull) as error:
        _log.warning("The text of a picture is read again next time: %s", error)
