"""Whether all that people read is there in every language of the card: a title that lacks one shows its key instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rules.scorecard.fields import Faults
from rules.scorecard.model import Path

_TEXTS: Final = ("title", "say")


def check_titles(faults: Faults, document: Any) -> None:
    """Warns of a title that lacks a language which most titles of the card have."""
    titles = list(_titles(document, ()))
    counted = Counter(language for _, languages in titles for language in languages)
    spoken = [language for language, count in counted.items() if 2 * count > len(titles) > 1]
    for path, languages in titles:
        lacking = [language for language in spoken if language not in languages]
        if lacking:
            faults.add("SC132", path, level="warning", lacking=", ".join(lacking), found=", ".join(languages) or "-")


def _titles(document: Any, path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Place and languages of each title that says its languages."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            here = (*path, str(key))
            if key in _TEXTS and isinstance(value, Mapping) and "type" not in value:  # a field may be called title
                yield here, tuple(map(str, value))
            else:
                yield from _titles(value, here)
    elif isinstance(document, list | tuple):
        for index, value in enumerate(document):
            yield from _titles(value, (*path, index))
