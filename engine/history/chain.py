"""Links the events of one stream: each names the leaf hash of the one before."""

from __future__ import annotations

import hashlib


def leaf_hash(data: bytes) -> str:
    """Hex of SHA256(0x00 || data): link of the stream and leaf of an RFC 6962 tree alike."""
    return hashlib.sha256(b"\x00" + data).hexdigest()
