"""Frozen dataclasses to JSON and back, in one place, so that what the store reads is what it was given.

Writing is lenient where nothing is lost (a numpy number is a number, a tuple is a list); reading is strict: an unknown
field, a missing one without a default, or a value of another type raises `StoreError` naming the field. A strategy
keeps the wire format of the whole project. NUL and lone surrogates, which no database takes, become U+FFFD.
"""

from __future__ import annotations

import dataclasses
import math
import numbers
import re
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from core.domain import Strategy
from core.errors import StoreError

T = TypeVar("T")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WIRE = {"positiveSearch": "positive", "negativeSearch": "negative"}


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD, since no database takes them."""
    return _UNSTORABLE.sub("\ufffd", text)


def encode(value: Any) -> Any:
    """Turn a dataclass or a plain value into JSON values; raises `StoreError` for what JSON cannot hold."""
    return _encode(value, "")


def decode(kind: type[T], data: Any) -> T:
    """Read JSON values as `kind` (a dataclass or any type that one of its fields may have), strictly."""
    return cast(T, _decode(kind, data, getattr(kind, "__name__", "the value")))


def _encode(value: Any, path: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        if not math.isfinite(number):
            raise StoreError(f"{path or 'A value'} is {number}, which is no number that can be kept.")
        return number
    if isinstance(value, datetime):
        return _utc(value, path).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Strategy):
        return _encode(value.to_json(), path)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _encode(getattr(value, f.name), f"{path}.{f.name}") for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {storable(str(k)): _encode(v, f"{path}.{k}") for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(v, f"{path}[{i}]") for i, v in enumerate(value)]
    raise StoreError(f"{path or 'A value'} is a {type(value).__name__}, which cannot be kept as JSON.")


def _utc(value: datetime, path: str) -> datetime:
    if value.tzinfo is None:
        raise StoreError(f"{path or 'A time'} has no time zone; times are kept in UTC.")
    return value.astimezone(UTC)


@lru_cache(maxsize=256)
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _wrong(path: str, wanted: str, data: Any) -> StoreError:
    return StoreError(f"A stored value cannot be read: {path} must be {wanted}, not {str(data)[:60]!r}.")


def _decode(kind: Any, data: Any, path: str) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return data
    if origin is Literal:
        if data not in get_args(kind) or isinstance(data, bool):
            raise _wrong(path, f"one of {', '.join(map(repr, get_args(kind)))}", data)
        return data
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(kind), data, path)
    if origin is tuple:
        return _decode_tuple(get_args(kind), data, path)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(data, Mapping):
            raise _wrong(path, "an object", data)
        value_kind = get_args(kind)[1]
        return {k: _decode(value_kind, v, f"{path}.{k}") for k, v in data.items()}
    if kind is Strategy:
        data = _from_wire(data, path)
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(cast(type, kind), data, path)
    return _decode_scalar(kind, data, path)


def _decode_union(kinds: tuple[Any, ...], data: Any, path: str) -> Any:
    if data is None and type(None) in kinds:
        return None
    real = [k for k in kinds if k is not type(None)]
    for kind in real[:-1]:
        try:
            return _decode(kind, data, path)
        except StoreError:
            continue
    return _decode(real[-1], data, path)


def _decode_tuple(kinds: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise _wrong(path, "a list", data)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_decode(kinds[0], v, f"{path}[{i}]") for i, v in enumerate(data))
    if len(kinds) != len(data):
        raise _wrong(path, f"a list of {len(kinds)}", data)
    return tuple(_decode(k, v, f"{path}[{i}]") for i, (k, v) in enumerate(zip(kinds, data, strict=True)))


def _decode_dataclass(kind: type, data: Any, path: str) -> Any:
    if not isinstance(data, Mapping):
        raise _wrong(path, f"a {kind.__name__}", data)
    hints = _hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    unknown = set(data) - set(fields)
    if unknown:
        raise StoreError(f"A stored value cannot be read: {path} has no field {', '.join(sorted(map(repr, unknown)))}.")
    for name, found in fields.items():
        absent = found.default is dataclasses.MISSING and found.default_factory is dataclasses.MISSING
        if name not in data and absent:
            raise StoreError(f"A stored value cannot be read: {path} lacks the field {name!r}.")
    return kind(**{name: _decode(hints[name], value, f"{path}.{name}") for name, value in data.items()})


def _decode_scalar(kind: Any, data: Any, path: str) -> Any:
    if kind is bool or kind is str:
        if not isinstance(data, kind):
            raise _wrong(path, "true or false" if kind is bool else "a text", data)
        return data
    if kind is int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise _wrong(path, "a whole number", data)
        return data
    if kind is float:
        # PostgreSQL keeps 1e30 as the whole number that it is.
        if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
            raise _wrong(path, "a number", data)
        return float(data)
    if kind in (date, datetime) and isinstance(data, str):
        try:
            return _utc(datetime.fromisoformat(data), path) if kind is datetime else date.fromisoformat(data)
        except ValueError:
            pass
    raise _wrong(path, f"a {getattr(kind, '__name__', kind)}", data)


def _from_wire(data: Any, path: str) -> Any:
    """The fields of a `Strategy` from its wire format, which stays untouched otherwise: no trimming, no limits."""
    if not isinstance(data, Mapping):
        raise _wrong(path, "a strategy", data)
    fields = {
        _WIRE.get(name, f"{name} (not of the wire format)" if name in _WIRE.values() else name): value
        for name, value in data.items()
    }
    if isinstance(fields.get("weights"), Mapping):
        fields["weights"] = sorted([term, weight] for term, weight in fields["weights"].items())
    return fields
