"""How pages are looked at: both languages, a desk's width and a phone's, by day and by night."""

from __future__ import annotations

from typing import Final

from tests.browser.window import Look

STORIES: Final = tuple(Look(lang, width) for lang in ("en", "zh") for width in ("wide", "narrow"))
PLAIN: Final = (Look("en", "wide", scripts=False), Look("zh", "narrow", scripts=False))
"""Without scripts: for reading and answering."""

EVERY: Final = tuple(
    Look(lang, width, colours) for lang in ("en", "zh") for width in ("wide", "narrow") for colours in ("light", "dark")
)


def looks(look: Look) -> str:
    """The name of a look in the name of a test."""
    return str(look)
