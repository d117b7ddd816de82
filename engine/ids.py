"""The only source of randomness: ids, pseudonyms, salts and keys."""

from __future__ import annotations

import hashlib
import random
import secrets
from typing import Protocol


class Ids(Protocol):
    def new_id(self) -> str: ...

    def random_bytes(self, count: int) -> bytes: ...


class SystemIds:
    """128 random bits as 32 hex from the operating system; nothing sequential leaves the house."""

    def new_id(self) -> str:
        return secrets.token_hex(16)

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)


class SeededIds:
    """The same sequence for the same seed: for tests and golden histories, never for real data."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def new_id(self) -> str:
        return self._random.randbytes(16).hex()

    def random_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)


def derived_id(*parts: str | int) -> str:
    """An id that anyone can recompute from its parts (task id = review, seq, n): 32 hex."""
    text = "\n".join(str(part) for part in ("derived-v1", *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
