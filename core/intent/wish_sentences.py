"""What a wish comes to, in one or two sentences for the operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.domain import Change, Strategy, Strictness, term_list

_STRICTNESS: Mapping[Strictness, str] = {
    "loose": "lists products that fit less well too",
    "balanced": "lists what fits well",
    "strict": "lists only what fits best",
}


def sentence_of(changes: Sequence[Change], notes: Sequence[str], rest: str, *, before: Strategy) -> str:
    """Say what will change, what is so already (`notes`), and that the rest is not understood and what helps."""
    parts = [*_terms(changes), *(said for change in changes if (said := _one(change, before)))]
    told = [f"{_capital(_joined(parts))}."] if parts else []
    told.extend(notes)
    if rest:
        told.append(
            f"“{rest}” is not understood without a language model. Say what to add, what to leave out, what there "
            "should be more or fewer of, or a price."
        )
    if not told:
        told.append("Nothing in this asks for a change of the list. Say what to add, to leave out, or a price.")
    return " ".join(told)


def _terms(changes: Sequence[Change]) -> list[str]:
    """The added and dropped terms of both kinds, each kind in one phrase."""
    phrases = []
    for kind, words in (
        ("add_find", "searches for {} too"),
        ("drop_find", "no longer searches for {}"),
        ("add_cut", "takes out what says {}"),
        ("drop_cut", "no longer takes out {}"),
    ):
        terms = tuple(dict.fromkeys(c.term for c in changes if c.kind == kind))
        if terms:
            phrases.append(words.format(term_list(terms)))
    return phrases


def _one(change: Change, before: Strategy) -> str:
    if change.kind == "weight":
        was = before.weight(change.term)
        moves = "up" if change.weight > was else "down"
        return f"moves what “{change.term}” finds {moves} (weight {change.weight:g} instead of {was:g})"
    if change.kind == "price":
        return f"shows {_price(change.price)}"
    if change.kind == "category":
        names = term_list(tuple(dict.fromkeys(path.rpartition(" > ")[2] for path in change.category)))
        return f"shows {names} only" if change.category else "shows every category"
    if change.kind == "in_stock":
        return "leaves out what is sold out" if change.in_stock else "shows what is sold out too"
    if change.kind == "strictness":
        return _STRICTNESS[change.strictness]
    if change.kind == "size":
        return f"shows at most {change.size:,} products"
    return ""


def _price(price: tuple[float | None, float | None] | None) -> str:
    low, high = (None, None) if price is None else price
    if low is None and high is None:
        return "every price"
    if low is None:
        return f"prices up to {high:,g}"
    return f"prices from {low:,g}" if high is None else f"prices from {low:,g} to {high:,g}"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
