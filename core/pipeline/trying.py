"""Tries out what a settings screen holds, all its models and its search, as work that can be followed and stopped."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from core.errors import ModelError
from core.events import Event
from core.llm.awaited import awaited
from core.llm.contract import Stopped
from core.llm.secrets import Scrubber
from core.pipeline.checks import SearchCheck, check_model, check_search
from core.services import Role, Services
from core.settings import Settings

if TYPE_CHECKING:
    from core.llm.probe import ModelCheck

_ROLES: tuple[Role, ...] = ("planner", "judge", "vision")


@dataclass(frozen=True, slots=True)
class TriedModel:
    """One model as it was tried. `name` is "" and `roles` empty where none is chosen and only the server was asked."""

    name: str
    roles: tuple[Role, ...]
    check: ModelCheck


def try_models(
    services: Services, *, settings: Settings | None = None
) -> Generator[Event, None, tuple[TriedModel, ...]]:
    """Try each model that is set, once for all the roles that it has; that of pictures is shown one.

    `settings` are those to try, those in use where None. A fault is a `ModelCheck` that is not `ok`; nothing is raised,
    and nothing returned holds the key. Without a model the server is asked for its list alone.
    """
    tried = services.settings if settings is None else settings
    names: dict[str, tuple[Role, ...]] = {}
    for role in _ROLES:
        name = tried.model_for(role)
        if name is not None:
            names[name] = (*names.get(name, ()), role)
    if not names:
        found = yield from awaited("check", partial(_server, tried), note="asking for its models")
        return (TriedModel("", (), _clean(found, tried)),)
    done: list[TriedModel] = []
    for name, roles in names.items():
        found = yield from awaited("check", partial(_try, services, tried, roles), note=f"asking {name}")
        done.append(TriedModel(name, roles, _clean(found, tried)))
    return tuple(done)


def try_search(services: Services, *, settings: Settings | None = None) -> Generator[Event, None, SearchCheck]:
    """Search once where research would look; a search that fails is a check that is not `ok`.

    `settings` are those to try, those in use where None. Raises the trend library's `EncoderError`.
    """
    tried = services.settings if settings is None else settings
    found = yield from awaited("check", lambda _: check_search(services, settings=tried), note="")
    return replace(found, sentence=Scrubber(tried.tavily_key).all(found.sentence))


def _try(services: Services, settings: Settings, roles: tuple[Role, ...], stopped: Stopped) -> ModelCheck:
    role: Role = "vision" if "vision" in roles else roles[0]
    return check_model(services, role, settings=settings, stopped=stopped)


def _server(settings: Settings, stopped: Stopped) -> ModelCheck:
    """What a server lists, before a model is chosen."""
    # The package behind it takes half a second to import, which nobody waits for who checks nothing.
    from core.llm.client import Limits, OpenAIModel
    from core.llm.faults import host_of
    from core.llm.probe import ModelCheck

    # The name stands in sentences only: nothing is asked of a model.
    model = OpenAIModel("any model", base_url=settings.base_url, api_key=settings.api_key, limits=Limits(retries=1))
    host = host_of(model.address)
    try:
        listed = model.served(stopped=stopped)
    except ModelError as error:
        told = str(error)
        if error.kind == "missing":
            told = (
                f"{host} gives no list of models. Check that the address is right (it often ends in /v1), or write the "
                "name of a model and try again."
            )
        return ModelCheck(False, told, error.kind)
    finally:
        model.close()
    if not listed:
        return ModelCheck(True, f"{host} answers, but lists no models. Write the name of one and try again.")
    word = "1 model" if len(listed) == 1 else f"{len(listed)} models"
    return ModelCheck(True, f"{host} answers and lists {word}. Choose one and try again.", None, listed)


def _clean(found: ModelCheck, settings: Settings) -> ModelCheck:
    """Without the key, which an operator may have put where the address or the name belongs."""
    scrubber = Scrubber(settings.api_key)
    return replace(
        found,
        sentence=scrubber.all(found.sentence),
        models=tuple(scrubber.known(name) for name in found.models),
    )
