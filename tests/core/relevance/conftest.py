"""What tests of relevance share: a server of models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.unkind import UnkindServer, unkind_server


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as found:
        yield found
