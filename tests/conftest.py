"""What every test may lean on: no network, the shared data where it is, and a real database of either kind."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from core.store.store import Store, open_store

ROOT = Path(__file__).resolve().parents[1]
POSTGRES_BINARIES = Path("/usr/lib/postgresql")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that reaches out; loopback and Unix sockets pass, since our tests use real servers."""

    def checked(name: str) -> Any:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
                pytest.fail(f"a test tried to connect to {address}")
            return original(self, address)

        return connect

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, checked(name))


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real catalogues beside the project; skips where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real catalogues (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The address of a PostgreSQL whose user may create databases: the one given, or a private one for this session."""
    given = os.environ.get("SHELFCRAFT_TEST_POSTGRES_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    binaries = sorted(POSTGRES_BINARIES.glob("*/bin/initdb"), key=lambda p: int(p.parts[-3].split(".")[0]))
    if not binaries:
        reason = "PostgreSQL is not installed (apt-get install postgresql), nor is SHELFCRAFT_TEST_POSTGRES_URL set"
        if os.environ.get("CI") == "true" or os.environ.get("SHELFCRAFT_REQUIRE_POSTGRES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="sc-pg-") as folder:
        yield from _run_cluster(binaries[-1].parent, Path(folder))


def _run_cluster(binaries: Path, folder: Path) -> Iterator[URL]:
    """A cluster in `folder`, on a Unix socket and a loopback port, with a password; stopped afterwards."""
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    # initdb refuses to run as root; the package's own user is there wherever the package is.
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if prefix:
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(*words: str) -> None:
        done = subprocess.run([*prefix, *words], cwd=folder, capture_output=True, text=True, timeout=120)
        log = folder / "log"
        said = f"{done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}"
        assert done.returncode == 0, f"{words[0]} failed: {said}"

    data = str(folder / "data")
    call(
        f"{binaries}/initdb", "--no-sync", "--auth=scram-sha-256", "--username=shelf", f"--pwfile={folder}/password",
        "--encoding=UTF8", "--locale=C.UTF-8", "-D", data,
    )  # fmt: skip
    quick = "-c fsync=off -c full_page_writes=off -c shared_buffers=32MB"
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 {quick}"
    call(f"{binaries}/pg_ctl", "-D", data, "-w", "-t", "60", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield URL.create("postgresql+psycopg", "shelf", password, "127.0.0.1", port, "postgres")
    finally:
        call(f"{binaries}/pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """A fresh, empty PostgreSQL database for one test."""
    name = f"shelfcraft_{secrets.token_hex(6)}"
    server = postgres_server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store' / 'shelfcraft.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store on each kind of database in turn."""
    with open_store(store_url) as opened:
        yield opened
