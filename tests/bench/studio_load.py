"""Many operators at once, as bare clients of Streamlit's own websocket, so that the server alone is measured."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests.bench.studio_home import CARDS

THINK_SECONDS = 1.0
ANSWER_SECONDS = 120.0
_GOOD = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(slots=True)
class Session:
    """One operator's page: the list that its address names, and what the server last said of the grid."""

    address: str
    selection: str
    _socket: ClientConnection | None = None
    _grid: BidiComponent | None = None
    _fragment: str = ""
    _judged: list[dict[str, Any]] = field(default_factory=list)

    async def __aenter__(self) -> Session:
        stream = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        # The name that the first subprotocol of Streamlit's own client has; the origin is checked by the server.
        self._socket = await connect(stream, subprotocols=["streamlit"], max_size=None, origin=self.address)  # type: ignore[list-item,arg-type]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def rerun(self) -> float:
        """Run the whole page; returns the milliseconds from the sent message to the last of the answer."""
        return await self._ask(self._message())

    async def judge(self) -> float:
        """Keep the next card, as the grid of a browser tells it; returns the milliseconds until it is answered."""
        cards = self.cards()
        number = len(self._judged) + 1
        card = cards[number % len(cards)]
        self._judged.append(
            {
                "c": f"load-{id(self)}",
                "n": number,
                "s": self.selection,
                "id": card["id"],
                "v": "accept",
                "rank": card["rank"],
                "t": int(time.time() * 1000),
            }
        )
        message = self._message()
        message.rerun_script.fragment_id = self._fragment
        return await self._ask(message)

    def cards(self) -> list[dict[str, Any]]:
        """The cards that the server last sent; raises `RuntimeError` where the page is not the one to be measured."""
        if self._grid is None:
            raise RuntimeError("The page shows no grid of cards, so there is nothing to measure.")
        found: list[dict[str, Any]] = json.loads(self._grid.json)["items"]
        if len(found) != CARDS:
            raise RuntimeError(f"The page shows {len(found)} cards, not {CARDS}.")
        return found

    def _message(self) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = f"selection={self.selection}"
        if self._grid is not None and self._judged:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self._grid.id
            state.json_value = json.dumps({"events": self._judged[-1:]})
        return message

    async def _ask(self, message: BackMsg) -> float:
        assert self._socket is not None
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                answer = ForwardMsg()
                data = await self._socket.recv()
                assert isinstance(data, bytes)
                answer.ParseFromString(data)
                kind = answer.WhichOneof("type")
                if kind == "delta":
                    self._note(answer)
                elif kind == "script_finished":
                    if answer.script_finished not in _GOOD:
                        raise RuntimeError(f"The script ended with {answer.script_finished}.")
                    return (time.perf_counter() - began) * 1000

    def _note(self, answer: ForwardMsg) -> None:
        element = answer.delta.new_element
        if element.WhichOneof("type") == "bidi_component" and element.bidi_component.component_name.endswith(
            "product_grid"
        ):
            self._grid, self._fragment = element.bidi_component, answer.delta.fragment_id


@dataclass(frozen=True, slots=True)
class Times:
    """What the answers took, in milliseconds."""

    median: float
    p95: float
    worst: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Times:
        """Sum up at least two answers."""
        ordered = sorted(milliseconds)
        return cls(statistics.median(ordered), ordered[round(0.95 * (len(ordered) - 1))], ordered[-1])


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of sessions met."""

    sessions: int
    reruns: Times
    verdicts: Times


def load(address: str, selections: Sequence[str], *, reruns: int) -> Load:
    """One session a selection; each runs the page so many times and judges as often, thinking in between."""
    return asyncio.run(_load(address, selections, reruns))


async def _load(address: str, selections: Sequence[str], reruns: int) -> Load:
    whole: list[float] = []
    judged: list[float] = []
    dice = random.Random(7)
    # Starts are spread over one thinking time, as people's are.
    starts = [dice.uniform(0, THINK_SECONDS * max(1, len(selections) / 20)) for _ in selections]
    await asyncio.gather(
        *(
            _operator(Session(address, one), start, reruns, whole, judged)
            for one, start in zip(selections, starts, strict=True)
        )
    )
    return Load(len(selections), Times.of(whole), Times.of(judged))


async def _operator(session: Session, start: float, reruns: int, whole: list[float], judged: list[float]) -> None:
    dice = random.Random(start)
    await asyncio.sleep(start)
    async with session:
        await session.rerun()
        session.cards()
        for _ in range(reruns):
            await asyncio.sleep(dice.uniform(0.5, 1.5) * THINK_SECONDS)
            whole.append(await session.rerun())
            await asyncio.sleep(dice.uniform(0.5, 1.5) * THINK_SECONDS)
            judged.append(await session.judge())


def hold_sessions(
    address: str, selections: Sequence[str], *, first: int, measure: Callable[[], float]
) -> tuple[float, float]:
    """Open one session a selection, draw its page and keep it open; returns `measure` after the first few and all."""
    return asyncio.run(_hold(address, selections, first, measure))


async def _hold(
    address: str, selections: Sequence[str], first: int, measure: Callable[[], float]
) -> tuple[float, float]:
    early = 0.0
    async with AsyncExitStack() as opened:
        for number, one in enumerate(selections, start=1):
            session = await opened.enter_async_context(Session(address, one))
            await session.rerun()
            session.cards()
            if number == first:
                await asyncio.sleep(THINK_SECONDS)
                early = measure()
        await asyncio.sleep(THINK_SECONDS)
        return early, measure()


def soak(address: str, selection: str, *, reruns: int) -> tuple[Times, Times]:
    """Rerun one session without a pause; returns the times of its first and last tenth."""
    return asyncio.run(_soak(Session(address, selection), reruns))


async def _soak(session: Session, reruns: int) -> tuple[Times, Times]:
    async with session:
        await session.rerun()
        session.cards()
        times = [await session.rerun() for _ in range(reruns)]
    tenth = max(2, reruns // 10)
    return Times.of(times[:tenth]), Times.of(times[-tenth:])
