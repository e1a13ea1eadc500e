"""The conditions without which the rest of a reward is worth nothing; each multiplies by 1 or 0."""

from __future__ import annotations

from core.domain import MAX_TERM_LENGTH, MAX_TERMS, Gate, Preview, Strategy, term_list
from core.errors import StrategyInvalid
from core.text import fold, tokens

RELEVANCE_FOR_QUANTITY = 0.5
"""Below this relevance the number of products counts for nothing."""

RELEVANCE_OF_CHANCE = 0.01
"""Below this relevance what is found might as well have been picked at random."""

QUANTITY_GATE = "quantity counts"


def read_strategy(text: str | bytes) -> tuple[Strategy | None, Gate]:
    """The strategy that a model wrote, None where it is not the wire format, and the gate that says so."""
    try:
        strategy = Strategy.from_json(text)
    except StrategyInvalid as exc:
        return None, Gate("valid shape", False, str(exc))
    return strategy, shape_gate(strategy)


def shape_gate(strategy: Strategy) -> Gate:
    """Terms are strings that could be searched for, not too many and not too long."""
    for terms, name in ((strategy.positive, "positive"), (strategy.negative, "negative")):
        if len(terms) > MAX_TERMS:
            return Gate("valid shape", False, f"{len(terms)} {name} terms; at most {MAX_TERMS} are read.")
        for term in terms:
            if not term.strip():
                return Gate("valid shape", False, f"A {name} term is blank.")
            if len(term) > MAX_TERM_LENGTH:
                return Gate("valid shape", False, f"“{term[:40]}…” is longer than {MAX_TERM_LENGTH} characters.")
    return Gate("valid shape", True, "The strategy is well formed.")


def empty_gate(strategy: Strategy) -> Gate:
    """There is a positive term."""
    if strategy.positive:
        return Gate("not empty", True, "There are terms to search for.")
    return Gate("not empty", False, "There is no positive term, so nothing is searched for.")


def distinct_gate(strategy: Strategy) -> Gate:
    """No two terms, of either sign, have the same analysed tokens; the order of words within a term does not count."""
    seen: dict[frozenset[str] | str, str] = {}
    for term in sorted((*strategy.positive, *strategy.negative)):
        own = frozenset(tokens(term)) or fold(term)
        if own in seen:
            return Gate("terms differ", False, f"{term_list((seen[own], term))} are the same words to the search.")
        seen[own] = term
    return Gate("terms differ", True, "No two terms are the same words.")


def count_gate(preview: Preview) -> Gate:
    """Something is found."""
    if preview.count > 0:
        return Gate("finds something", True, "Products are found.")
    if any(term.matches > 0 for term in preview.positives):
        return Gate("finds something", False, "The negative terms and filters leave no product.")
    return Gate("finds something", False, "No product is found by any term.")


def chance_gate(relevance: float | None) -> Gate:
    """What is found fits better than products picked at random; passes where that was not measured."""
    if relevance is None or relevance >= RELEVANCE_OF_CHANCE:
        return Gate("better than chance", True, "What is found fits better than products picked at random.")
    return Gate("better than chance", False, "What is found fits no better than products picked at random.")


def quantity_gate(relevance: float | None) -> Gate:
    """The number of products counts only where they fit; a failure takes away the quantity part alone."""
    if relevance is not None and relevance >= RELEVANCE_FOR_QUANTITY:
        return Gate(QUANTITY_GATE, True, "The products fit well enough for their number to count.")
    return Gate(QUANTITY_GATE, False, "The products fit too loosely for their number to count.")
