"""How many tokens a text has, estimated where nobody counted: for budgets and prices, never for limits of a server."""

from __future__ import annotations

import math

CHARACTERS_A_TOKEN = 4.0
"""Of English text, by the tokenizers in use; a letter of another script is counted as one token, which is on the safe
side for all of them."""

PICTURE_TOKENS = 800
"""What a picture of ordinary size costs, roughly: servers count 85 to 1,600."""


def estimate_tokens(text: str) -> int:
    """Tokens of a text, at least 1 for one that is not empty."""
    foreign = sum(1 for letter in text if ord(letter) > 0x2FF)
    return math.ceil((len(text) - foreign) / CHARACTERS_A_TOKEN) + foreign
