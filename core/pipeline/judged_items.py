"""Products that stand in no catalogue, made ready to be judged: analysed, and with vectors that are known or made."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from core.catalogue.embedding import encode_batches
from core.catalogue.given import text_of
from core.catalogue.schema import text_hash
from core.catalogue.vectors import vector_file
from core.domain import Product
from core.events import Event, StageProgress
from core.relevance.contract import Item, Vectors
from core.relevance.profile import profile
from core.services import Services

ENCODED_AT_ONCE = 256


def items_of(services: Services, products: Sequence[Product]) -> Generator[Event, None, list[Item]]:
    """One item a product, in order. A text whose vector the data folder knows is not encoded again; raises
    `EncoderError`, and `CatalogueError` where the data folder's vectors cannot be kept."""
    texts = [text_of(product) for product in products]
    vectors = yield from _vectors(services, texts)
    return [Item(p, profile(p), vectors[text]) for p, text in zip(products, texts, strict=True)]


def _vectors(services: Services, texts: Sequence[str]) -> Generator[Event, None, dict[str, Vectors]]:
    hashes = {text: text_hash(text) for text in texts}
    encoder = services.encoder.inner  # products would push the queries out of the cache
    with vector_file(services.settings.home, encoder=encoder.name, dimension=encoder.dimension) as file:
        known = file.get(list(hashes.values()))
    found = {text: known[key] for text, key in hashes.items() if key in known}
    missing = [text for text in hashes if text not in found]
    done = 0
    for positions, made in encode_batches(encoder, missing, size=ENCODED_AT_ONCE):
        some = [missing[i] for i in positions]
        found.update(zip(some, np.asarray(made, np.float32), strict=True))
        # Kept batch by batch, so that what was done is not done again after a stop.
        with vector_file(services.settings.home, encoder=encoder.name, dimension=encoder.dimension) as file:
            file.put([hashes[text] for text in some], made)
        done += len(some)
        yield StageProgress("encode", done, len(missing))
    return found
