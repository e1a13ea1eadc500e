"""The command line as a test speaks to it: the words of a command, and what comes back as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from core.__main__ import main

Run = Callable[..., tuple[int, Any, str]]
"""Runs one command with `--json`; gives the exit code, the document and what went to standard error."""


def json_command(capsys: pytest.CaptureFixture[str]) -> Run:
    """A way to run commands in this process, in the environment of the test."""

    def call(*words: str) -> tuple[int, Any, str]:
        code = main([*words, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.strip() else None, err

    return call
