"""The local judge and the rules over the products of a theme, in the columns that the funnel takes."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

import numpy as np

from core.domain import GRADE_NAMES, Intent, Judgment, Selection, Strategy
from core.errors import BudgetSpent, ModelError, SettingsError
from core.events import Event, Warned, result_of
from core.llm.budget import Budget
from core.pipeline.plans import chosen_words
from core.pipeline.relevance import NO_JUDGE, item, items
from core.relevance.contract import Item, Question
from core.relevance.theme import questions_of
from core.relevance.uncertain import worth_asking
from core.selection.judged import Opinions
from core.selection.trace import Station, Trace
from core.services import Services

JUDGED = Station.JUDGED.name.lower()
ASKED = 100
"""A language model is asked for at most so many products of a list."""

MODEL_SAYS_NO = "Not relevant, says the language model"

BAD = 2
"""A product to which a language model gives this grade or less is no part of a list."""


class ThemeJudge:
    """Judges products for a theme: each for the thing it names that the product answers best.

    `selection_id` adds the rules of one selection; `said` are judgments of a language model, which go before: what it
    finds no better than `BAD` stays out. With `again` what else the model said of the theme before is looked up.
    """

    def __init__(
        self,
        services: Services,
        intent: Intent,
        *,
        selection_id: str | None = None,
        said: Mapping[str, Judgment] | None = None,
        again: bool = False,
    ) -> None:
        self._services = services
        self._judge = services.judge_by(services.rules(selection_id))
        self.version = self._judge.version
        words = chosen_words(services, intent)
        self._questions = [Question(query, intent) for query in questions_of(intent, words)]
        self._theme = Question(" ".join(intent.text.split()), intent)
        self._selection_id = selection_id
        self._said = {} if said is None else dict(said)
        self._again = again and bool(said)

    def __call__(self, ids: Sequence[str]) -> Opinions:
        """What is said of these products; one that left the catalogue meanwhile is judged by nobody."""
        known = {item.product.product_id: item for item in items(self._services, ids)}
        found = [known[i] for i in ids if i in known]
        said = {**self._remembered(found), **self._said}
        rows = np.array([k for k, i in enumerate(ids) if i in known], np.int64)
        fit, good = np.zeros(len(ids)), np.zeros(len(ids))
        grade, rule = np.zeros(len(ids), np.int64), np.full(len(ids), -1, np.int64)
        graded = [self._judge.grades(question, found) for question in self._questions]
        best = np.stack([g.fit for g in graded]).argmax(axis=0)
        pick = np.arange(len(found))
        fit[rows] = np.stack([g.fit for g in graded])[best, pick]
        good[rows] = np.stack([g.good for g in graded])[best, pick]
        grade[rows] = np.stack([g.grades for g in graded])[best, pick]
        gated = np.stack([g.barred for g in graded]).all(axis=0)
        out = self._judgments([found[k] for k in np.flatnonzero(gated)], best[gated])
        names: dict[str, int] = {}
        told: dict[int, str] = {}
        for k, judgment in zip(rows[gated].tolist(), out, strict=True):
            strict = next(v for v in judgment.rules if v.bars)
            rule[k] = names.setdefault(strict.name, len(names))
            told[k] = strict.sentence
        for k, judgment in ((k, said[i]) for k, i in enumerate(ids) if i in said):
            fit[k], good[k], grade[k] = judgment.fit, judgment.good, judgment.grade or 0
            if judgment.grade is not None and judgment.grade <= BAD and rule[k] < 0:
                rule[k] = names.setdefault(MODEL_SAYS_NO, len(names))
                told[k] = f"The language model finds it {GRADE_NAMES[judgment.grade]}. {judgment.rationale}".strip()
        asked = {int(row): (item, int(q)) for row, item, q in zip(rows, found, best, strict=True)}

        def judgments(places: Sequence[int]) -> list[Judgment | None]:
            wanted = [k for k in places if k in asked]
            made = dict(
                zip(wanted, self._judgments([asked[k][0] for k in wanted], [asked[k][1] for k in wanted]), strict=True)
            )
            return [said.get(ids[k], made.get(k)) for k in places]

        return Opinions(
            np.round(fit, 6), good, grade, rule, tuple(names), lambda k: told.get(k, ""), judgments, _name(len(said))
        )

    def best(self, one: Item) -> tuple[Question, Judgment]:
        """What one product is judged for, and the judgment."""
        made = [(q, self._judge.judgment(q, one)) for q in self._questions]
        return max(made, key=lambda pair: pair[1].fit)

    def _judgments(self, found: Sequence[Item], which: Sequence[int] | np.ndarray) -> list[Judgment]:
        """One judgment for each item, of the question with the number beside it."""
        made: list[Judgment | None] = [None] * len(found)
        for number, question in enumerate(self._questions):
            own = [k for k, q in enumerate(which) if q == number]
            work = self._judge.judge(question, [found[k] for k in own])
            for k, judgment in zip(own, result_of(work), strict=True):
                made[k] = judgment
        return [judgment for judgment in made if judgment is not None]

    def _remembered(self, found: Sequence[Item]) -> dict[str, Judgment]:
        if not self._again:
            return {}
        from core.pipeline.model_judging import remembered_of_model

        kept = remembered_of_model(self._services, self._theme, found, selection_id=self._selection_id)
        return {name: judgment for name, judgment in kept.items() if judgment.grade is not None}


def _name(said: int) -> str:
    return "the local judge" + (f", {said:,} products by the language model" if said else "")


def judge_again(
    services: Services, intent: Intent, selection: Selection, *, selection_id: str | None = None
) -> ThemeJudge | None:
    """The judge that a selection was made with, by the rules of now; None for a selection that nobody judged."""
    if not any(stage.stage == JUDGED for stage in selection.funnel):
        return None
    made = [p.judgment for p in selection.products if p.judgment is not None]
    said = {judgment.product_id: judgment for judgment in made if judgment.judge != services.judge.name}
    return ThemeJudge(services, intent, selection_id=selection_id, said=said, again=True)


def second_opinions(
    services: Services,
    intent: Intent,
    trace: Trace,
    *,
    budget: Budget,
    run_id: str | None = None,
    selection_id: str | None = None,
) -> Generator[Event, None, dict[str, Judgment]]:
    """What the language model says of the first products of a list and of those that the local judge is unsure of.

    Products of which it says nothing are left out: none where it fails or the budget is spent, which is told.
    """
    from core.pipeline.model_judging import judge_by_model

    ids = worth_a_question(trace)
    found = items(services, ids)
    if not found:
        return {}
    question = Question(" ".join(intent.text.split()), intent)
    try:
        work = judge_by_model(services, question, found, budget=budget, run_id=run_id, selection_id=selection_id)
        made = yield from work
    except (BudgetSpent, ModelError) as error:
        yield Warned(JUDGED, f"The list is made without the language model. {error}")
        return {}
    return {judgment.product_id: judgment for judgment in made if judgment.grade is not None}


def worth_a_question(trace: Trace, *, most: int = ASKED) -> list[str]:
    """The products of a funnel whose grade by a language model would change its list most, the most valuable first."""
    if trace.judged is None:
        return []
    ranked = [k for k in trace.kept[: 2 * trace.options.size].tolist() if trace.judged.at[k] >= 0]
    at = trace.judged.at[ranked]
    good, fit = trace.judged.opinions.good[at], trace.relevance[ranked]
    nothing = np.zeros(len(good))
    rows = worth_asking(np.column_stack([1 - good, nothing, nothing, good]), fit, most)
    return [trace.ids[ranked[row]] for row in rows.tolist()]


def question_of(
    services: Services,
    intent: Intent | None,
    asked: Strategy | str,
    product_id: str,
    *,
    selection_id: str | None = None,
) -> Question:
    """What one product is judged for: the query, or of a theme the thing that the product answers best.

    Raises `ProductMissing`.
    """
    if isinstance(asked, str) or intent is None:
        return Question(asked if isinstance(asked, str) else " ".join(asked.positive[:1]), intent)
    return ThemeJudge(services, intent, selection_id=selection_id).best(item(services, product_id))[0]


def judgment(
    services: Services,
    intent: Intent | None,
    asked: Strategy | str,
    product_id: str,
    *,
    selection_id: str | None = None,
) -> Judgment:
    """What the local judge says of one product for a query, or for a theme as in its list (see `question_of`).

    `selection_id` adds the rules of one selection. Raises `ProductMissing`.
    """
    one = item(services, product_id)
    if isinstance(asked, str) or intent is None:
        question = question_of(services, intent, asked, product_id)
        return services.judge_by(services.rules(selection_id)).judgment(question, one)
    return ThemeJudge(services, intent, selection_id=selection_id).best(one)[1]


def ask_model(
    services: Services,
    intent: Intent | None,
    asked: Strategy | str,
    product_id: str,
    *,
    selection_id: str | None = None,
    run_id: str | None = None,
) -> Generator[Event, None, Judgment]:
    """What the language model says of one product, with its reasons; a kept answer is not asked for again.

    Raises `ProductMissing`, `SettingsError` where no model is set, `BudgetSpent` and `ModelError`.
    """
    from core.pipeline.model_judging import rationale_of

    if services.model_name("judge") is None:
        raise SettingsError(NO_JUDGE)
    question = model_question(intent, asked)
    one = item(services, product_id)
    return (yield from rationale_of(services, question, one, run_id=run_id, selection_id=selection_id))


def model_question(intent: Intent | None, asked: Strategy | str) -> Question:
    """What a language model judges products for: the query, or the theme as it was typed, which it understands."""
    if isinstance(asked, str):
        return Question(asked, intent)
    return Question(" ".join(asked.positive[:1]) if intent is None else " ".join(intent.text.split()), intent)
