"""Drafts of a strategy and the changes of one step that could make them better, each with its reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain import Preview, Strategy, TermReason
from core.planning.candidates import Candidate, Pool
from core.planning.choice import MOST_TERMS, Shelf, covered, marginal
from core.planning.facets import Theme
from core.planning.negatives import Negative, mine_negatives
from core.planning.relevance import Relevance
from core.planning.vocabulary import Mask, Vocabulary

_LEAST_VALUE = 0.97  # share of the first draft's value that every later one has to hold
_ADDITIONS = 6
_LOOSE = 0.75
_LEAST_WEIGHT = 0.4
_NARROWINGS = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """Positions in the pool of the positive terms, the negatives, and what was changed since the draft before."""

    strategy: Strategy
    chosen: tuple[int, ...]
    negatives: tuple[Negative, ...]
    note: str = ""


class Workshop:
    """One theme's materials: the candidates, what each is worth, and the negatives that clean up behind them."""

    def __init__(
        self,
        theme: Theme,
        relevance: Relevance,
        pool: Pool,
        shelf: Shelf,
        *,
        chosen: Sequence[int],
        vocabulary: Vocabulary,
        kept: frozenset[int] = frozenset(),
        ideas: tuple[str, ...] = (),
    ) -> None:
        self.theme, self.relevance, self.pool, self.shelf = theme, relevance, pool, shelf
        self.vocabulary = vocabulary
        self._kept = kept  # what every draft has, as it is
        self.ideas = ideas
        """What research found and the catalogue sells."""
        self._chosen = tuple(chosen)
        self._negatives: dict[tuple[int, ...], tuple[Negative, ...]] = {}

    def first(self) -> Draft:
        """The greedy choice with the negatives that its union asks for."""
        return self._draft(self._chosen, self.negatives(self._chosen))

    def rebuilt(self, strategy: Strategy) -> Draft | None:
        """The draft that a strategy of an earlier plan was, without its note; None where the catalogue has changed.

        A draft's terms are candidates and its negatives some of those of its terms, so that the names tell it all.
        """
        place = {candidate.text: i for i, candidate in enumerate(self.pool.candidates)}
        if not place.keys() >= set(strategy.positive):
            return None
        chosen = tuple(place[text] for text in strategy.positive)
        known = {negative.text: negative for negative in self.negatives(chosen)}
        draft = self._draft(chosen, tuple(known[text] for text in strategy.negative if text in known))
        return draft if draft.strategy == strategy else None

    def opening(self, draft: Draft, preview: Preview) -> str:
        """How the theme was read, and whether the catalogue has it."""
        notes = list(self.theme.notes)
        if not draft.chosen:
            notes.append("the catalogue has nothing that clearly fits this theme")
        elif preview.count < 10:
            notes.append(f"the catalogue has little for this theme: {preview.count:,} products")
        return "; ".join(notes)

    def negatives(self, chosen: tuple[int, ...]) -> tuple[Negative, ...]:
        """What cleans up behind these terms; remembered."""
        key = tuple(sorted(chosen))
        if key not in self._negatives:
            texts = [self.pool.candidates[i].text for i in key]
            self._negatives[key] = mine_negatives(
                self.theme, texts, self._union(key), self.relevance, vocabulary=self.vocabulary
            )
        return self._negatives[key]

    def proposals(self, draft: Draft) -> Iterator[Draft]:
        """Every change of one step that keeps the shelf as full as the first draft filled it.

        The reward alone would narrow a theme to the one product type that is nearest to its words.
        """
        least = _LEAST_VALUE * self._value(self.first())
        for proposal in self._changes(draft):
            if proposal.chosen and self._value(proposal) >= least:
                yield proposal

    def _changes(self, draft: Draft) -> Iterator[Draft]:
        pool = self.pool
        if len(draft.chosen) > 1:
            for i in (i for i in draft.chosen if i not in self._kept):
                rest = tuple(j for j in draft.chosen if j != i)
                yield self._draft(rest, self.negatives(rest), f"dropped “{pool.candidates[i].text}”, which adds little")
        for i in self._next_best(draft.chosen):
            more = (*draft.chosen, i)
            yield self._draft(more, self.negatives(more), f"added “{pool.candidates[i].text}”")
        for i, narrow in self._narrower(draft.chosen):
            other = tuple(narrow if j == i else j for j in draft.chosen)
            note = f"narrowed “{pool.candidates[i].text}” to “{pool.candidates[narrow].text}”"
            yield self._draft(other, self.negatives(other), note)
        for negative in draft.negatives:
            fewer = tuple(n for n in draft.negatives if n != negative)
            yield self._draft(draft.chosen, fewer, f"dropped the negative “{negative.text}”")
        held = {n.text for n in draft.negatives}
        for negative in self.negatives(draft.chosen):
            if negative.text not in held:
                note = f"cut “{negative.text}”, which is recalled wrongly"
                yield self._draft(draft.chosen, (*draft.negatives, negative), note)

    def reasons(self, draft: Draft) -> tuple[TermReason, ...]:
        """Why each term of a draft is there."""
        pool = self.pool
        adds = marginal(pool, self.shelf, draft.chosen) if draft.chosen else np.zeros(0, np.float32)
        found = [
            _positive_reason(
                pool.candidates[i], pool.match[i], self.relevance, self.vocabulary, first=adds[k] >= max(adds)
            )
            for k, i in enumerate(draft.chosen)
        ]
        found.extend(TermReason(text, -1, "you asked to leave this out") for text in self.theme.unwanted)
        for negative in draft.negatives:
            kept = f", against {negative.good} that do" if negative.good else ""
            reason = f"the other terms also find {negative.bad} products with this that do not fit{kept}"
            found.append(TermReason(negative.text, -1, reason, negative.examples))
        return tuple(found)

    def _draft(self, chosen: Sequence[int], negatives: tuple[Negative, ...], note: str = "") -> Draft:
        positive = tuple(self.pool.candidates[i].text for i in chosen)
        unwanted = tuple(dict.fromkeys((*self.theme.unwanted, *(n.text for n in negatives))))
        strategy = Strategy(positive, unwanted, self._weights(chosen), self.theme.filters)
        return Draft(strategy, tuple(chosen), negatives, note)

    def _weights(self, chosen: Sequence[int]) -> tuple[tuple[str, float], ...]:
        """Terms whose finds fit the theme less well count less, so that the theme's own products come first."""
        if not chosen:
            return ()
        fit = self.pool.mean_fit[list(chosen)].astype(np.float64)
        shares = np.round(_LEAST_WEIGHT + (1 - _LEAST_WEIGHT) * fit / max(float(fit.max()), 1e-9), 2)
        pairs = zip((self.pool.candidates[i].text for i in chosen), shares.tolist(), strict=True)
        return tuple(sorted((text, weight) for text, weight in pairs if weight < 1.0))

    def _union(self, chosen: Sequence[int]) -> Mask:
        if not chosen:
            return np.zeros(self.vocabulary.size, np.bool_)
        found: Mask = np.any(self.pool.match[list(chosen)], axis=0)
        return found

    def _value(self, draft: Draft) -> float:
        union = covered(self.pool, draft.chosen)
        if draft.strategy.negative:
            union = np.where(self.vocabulary.exclusions(draft.strategy.negative).any(axis=0), np.float32(0), union)
        return self.shelf.value(union)

    def _next_best(self, chosen: tuple[int, ...]) -> list[int]:
        """Candidates by what they would add to the shelf, best first; none that repeats a chosen term's words."""
        if len(chosen) >= MOST_TERMS:
            return []
        union = covered(self.pool, chosen)
        value = self.shelf.value(union)
        keys = [self.pool.candidates[i].key for i in chosen]
        gains = []
        for i, candidate in enumerate(self.pool.candidates):
            if (
                i in chosen
                or self.pool.precision[i] < 0.5
                or any(candidate.key <= k or k <= candidate.key for k in keys)
            ):
                continue
            gains.append((self.shelf.value(np.maximum(union, self.pool.strength[i])) - value, i))
        gains.sort(key=lambda pair: (-pair[0], pair[1]))
        return [i for gain, i in gains[:_ADDITIONS] if gain > 0]

    def _narrower(self, chosen: tuple[int, ...]) -> list[tuple[int, int]]:
        """(term, narrower one): candidates whose words include those of a chosen term and that fit better."""
        pool, found = self.pool, list[tuple[float, int, int]]()
        for i in (i for i in chosen if i not in self._kept):
            others = [pool.candidates[j].key for j in chosen if j != i]
            for n, candidate in enumerate(pool.candidates):
                loose = pool.precision[i] < _LOOSE  # a term that fits needs no narrowing
                closer = loose and pool.candidates[i].key < candidate.key and pool.mean_fit[n] > pool.mean_fit[i]
                if closer and n not in chosen and not any(candidate.key <= k or k <= candidate.key for k in others):
                    found.append((float(pool.worth[n]), i, n))
        found.sort(key=lambda t: (-t[0], t[1], t[2]))
        return [(i, n) for _, i, n in found[:_NARROWINGS]]


def _positive_reason(
    candidate: Candidate, match: Mask, relevance: Relevance, vocabulary: Vocabulary, *, first: bool
) -> TermReason:
    rows = np.flatnonzero(match)
    fitting = rows[relevance.gain[rows] > 0]
    scale = vocabulary.population / max(vocabulary.size, 1)
    about = (
        f"about {round(len(rows) * scale):,} products, {len(fitting) / max(len(rows), 1):.0%} of them near the theme"
    )
    source = {
        "customers": f"customers typed this {candidate.seen:,} times",
        "category": "a product type of this catalogue near the theme",
        "suggestion": "goes with this theme, and the catalogue sells it",
        "research": "research found it for this theme, and the catalogue sells it",
        "theme": "your own words, which the catalogue uses too",
        "title": f"{candidate.seen:,} products near the theme are called this",
    }[candidate.source]
    best = fitting[np.argsort(-relevance.fit[fitting], kind="stable")[:2]]
    examples = tuple(vocabulary.lexicon.texts.titles[int(i)] for i in best)
    return TermReason(candidate.text, 1, f"{source}; {about}" + ("; adds most" if first else ""), examples)
