"""Names a process in the store, so that another one can tell whether it still lives.

A name is `host:pid:birth`. Numbers of processes are used again, also after the machine or its container was started
anew, so that the number alone would take a stranger for the one that died.
"""

from __future__ import annotations

import os
import socket
import subprocess
from functools import lru_cache
from pathlib import Path

_PROC = Path("/proc")


def this_worker() -> str:
    """The name of this process."""
    return _name(os.getpid())


@lru_cache(maxsize=4)
def _name(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_birth(pid)}"


def lives(worker: str) -> bool | None:
    """Whether that process runs; None where only its silence can tell: on another host, or without a name."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    birth = worker.rpartition(":")[2]
    if not host or host != socket.gethostname() or not rest.isdigit() or not birth:
        return None
    return _birth(int(rest)) == birth


def _birth(pid: int) -> str:
    """When a process began, in whatever words this system has for it; "" where it does not run."""
    if not (_PROC / "self" / "stat").exists():
        return _birth_by_ps(pid)
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name of the program stands in brackets and may hold anything, brackets too.
    fields = stat.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    return "" if state in "ZX" else f"{_boot()}-{ticks}"


@lru_cache(maxsize=1)
def _boot() -> str:
    """What differs from start to start of the machine, since a process's birth is counted from that start."""
    try:
        return (_PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()[:8]
    except OSError:
        return "unknown"


def _birth_by_ps(pid: int) -> str:
    try:
        asked = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "-".join(asked.stdout.replace(":", ".").split())
