"""Wishes about an open list, read by rules: what an operator says in the bottom bar as changes of the strategy."""

from __future__ import annotations

from core.domain import Filters, Intent, Preview, Strategy, Wish
from core.errors import InputError
from core.intent import wishes
from core.pipeline.catalogues import categories, products, shelf
from core.services import Services
from core.text import tokens

__all__ = ["LONGEST_WISH", "looks_like_wish", "read_wish"]

LONGEST_WISH = 1_000

looks_like_wish = wishes.looks_like_wish


def read_wish(
    services: Services,
    text: str,
    *,
    intent: Intent,
    strategy: Strategy,
    filters: Filters | None = None,
    preview: Preview | None = None,
    size: int | None = None,
    listed: int | None = None,
) -> Wish:
    """Read a wish about an open list without a model; what rules cannot serve stands in its `rest` and `sentence`.

    `filters` are those in force where they are not the strategy's own. "cheaper" goes by the prices of the preview's
    sample. `size` is how many products the list holds at most; without it a shorter list has to be asked for by number.
    `listed` is how many it does hold.
    Raises `InputError` for an empty or endless wish.
    """
    said = " ".join(text.split())
    if not said:
        raise InputError('The wish is empty. Say what to change, such as "cheaper" or "no toys".')
    if len(said) > LONGEST_WISH:
        raise InputError(f"The wish is {len(said):,} characters long; at most {LONGEST_WISH:,} are read.")
    held = strategy if filters is None else Strategy(strategy.positive, strategy.negative, strategy.weights, filters)
    lexicon = shelf(services).vocabulary.lexicon
    return wishes.read_wish(
        said,
        strategy=held,
        categories=categories(services),
        price_quartiles=_quartiles(services, preview),
        size=size,
        listed=listed,
        known=lambda term: any(lexicon.holding(frozenset({token})).size for token in tokens(term)),
    )


def _quartiles(services: Services, preview: Preview | None) -> tuple[float, float, float] | None:
    """The quartiles of the prices of what the preview shows, by the nearest rank; None where fewer than 4 have one."""
    ids = () if preview is None else preview.sample
    prices = sorted(p.price for p in products(services, ids).values() if p.price is not None)
    if len(prices) < 4:
        return None
    first, middle, last = (prices[round(share * (len(prices) - 1))] for share in (0.25, 0.5, 0.75))
    return first, middle, last
