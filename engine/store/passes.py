"""Passes: the texts that let somebody in. How they are written, kept as hashes, compared, and made again."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from engine.ids import Ids
from engine.store.keys import Keyring

TOKEN: Final = "rc"
LINK: Final = "rl"
SESSION: Final = "rs"
"""The first sign of each kind, so that one never passes for another, and a leaked one can be searched for."""

ID_SIZE: Final = 8
SECRET_SIZE: Final = 32
_SHAPE: Final = re.compile(r"(rc|rl|rs)_([0-9a-f]{16})_[0-9a-f]{64}")
_NOBODYS: Final = "0" * 64


def new_pass_id(ids: Ids) -> str:
    """16 hex: the open half of a pass, by which it is found, listed and revoked."""
    return ids.random_bytes(ID_SIZE).hex()


def derived_pass(keyring: Keyring, kind: str, pass_id: str) -> str:
    """The whole text of a pass, the same each time: its secret half follows from the key file, so that a request that
    comes again can be given the same bytes although only their hash was kept."""
    return f"{kind}_{pass_id}_{keyring.derived(f'pass {kind}', pass_id).hex()}"


def random_pass(ids: Ids, kind: str, pass_id: str) -> str:
    """The same with a secret half that nothing gives again."""
    return f"{kind}_{pass_id}_{ids.random_bytes(SECRET_SIZE).hex()}"


def id_in(kind: str, text: str) -> str | None:
    """The open half of a well-written pass of this kind; None for any other text."""
    found = _SHAPE.fullmatch(text)
    return found[2] if found and found[1] == kind else None


def hash_of(text: str) -> str:
    """SHA-256 (hex) of the whole text: 256 random bits need no slower hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def fits(text: str, kept: str | None) -> bool:
    """Whether this is the text that was kept as a hash; None (there is no such pass) takes as long as a wrong one."""
    same = hmac.compare_digest(hash_of(text), kept or _NOBODYS)
    return same and kept is not None
