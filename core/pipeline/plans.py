"""From a theme to a strategy: planning, previewing, recalling, explaining."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import date

from core.domain import Explanation, Filters, Intent, Preview, Research, Reward, Strategy, Trajectory, Turn
from core.errors import InputError, ThemeInvalid
from core.events import Event, IntentRead
from core.intent.rules import read_words
from core.pipeline.catalogues import ready, shelf
from core.pipeline.models import RunModels
from core.planning.facets import read_theme
from core.planning.grounding import read_facts
from core.planning.llm_planner import Assessing, LLMPlanner
from core.planning.planner import CataloguePlanner, understood
from core.recall import explain as explaining
from core.recall import full
from core.rewards.judge import Judged, SemanticJudge
from core.rewards.quantity import ceiling_for
from core.rewards.strategy import strategy_reward
from core.rewards.weights import RewardWeights
from core.services import Services, Shelf
from core.text import tokens

MAX_TURNS = 12


def read_intent(services: Services, theme: str, *, filters: Filters | None = None) -> Intent:
    """Read a theme as typed by the rules of `core.intent`: its own price words become filters, and what else it says
    (for whom, when, what it must be) the other fields. Raises `ThemeInvalid`."""
    given = Filters() if filters is None else filters
    read = read_theme(Intent(theme, filters=given))
    said = read_words(read.original, country=services.settings.country, today=date.today())
    unwanted = {tokens(t): t for t in (*read.unwanted, *said.must_not)}  # spelt as it was typed
    return replace(said, filters=read.filters, must_not=tuple(unwanted.values()))


def merge_filters(first: Filters, second: Filters) -> Filters:
    """Both at once: the narrower price range, in stock where either asks, the first's categories unless it has none and
    the first's strictness unless it is balanced."""
    low = [f.price[0] for f in (first, second) if f.price is not None and f.price[0] is not None]
    high = [f.price[1] for f in (first, second) if f.price is not None and f.price[1] is not None]
    price = (max(low, default=None), min(high, default=None)) if low or high else None
    if price is not None and price[0] is not None and price[1] is not None and price[0] > price[1]:
        raise InputError(f"No price is at least {price[0]:g} and at most {price[1]:g}; change one of the two.")
    strictness = second.strictness if first.strictness == "balanced" else first.strictness
    return Filters(price, first.category or second.category, first.in_stock or second.in_stock, strictness)


Researching = Callable[[], Generator[Event, None, Research | None]]
"""Work that ends with what is known of the world outside, None for nothing."""


def plan_intent(
    services: Services,
    intent: Intent,
    *,
    turns: int = 4,
    played: Sequence[Turn] = (),
    models: RunModels | None = None,
    researching: Researching | None = None,
) -> Generator[Event, None, Trajectory]:
    """Plan for an intent that is read already, going on after the turns `played`, which are not assessed anew.

    With `models` a language model writes and a judge model scores; without, the catalogue planner does both by itself.
    `researching` is done once the intent is said, before the first turn. Raises `SettingsError` where none is set,
    and the planner's errors.
    """
    check_turns(turns)
    opened = yield from ready(services)
    writer = None if models is None else LLMPlanner(models.needed("planner"))
    name = CataloguePlanner.name if writer is None else writer.name
    if not played:
        yield IntentRead(intent, name, opened.catalogue.name)
    found = None if researching is None else (yield from researching())
    read = as_meant(services, opened, intent)
    if writer is None or models is None:
        work = CataloguePlanner().plan(
            replace(intent, text=chosen_words(services, intent)),
            assess=lambda strategy: _assess(services, opened, read, strategy),
            vocabulary=opened.vocabulary,
            turns=turns,
            played=played,
            ideas=_ideas(found),
        )
    else:
        work = writer.plan(
            intent,
            assess=_judging(services, opened, intent, read, models),
            vocabulary=opened.vocabulary,
            facts=read_facts(
                read.text,
                vocabulary=opened.vocabulary,
                name=opened.catalogue.name,
                currency=opened.catalogue.info.currency,
                prices=opened.snapshot.filter_columns.price[opened.snapshot.sample_rows],
            ),
            research=found,
            turns=turns,
            played=played,
        )
    return replace((yield from work), intent=intent)


def _ideas(research: Research | None) -> list[str]:
    """The search words of findings that lean on the world outside: of itself the catalogue planner knows more."""
    if research is None:
        return []
    outside = {one.key for one in research.evidence if one.source in ("web", "library")}
    return [term for finding in research.findings if outside & set(finding.evidence) for term in finding.terms]


def _judging(services: Services, opened: Shelf, intent: Intent, read: Intent, models: RunModels) -> Assessing:
    """Preview and score a turn, its words by the judge model where there is one; each turn asks it once."""
    model = models.model("judge")
    judge = None if model is None else SemanticJudge(model)

    def assessed(strategy: Strategy) -> Generator[Event, None, tuple[Preview, Reward]]:
        found, reward = _assess(services, opened, read, strategy)
        if judge is None or found.count == 0:  # without a product the reward is 0, whatever the words are worth
            return found, reward
        judged = yield from judge.judged(intent, strategy)
        return (found, reward) if judged is None else (found, _scored(services, read, strategy, found, judged))

    return assessed


_CHIPS = ("what", "audience", "occasion", "season", "must_have")


def chosen_words(services: Services, intent: Intent) -> str:
    """What an intent asks for, in words: its text as it was typed, or what its fields say where somebody changed them.

    Fields that say what the rules read out of the text too add nothing to it; others (edited by the operator, read by a
    model, seen in a picture) stand in its place.
    """
    text = " ".join(intent.text.split())
    try:
        plain = read_intent(services, text)
    except ThemeInvalid:
        plain = None
    if plain is not None and all(getattr(plain, name) == getattr(intent, name) for name in _CHIPS):
        return text
    words = intent.what or text
    said = set(tokens(words))
    for part, joint in (
        *((must, "") for must in intent.must_have),
        (intent.audience, "for"),
        (intent.occasion, "for"),
        (intent.season, "in"),
    ):
        if part and not set(tokens(part)) <= said:
            words = f"{words} {joint} {part}".replace("  ", " ").strip()
            said |= set(tokens(part))
    return words


def as_meant(services: Services, opened: Shelf, intent: Intent) -> Intent:
    """The intent with what it asks for in the catalogue's own words: what finds are compared with."""
    asked = replace(intent, text=chosen_words(services, intent))
    return replace(asked, text=understood(asked, vocabulary=opened.vocabulary))


def planned(services: Services, run_id: str) -> Trajectory:
    """What a run has planned so far, whatever became of it; raises `StoreMissing` before its first turn."""
    return services.store.load_trajectory(run_id)


def check_turns(turns: int) -> None:
    """Raise `InputError` for a number of turns that no plan takes."""
    if not 1 <= turns <= MAX_TURNS:
        raise InputError(f"A plan takes 1 to {MAX_TURNS} turns, not {turns}.")


def _assess(services: Services, opened: Shelf, intent: Intent, strategy: Strategy) -> tuple[Preview, Reward]:
    strategy = replace(strategy, filters=merge_filters(strategy.filters, intent.filters))
    found = opened.preview.preview(strategy, intent=intent.text)
    return found, _scored(services, intent, strategy, found)


def _scored(
    services: Services, intent: Intent, strategy: Strategy, found: Preview, judged: Judged | None = None
) -> Reward:
    stored = services.store.reward_weights()
    return strategy_reward(
        intent,
        strategy,
        found,
        weights=RewardWeights(stored.semantic, stored.relevance, stored.quantity, stored.version),
        baselines=services.encoder.profile,
        ceiling=ceiling_for(found.population),
        encode=services.encoder.encode,
        judged=None if judged is None else judged.value,
        judge_says=() if judged is None else judged.reasons,
    )


def preview(services: Services, strategy: Strategy) -> Preview:
    """TinyPreview's estimate of what a strategy recalls."""
    return shelf(services).preview.preview(strategy)


def assess(services: Services, strategy: Strategy, *, intent: Intent | str) -> tuple[Preview, Reward]:
    """Preview a strategy and score it by rules against an intent, with the filters of both: no model is asked."""
    read = read_intent(services, intent) if isinstance(intent, str) else intent
    opened = shelf(services)
    return _assess(services, opened, as_meant(services, opened, read), strategy)


def recall(services: Services, strategy: Strategy, *, limit: int | None = None) -> full.Recalled:
    """The full recall on LanceDB; `limit` bounds what is listed, never the count."""
    opened = shelf(services)
    return full.recall(opened.catalogue, services.encoder, strategy, limit=limit, lexicon=opened.snapshot.lexicon)


def explain(services: Services, strategy: Strategy, product_id: str) -> Explanation:
    """Why a product is recalled, or at which step it is not; raises `ProductMissing`."""
    opened = shelf(services)
    return explaining.explain(opened.catalogue, services.encoder, strategy, product_id, lexicon=opened.snapshot.lexicon)
