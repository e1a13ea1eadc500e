"""From a theme to a strategy: planning, previewing, recalling, explaining, searching."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from core.domain import Candidate, Explanation, Filters, Intent, Preview, Reward, Strategy, Trajectory, Turn
from core.errors import InputError
from core.events import Event, IntentRead
from core.pipeline.catalogues import ready, shelf
from core.planning.facets import read_theme
from core.planning.planner import CataloguePlanner, understood
from core.recall import explain as explaining
from core.recall import full, ranking
from core.rewards.quantity import ceiling_for
from core.rewards.strategy import strategy_reward
from core.rewards.weights import RewardWeights
from core.services import Services, Shelf

MAX_TURNS = 12


def read_intent(services: Services, theme: str, *, filters: Filters | None = None) -> Intent:
    """Read a theme as typed; its own price words become filters. Raises `ThemeInvalid`."""
    given = Filters() if filters is None else filters
    read = read_theme(Intent(theme, filters=given))
    return Intent(read.original, filters=read.filters, must_not=read.unwanted)


def merge_filters(first: Filters, second: Filters) -> Filters:
    """Both at once: the narrower price range, the first's categories unless it has none, in stock where either asks."""
    low = [f.price[0] for f in (first, second) if f.price is not None and f.price[0] is not None]
    high = [f.price[1] for f in (first, second) if f.price is not None and f.price[1] is not None]
    price = (max(low, default=None), min(high, default=None)) if low or high else None
    if price is not None and price[0] is not None and price[1] is not None and price[0] > price[1]:
        raise InputError(f"No price is at least {price[0]:g} and at most {price[1]:g}; change one of the two.")
    return Filters(price, first.category or second.category, first.in_stock or second.in_stock)


def plan(
    services: Services, theme: str, *, turns: int = 4, filters: Filters | None = None
) -> Generator[Event, None, Trajectory]:
    """Plan a strategy for a theme in at most `turns` turns; nothing of it is kept (see `recorded`).

    Closing the generator stops it. Raises `ThemeInvalid`, and the catalogue's and store's errors.
    """
    _check_turns(turns)
    return (yield from plan_intent(services, read_intent(services, theme, filters=filters), turns=turns))


def plan_intent(
    services: Services, intent: Intent, *, turns: int = 4, played: Sequence[Turn] = ()
) -> Generator[Event, None, Trajectory]:
    """`plan` for an intent that is read already, going on after the turns `played`, which are not assessed anew."""
    _check_turns(turns)
    opened = yield from ready(services)
    planner = CataloguePlanner()
    if not played:
        yield IntentRead(intent, planner.name, opened.catalogue.name)
    read = replace(intent, text=understood(intent, vocabulary=opened.vocabulary))
    return (
        yield from planner.plan(
            intent,
            assess=lambda strategy: _assess(services, opened, read, strategy),
            vocabulary=opened.vocabulary,
            turns=turns,
            played=played,
        )
    )


def planned(services: Services, run_id: str) -> Trajectory:
    """What a run has planned so far, whatever became of it; raises `StoreMissing` before its first turn."""
    return services.store.load_trajectory(run_id)


def _check_turns(turns: int) -> None:
    if not 1 <= turns <= MAX_TURNS:
        raise InputError(f"A plan takes 1 to {MAX_TURNS} turns, not {turns}.")


def _assess(services: Services, opened: Shelf, intent: Intent, strategy: Strategy) -> tuple[Preview, Reward]:
    strategy = replace(strategy, filters=merge_filters(strategy.filters, intent.filters))
    found = opened.preview.preview(strategy, intent=intent.text)
    stored = services.store.reward_weights()
    profile = services.encoder.profile
    reward = strategy_reward(
        intent,
        strategy,
        found,
        weights=RewardWeights(stored.semantic, stored.relevance, stored.quantity, stored.version),
        baselines=profile,
        ceiling=ceiling_for(found.population),
        encode=services.encoder.encode,
    )
    return found, reward


def preview(services: Services, strategy: Strategy) -> Preview:
    """TinyPreview's estimate of what a strategy recalls."""
    return shelf(services).preview.preview(strategy)


def assess(services: Services, strategy: Strategy, *, intent: Intent | str) -> tuple[Preview, Reward]:
    """Preview a strategy and score it against an intent, with the filters of both."""
    read = read_intent(services, intent) if isinstance(intent, str) else intent
    opened = shelf(services)
    text = understood(read, vocabulary=opened.vocabulary)
    return _assess(services, opened, replace(read, text=text), strategy)


def recall(services: Services, strategy: Strategy, *, limit: int | None = None) -> full.Recalled:
    """The full recall on LanceDB; `limit` bounds what is listed, never the count."""
    opened = shelf(services)
    return full.recall(opened.catalogue, services.encoder, strategy, limit=limit, lexicon=opened.snapshot.lexicon)


def explain(services: Services, strategy: Strategy, product_id: str) -> Explanation:
    """Why a product is recalled, or at which step it is not; raises `ProductMissing`."""
    opened = shelf(services)
    return explaining.explain(opened.catalogue, services.encoder, strategy, product_id, lexicon=opened.snapshot.lexicon)


def search(services: Services, query: str, *, limit: int = 50, filters: Filters | None = None) -> tuple[Candidate, ...]:
    """Rank products for a plain query without a threshold; raises `ThemeInvalid` for a query without words."""
    if limit < 1:
        raise InputError(f"A search returns at least 1 product, not {limit}.")
    given = Filters() if filters is None else filters
    return ranking.search(shelf(services).catalogue, services.encoder, query, limit=limit, filters=given)
