"""A studio as an operator starts it: a process of its own, on a free port of this machine, over a data folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240.0
_STREAMLIT = ("-m", "streamlit")
_SLOW = (str(Path(__file__).with_name("slow_studio.py")),)


class StudioServer:
    """Starts, kills and starts again on the same port and data folder.

    `turn_seconds` makes each turn of a plan take at least so long, so that a test can meet a run in its middle;
    `script` is what Streamlit runs.
    """

    def __init__(
        self,
        home: Path,
        *,
        script: str = "ui/asgi.py",
        turn_seconds: float = 0.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        self._script = script
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        self.start_seconds = 0.0
        self._command: Sequence[str] = _SLOW if turn_seconds else _STREAMLIT
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SHELFCRAFT_HOME": str(home),
            "SHELFCRAFT_THREADS": "2",
            "SHELFCRAFT_TEST_TURN_SECONDS": str(turn_seconds),
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> StudioServer:
        """Start and wait until it is healthy; raises `RuntimeError` with the end of its log where that fails."""
        self.home.mkdir(parents=True, exist_ok=True)
        options = (f"--server.port={self.port}", "--server.address=127.0.0.1")
        began = time.monotonic()
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, *self._command, "run", self._script, *options],
                cwd=ROOT,
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        while not self._healthy():
            if self._process.poll() is not None:
                raise RuntimeError(f"The server ended with {self._process.returncode}:\n{self._said()}")
            if time.monotonic() - began > START_SECONDS:
                self.stop()
                raise RuntimeError(f"The server did not answer within {START_SECONDS:.0f} s:\n{self._said()}")
            time.sleep(0.02)
        self.start_seconds = time.monotonic() - began
        return self

    def kill(self) -> None:
        """End it as a power cut would: nothing of it gets to run."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and kill it where it does not."""
        self._end(signal.SIGTERM)

    def memory(self) -> float:
        """What the process holds of the machine's memory, in MB."""
        assert self._process is not None
        resident: int = psutil.Process(self._process.pid).memory_info().rss
        return resident / 1e6

    def cpu_seconds(self) -> float:
        """The processor time that it has used so far."""
        assert self._process is not None
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def __enter__(self) -> StudioServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
