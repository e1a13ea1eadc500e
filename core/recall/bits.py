"""The two machine instructions that packed rows live by, which numba does not offer by name."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic
def _ones(typing: Any, word: Any) -> Any:
    """How many bits of a uint64 are set, as int64."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), build


@intrinsic
def _trailing(typing: Any, word: Any) -> Any:
    """The position of the lowest set bit of a uint64 that is not 0, as int64."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), build


# Called without the typing context that their definitions take, which type checkers cannot see.
ones: Any = _ones
trailing: Any = _trailing
