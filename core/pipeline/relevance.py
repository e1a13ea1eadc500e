"""Judging relevance: one product for the drawer, many for a list."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from core.domain import Intent, Judgment, Product, Strategy
from core.errors import ProductMissing, SettingsError
from core.events import Event
from core.pipeline.catalogues import shelf
from core.pipeline.models import RunModels
from core.recall import explain as explaining
from core.relevance.contract import Item, Judge, Question, Vectors
from core.services import Services

if TYPE_CHECKING:
    from core.relevance.local.judge import Graded

JudgeKind = Literal["local", "llm"]

Rerank = Literal["none", "local", "llm"]
"""Who puts what was found in order: nobody, the local judge, or after it a language model for the uncertain and the
first."""

RERANKS: tuple[Rerank, ...] = ("none", "local", "llm")

NO_JUDGE = (
    "No language model is set up that could judge. Name one in the settings (SHELFCRAFT_MODEL, and OPENAI_BASE_URL for "
    "a server of your own), or judge with the local judge, which needs none."
)


def items(services: Services, product_ids: Sequence[str]) -> list[Item]:
    """Products ready to be judged, in the order asked; ids that the catalogue lacks are left out."""
    catalogue = shelf(services).catalogue

    def load(ids: Sequence[str]) -> Iterable[tuple[Product, Vectors]]:
        vectors = catalogue.vectors(ids)
        return ((p, vectors[i]) for i, p in catalogue.products(ids).items() if i in vectors)

    return list(services.items.of(f"{catalogue.name} {catalogue.version}", product_ids, load).values())


def item(services: Services, product_id: str) -> Item:
    """One product ready to be judged; raises `ProductMissing`."""
    found = items(services, [product_id])
    if not found:
        raise ProductMissing(f"There is no product {product_id!r} in the catalogue in use.")
    return found[0]


def grade(services: Services, question: Question, product_ids: Sequence[str]) -> tuple[list[Item], Graded]:
    """The local judge's columns over these products, which go with the items returned beside them."""
    found = items(services, product_ids)
    return found, services.judge.grades(question, found)


def judgment(
    services: Services,
    intent: Intent | None,
    asked: Strategy | str,
    product_id: str,
    *,
    selection_id: str | None = None,
) -> Judgment:
    """What the local judge says of one product for a query, or for the term of a strategy that fits it best.

    `selection_id` adds the rules of one selection. Raises `ProductMissing`.
    """
    question = question_of(services, intent, asked, product_id)
    judge = services.judge_by(services.rules(selection_id))
    found: Judgment = judge.judgment(question, item(services, product_id))
    return found


def ask_model(
    services: Services, intent: Intent | None, asked: Strategy | str, product_id: str, *, run_id: str | None = None
) -> Generator[Event, None, Judgment]:
    """What the language model says of one product, with its reasons; a kept answer is not asked for again.

    Raises `ProductMissing`, `SettingsError` where no model is set, `BudgetSpent` and `ModelError`.
    """
    from core.pipeline.model_judging import rationale_of

    if services.model_name("judge") is None:
        raise SettingsError(NO_JUDGE)
    question = question_of(services, intent, asked, product_id)
    return (yield from rationale_of(services, question, item(services, product_id), run_id=run_id))


def question_of(services: Services, intent: Intent | None, asked: Strategy | str, product_id: str) -> Question:
    """What one product is judged for: the query or keyword itself, else the positive term that fits the product best.

    A theme is no shopping query. Raises `ProductMissing`.
    """
    if isinstance(asked, str):
        return Question(asked, intent)
    if intent is not None and (intent.kind == "keyword" or not asked.positive):
        return Question(intent.text, intent)
    opened = shelf(services)
    lexicon = opened.snapshot.lexicon
    told = explaining.explain(opened.catalogue, services.encoder, asked, product_id, lexicon=lexicon)
    terms = [t for t in told.terms if t.sign > 0]
    best = max(terms, key=lambda t: (t.applies, asked.weight(t.term) * (t.coverage + t.cosine)))
    return Question(best.term, intent)


def judge_of(services: Services, kind: JudgeKind, *, run_id: str | None = None) -> Judge:
    """The judge of a kind; raises `SettingsError` for `llm` where no model is set."""
    if kind == "local":
        local: Judge = services.judge
        return local
    from core.relevance.llm_judge import LLMJudge

    model = RunModels(services, run_id=run_id).model("judge")
    if model is None:
        raise SettingsError(NO_JUDGE)
    judge: Judge = LLMJudge(model, rules=services.rules())
    return judge
