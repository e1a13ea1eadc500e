"""What the studio thinks with: the models and searches that are set, what a plan will take, what a run cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from core.domain import ResearchMode
from core.errors import InputError
from core.llm.prices import Prices
from core.research.limits import LIMITS
from core.services import Role, Services
from core.settings import Settings
from core.store.records import StoredEvent

Planner = Literal["catalogue", "llm"]
PLANNERS: tuple[Planner, ...] = ("catalogue", "llm")
"""`catalogue` needs no model and asks nobody; `llm` writes the strategy with the language model."""

OPENAI_HOST = "api.openai.com"
_MOST_CALLS = 100_000


@dataclass(frozen=True, slots=True)
class Thinking:
    """What is set, for a screen: names of models (None: none is set), never a key.

    `host` is the server of the models, `key_set` and `search_key_set` say whether there is a key, not whether it works
    (`check_model`, `check_search`). `search` is where research looks. `budget_usd` is the most that one run may spend.
    `pinned` are the names of settings that the environment holds, which no choice on a screen can change.
    """

    model: str | None
    judge: str | None
    vision: str | None
    host: str
    key_set: bool
    search: str
    search_key_set: bool
    image_encoder: str | None
    country: str
    budget_usd: float | None
    pinned: frozenset[str] = frozenset()

    @property
    def planner(self) -> Planner:
        """The planner that is offered first."""
        return "catalogue" if self.model is None else "llm"


class Estimate(NamedTuple):
    """What a plan will take at most: calls of models, and their price in US dollars (None where it is not known)."""

    calls: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class RunCost:
    """What a run has cost so far. `usd` is None where the price of one of its models is not known.

    `calls` counts what was asked, failures too, without the `cached` answers, which cost nothing. `tokens` are those
    of the calls, question and answer.
    """

    usd: float | None
    calls: int
    tokens: int
    cached: int = 0


class _Call(NamedTuple):
    """One call of a kind: whose model, and about how many tokens it reads and writes."""

    role: Role
    tokens_in: int
    tokens_out: int


# Planning and judging as measured on the demo catalogue ("camping with kids", four turns), answers with room for a
# talkative model; research as its prompts may grow to be at their limits of passages.
_CALLS: Mapping[str, _Call] = MappingProxyType(
    {
        "strategy": _Call("planner", 1_300, 500),
        "revise": _Call("planner", 2_400, 500),
        "judge": _Call("judge", 400, 120),
        "queries": _Call("planner", 700, 300),
        "synthesis": _Call("planner", 6_000, 900),
        "step": _Call("planner", 2_500, 200),
    }
)
_EVIDENCE_TOKENS = 3_700
"""What 24 passages of a research add to a question of the planner."""

_RESEARCH: Mapping[ResearchMode, tuple[str, ...]] = MappingProxyType(
    {
        "none": (),
        "single": ("synthesis",),
        "wide": ("queries", "synthesis"),
        "deep": (*("step",) * LIMITS["deep"].turns, "synthesis"),
    }
)


def thinking(services: Services, *, pinned: frozenset[str] = frozenset()) -> Thinking:
    """What is set at this moment; `pinned` are the settings of the environment (`core.settings`)."""
    settings = services.settings
    return Thinking(
        model=settings.model_for("planner"),
        judge=settings.model_for("judge"),
        vision=settings.model_for("vision"),
        host=OPENAI_HOST if settings.base_url is None else _host(settings.base_url),
        key_set=bool(settings.api_key),
        search=settings.search,
        search_key_set=bool(settings.tavily_key),
        image_encoder=settings.image_encoder,
        country=settings.country,
        budget_usd=settings.budget_usd,
        pinned=pinned,
    )


def _host(address: str) -> str:
    """The host of an address, without the name and password that one may hold."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    try:
        port = parts.port
    except ValueError:
        port = None
    return f"{parts.hostname or ''}:{port}" if port is not None else parts.hostname or ""


def estimate(services: Services, planner: Planner, research: ResearchMode, turns: int) -> Estimate:
    """What a plan will take at most; nothing for the catalogue planner without research, which asks no model."""
    if planner not in PLANNERS:
        raise InputError(f"There is no planner {planner!r}; known: {', '.join(PLANNERS)}.")
    kinds = list(_RESEARCH[research]) if services.settings.model_for("planner") is not None else []
    if planner == "llm":
        kinds += ["strategy", *["revise"] * max(0, turns - 1)]
        if services.settings.model_for("judge") is not None:
            kinds += ["judge"] * turns
    return Estimate(len(kinds), _price(services.settings, kinds, 0 if research == "none" else _EVIDENCE_TOKENS))


def _price(settings: Settings, kinds: list[str], evidence: int) -> float | None:
    prices, total = Prices.of_home(settings.home), 0.0
    for kind in kinds:
        call = _CALLS[kind]
        name = settings.model_for(call.role)
        tokens_in = call.tokens_in + (evidence if kind in ("strategy", "revise") else 0)
        cost = None if name is None else prices.cost_of(name, tokens_in, call.tokens_out)
        if cost is None:
            return None
        total += cost
    return round(total, 4)


def run_cost(services: Services, run_id: str) -> RunCost:
    """What the model calls of a run have cost so far."""
    logged = services.store.model_calls(run_id=run_id, limit=_MOST_CALLS)
    asked = [one.call for one in logged if not one.call.cached]
    costs = [call.cost for call in asked if call.error is None]
    return RunCost(
        usd=None if any(cost is None for cost in costs) else sum(cost or 0.0 for cost in costs),
        calls=len(asked),
        tokens=sum(call.tokens_in + call.tokens_out for call in asked),
        cached=len(logged) - len(asked),
    )


def replay(services: Services, run_id: str) -> tuple[StoredEvent, ...]:
    """Everything that a run said, in order and with its time: what a replay at any speed draws, without a network.

    Raises `StoreMissing`.
    """
    return services.store.events_after(run_id)
