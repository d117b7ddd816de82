"""CSV files as rows with their numbers: what an editor or a spreadsheet shows at the left is what a problem names."""

from __future__ import annotations

import _csv
import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from engine.errors import InputError

BYTES_MAX = 64 * 1024 * 1024
FIELD_MAX = 4_000
NAME_MAX = 200


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One fault of a file. row: line where the row begins (the header is 1; 0 is the file as a whole).

    code and values make the sentence (engine/words imports); level is `error` or `flag` (told, not refused)."""

    row: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    level: str = "error"


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell without blanks around it; empty where the column is absent."""
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file; checksum is the SHA-256 (hex) of its bytes. Problems' rows are left out of `rows`."""

    name: str
    rows: tuple[Row, ...]
    problems: tuple[RowProblem, ...]
    checksum: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was handed in as bytes; name is what whoever sent it calls it, and no path. InputError for a name
    that could not be said on one line."""

    name: str
    content: bytes

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= NAME_MAX or not self.name.isprintable():
            raise InputError("OP222", most=NAME_MAX)


File = Path | Upload


def read_table(file: File, required: Iterable[str], optional: Iterable[str] = ()) -> Table:
    """Reads a CSV file (UTF-8, with or without a mark at its start). An optional name that ends in `.` is a prefix,
    and `*.` lets every dotted name in, for whoever knows better which there are.

    Unknown, missing and repeated columns, rows of another length and unreadable bytes are problems.
    InputError when there is no such file or it is too big.
    """
    if isinstance(file, Upload):
        if len(file.content) > BYTES_MAX:
            raise InputError("IM003", file=file.name, size=BYTES_MAX // 1024 // 1024)
        return read_bytes(file.name, file.content, required, optional)
    try:
        if file.stat().st_size > BYTES_MAX:
            raise InputError("IM003", file=file, size=BYTES_MAX // 1024 // 1024)
        content = file.read_bytes()
    except OSError:
        raise InputError("IM001", file=file) from None
    return read_bytes(file.name, content, required, optional)


def read_bytes(name: str, content: bytes, required: Iterable[str], optional: Iterable[str] = ()) -> Table:
    """The same for bytes that are already in hand; name is said in problems."""
    checksum = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        return Table(name, (), (RowProblem(line, "IM002", {"file": name}),), checksum)
    needed = tuple(required)
    known = (*needed, *optional)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    problems: list[RowProblem] = []
    header: list[str] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        problems.extend(_header_problems(header, needed, known))
        if not problems:
            _read_rows(reader, header, rows, problems)
    except csv.Error as fault:
        problems.append(RowProblem(reader.line_num, "IM004", {"detail": str(fault)}))
    return Table(name, tuple(rows), tuple(problems), checksum, tuple(header))


def _header_problems(header: list[str], needed: tuple[str, ...], known: tuple[str, ...]) -> list[RowProblem]:
    if not any(header):
        return [RowProblem(0, "IM005", {"columns": ", ".join(needed)})]
    problems = []
    for place, column in enumerate(header):
        prefixed = any(column.startswith(one) for one in known if one.endswith("."))
        prefixed = prefixed or ("." in column and "*." in known)
        if column not in known and not prefixed:
            problems.append(unknown_column(column, [one for one in known if one != "*."]))
        elif column in header[:place]:
            problems.append(RowProblem(1, "IM007", {"column": column}))
    problems.extend(RowProblem(1, "IM008", {"column": column}) for column in needed if column not in header)
    return problems


def unknown_column(column: str, known: Sequence[str]) -> RowProblem:
    near = get_close_matches(column, known, n=1)
    return RowProblem(1, "IM006", {"column": column, "near": near[0] if near else ", ".join(known)})


def _read_rows(reader: _csv.Reader, header: list[str], rows: list[Row], problems: list[RowProblem]) -> None:
    before = reader.line_num
    for cells in reader:
        number, before = before + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append(RowProblem(number, "IM009", {"got": str(len(cells)), "wanted": str(len(header))}))
        elif any(len(cell) > FIELD_MAX or "\0" in cell for cell in cells):
            problems.append(RowProblem(number, "IM010", {"most": str(FIELD_MAX)}))
        else:
            rows.append(Row(number, {column: cell.strip() for column, cell in zip(header, cells, strict=True)}))
