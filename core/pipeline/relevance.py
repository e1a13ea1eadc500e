"""Judging relevance: products ready to be judged, and who judges them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from core.domain import Product
from core.errors import InputError, ProductMissing, SettingsError
from core.pipeline.catalogues import shelf
from core.pipeline.models import RunModels
from core.relevance.contract import Item, Judge, Vectors
from core.services import Services

JudgeKind = Literal["local", "llm"]

Rerank = Literal["none", "local", "llm"]
"""Who puts what was found in order: nobody, the local judge, or after it a language model for the uncertain and the
first."""

RERANKS: tuple[Rerank, ...] = ("none", "local", "llm")

NO_JUDGE = (
    "No language model is set up that could judge. Name one in the settings (SHELFCRAFT_MODEL, and OPENAI_BASE_URL for "
    "a server of your own), or judge with the local judge, which needs none."
)


def check_rerank(services: Services, rerank: str) -> None:
    """Raise `InputError` for what is no way to put products in order, `SettingsError` where it needs a model."""
    if rerank not in RERANKS:
        raise InputError(f"Products are put in order by {', '.join(RERANKS)}, not by {rerank!r}.")
    if rerank == "llm" and services.model_name("judge") is None:
        raise SettingsError(NO_JUDGE)


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


def judge_of(services: Services, kind: JudgeKind, *, run_id: str | None = None) -> Judge:
    """The judge of a kind; raises `SettingsError` for `llm` where no model is set."""
    if kind == "local":
        local: Judge = services.judge
        return local
    from core.pipeline.model_judging import llm_judge

    model: Judge = llm_judge(services, RunModels(services, run_id=run_id))
    return model
