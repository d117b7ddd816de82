"""The demo, played once: what it leaves is whole, what it says is said in one language."""

from __future__ import annotations

import re

import pytest

from engine.errors import InputError
from engine.operations.audit import verify
from engine.operations.demo import MARK, demo
from engine.operations.names import SYSTEM, actor_named, review_named
from engine.operations.timeline import history, replay, state_at, why_grade
from engine.operations.work import cycle_table, my_work
from engine.review.evolve import evolve
from engine.store import audit, cycles, people, reviews

LATIN = re.compile(r"[A-Za-z][A-Za-z-]*")
ALLOWED = {"CNY", "h", "S", "A", "B", "C", "D", "Q"}
"""Units, grades and period keys, beside names and ids."""


def test_it_ends_well_and_two_reviews_wait_for_one_manager(shown):
    assert shown.code == 0, "\n".join(shown.lines)
    rows = cycle_table(shown.rt, SYSTEM, "2025-Q3").rows
    assert len(rows) == 40
    assert sum(not row.ended for row in rows) == 2
    waiting = {row.review for row in rows if not row.ended}
    work = {item.review for item in my_work(shown.rt, actor_named(shown.rt, "tm3"))}
    assert waiting <= work
    assert any("tm3" in line for line in shown.lines)


def test_replay_of_every_stream_is_the_row(shown):
    with shown.rt.database.read() as tx:
        found = [row.id for row in reviews.find(tx)]
        assert len(found) == 80
        for review_id in found:
            assert replay(tx, review_id) == reviews.load(tx, review_id)


def test_the_history_is_whole_and_a_changed_byte_would_be_named(shown):
    assert verify(shown.rt).ok
    with shown.rt.database.write() as tx:
        for name in _triggers(tx):
            tx.connection.exec_driver_sql(f"DROP TRIGGER {name}")
        review = tx.connection.exec_driver_sql(
            "SELECT substr(stream, 8) FROM event WHERE seq = 2 AND instr(CAST(data AS TEXT), '\"answered\"')"
        ).scalar()
        tx.connection.exec_driver_sql(
            "UPDATE event SET data = CAST(replace(CAST(data AS TEXT), '\"answered\"', '\"remarked\"') AS BLOB) "
            f"WHERE stream = 'review:{review}' AND seq = 2"
        )
        verdict = audit.check(tx, evolve)
        tx.rollback()
    assert {(one.review, one.seq) for one in verdict.findings} >= {(review, 2)}


def _triggers(tx):
    rows = tx.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
    assert rows, "the history must be guarded by triggers"
    return [row[0] for row in rows]


def test_a_past_state_is_told_without_what_came_later(shown):
    rt = shown.rt
    review = review_named(rt, "am33/2025-Q3")
    lines = history(rt, SYSTEM, review).lines
    corrected = next(line for line in lines if line.action == "figures_corrected")
    before = state_at(rt, SYSTEM, review, lines[lines.index(corrected) - 1].at)
    after = state_at(rt, SYSTEM, review, corrected.at)
    assert (before.grade, after.grade) == tuple(corrected.difference["grade"])
    assert before.revision == corrected.seq - 1


def test_the_next_cycle_begins_from_what_was_decided(shown):
    with shown.rt.database.read() as tx:
        cycle = next(one for one in cycles.list_all(tx) if one.period == "2025-Q4")
        starts = cycles.starts(tx, workflow=cycle.workflow, period=cycle.period)
        refs = {people.by_id(tx, [subject])[subject].ref for subject, given in starts.items() if given["agreed"]}
    assert len(refs) >= 36


def test_every_grade_is_explained_in_both_languages(shown):
    for row in cycle_table(shown.rt, SYSTEM, "2025-Q3").rows:
        for lang in ("en", "zh"):
            told = why_grade(shown.rt, SYSTEM, row.review, lang)
            assert any(row.total in line for line in told), (row.subject.ref, lang)


def test_chinese_is_said_without_latin_words(shown):
    with shown.rt.database.read() as tx:
        everybody = people.by_ref(tx).values()
        known = {word for one in everybody for text in (one.ref, one.name, str(one.attributes.get("unit", "")))
                 for word in LATIN.findall(text)}  # fmt: skip
    known |= ALLOWED | {"plan", "crm", "newcustomers", "service", "compliance", "survey", "account-manager-quarterly"}
    said = [line for line in shown.lines if not line.strip().startswith("reviewcycle ")]
    said = [line for line in said if str(shown.folder) not in line]
    assert len(said) > 100
    found = {(word, line) for line in said for word in LATIN.findall(line) if word not in known}
    assert not found, found
    control = LATIN.findall("总分 total 91.81")
    assert control == ["total"]


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(InputError):
        demo(tmp_path, "en", print)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / MARK).exists()
