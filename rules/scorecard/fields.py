"""Reading one mapping of the document key by key: every fault is noted with its path, nothing is raised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from rules.faults import Fault
from rules.scorecard.model import Path, Span, Title

_NUMBER = re.compile(r"[+-]?(\d{1,40})(\.\d{1,40})?")
_NAME = re.compile(r"[^\W\d]\w{0,79}")
_ENDS = re.compile(r"\s*(?P<low>[+-]?[\d.]*?\d)?\s*\.\.\s*(?P<high>[+-]?\d[\d.]*)?\s*")


_SHOWN = 80

WANTED = {
    "mapping": "SC101", "list": "SC102", "text": "SC103", "number": "SC104", "yes_no": "SC105", "condition": "SC106",
    "expression": "SC107", "share": "SC108", "word": "SC109", "true": "SC110", "number or date": "SC111",
    "date": "SC112", "percent": "SC130", "result": "SC153",
}


@dataclass
class Faults:
    """Where the reader collects what it finds; `error`s make the card unusable."""

    found: list[Fault] = field(default_factory=list)

    def add(self, code: str, path: Path, /, *, level: str = "error", **values: object) -> None:
        """Note one fault. SC001 stands for "something else is wanted here" and gets the code of what is wanted."""
        if code == "SC001":
            code = WANTED[str(values.pop("wants"))]
        said = {
            name: one if isinstance(one, str) and name != "value" else shown(one) for name, one in values.items()
        }
        self.found.append(Fault(code, path, said, None, level))

    @property
    def broken(self) -> bool:
        return any(fault.level == "error" for fault in self.found)


def shown(value: object) -> str:
    """A value as a person wrote it: numbers without exponent, true and false in YAML's spelling, the long cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        sized = value.is_finite() and abs(value.adjusted()) < _SHOWN
        return _short(format(value, "f") if sized else str(value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in list(value.items())[:4]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(one) for one in value[:4]) + "]"
    return "null" if value is None else _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or an empty text."""
    close = get_close_matches(word, [one for one in known if isinstance(one, str)], n=1)
    return close[0] if close else ""


def number(value: object) -> Decimal | None:
    """A finite number as Decimal from Decimal, int or its text; None for anything else (bool, NaN, 1e3 as text)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() and abs(value.adjusted()) < 60 else None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def digits_of(value: Decimal) -> int:
    """Digits after the point, trailing zeros included as written."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def span_of(text: object) -> Span | None:
    """`1..5`, `..100`, `0..` as a span; None when the text is not a range of numbers."""
    found = _ENDS.fullmatch(text) if isinstance(text, str) and ".." in text else None
    if found is None:
        return None
    ends = [number(found["low"]) if found["low"] else None, number(found["high"]) if found["high"] else None]
    if (found["low"] and ends[0] is None) or (found["high"] and ends[1] is None):
        return None
    return Span(ends[0], ends[1])


def well_named(name: object) -> bool:
    return isinstance(name, str) and unicodedata.normalize("NFC", name) == name and bool(_NAME.fullmatch(name))


class Fields:
    """The keys of one mapping. Each getter notes a fault and gives None (or its default) for what cannot be read."""

    def __init__(self, faults: Faults, document: object, path: Path, allowed: Sequence[str]) -> None:
        self.faults = faults
        self.path = path
        self.values: dict[str, Any] = {}
        self.readable = isinstance(document, Mapping)
        if not isinstance(document, Mapping):
            faults.add("SC001", path, wants="mapping", value=document)
            return
        for key, value in document.items():
            name = key if isinstance(key, str) else shown(key)
            if name not in allowed:
                self._unknown(name, key, document, allowed)
            elif value is None:
                faults.add("SC004", (*path, name), key=name)
            else:
                self.values[name] = value

    def _unknown(self, name: str, key: object, document: Mapping[Any, Any], allowed: Sequence[str]) -> None:
        place = (*self.path, name)
        cut = next(
            (
                str(other)
                for other, value in document.items()
                if isinstance(value, str) and _unbalanced(value) and document[key] is None
            ),
            None,
        )
        if cut is not None or _unbalanced(name):
            self.faults.add("SC006", place, key=cut or name, rest=name)
            return
        self.faults.add("SC002", place, key=name, nearest=nearest(name, allowed), allowed=", ".join(allowed))

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def at(self, key: str) -> Path:
        return (*self.path, key)

    def raw(self, key: str) -> Any:
        return self.values.get(key)

    def wants(self, key: str, wanted: str) -> None:
        self.faults.add("SC001", self.at(key), wants=wanted, value=self.values.get(key))

    def need(self, key: str) -> bool:
        """Whether the key is there; notes that it lacks when not."""
        if key in self.values:
            return True
        self.faults.add("SC003", self.path, key=key)
        return False

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, str) and value.strip():
            return value
        self.wants(key, "text")
        return None

    def one_of(self, key: str, allowed: Sequence[str], default: str | None = None) -> str | None:
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value in allowed:
            return value
        self.faults.add(
            "SC005", self.at(key), value=value, nearest=nearest(shown(value), allowed), allowed=", ".join(allowed)
        )
        return default

    def number(self, key: str) -> Decimal | None:
        value = self.values.get(key)
        if value is None:
            return None
        read = number(value) if not isinstance(value, str) else None
        if read is None:
            self.wants(key, "number")
        return read

    def whole(self, key: str, low: int = 0, high: int = 1_000_000) -> int | None:
        value = self.number(key)
        if value is None:
            return None
        if value != value.to_integral_value() or not low <= value <= high:
            self.faults.add("SC009", self.at(key), value=value, low=low, high=high)
            return None
        return int(value)

    def yes_no(self, key: str) -> bool:
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            self.wants(key, "yes_no")
        return value is True

    def span(self, key: str) -> Span | None:
        value = self.values.get(key)
        if value is None:
            return None
        return read_span(self.faults, value, self.at(key))

    def mapping(self, key: str) -> dict[str, Any]:
        """The mapping under the key with its keys as text, in order; empty when it is not there or not one."""
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.wants(key, "mapping")
            return {}
        return {one if isinstance(one, str) else shown(one): inner for one, inner in value.items()}

    def items(self, key: str) -> list[Any]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.wants(key, "list")
            return []
        return list(value)

    def texts(self, key: str) -> tuple[str, ...]:
        found = []
        for index, value in enumerate(self.items(key)):
            if isinstance(value, str) and value.strip():
                found.append(value)
            elif number(value) is not None:
                found.append(shown(value))
            else:
                self.faults.add("SC001", (*self.at(key), index), wants="text", value=value)
        for index, value in enumerate(found):
            if value in found[:index]:
                self.faults.add("SC010", (*self.at(key), index), value=value)
        return tuple(dict.fromkeys(found))

    def title(self, key: str = "title") -> Title:
        value = self.values.get(key)
        if isinstance(value, str):
            return {"": value}
        titles = self.mapping(key)
        for language, text in titles.items():
            if not isinstance(text, str):
                self.faults.add("SC001", (*self.at(key), language), wants="text", value=text)
        return {language: text for language, text in titles.items() if isinstance(text, str)}


def read_span(faults: Faults, value: object, path: Path) -> Span | None:
    """A range of plain numbers, noting an unreadable or a reversed one."""
    span = span_of(value)
    if span is None:
        faults.add("SC007", path, value=value)
        return None
    if span.low is not None and span.high is not None and span.low > span.high:
        faults.add("SC008", path, low=span.low, high=span.high)
        return None
    return span


def _unbalanced(text: str) -> bool:
    return any(text.count(a) != text.count(b) for a, b in ("()", "[]", "{}"))
