"""The studio as a server: warmed before the first visitor, with pictures of its own and security headers."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[1]
# `streamlit run ui/asgi.py` puts the folder of this file on the path; imports are written from the root.
sys.path[:] = [str(ROOT), *(p for p in sys.path if Path(p or ".").resolve() not in {ROOT, ROOT / "ui"})]

from core import pipeline  # noqa: E402
from core.errors import ShelfcraftError  # noqa: E402
from core.runs import Runs  # noqa: E402
from ui import resources  # noqa: E402
from ui.promptness import send_at_once  # noqa: E402

log = logging.getLogger(__name__)

# Streamlit styles its elements inline, imports components' scripts from blobs, and compiles Vega's expressions.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class SecurityHeaders:
    """Adds `HEADERS` to every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only the start of an HTTP response is touched."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


async def picture(request: Request) -> Response:
    """One product's picture; the catalogue's version stands in the address, so a browser may keep it."""
    try:
        data = await run_in_threadpool(_picture, request.path_params["product_id"])
    except ShelfcraftError:
        data = None
    if data is None:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    return Response(data, media_type="image/webp", headers={"Cache-Control": "private, max-age=604800, immutable"})


def _picture(product_id: str) -> bytes | None:
    return resources.pictures().get(resources.services(), product_id)


def _rehearse() -> None:
    """Have the first plan of the process behind us; the server answers meanwhile."""
    try:
        pipeline.rehearse(resources.services())
    except ShelfcraftError as error:
        log.warning("The first plan will take longer: %s", error)
    # As after the warm-up: what lives as long as the process must not be walked after every run.
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Warm the services and take up what a dead process left; where that fails the pages say why, and try again."""
    send_at_once()
    resources.pictures().routed = True
    runs: Runs | None = None
    try:
        runs = await run_in_threadpool(resources.runs)
        await run_in_threadpool(resources.services)
    except ShelfcraftError as error:
        log.warning("The studio starts without its services: %s", error)
    else:
        threading.Thread(target=_rehearse, name="rehearsal", daemon=True).start()
    yield {}
    if runs is not None:
        await run_in_threadpool(runs.close)


app = st.App(
    ROOT / "streamlit_app.py",
    lifespan=lifespan,
    routes=[Route(resources.PICTURE_ROUTE, picture)],
    middleware=[Middleware(SecurityHeaders)],
)
