"""The terminal a person sits at: its language, its output format and its two streams."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engine.words.book import LANGS, say


def choose_lang(args: Sequence[str], environ: Mapping[str, str]) -> str:
    """`--lang` where it is a language, else REVIEWCYCLE_LANG, else the system's LANG, else English."""
    for place, arg in enumerate(args):
        asked = arg.removeprefix("--lang=") if arg.startswith("--lang=") else ""
        if arg == "--lang" and place + 1 < len(args):
            asked = args[place + 1]
        if asked in LANGS:
            return asked
    for name in ("REVIEWCYCLE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        found = environ.get(name, "")[:2].lower()
        if found in LANGS:
            return found
        if found:
            break
    return LANGS[0]


@dataclass(slots=True)
class Terminal:
    """Language, output format (`text` or `json`) and data folder (None: as the environment says) of one call.

    The options of the call are written into it while they are read, so that a misuse is said in the language asked for.
    """

    lang: str = "en"
    format: str = "text"
    data: Path | None = None

    @property
    def json(self) -> bool:
        return self.format == "json"

    def text(self, code: str, **values: object) -> str:
        """A sentence in the terminal's language."""
        return say(self.lang, code, **values)

    def say(self, code: str, **values: object) -> None:
        """A sentence on standard output."""
        self.show(self.text(code, **values))

    def warn(self, code: str, **values: object) -> None:
        """A sentence on standard error."""
        click.echo(self.text(code, **values), err=True)

    def show(self, text: str = "") -> None:
        click.echo(text)

    def data_out(self, value: Any) -> None:
        """Plain data as JSON, one document; decimals are text already."""
        from api.wire import plain

        click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))

    def answer(self, value: Any, lines: Iterable[str]) -> None:
        """The same answer for a machine or for a person, as the call asked."""
        if self.json:
            self.data_out(value)
        else:
            for line in lines:
                self.show(line)


def speak_utf8() -> None:
    """Chinese must come out whole whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
