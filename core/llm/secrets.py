"""Keeps keys out of every text: what a server echoes, what an error quotes, what a model repeats."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

HIDDEN = "***"
_SHORTEST = 8
"""Shorter ones are no secrets but words such as "ollama" and "EMPTY", which local servers take for a key."""

# Also what is left of a key where a server shows the half of it.
_LOOKS_LIKE_A_KEY = re.compile(
    r"\b(?:sk|pk|rk|tvly|gsk|xai|hf)[-_][\w*.-]{6,}|\bBearer\s+[\w.~+/=*-]{6,}", re.IGNORECASE
)


class Scrubber:
    """Takes one key, in every form in which it may come back, and whatever looks like a key out of texts."""

    def __init__(self, key: str | None) -> None:
        forms = set()
        if key is not None and len(key) >= _SHORTEST:
            forms = {key, quote(key, safe=""), base64.b64encode(key.encode()).decode().rstrip("=")}
        self._forms = sorted(forms, key=len, reverse=True)

    def __repr__(self) -> str:
        return "Scrubber(***)"

    def known(self, text: str) -> str:
        """The text without the key; what only looks like one stays (for answers, which may speak of anything)."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def all(self, text: str) -> str:
        """The text without the key and without what looks like one (for what servers say in errors)."""
        return _LOOKS_LIKE_A_KEY.sub(HIDDEN, self.known(text))
