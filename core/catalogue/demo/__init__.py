"""The demo catalogue: an invented shop composed from the hand-written vocabulary in `assets/demo`."""

from core.catalogue.demo.compose import demo_rows
from core.catalogue.demo.queries import demo_query_log

__all__ = ["demo_query_log", "demo_rows"]
