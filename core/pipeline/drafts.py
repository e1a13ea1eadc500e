"""What an operator shapes and has not saved yet, kept as it changes; the subject is a selection's id or "new"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.services import Services
from core.store.records import Draft


def save_draft(services: Services, subject: str, body: Mapping[str, Any]) -> datetime:
    """Keep the operator's draft in place of the one before; returns when. Strategies and the like become JSON."""
    return services.store.save_draft(services.settings.actor, subject, body)


def load_draft(services: Services, subject: str) -> Draft | None:
    """The operator's draft as it was kept last, None where there is none."""
    return services.store.load_draft(services.settings.actor, subject)


def drop_draft(services: Services, subject: str) -> None:
    """Forget the operator's draft, for instance because it was saved."""
    services.store.drop_draft(services.settings.actor, subject)
