"""Names for rows: unique without asking the database, and in the order in which they were made."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """A UUID of version 7 as 32 hexadecimal digits: 48 bits of milliseconds, then 74 random bits (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = (
        (milliseconds & ((1 << 48) - 1)) << 80
        | 0x7 << 76
        | (random >> 62) << 64
        | 0b10 << 62
        | random & ((1 << 62) - 1)
    )
    return f"{value:032x}"
