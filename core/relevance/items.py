"""Products that are ready to be judged, kept while the catalogue stays as it is: analysing one takes far longer than
judging it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from core.domain import Product
from core.relevance.contract import Item, Vectors
from core.relevance.profile import profile

Load = Callable[[Sequence[str]], Iterable[tuple[Product, Vectors]]]
"""Product ids to products with their vectors (dimension,), in any order; ids that are nowhere are left out."""

KEPT = 20_000
"""Products that stay analysed, the ones used last: some 10 KB each, twice that with a long description."""


class KeptItems:
    """Analysed products of one catalogue version at a time; safe to share between threads."""

    def __init__(self, limit: int = KEPT) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._version = ""
        self._items: OrderedDict[str, Item] = OrderedDict()

    def of(self, version: str, ids: Sequence[str], load: Load) -> dict[str, Item]:
        """The items of these ids by id, in the order asked; `load` is asked once for all that are not kept.

        `version` is what changes with every write to the catalogue: a new one drops what was kept of the old.
        """
        wanted = list(dict.fromkeys(ids))
        found = self._held(version, wanted)
        missing = [i for i in wanted if i not in found]
        if missing:
            fresh = {p.product_id: Item(p, profile(p), vector) for p, vector in load(missing)}
            self._keep(version, fresh)
            found |= fresh
        return {i: found[i] for i in wanted if i in found}

    def _held(self, version: str, ids: Sequence[str]) -> dict[str, Item]:
        with self._lock:
            if version != self._version:
                self._version, self._items = version, OrderedDict()
            found = {i: self._items[i] for i in ids if i in self._items}
            for product_id in found:
                self._items.move_to_end(product_id)
            return found

    def _keep(self, version: str, fresh: dict[str, Item]) -> None:
        with self._lock:
            if version != self._version:  # the catalogue was written to meanwhile
                return
            self._items.update(fresh)
            while len(self._items) > self._limit:
                self._items.popitem(last=False)
