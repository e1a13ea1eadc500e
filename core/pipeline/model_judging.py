"""Judging by the language model: through the store's memory, within a budget, with what it will cost said before."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from core.domain import Judgment
from core.errors import SettingsError
from core.events import Event
from core.llm.budget import Budget
from core.llm.prices import Prices
from core.llm.tokens import estimate_tokens
from core.pipeline.models import RunModels
from core.pipeline.relevance import NO_JUDGE
from core.recall.corpus import CatalogueCorpus
from core.relevance.contract import Item, Question
from core.relevance.llm_judge import VOTES, LLMJudge
from core.services import Services

_PROMPT_TOKENS = 900
_REASON_TOKENS = 150


@dataclass(frozen=True, slots=True)
class JudgingCost:
    """What judging so many products takes: `usd` with log-probabilities, which is one call each, and `usd_by_votes`
    where the server tells none; None where the price is not known. What is known from before costs nothing."""

    products: int
    calls: int
    calls_by_votes: int
    tokens_in: int
    usd: float | None
    usd_by_votes: float | None


def llm_judge(
    services: Services, models: RunModels, *, selection_id: str | None = None, votes: int = VOTES
) -> LLMJudge:
    """The judge behind the model of the role, with the store's memory and the rules in force (of a selection too).

    Raises `SettingsError` where no model is set.
    """
    model = models.model("judge")
    if model is None:
        raise SettingsError(NO_JUDGE)
    return LLMJudge(
        model,
        rules=services.rules(selection_id),
        votes=votes,
        corpus=CatalogueCorpus(services.shelf().catalogue),
        kept=services.store,
        run_id=models.run_id,
    )


def judge_by_model(
    services: Services,
    question: Question,
    items: Sequence[Item],
    *,
    budget: Budget | None = None,
    run_id: str | None = None,
    selection_id: str | None = None,
) -> Generator[Event, None, tuple[Judgment, ...]]:
    """One judgment for each item, in order; what was judged before is not asked for again.

    `budget` None is the setting's. Where it ends, what was judged is kept and the rest abstains. Raises
    `SettingsError` where no model is set, `BudgetSpent` and `ModelError` where not one judgment could be made.
    """
    models = RunModels(services, run_id=run_id, budget=budget)
    judge = llm_judge(services, models, selection_id=selection_id)
    return (yield from models.telling(judge.judge(question, items)))


def explain_by_model(
    services: Services,
    question: Question,
    items: Sequence[Item],
    *,
    budget: Budget | None = None,
    run_id: str | None = None,
    selection_id: str | None = None,
) -> Generator[Event, None, tuple[Judgment, ...]]:
    """`judge_by_model` with the model's reasons in each judgment, for the products that are shown."""
    models = RunModels(services, run_id=run_id, budget=budget)
    judge = llm_judge(services, models, selection_id=selection_id)
    return (yield from models.telling(judge.explained(question, items)))


def rationale_of(
    services: Services,
    question: Question,
    item: Item,
    *,
    budget: Budget | None = None,
    run_id: str | None = None,
    selection_id: str | None = None,
) -> Generator[Event, None, Judgment]:
    """What the model says of one product, with its reasons; raises as `judge_by_model`."""
    work = explain_by_model(services, question, [item], budget=budget, run_id=run_id, selection_id=selection_id)
    (judgment,) = yield from work
    return judgment


def judging_cost(services: Services, products: int = 1_000, *, tokens_in: int = _PROMPT_TOKENS) -> JudgingCost:
    """What the model of the settings takes to judge so many products that it has not seen, without reasons.

    `tokens_in` is the length of one question. Raises `SettingsError` where no model is set.
    """
    name = services.model_name("judge")
    if name is None:
        raise SettingsError(NO_JUDGE)
    prices = Prices.of_home(services.settings.home)
    by_votes = products * VOTES
    return JudgingCost(
        products=products,
        calls=products,
        calls_by_votes=by_votes,
        tokens_in=products * tokens_in,
        usd=prices.cost_of(name, products * tokens_in, products),
        usd_by_votes=prices.cost_of(name, by_votes * tokens_in, by_votes),
    )


def measured_tokens(judge: LLMJudge, question: Question, items: Sequence[Item]) -> int:
    """Tokens of one question to the model, the mean over these items."""
    lengths = [estimate_tokens(text) for text in judge.texts(question, items)]
    return round(sum(lengths) / len(lengths)) if lengths else _PROMPT_TOKENS
