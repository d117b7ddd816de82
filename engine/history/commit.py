"""Hides payloads: salted commitments that the open part carries, and sealing under the key of a person."""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SALT_SIZE: Final = 32
NONCE_SIZE: Final = 12
KEY_SIZE: Final = 32
_PREFIX: Final = b"audit-v1/commit\n"


def commitment(salt: bytes, plain: bytes) -> str:
    """Hex of SHA256("audit-v1/commit\\n" || salt || plain); plain is canonical bytes, salt 32 random bytes."""
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(_PREFIX + salt + plain).hexdigest()


def seal(key: bytes, nonce: bytes, salt: bytes, plain: bytes, place: bytes) -> bytes:
    """nonce || AES-256-GCM(salt || plain). The salt is hidden too: with it, short plains could be guessed from the open
    part after the key is gone. place (see `place_of`) ties the sealed bytes to where they lie."""
    return nonce + AESGCM(key).encrypt(nonce, salt + plain, place)


def unseal(key: bytes, sealed: bytes, place: bytes) -> tuple[bytes, bytes]:
    """(salt, plain); ValueError when the bytes were changed, moved or sealed under another key."""
    if len(sealed) < NONCE_SIZE + SALT_SIZE:
        raise ValueError("sealed bytes are too short")
    try:
        opened = AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], place)
    except InvalidTag:
        raise ValueError("sealed bytes do not open under this key") from None
    return opened[:SALT_SIZE], opened[SALT_SIZE:]


def place_of(stream: str, seq: int, number: int) -> bytes:
    """Where a part lies: part `number` (from 0) of event `seq` of `stream`."""
    return f"audit-v1/payload\n{stream}\n{seq}\n{number}".encode()


def wrap_key(master: bytes, nonce: bytes, key: bytes, owner: str) -> bytes:
    """A person's key under the key file's; owner ties it to the person."""
    return nonce + AESGCM(master).encrypt(nonce, key, f"audit-v1/key\n{owner}".encode())


def unwrap_key(master: bytes, wrapped: bytes, owner: str) -> bytes:
    """ValueError when the key file is another one, or the bytes were changed."""
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:], f"audit-v1/key\n{owner}".encode())
    except (InvalidTag, ValueError):
        raise ValueError("the wrapped key does not open under this key file") from None
