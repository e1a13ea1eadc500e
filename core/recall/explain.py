"""Why a product is in the recalled set, and why not: the same definition, asked of one product."""

from __future__ import annotations

import numpy as np
from lancedb.expr import col, lit

from core.catalogue.embedding import Encoder
from core.catalogue.table import Catalogue, matrix
from core.domain import Explanation, Product, Strategy, TermExplanation, term_list
from core.recall.filters import asks_price, in_category
from core.recall.full import COLUMNS, Rowset
from core.recall.lexicon import Lexicon
from core.recall.matching import coverage, having_all, negative_columns, positive_columns, unpack
from core.recall.terms import Term, read_terms
from core.recall.vectors import Floats, cosines
from core.text import tokens, words


def explain(
    catalogue: Catalogue, encoder: Encoder, strategy: Strategy, product_id: str, *, lexicon: Lexicon
) -> Explanation:
    """Say how each term stands to a product and at which step it left; raises `ProductMissing`."""
    product = catalogue.product(product_id)
    wanted = [*COLUMNS, "vector"]
    table = catalogue.table.search().where(col("product_id") == lit(product_id)).select(wanted).to_arrow()
    terms = read_terms(strategy)
    one = Rowset(table, np.ascontiguousarray(matrix(table["vector"])), terms, lexicon)
    everything = (*terms.positive, *terms.negative)
    vectors = encoder.encode([t.key for t in everything])
    cosine = cosines(one.vectors, vectors) if everything else np.empty((0, 1), np.float32)
    middle = len(terms.positive)
    positive = [
        _positive(one, t, cosine[j], weight=terms.weights[j], encoder=encoder) for j, t in enumerate(terms.positive)
    ]
    negative = [_negative(one, t, cosine[middle + j], encoder=encoder) for j, t in enumerate(terms.negative)]
    scores = [score for _, score in positive if score is not None]
    found = tuple(term for term, _ in positive)
    step, sentence = _outcome(product, strategy, found, tuple(negative), in_stock=bool(table["in_stock"][0].as_py()))
    recalled = step == "recalled"
    return Explanation(product_id, recalled, step, sentence, max(scores) if recalled else None, (*found, *negative))


def _positive(
    one: Rowset, term: Term, cosine: Floats, *, weight: float, encoder: Encoder
) -> tuple[TermExplanation, float | None]:
    profile = encoder.profile
    bits, lexical_bits, score = positive_columns(one, term, cosine, profile)
    applies, lexical = len(unpack(bits)) > 0, len(unpack(lexical_bits)) > 0
    semantic = bool(np.float64(cosine[0]) >= profile.tau)
    missing = _missing(one, term, "tokens")
    if lexical:
        detail = "every word of the term is in the product"
    elif semantic:
        detail = f"close in meaning ({cosine[0]:.2f}, from {profile.tau:.2f} on it counts)"
    elif not term.tokens:
        detail = f"the term has no word to look for, and is too far in meaning ({cosine[0]:.2f} of {profile.tau:.2f})"
    else:
        detail = f"lacks {term_list(missing)}, and is too far in meaning ({cosine[0]:.2f} of {profile.tau:.2f})"
    share = 1.0 if lexical else float(coverage(one, term.tokens)[0])
    explained = TermExplanation(
        term.text, 1, applies, lexical, semantic, share, float(cosine[0]), profile.tau, missing, detail
    )
    return explained, weight * float(score[0]) if applies else None


def _negative(one: Rowset, term: Term, cosine: Floats, *, encoder: Encoder) -> TermExplanation:
    profile = encoder.profile
    bits, lexical_bits = negative_columns(one, term, cosine, profile)
    applies, lexical = len(unpack(bits)) > 0, len(unpack(lexical_bits)) > 0
    near = bool(np.float64(cosine[0]) >= profile.tau_negative)
    negates = bool(having_all(one, "negated", term.tokens)[0])
    missing = _missing(one, term, "asserted")
    if lexical:
        detail = "the product says that it is or has this"
    elif near and negates:
        detail = "close in meaning, but the product says that it is without this, so it stays"
    elif near:
        detail = f"too close in meaning ({cosine[0]:.2f}, from {profile.tau_negative:.2f} on it cuts)"
    else:
        detail = "does not apply"
    return TermExplanation(
        term.text,
        -1,
        applies,
        lexical,
        near,
        float(coverage(one, term.tokens)[0]),
        float(cosine[0]),
        profile.tau_negative,
        missing,
        detail,
    )


def _missing(one: Rowset, term: Term, field: str) -> tuple[str, ...]:
    """The words of a term, as they were typed, that a column of the product lacks."""
    lacking = {t for t in term.tokens if len(one.rows(field, t)) == 0}
    return tuple(dict.fromkeys(word for word in words(term.text) if lacking & set(tokens(word))))


def _outcome(
    product: Product,
    strategy: Strategy,
    positive: tuple[TermExplanation, ...],
    negative: tuple[TermExplanation, ...],
    *,
    in_stock: bool,
) -> tuple[str, str]:
    """The step at which it is or left, and one sentence. Terms come before filters, as a strategy is read."""
    found = [t for t in positive if t.applies]
    cut = [t.term for t in negative if t.applies]
    if not found:
        if not positive:
            return "no match", "The strategy has no positive term, so it finds nothing."
        nearest = max(positive, key=lambda t: (t.cosine, t.term))
        return "no match", f"No positive term finds it; the nearest is “{nearest.term}”: {nearest.detail}."
    by = term_list([t.term for t in sorted(found, key=lambda t: (-t.coverage - t.cosine, t.term))])
    blocked = _filtered(product, strategy, in_stock=in_stock)
    if blocked is not None:
        return "filtered", f"Found by {by}, but {blocked}."
    if cut:
        return "excluded", f"Found by {by}, but {term_list(cut)} cuts it out."
    return "recalled", f"Found by {by}."


def _filtered(product: Product, strategy: Strategy, *, in_stock: bool) -> str | None:
    filters = strategy.filters
    if filters.in_stock and not in_stock:
        return "it is out of stock"
    if not in_category(product.category, filters):
        asked = term_list(filters.category)
        return f"its category “{product.category}” is not below {asked}"
    if filters.price is not None and asks_price(filters):
        low, high = filters.price
        if product.price is None:
            return "its price is not known and a price is asked for"
        if low is not None and product.price < low:
            return f"its price {product.price:g} is below {low:g}"
        if high is not None and product.price > high:
            return f"its price {product.price:g} is above {high:g}"
    return None
