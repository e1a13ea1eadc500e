"""The language models of one run: each call is logged under the run, counted against its budget, cached and told."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import TypeVar

from core.errors import SettingsError
from core.events import Event, ModelCalled
from core.llm.budget import Budget
from core.llm.contract import ChatModel, ChatReply
from core.llm.recorded import RecordedModel
from core.services import Role, Services

T = TypeVar("T")

NO_MODEL = (
    "No language model is set up, so nobody can write this plan. Name one in the settings (SHELFCRAFT_MODEL, and "
    "OPENAI_BASE_URL for a server of your own), or plan without the model."
)


class RunModels:
    """Hands out the models of a run. One `budget` bounds research, planning and judging together.

    It is handed in where it is shared, else made of `budget_usd` (None: the setting's). `run_id` None is work outside a
    run: its calls are logged all the same.
    """

    def __init__(
        self,
        services: Services,
        *,
        run_id: str | None = None,
        budget: Budget | None = None,
        budget_usd: float | None = None,
    ) -> None:
        self.budget = run_budget(services, run_id, budget_usd) if budget is None else budget
        self.run_id = run_id
        self._services = services
        self._told: SimpleQueue[ModelCalled] = SimpleQueue()

    def model(self, role: Role) -> ChatModel | None:
        """The model of a role, None where none is set."""
        found = self._services.chat(role)
        if found is None:
            return None
        store = self._services.store
        return RecordedModel(
            found, log=store.log_model_call, budget=self.budget, cache=store, told=self._told.put, run_id=self.run_id
        )

    def needed(self, role: Role) -> ChatModel:
        """`model`, where nothing can be done without one; raises `SettingsError`."""
        found = self.model(role)
        if found is None:
            raise SettingsError(NO_MODEL)
        return found

    def telling(self, work: Generator[Event, None, T]) -> Generator[Event, None, T]:
        """Work with a `ModelCalled` for each call of its models, told at the next event, also before an error."""
        with closing(work):
            while True:
                try:
                    event = next(work)
                except StopIteration as stop:
                    yield from self._waiting()
                    result: T = stop.value
                    return result
                except Exception:
                    yield from self._waiting()
                    raise
                yield from self._waiting()
                yield event

    def _waiting(self) -> Generator[Event, None, None]:
        while True:
            try:
                yield self._told.get_nowait()
            except Empty:
                return


def run_budget(services: Services, run_id: str | None, usd: float | None) -> Budget:
    """What a run may spend: `usd` (None: the setting's), with what its earlier attempts have spent of it."""
    limit = services.settings.budget_usd if usd is None else usd
    budget = Budget(usd=limit)
    if run_id is not None:
        spent = services.store.load_run(run_id).cost
        if spent:
            budget.spend(ChatReply("", "", 0, 0, cost_usd=spent))
    return budget
