"""What cannot be read: bytes that are no text, and the YAML parser's complaints, as problems with a place."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any, Final

from engine.definition.problem import Problem

SIZE_MAX: Final = 1_000_000
"""Bytes of one file."""

_COMPLAINTS: Final = {
    "did not find expected key": "key",
    "did not find expected ','": "flow",
    "end of stream": "quote",
    "mapping values are not allowed": "colon",
    "cannot start any token": "character",
    "could not find expected ':'": "no_colon",
    "did not find expected '-'": "item",
    "escape": "escape",
    "sequence entries are not allowed": "dash",
    "<document start>": "end",
    "expected node content": "content",
}
"""What the parser says (a part of it), to the ending of a `yaml.` code in engine/words."""


def decoded(content: str | bytes, file: str) -> tuple[str, Problem | None]:
    """The text of a file, or the problem that it is too large, no UTF-8, or holds characters that nobody sees."""
    if len(content) > SIZE_MAX:
        return "", Problem(file, 1, 1, "error", "YM007", {"most": str(SIZE_MAX)})
    if isinstance(content, bytes):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode("utf-8", "replace")
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            return "", Problem(file, line, column, "error", "YM002", {"byte": f"0x{content[error.start]:02X}"})
    else:
        text = content
    text = text.removeprefix("\ufeff")
    for place, character in enumerate(text):
        if (character < " " and character not in "\n\r\t") or "\ud800" <= character <= "\udfff" or character == "\x7f":
            line, column = _place(text, place)
            return "", Problem(file, line, column, "error", "YM003", {"character": f"U+{ord(character):04X}"})
    return text, None


def _place(text: str, index: int) -> tuple[int, int]:
    starts = [0, *(found.end() for found in re.finditer("\n", text[:index]))]
    line = bisect_right(starts, index)
    return line, index - starts[line - 1] + 1


def _without_colon(lines: list[str], line: int, column: int) -> tuple[str, int, int]:
    """A second colon is often the first of its line, and what lacks is the one at the end of the line above."""
    above = next((number for number in range(line - 1, 0, -1) if lines[number - 1].strip()), 0)
    written = lines[above - 1].partition(" #")[0].rstrip() if above else ""
    indents = [len(one) - len(one.lstrip()) for one in (written, lines[line - 1])]
    if written and ":" not in written and not written.lstrip().startswith("- ") and indents[0] <= indents[1]:
        return "no_colon", above, len(written)
    return "colon", line, column


def syntax_problem(error: Any, file: str, text: str) -> Problem:
    """The parser's complaint as a problem: a tab has its own code, because nobody sees it."""
    complaint = str(getattr(error, "problem", None) or "")
    said = next((word for part, word in _COMPLAINTS.items() if part in complaint), "other")
    marks = [getattr(error, name, None) for name in ("context_mark", "problem_mark")]
    # Something left open is told where it began, the rest where the parser stumbled.
    marks = marks if said in ("flow", "no_colon", "quote") else marks[::-1]
    mark = next((one for one in marks if one is not None), None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.split("\n")
    if said == "colon":
        said, line, column = _without_colon(lines, line, column)
    elif said in ("key", "item") and lines[min(line, len(lines)) - 1][column - 1 : column] in tuple("}]"):
        said = "bracket"
    elif said == "key" and line > 1 and lines[line - 1].lstrip().startswith("- "):
        above = lines[line - 2].strip()
        if above and not above.startswith("- ") and not above.endswith(":"):  # the line above lost its dash
            said, line, column = "item", line - 1, len(lines[line - 2]) - len(lines[line - 2].lstrip()) + 1
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    written = lines[min(line, len(lines)) - 1]
    column = min(column, len(written) + 1) if line <= len(lines) else len(written) + 1
    line = min(line, len(lines))
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent or written[column - 1 : column] == "\t":
        return Problem(file, line, written.index("\t") + 1, "error", "YM016", {})
    return Problem(file, line, column, "error", "YM001", {"said": said})
