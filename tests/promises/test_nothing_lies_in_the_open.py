"""Whatever people wrote lies encrypted: the bytes of every file that the story left are searched for its words."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.definition.source import read_yaml
from engine.errors import InputError, NotFound
from engine.history.commit import place_of, unseal
from engine.history.event import review_stream
from engine.operations import telling
from engine.operations.audit import verify
from engine.operations.handle import Receipt, handle
from engine.operations.names import SYSTEM, actor_named, review_named
from engine.operations.timeline import history, why_grade
from engine.operations.views import review_view
from engine.review.commands import Remark
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import keys, reviews
from tests.conftest import Demo

NOW = parse_instant("2026-01-10T09:00:00+08:00")
SAMPLE = folder_of("account-manager") / "sample"
WRITTEN = ("comment", "reason", "remark", "form")
SHORTEST = 4
"""Texts with fewer characters than this may stand in random bytes by chance."""


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def written_in(value: Any) -> Iterator[str]:
    """Texts below a key under which people write."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_in(inner) if key in WRITTEN else written_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from written_in(inner)


def story_words() -> set[str]:
    """Every comment, reason and form text of the sample story; choices, dates and refs are no words of anybody."""
    document, problems = read_yaml((SAMPLE / "story.yaml").read_text(encoding="utf-8"), "story.yaml")
    assert document is not None, problems
    found = set(written_in(document.data))
    for file in SAMPLE.glob("answers_*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found.add(row.get("comment") or "")
                for pair in (row.get("form") or "").split("; "):
                    found.add(pair.partition("=")[2].strip())
    plain = {text for text in found if text.isascii() and " " not in text}  # `am06`, `2025-12-31`, `done`, `am01|am02`
    return {text for text in found - plain if len(text) >= SHORTEST}


def spellings(text: str) -> dict[str, bytes]:
    return {
        "utf-8": text.encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "json": json.dumps(text)[1:-1].encode(),
        "json capitals": json.dumps(text)[1:-1].upper().encode(),
    }


def lying_open(folder: Path, words: set[str]) -> list[tuple[str, str, str]]:
    """(file, spelling, text) for each text that some file holds readably."""
    found = []
    for file in sorted(folder.rglob("*")):
        data = file.read_bytes() if file.is_file() else b""
        found += [
            (file.name, name, text) for text in words for name, form in spellings(text).items() if form in data
        ]
    return found


@pytest.fixture
def data(demo_played: Demo, tmp_path: Path) -> Path:
    """A copy of the story's data folder, closed."""
    return Path(shutil.copytree(demo_played.folder, tmp_path / "data"))


def open_data(data: Path) -> Runtime:
    return open_runtime(settings_for(data, environ={}), HandClock(NOW))


def test_no_word_of_the_story_lies_outside_the_payloads(data: Path) -> None:
    words = story_words()
    assert len(words) > 100
    assert {"按更正后的数据重新核定。", "Pass the compliance refresher"} <= words
    assert {file.name for file in data.iterdir()} >= {"reviewcycle.sqlite", "keys.sqlite"}
    assert lying_open(data, words) == []


def test_the_words_are_there_for_whom_they_are_meant(data: Path) -> None:
    """The story did plant them: the same words are read back through the views."""
    rt, words = open_data(data), story_words()
    with rt.database.read() as tx:
        ids = [row.id for row in reviews.find(tx)]
    told = "".join(
        repr(review_view(rt, SYSTEM, one).answers) + repr(history(rt, SYSTEM, one).lines) for one in ids
    )
    rt.close()
    read = {text for text in words if text in told}
    assert len(read) > 100
    assert len(read) >= len(words) * 9 // 10, sorted(words - read)[:5]


@pytest.mark.parametrize("spelling", spellings("x"))
def test_the_search_finds_a_planted_row(data: Path, spelling: str) -> None:
    """The control: one working row with a word of the story in it."""
    planted = "投诉率登记有误，planted"
    with closing(sqlite3.connect(data / "reviewcycle.sqlite")) as connection, connection:
        row = connection.execute("SELECT rowid FROM review LIMIT 1").fetchone()
        value = spellings(planted)[spelling]
        connection.execute("UPDATE review SET more = ? WHERE rowid = ?", (value, *row))
    found = lying_open(data, {planted})
    assert ("reviewcycle.sqlite", spelling, planted) in found


def test_a_word_still_in_the_write_ahead_log_would_be_found(data: Path) -> None:
    """While the database is in use its newest pages lie in another file, which is searched, too."""
    rt = open_data(data)
    review = review_named(rt, "am33/2025-Q3")
    said = handle(rt, actor_named(rt, "hr1"), Remark(review, "该员工的申诉材料存放在人事部"))
    assert isinstance(said, Receipt)
    assert (data / "reviewcycle.sqlite-wal").stat().st_size > 0
    assert lying_open(data, {"该员工的申诉材料存放在人事部"}) == []
    assert [name for name, _, _ in lying_open(data, {said.leaf_hash})] != []
    rt.close()


def erase(data: Path, ref: str) -> tuple[str, list[str]]:
    """Destroys a person's key, as an erasure does, and lets both databases give their free pages back."""
    rt = open_data(data)
    person = actor_named(rt, ref).person
    assert person is not None
    with rt.database.read() as tx:
        own = [row.id for row in reviews.find(tx, subject=person)]
    rt.database.keys.destroy(person, NOW)
    rt.close()
    for name in ("reviewcycle.sqlite", "keys.sqlite"):
        with closing(sqlite3.connect(data / name, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return person, own


def test_after_an_erasure_states_are_proven_and_scores_are_gone(data: Path) -> None:
    before = key_bytes(data, "am33")
    assert opened_by(data, before) > 30
    person, own = erase(data, "am33")
    rt = open_data(data)
    verdict = verify(rt)
    assert verdict.ok, telling.say_verdict("en", verdict)
    assert set(own) <= set(verdict.erased)
    text = " ".join(telling.say_verdict("en", verdict))
    assert "erased" in text
    assert "broken" not in text
    review = review_named(rt, "am33/2025-Q3")
    assert all(line.erased and line.comment is None for line in history(rt, SYSTEM, review).lines)
    with pytest.raises(NotFound):
        why_grade(rt, SYSTEM, review, "en")
    with pytest.raises(InputError):
        rt.database.keys.keys_for_writing([person], NOW)
    other = review_named(rt, "am11/2025-Q3")
    assert why_grade(rt, SYSTEM, other, "en")
    rt.close()


def test_nothing_of_an_erased_person_can_be_opened_with_what_is_left(data: Path) -> None:
    """With every key that the key database still holds, wrapped or in any of its free pages."""
    lost = key_bytes(data, "am33")
    wrapped = wrapped_bytes(data, "am33")
    assert wrapped in (data / "keys.sqlite").read_bytes()
    person, _ = erase(data, "am33")
    files = b"".join(file.read_bytes() for file in data.iterdir() if file.is_file())
    assert lost not in files
    assert wrapped not in files
    rt = open_data(data)
    with rt.database.read() as tx:
        living = [key for key in rt.database.keys.keys_for_reading(all_persons(tx)).values() if key is not None]
        sealed = payload_rows(tx, person)
    rt.close()
    assert len(sealed) > 30
    assert len(living) > 50
    assert [row[:3] for row in sealed[:5] for key in living if tried(key, *row)] == []


def key_bytes(data: Path, ref: str) -> bytes:
    rt = open_data(data)
    person = actor_named(rt, ref).person
    key = rt.database.keys.keys_for_reading([person])[person]
    rt.close()
    assert key is not None
    return key


def wrapped_bytes(data: Path, ref: str) -> bytes:
    rt = open_data(data)
    person = actor_named(rt, ref).person
    rt.close()
    with closing(sqlite3.connect(data / "keys.sqlite")) as connection:
        (found,) = connection.execute("SELECT wrapped FROM person_key WHERE person = ?", (person,)).fetchone()
    return bytes(found)


def all_persons(tx: Any) -> list[str]:
    rows = tx.connection.exec_driver_sql("SELECT id FROM person").all()
    return [keys.ORGANISATION, *(row[0] for row in rows)]


def payload_rows(tx: Any, person: str) -> list[tuple[str, int, int, bytes]]:
    found = tx.connection.exec_driver_sql(
        "SELECT stream, seq, number, sealed FROM payload WHERE person = ?", (person,)
    ).all()
    return [(stream, seq, number, bytes(sealed)) for stream, seq, number, sealed in found]


def tried(key: bytes, stream: str, seq: int, number: int, sealed: bytes) -> bool:
    try:
        unseal(key, sealed, place_of(stream, seq, number))
    except ValueError:
        return False
    return True


def opened_by(data: Path, key: bytes) -> int:
    """How many payloads of am33's reviews the key opens: the control of the search for readable ones."""
    rt = open_data(data)
    person = actor_named(rt, "am33").person
    with rt.database.read() as tx:
        rows = payload_rows(tx, str(person))
        streams = {review_stream(one.id) for one in reviews.find(tx, subject=person)}
    rt.close()
    return sum(tried(key, *row) for row in rows if row[0] in streams)
