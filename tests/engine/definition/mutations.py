"""Seeded slips of one token in a definition's file: a typo, a token lost, doubled, or another in its place."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from engine.definition.problem import Path
from engine.definition.source import Document, read_yaml

TOKEN = re.compile(r"\d+(?:\.\d+)?|\w+|[^\s\w]")


@dataclass(frozen=True, slots=True)
class Slip:
    """One changed token: where it stands (1-based), in which value or key (path), what was and what is there."""

    file: str
    line: int
    column: int
    path: Path
    old: str
    new: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.old!r} -> {self.new!r}"


def slips(file: str, text: str, count: int, seed: int) -> list[Slip]:
    """`count` different slips that change what the file says (or make it unreadable)."""
    chance = random.Random(seed)
    document, _ = read_yaml(text, file)
    assert document is not None
    tokens = [found for found in TOKEN.finditer(text) if not _in_comment(text, found.start())]
    made: dict[str, Slip] = {}
    while len(made) < count:
        found = chance.choice(tokens)
        new = _changed(found[0], chance, [one[0] for one in tokens])
        slip = _slip(file, text, document, found, new)
        if slip is not None:
            made.setdefault(slip.name, slip)
    return list(made.values())


def _slip(file: str, text: str, document: Document, found: re.Match[str], new: str) -> Slip | None:
    after = text[: found.start()] + new + text[found.end() :]
    again, _ = read_yaml(after, file)
    if again is not None and again.data == document.data:
        return None
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
    return Slip(file, line, column, path_at(document, line, column), found[0], new, after)


def path_at(document: Document, line: int, column: int) -> Path:
    """The value or key that stands last before the place."""
    before = [
        (max((mark.key_line, mark.key_column), (mark.line, mark.column) if _plain(document, path) else (0, 0)), path)
        for path, mark in document.marks.items()
        if (mark.key_line, mark.key_column) <= (line, column)
    ]
    return max(before, key=lambda one: (min(one[0], (line, column)), len(one[1])))[1]


def _plain(document: Document, path: Path) -> bool:
    value = document.data
    for step in path:
        value = value[step]
    return not isinstance(value, dict | list)


def _changed(token: str, chance: random.Random, tokens: list[str]) -> str:
    """The token with a slip; never the same."""
    if re.fullmatch(r"\w+", token) and len(token) > 1 and not token[0].isdigit():
        place = chance.randrange(len(token) - 1)
        kinds = [
            token[:place] + token[place + 1] + token[place] + token[place + 2 :],
            token[:place] + token[place + 1 :],
            token[: place + 1] + token[place:],
            chance.choice([one for one in tokens if re.fullmatch(r"[^\W\d]\w+", one)]),
        ]
        new = chance.choice(kinds)
    elif token[0].isdigit():
        other = chance.choice([one for one in tokens if one[0].isdigit()])
        new = chance.choice([token + "x", token + "0", "", other])
    else:
        new = chance.choice(["", "", token + token, chance.choice("[]{}(),:;#&*!|>%@`'\"-?")])
    return new if new != token else token + token


def _in_comment(text: str, index: int) -> bool:
    line = text[text.rfind("\n", 0, index) + 1 : index + 1]
    return bool(re.search(r"(^|\s)#", line))


def near_lines(document: Document, slip: Slip) -> set[int]:
    """The slip's own line, and that of the next enclosing key on another line."""
    path = slip.path
    while path:
        line = document.key_mark(path)[0]
        if isinstance(path[-1], str) and line != slip.line:
            return {slip.line, line}
        path = path[:-1]
    return {slip.line, 1}
