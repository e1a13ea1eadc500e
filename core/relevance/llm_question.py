"""What a language model is shown when it judges one product, and the key that this question has.

The system's words and the query come first and are the same for all products of a list, so that a server that keeps
what it has read needs to read them once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import GRADE_NAMES, Intent, Product, RuleVerdict
from core.llm.contract import ChatRequest
from core.prompts import load_prompt, quoted
from core.relevance.contract import Item, Question

PROMPT = "relevance.grade"

ATTRIBUTES_SHOWN = 16
DESCRIPTION_SHOWN = 500
"""Characters of a description that the model is shown: what a product is stands at its beginning."""

_THEME = "It is the theme of a whole list."
_VALUE_SHOWN = 120
_TITLE_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Case:
    """One product to judge: the rules that spoke of it, the user's words of the question, and its key.

    Two products that say the same, under the same rules that spoke, have one key.
    """

    item: Item
    verdicts: tuple[RuleVerdict, ...]
    user: str
    key: str


def case_of(question: Question, item: Item, verdicts: Sequence[RuleVerdict], *, judged_by: str) -> Case:
    """The case of one product; `judged_by` is who judges and how, which is a part of the key."""
    user = load_prompt(PROMPT).fill(
        query=query_text(question), product=product_text(item.product), rules=rules_text(verdicts)
    )
    key = hashlib.sha256(json.dumps([judged_by, user]).encode()).hexdigest()
    return Case(item, tuple(verdicts), user, key)


def request_of(
    case: Case, *, max_tokens: int, temperature: float, top_logprobs: int, sample: int, seconds: float
) -> ChatRequest:
    """The question of a case for a model."""
    prompt = load_prompt(PROMPT)
    return ChatRequest(
        prompt=prompt.name,
        version=prompt.version,
        system=prompt.system,
        user=case.user,
        temperature=temperature,
        max_tokens=max_tokens,
        top_logprobs=top_logprobs,
        seconds=seconds,
        sample=sample,
    )


def query_text(question: Question) -> str:
    """The query and what an operator said beside it."""
    lines = [f"query: {_line(question.query)}"]
    if question.intent is not None:
        lines += [
            f"{name}: {_line(value, 300)}" for name, value in _said(question.intent, question.query).items() if value
        ]
    text = quoted("the query", "\n".join(lines), limit=1_500)
    return f"{text}\n{_THEME}" if _is_theme(question) else text


def _is_theme(question: Question) -> bool:
    intent = question.intent
    return intent is not None and intent.kind in ("theme", "idea", "image") and _same(intent.text, question.query)


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _said(intent: Intent, query: str) -> dict[str, str]:
    return {
        "it is one of the searches for the idea": "" if _same(intent.text, query) else intent.text,
        "for whom": intent.audience or "",
        "occasion": intent.occasion or "",
        "season": intent.season or "",
        "it has to be": ", ".join(intent.must_have),
        "it must not be": ", ".join(intent.must_not),
    }


def product_text(product: Product) -> str:
    """What a product says of itself: title, brand, category, attributes, the beginning of its description."""
    lines = [f"title: {_line(product.title, _TITLE_SHOWN)}"]
    lines += [f"{n}: {_line(v)}" for n, v in (("brand", product.brand), ("category", product.category)) if v]
    given = [(name, value) for name, value in product.attributes if value]
    lines += [f"{_line(name, 40)}: {_line(value)}" for name, value in given[:ATTRIBUTES_SHOWN]]
    if product.description:
        lines.append(f"description: {_line(product.description, DESCRIPTION_SHOWN)}")
    return quoted("the product", "\n".join(lines))


def rules_text(verdicts: Sequence[RuleVerdict]) -> str:
    """The rules that spoke: what they allow in our words, what they found, which may quote the product, as data."""
    if not verdicts:
        return "No rule speaks of it."
    return "\n".join(
        f"At most {max(verdict.allows, default=1)} {GRADE_NAMES[max(verdict.allows, default=1)]}, because of:\n"
        + quoted("a rule", verdict.sentence, limit=300)
        for verdict in verdicts
    )


def _line(text: str, limit: int = _VALUE_SHOWN) -> str:
    kept = " ".join(text.split())
    return kept if len(kept) <= limit else kept[:limit] + "…"
