"""Every rule of relevance on the judged pairs of ESCI: which share of those that it speaks of people found exact,
substitute, complement and irrelevant; how often rules speak of a product whose own title is the query; and what they
read in titles of colour and gender against what the shop states."""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product as product_of
from pathlib import Path
from typing import TypeVar

from core.catalogue.table import Catalogue
from core.domain import Product
from core.evaluation.themes import OTHERS, SEASONAL, facts_of
from core.events import result_of
from core.pipeline.judge_labels import Labelled, labelled
from core.recall.corpus import CatalogueCorpus
from core.relevance.contract import Corpus
from core.relevance.profile import Profile, profile
from core.relevance.reading import read
from core.relevance.rules.book import RuleBook, shipped_rules
from core.relevance.rules.vocabulary import vocabulary
from core.services import Services
from tests.bench.real_catalogue import real_services

T = TypeVar("T")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "esci"
TITLES = 5_000
"""Products whose own titles are read as queries."""

COLOURS = ("black", "navy", "red", "white", "brown", "pink", "green", "yellow", "grey", "purple")
GENDERS = ("men", "women", "boys", "girls")

_HEAD = re.compile(r"[,(|;]| - ")


def main() -> None:
    """Print the tables. Rules that are off by default are measured too."""
    services = real_services()
    catalogue = services.catalogues.open("real", encoder=services.encoder)
    corpus = CatalogueCorpus(catalogue)
    book = RuleBook([replace(rule, enabled=True) for rule in shipped_rules().rules])
    pairs = _pairs(result_of(labelled(services, [DATA])))
    base = Counter(letter for found in pairs.values() for _, letter in found)
    total = sum(base.values())
    print(f"{total:,} pairs of {len(pairs)} queries; of all: " + _shares(base, total))
    print("\n| rule | allows up to | queries | pairs | E | S | C | I | E of all pairs of these queries |")
    print("|---|---|---|---|---|---|---|---|---|")
    for line in _table(book, pairs, corpus):
        print(line)
    print("\n" + _own_titles(catalogue, corpus))
    print("\n| rule | products that are as asked | of them told apart | products that are not | of them told apart |")
    print("|---|---|---|---|---|")
    for line in _stated(catalogue):
        print(line)
    print("\n" + _themes(services))
    print(_speed(pairs, corpus))


def _pairs(found: Labelled) -> Mapping[str, list[tuple[Profile, str]]]:
    out: dict[str, list[tuple[Profile, str]]] = defaultdict(list)
    for label, item in zip(found.labels, found.items, strict=True):
        out[label.query].append((item.profile, label.esci or ""))
    return out


def _shares(counted: Counter[str], total: int) -> str:
    return " | ".join(f"{letter} {counted[letter] / total:.2f}" for letter in "ESCI")


def _table(book: RuleBook, pairs: Mapping[str, list[tuple[Profile, str]]], corpus: Corpus) -> list[str]:
    spoke: dict[str, Counter[str]] = defaultdict(Counter)
    queries: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for query, found in pairs.items():
        columns = book.spoken(read(query, corpus=corpus), [profile for profile, _ in found])
        exact = sum(letter == "E" for _, letter in found) / len(found)
        for column, rule in zip(columns.T, book.active, strict=True):
            spoke[rule.id].update(letter for said, (_, letter) in zip(column, found, strict=True) if said)
            queries[rule.id] += bool(column.any())
            expected[rule.id] += exact * int(column.sum())  # type: ignore[assignment]
    lines = []
    for rule in book.active:
        counted, total = spoke[rule.id], sum(spoke[rule.id].values())
        shares = [f"{counted[letter] / total:.2f}" for letter in "ESCI"] if total else ["-"] * 4
        against = f"{expected[rule.id] / total:.2f}" if total else "-"
        cells = [rule.id, str(rule.best), str(queries[rule.id]), str(total), *shares, against]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _own_titles(catalogue: Catalogue, corpus: Corpus) -> str:
    """A product is what its own title asks for, so that a rule that speaks of it is wrong (or the title is odd)."""
    ids: list[str] = catalogue.columns(["product_id"])["product_id"].to_pylist()
    drawn: Sequence[str] = random.Random(1).sample(ids, min(TITLES, len(ids)))
    book, wrong = shipped_rules(), 0
    for product in catalogue.products(drawn).values():
        reading = read(_HEAD.split(product.title)[0], corpus=corpus)
        wrong += bool(book.verdicts(reading, profile(product)))
    return f"own titles as queries: rules speak of {wrong} of {len(drawn):,} products"


def _stated(catalogue: Catalogue) -> list[str]:
    """Rules that read titles alone, against what the shop itself states of colour and gender in attributes.

    Every query of a colour and a gender meets every product drawn of those that state both.
    """
    words, book = vocabulary(), shipped_rules()
    rules = [rule.id for rule in book.active]
    ids: list[str] = catalogue.columns(["product_id"])["product_id"].to_pylist()
    products = [p for p in catalogue.products(ids).values() if {"color", "gender"} <= dict(p.attributes).keys()]
    drawn = random.Random(1).sample(products, min(TITLES, len(products)))
    profiles = [profile(Product(p.product_id, p.title)) for p in drawn]
    counted: Counter[tuple[str, bool, bool]] = Counter()
    for colour, gender in product_of(COLOURS, GENDERS):
        reading = read(f"{colour} clothes for {gender}")
        spoken = book.spoken(reading, profiles)
        for name, key in (("colour", "color"), ("gender", "gender")):
            facet = words.facets[name]
            fitting = frozenset[str]().union(*(facet.fits[value] for value in reading.facets[name]))
            for product, said in zip(drawn, spoken[:, rules.index(name)], strict=True):
                stated = words.recognise(words.spelt(dict(product.attributes)[key])).get(name)
                if stated:
                    counted[name, not stated.isdisjoint(fitting), bool(said)] += 1
    lines = []
    for name in ("colour", "gender"):
        same, other = (sum(counted[name, fits, said] for said in (True, False)) for fits in (True, False))
        wrong, right = (counted[name, fits, True] / total for fits, total in ((True, same), (False, other)))
        lines.append(f"| {name} | {same:,} | {wrong:.2%} | {other:,} | {right:.0%} |")
    return lines


def _themes(services: Services) -> str:
    """Of the products that belong to a theme by the shop's own columns, those that a rule tells apart by its text."""
    facts = facts_of(services)
    ids: list[str] = list(facts)
    profiles = {p.product_id: profile(p) for p in services.shelf().catalogue.products(ids).values()}
    told, total = [], 0
    for theme in (*SEASONAL, *OTHERS):
        known = [i for i in ids if theme.belongs(facts[i])]
        spoken = shipped_rules().spoken(read(theme.text), [profiles[i] for i in known])
        total += len(known)
        told.append((int(spoken.any(axis=1).sum()), theme.text))
    worst = max(told)
    return (
        f"{len(told)} themes: rules speak of {sum(count for count, _ in told)} of {total:,} products that belong to "
        f"them, most in “{worst[1]}” ({worst[0]})"
    )


def _speed(pairs: Mapping[str, list[tuple[Profile, str]]], corpus: Corpus) -> str:
    book, profiles = shipped_rules(), [found for rows in pairs.values() for found, _ in rows]
    began = time.process_time()
    for query in pairs:
        book.allowed(read(query, corpus=corpus), profiles)
    seconds = (time.process_time() - began) / (len(pairs) * len(profiles))
    return f"10,000 pairs take {10_000 * seconds:.3f} s of one core, profiles at hand"


if __name__ == "__main__":
    main()
