"""The terminal a person sits at: its language, its output format and its two streams."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine.clock import instant_text
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
        click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))

    def answer(self, value: Any, lines: Iterable[str]) -> None:
        """The same answer for a machine or for a person, as the call asked."""
        if self.json:
            self.data_out(value)
        else:
            for line in lines:
                self.show(line)


def plain(value: Any) -> Any:
    """Frozen facts as JSON data: decimals and instants as canonical text, dataclasses as objects of their fields.

    A definition is named, not printed.
    """
    from engine.definition.model import Definition

    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Definition):
        return {"name": value.name, "version": value.version, "fingerprint": value.fingerprint}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    return str(value)


def speak_utf8() -> None:
    """Chinese must come out whole whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
