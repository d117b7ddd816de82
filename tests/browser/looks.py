"""How pages are looked at: both languages, a desk's width and a phone's, by day and by night."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pytest

from tests.browser.window import Look

STORIES: Final = tuple(Look(lang, width) for lang in ("en", "zh") for width in ("wide", "narrow"))
PLAIN: Final = (Look("en", "wide", scripts=False), Look("zh", "narrow", scripts=False))
"""Without scripts: for reading and answering."""

EVERY: Final = tuple(
    Look(lang, width, colours) for lang in ("en", "zh") for width in ("wide", "narrow") for colours in ("light", "dark")
)


OFTEN: Final = frozenset((
    Look("en", "wide"), Look("zh", "narrow"), Look("zh", "narrow", "dark"), Look("zh", "narrow", scripts=False),
))  # fmt: skip
"""What the checks take at every change; the other looks are taken in the soak, before an issue closes."""


def often(wanted: Iterable[Look]) -> list[Any]:
    """Parameters of a test: looks that are not taken often carry the soak's mark."""
    return [look if look in OFTEN else pytest.param(look, marks=pytest.mark.soak) for look in wanted]


def looks(look: Look) -> str:
    """The name of a look in the name of a test."""
    return str(look)
