"""What is wrong with a rule, as data: code and values; whoever knows file and language makes a sentence of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in something that HR wrote.

    `path` are the keys from the document's root to the value at fault, `column` (1-based, counted in characters) is
    a place inside an expression's text. `level` is "error", "later" (sound, but not built yet) or "warning".
    The values fill the sentence of `code`; `nearest` among them, where not empty, is the word that was probably meant.
    """

    code: str
    path: tuple[str | int, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    column: int | None = None
    level: str = "error"
