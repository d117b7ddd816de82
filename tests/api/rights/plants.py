"""Planted texts, and for each of them everybody who may come across it; nobody else may, in any reply whatsoever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.api.rights.scene import FEW
from tests.promises.organisation import MARKED_NAMES, PLANTED, marker

READERS: Final = frozenset(("a1", "m3", "dir1", "hr1", "hr2", "au1"))
"""Those who read a1's review while the panel hears it. m1, its former manager, reads what was her own, and the result
as she knew it; the panel reads the result, and with it the ratings that it is made of."""

HEARS: Final = frozenset(("p1", "p2"))
RATERS: Final = ("a2", "a3", "a4")
NOBODY: Final[frozenset[str]] = frozenset()

PLANTS: Final[Mapping[str, frozenset[str]]] = {
    PLANTED["manager"]: READERS | HEARS | {"m1"},
    marker("month"): READERS | {"m1"},
    PLANTED["self"]: READERS | HEARS | {"m1"},
    marker("self"): READERS,
    **{PLANTED[ref]: READERS | {ref} for ref in RATERS},
    **{marker(ref): READERS | {ref} for ref in RATERS},
    marker("evaluation"): READERS | {"m1"},
    marker("meeting"): READERS | {"m1"},
    marker("sent back"): READERS,
    marker("disagreed"): READERS,
    # Fewer than the minimum have rated a7: nobody is shown what they said, but for the auditor and themselves.
    **{rating: frozenset(("au1", ref)) for ref, rating in FEW.items()},
    **{marker(f"few {ref}"): frozenset(("au1", ref)) for ref in FEW},
    marker("few evaluation"): frozenset(("a7", "m1", "dir1", "hr1", "hr2", "au1")),
    # What somebody has begun to write is hers alone.
    marker("draft of m3"): frozenset(("m3",)),
    marker("draft of p1"): frozenset(("p1",)),
}

KNOW_WHO_WAS_ASKED: Final = frozenset(("m3", "m1", "hr1", "hr2"))
"""Whoever chose a1's raters, or may know them: as chosen, never as who said what."""

NAMES: Final = {MARKED_NAMES[ref]: KNOW_WHO_WAS_ASKED | {ref} for ref in RATERS}
"""Who may read a rater's name in anything about a1's review; lists of people and of other reviews are beside that."""

EAST: Final = ("An a1", *MARKED_NAMES.values(), "Mei Qing", "Min Gao")
"""Names that nobody outside comes across: of the east's people."""


def forbidden(ref: str | None, text: str) -> list[str]:
    """Planted texts that stand in a reply to somebody who may not read them."""
    return [plant for plant, readers in PLANTS.items() if ref not in readers and plant in text]
