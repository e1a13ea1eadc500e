"""Judging by the language model: through the store's memory, within a budget, with what it will cost said before."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from core.domain import Judgment
from core.errors import SettingsError
from core.events import Event
from core.llm.budget import Budget
from core.llm.prices import Prices
from core.pipeline.models import RunModels
from core.pipeline.relevance import NO_JUDGE
from core.recall.corpus import CatalogueCorpus
from core.relevance.contract import Item, Question
from core.relevance.llm_judge import VOTES, LLMJudge
from core.services import Services

_TOKENS_IN = 750
"""Of one question, as measured on 595 products of a catalogue of 21,306 (730 on average, 610 to 830); 544 of them are
the system's words, which are the same for all products."""

_REASON_TOKENS = 150


@dataclass(frozen=True, slots=True)
class JudgingCost:
    """What a model takes to judge so many products that it has not seen, at most; None where its price is not known.

    `calls` and `usd` where its server tells log-probabilities, `calls_by_votes` and `usd_by_votes` where it does not.
    """

    model: str
    products: int
    calls: int
    usd: float | None
    calls_by_votes: int
    usd_by_votes: float | None

    @property
    def sentence(self) -> str:
        """The whole for an operator."""
        what = "1 product" if self.products == 1 else f"{self.products:,} products"
        if self.usd is None or self.usd_by_votes is None:
            price = f"The price of {self.model} is not known (prices.toml in the data folder may name it)."
        else:
            price = f"That is about {_dollars(self.usd)}, or {_dollars(self.usd_by_votes)} by votes."
        return (
            f"{self.model} judges {what} in {self.calls:,} calls, or in {self.calls_by_votes:,} by votes where its "
            f"server tells no log-probabilities. {price}"
        )


def _dollars(usd: float) -> str:
    return f"${usd:.2f}" if usd >= 0.1 or usd == 0 else f"${usd:.2g}"


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
    reasons: bool = False,
) -> Generator[Event, None, tuple[Judgment, ...]]:
    """One judgment for each item, in order; what was judged before is not asked for again.

    `reasons` asks for the model's reasons too, for the products that are shown.
    `budget` None is the setting's. Where it ends, what was judged is kept and the rest abstains. Raises
    `SettingsError` where no model is set, `BudgetSpent` and `ModelError` where not one judgment could be made.
    """
    models = RunModels(services, run_id=run_id, budget=budget)
    judge = llm_judge(services, models, selection_id=selection_id)
    work = judge.explained(question, items) if reasons else judge.judge(question, items)
    return (yield from models.telling(work))


def remembered_of_model(
    services: Services, question: Question, items: Sequence[Item], *, selection_id: str | None = None
) -> dict[str, Judgment]:
    """What the model said of these products before, by id; nothing is asked, and nothing known where none is set."""
    if services.model_name("judge") is None:
        return {}
    return llm_judge(services, RunModels(services), selection_id=selection_id).remembered(question, items)


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
    work = judge_by_model(
        services, question, [item], budget=budget, run_id=run_id, selection_id=selection_id, reasons=True
    )
    (judgment,) = yield from work
    return judgment


def judging_cost(services: Services, products: int = 1_000, *, reasons: bool = False) -> JudgingCost:
    """What the model of the settings takes to judge so many products, and to give its reasons for each.

    What it judged before costs nothing, and what rules settle is not asked for. Raises `SettingsError` where no model
    is set.
    """
    name = services.model_name("judge")
    if name is None:
        raise SettingsError(NO_JUDGE)
    prices = Prices.of_home(services.settings.home)
    more = products if reasons else 0

    def usd(calls: int) -> float | None:
        return prices.cost_of(name, (calls + more) * _TOKENS_IN, calls + more * _REASON_TOKENS)

    votes = products * VOTES
    return JudgingCost(name, products, products + more, usd(products), votes + more, usd(votes))
