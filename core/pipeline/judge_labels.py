"""Labels of files made ready for a judge: products found and analysed, what rules say of substitutes beside them."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.catalogue.given import products_of
from core.domain import Product
from core.errors import LabelsInvalid
from core.events import Event, StageFinished, StageStarted, Warned
from core.pipeline.catalogues import ready
from core.pipeline.judged_items import items_of
from core.pipeline.judges import make_product
from core.recall.corpus import CatalogueCorpus
from core.relevance.contract import Item
from core.relevance.labels import Label, read_labels, settled, with_products
from core.relevance.reading import read
from core.services import Services


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labels with the item of each, in the order of the files. `left_out` labels name products that are nowhere.

    `settled` are the same labels with each substitute 2 where a rule finds a mismatch (`core.relevance.labels`). They
    are measured on, and not trained on: a judge that reads the rules would learn to repeat them.
    """

    labels: tuple[Label, ...]
    settled: tuple[Label, ...]
    items: tuple[Item, ...]
    left_out: int

    def by_query(self) -> dict[str, list[int]]:
        """Positions of the labels by their query, in order of first appearance."""
        found: dict[str, list[int]] = {}
        for at, label in enumerate(self.labels):
            found.setdefault(label.query, []).append(at)
        return found


def labelled(services: Services, paths: Sequence[str | Path]) -> Generator[Event, None, Labelled]:
    """Read label files, in the order given, and make their products ready.

    A label with an id alone takes its product from the `products.parquet` of its own folder, else from the catalogue in
    use. A verdict of feedback asks about the search term of its list that is nearest to the product. Raises
    `LabelsInvalid` where a file cannot be read or no product of it is known.
    """
    yield StageStarted("labels", ", ".join(str(path) for path in paths))
    opened = yield from ready(services)
    read_all: list[Label] = []
    for path in paths:
        read_all.extend(read_labels(Path(path), make=make_product, products=products_of))
    ids = list(dict.fromkeys(label.product_id for label in read_all if label.product is None))
    labels, left_out = with_products(read_all, opened.catalogue.products(ids))
    if not labels:
        raise LabelsInvalid(
            f"None of the {left_out:,} products that the labels name is in the catalogue in use "
            f"({opened.catalogue.name}). Choose another with --catalogue, or give the products in the labels."
        )
    if left_out:
        yield Warned("labels", f"{left_out:,} labels are left out: their products are not in the catalogue in use.")
    products = list(dict.fromkeys(_product(label) for label in labels))
    made = yield from items_of(services, products)
    known = dict(zip(products, made, strict=True))
    asked = _by_term(services, labels, known)
    corpus, rules = CatalogueCorpus(opened.catalogue), services.rules()

    def allowed(some: Sequence[Label]) -> npt.NDArray[np.bool_]:
        readings = {query: read(query, None, corpus) for query in {label.query for label in some}}
        return np.concatenate([rules.allowed(readings[x.query], [known[_product(x)].profile]) for x in some])

    yield StageFinished("labels", f"{len(asked):,} labels of {len({x.query for x in asked}):,} queries")
    return Labelled(asked, settled(asked, allowed), tuple(known[_product(label)] for label in asked), left_out)


def _product(label: Label) -> Product:
    assert label.product is not None  # `with_products` left out the others
    return label.product


def _by_term(services: Services, labels: Sequence[Label], items: Mapping[Product, Item]) -> tuple[Label, ...]:
    """Labels whose query is the theme of a list, with the nearest of theme and terms in its place."""
    texts = list(dict.fromkeys(text for x in labels if x.terms for text in (x.query, *x.terms)))
    if not texts:
        return tuple(labels)
    vectors = dict(zip(texts, services.encoder.encode([" ".join(t.split()) for t in texts]), strict=True))

    def nearest(label: Label) -> str:
        vector = items[_product(label)].vector
        return max((label.query, *label.terms), key=lambda text: float(vectors[text] @ vector))

    return tuple(replace(x, query=nearest(x)) if x.terms else x for x in labels)
