"""The one byte form of plain data (RFC 8785): what is hashed, signed or fingerprinted is written here.

Floats are refused: figures are text in this house, so the number half of RFC 8785 shrinks to integers within 2^53.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

INTEGER_MAX: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exact."""

DEPTH_MAX: Final = 100
"""Deepest nesting that is written; also stops data that contains itself."""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_sorted = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True, check_circular=False
).encode
_TEXT: Final = frozenset((str,))
_LEAVES: Final = frozenset((str, bool, type(None)))


def canonical_bytes(plain: Any) -> bytes:
    """RFC 8785 bytes of text, ints within 2^53, bool, None, lists (or tuples) and mappings with text keys.

    ValueError for everything else: floats, Decimals, other keys, lone surrogates, nesting beyond DEPTH_MAX.
    """
    try:
        if _simple((plain,), DEPTH_MAX):
            text = _encode_sorted(plain)
            # Code points and UTF-16 units order alike as long as there is nothing beyond the basic plane.
            if text.isascii() or max(text) <= "\uffff":
                return text.encode("utf-8")
        return _encode(_ordered(plain, DEPTH_MAX)).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("text holds half a surrogate pair") from None


def plain_of(data: bytes) -> Any:
    """The plain data of canonical bytes; ValueError when the bytes are not exactly the canonical ones."""
    try:
        plain = json.loads(data.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if canonical_bytes(plain) != data:
        raise ValueError("not the canonical bytes")
    return plain


def _simple(items: Iterable[Any], depth: int) -> bool:
    """Whether the encoder may be trusted with all of these as they are; what is not simple is ordered, or refused with
    its reason, by `_ordered`. Most of what is written here is simple, and this look is several times faster."""
    for item in items:
        kind = type(item)
        if kind in _LEAVES:
            continue
        if kind is int:
            fits = -INTEGER_MAX <= item <= INTEGER_MAX
        elif depth == 0:
            fits = False
        elif kind is dict:
            fits = _TEXT.issuperset(map(type, item)) and _simple(item.values(), depth - 1)
        else:
            fits = (kind is list or kind is tuple) and _simple(item, depth - 1)
        if not fits:
            return False
    return True


def _ordered(plain: Any, depth: int) -> Any:
    """The same data with keys in UTF-16 order, every leaf checked."""
    kind = type(plain)
    if kind is str or kind is bool or plain is None:
        return plain
    if kind is int:
        if -INTEGER_MAX <= plain <= INTEGER_MAX:
            return plain
        raise ValueError(f"integer beyond 2^53: {plain if abs(plain) < 10**40 else 'very long'}")
    if depth == 0:
        raise ValueError(f"nested deeper than {DEPTH_MAX}")
    if kind is list or kind is tuple:
        return [_ordered(item, depth - 1) for item in plain]
    if kind is dict or isinstance(plain, Mapping):
        return {key: _ordered(plain[key], depth - 1) for key in _sorted_keys(plain)}
    raise ValueError(f"no canonical form for {kind.__name__}")


def _sorted_keys(plain: Mapping[Any, Any]) -> list[str]:
    for key in plain:
        if type(key) is not str:
            raise ValueError(f"a key is not text: {type(key).__name__}")
    keys = sorted(plain)
    # Code points and UTF-16 units order alike unless characters beyond the basic plane meet others.
    if any(key and max(key) > "\uffff" for key in keys):
        keys.sort(key=_utf16)
    return keys


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
