"""The catalogue planner: a strategy from the catalogue's own words, without a language model, revised over previews."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence

from core.domain import Intent, Preview, Reward, Strategy, Trajectory, Turn
from core.events import Event, StageFinished, StageProgress, StageStarted, TurnFinished, Warned
from core.planning.associations import Hint, find_hints
from core.planning.candidates import full_name, mine, weigh_candidates
from core.planning.choice import Shelf, choose, find_aspects
from core.planning.facets import Theme, read_theme
from core.planning.found import found_hint
from core.planning.relevance import weigh
from core.planning.revise import Draft, Workshop
from core.planning.spelling import correct, in_english
from core.planning.vocabulary import Vocabulary
from core.text import tokens

SILENCE_SECONDS = 0.5
"""A turn that takes longer says so this often."""

MOST_LOST = 0.5
"""Points of reward that a first turn may lose by what research found: the reward does not know what is in fashion, but
more than that means that it led astray."""

Assess = Callable[[Strategy], tuple[Preview, Reward]]


class CataloguePlanner:
    """The embedded default planner; keeps no state between plans.

    Without `knowledge` it leans on the catalogue's and the customers' words alone (`associations.toml` is left out).
    """

    name = "catalogue"

    def __init__(self, *, knowledge: bool = True) -> None:
        self._knowledge = knowledge

    def plan(
        self,
        intent: Intent,
        *,
        assess: Assess,
        vocabulary: Vocabulary,
        turns: int = 4,
        played: Sequence[Turn] = (),
        ideas: Sequence[str] = (),
    ) -> Generator[Event, None, Trajectory]:
        """Plan in at most `turns` turns; every turn is kept and the best one handed over.

        `ideas` are search words that research found; those that the catalogue sells are candidates too, unless the
        first turn would lose more than `MOST_LOST` points by them, which is said.

        Goes on after the turns `played`, as the plan that they are of would have, without assessing them anew; where
        the catalogue has changed since, it stays with them and says so. A theme that the catalogue has nothing for
        gives a strategy with few terms or none, and says so. Raises `ThemeInvalid` for an empty, endless or wordless
        theme.
        """
        began = time.perf_counter()
        done = list(played)
        name = f"“{' '.join(intent.text.split())[:80]}”"
        yield StageStarted("plan", f"going on after turn {len(done)} of {name}" if done else f"reading {name}")
        workshop, draft = self._open(intent, vocabulary, ideas, done, assess)
        if ideas and not workshop.ideas and not done:
            yield Warned(
                "plan", "What research found is left out: the catalogue has nothing of it that fits the theme."
            )
        if draft is None:
            yield Warned("plan", "The catalogue has changed since these turns were played; the plan ends with them.")
        elif done:
            draft = yield from self._following(workshop, draft, done, turns=turns, assess=assess)
        while draft is not None:
            preview, reward = assess(draft.strategy)
            note = draft.note if done else workshop.opening(draft, preview)
            turn = Turn(len(done) + 1, draft.strategy, preview, reward, workshop.reasons(draft), note)
            done.append(turn)
            yield TurnFinished(turn)
            draft = yield from self._following(workshop, draft, done, turns=turns, assess=assess)
        trajectory = Trajectory(intent, tuple(done), self.name)
        best = trajectory.best
        summary = f"turn {best.number} of {len(done)} is the best: reward {best.reward.total:.1f}"
        yield StageFinished("plan", summary, time.perf_counter() - began)
        return trajectory

    def _open(
        self, intent: Intent, vocabulary: Vocabulary, ideas: Sequence[str], done: Sequence[Turn], assess: Assess
    ) -> tuple[Workshop, Draft | None]:
        """The workshop, with what research found where that does no harm, and the draft to begin or go on with."""
        plain = open_workshop(intent, vocabulary=vocabulary, knowledge=self._knowledge)
        rich = open_workshop(intent, vocabulary=vocabulary, knowledge=self._knowledge, ideas=ideas) if ideas else plain
        if not rich.ideas:
            return plain, plain.rebuilt(done[-1].strategy) if done else plain.first()
        if done:
            draft = rich.rebuilt(done[-1].strategy)
            return (rich, draft) if draft is not None else (plain, plain.rebuilt(done[-1].strategy))
        lost = assess(plain.first().strategy)[1].total - assess(rich.first().strategy)[1].total
        chosen = plain if lost > MOST_LOST else rich
        return chosen, chosen.first()

    def _following(
        self, workshop: Workshop, draft: Draft, done: Sequence[Turn], *, turns: int, assess: Assess
    ) -> Generator[Event, None, Draft | None]:
        """What the turn after those that are done plays; None where the plan ends.

        That is the change of one step that raises the reward most without emptying the shelf, if one does.
        """
        if len(done) >= turns:
            return None
        best, best_total = None, done[-1].reward.total + 0.01
        spoke = time.perf_counter()
        for tried, proposal in enumerate(workshop.proposals(draft), start=1):
            total = assess(proposal.strategy)[1].total
            if total > best_total:
                best, best_total = proposal, total
            # A long turn says that it works, which is also where it can be stopped.
            if time.perf_counter() - spoke > SILENCE_SECONDS:
                spoke = time.perf_counter()
                yield StageProgress("plan", tried, None, f"changes tried for turn {len(done) + 1}")
        return best


def open_workshop(
    intent: Intent, *, vocabulary: Vocabulary, knowledge: bool = True, ideas: Sequence[str] = ()
) -> Workshop:
    """Read a theme and have ready what strategies for it are made of."""
    theme, hints = _read(intent, vocabulary=vocabulary, knowledge=knowledge)
    found = found_hint(ideas, theme, vocabulary=vocabulary)
    hints = (*hints, *found)
    passing = vocabulary.passing(theme.filters)
    relevance = weigh(theme, hints, vocabulary=vocabulary, passing=passing)
    pool = mine(theme, hints, relevance, vocabulary=vocabulary, passing=passing)
    shelf = Shelf(relevance, find_aspects(relevance, vocabulary=vocabulary))
    chosen, own = choose(pool, shelf), None
    if not any(pool.candidates[i].key.issuperset(tokens(theme.facets[0])[-1:]) for i in chosen):
        # Where very many products are alike, terms that find a few of them fit best, and none may say the thing.
        own = full_name(theme, relevance, vocabulary.lexicon)
    kept: list[int] = []
    if own is not None:
        named = [own, *(candidate for candidate in pool.candidates if candidate.key != own.key)]
        pool = weigh_candidates(named, theme, relevance, vocabulary=vocabulary, passing=passing)
        kept = [i for i, candidate in enumerate(pool.candidates) if candidate is own]  # none, where the filters cut it
        chosen = choose(pool, shelf, start=kept)
    things = tuple(thing for hint in found for thing in hint.association.things)
    return Workshop(
        theme, relevance, pool, shelf, chosen=chosen, kept=frozenset(kept), vocabulary=vocabulary, ideas=things
    )


def understood(intent: Intent, *, vocabulary: Vocabulary) -> str:
    """A theme in the catalogue's own words: spelt right, in English where its words were recognised.

    What a strategy's finds are compared with; a theme of which nothing is understood stays as it was typed.
    """
    return _read(intent, vocabulary=vocabulary, knowledge=True)[0].text


def _read(intent: Intent, *, vocabulary: Vocabulary, knowledge: bool) -> tuple[Theme, tuple[Hint, ...]]:
    customers = [query for query, _ in vocabulary.query_log]
    theme = correct(read_theme(intent), lexicon=vocabulary.lexicon, customers=customers)
    hints = find_hints(theme, vocabulary=vocabulary) if knowledge else ()
    return in_english(theme, hints, lexicon=vocabulary.lexicon), hints
