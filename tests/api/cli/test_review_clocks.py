"""A review held, put off, moved on and taken back on the command line, by those who may and by those who may not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Demo

Call = Callable[..., Any]
CHECK, TARGETS = "am18/2025-Q3", "am18/2025-Q4"
"""A review whose plan is checked month by month, and one whose targets are late; tm3 is the manager of both."""


@pytest.fixture(scope="module")
def data(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demo_played.folder, tmp_path_factory.mktemp("clocks") / "data"))


@pytest.fixture
def ask(call: Call, data: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """A call about a review by somebody, with a reason: what it gave."""
    monkeypatch.setenv("REVIEWCYCLE_DATA", str(data))

    def asked(who: str, verb: str, *args: str, reason: str = "ill", **more: Any) -> Any:
        wordless = ("show", "list", "why-not", "answer")
        said = () if verb in wordless else ("--reason", reason)
        return call("review", verb, *args, *said, "--as", who, **more)

    return asked


@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.slow), "zh"])
def test_a_review_on_hold_says_so_and_waits_for_nobody(ask: Call, lang: str) -> None:
    known = ("--lang", lang)
    mine = ask("tm3", "list", "--mine", "--format", "json").data
    assert ask("hr1", "hold", TARGETS, "--until", "2026年3月31日", *known).code == 0
    try:
        word = {"en": "on hold", "zh": "已暂停"}[lang]
        row = next(line for line in ask("tm3", "list", *known).out.splitlines() if "2025-Q4" in line and "am18" in line)
        assert word in row
        shown = ask("tm3", "show", TARGETS, *known).out
        assert "2026-03-31" in shown
        fewer = ask("tm3", "list", "--mine", "--format", "json").data
        assert {one["review"] for one in mine} - {one["review"] for one in fewer} == {fewer_by(mine, fewer)}
        late = ask("hr1", "extend", TARGETS, "--until", "2026-04-30", *known)
        assert (ask("hr1", "hold", TARGETS, *known).code, late.code) == (1, 1)
        assert late.err.splitlines()[0] in shown
    finally:
        assert ask("hr1", "resume", TARGETS, *known).code == 0
    assert ask("tm3", "list", "--mine", "--format", "json").data[-1].keys() == mine[-1].keys()
    assert ask("hr1", "resume", TARGETS, *known).code == 1


def fewer_by(more: list[dict[str, Any]], fewer: list[dict[str, Any]]) -> str:
    """The one review whose work is gone."""
    gone = [one for one in more if one["review"] not in {other["review"] for other in fewer}]
    assert {(one["subject"]["ref"], one["period"]) for one in gone} == {("am18", "2025-Q4")}
    return str(gone[0]["review"])


@pytest.mark.parametrize(
    ("text", "code", "en", "zh"),
    [
        ("soon", 2, "write 2025-10-31", "请写成 2025-10-31 或 2025年10月31日"),
        ("2026-02-30", 2, "write 2025-10-31", "请写成 2025-10-31 或 2025年10月31日"),
        ("2025年10月1日", 1, "name today or a later day", "请写今天或以后的日期"),
        ("2096/01/01", 1, "look at the year again", "请核对年份"),
        ("2026年3月31日", 0, "dry run", "试运行"),
        ("2026-03-31", 0, "dry run", "试运行"),
    ],
)
def test_a_day_that_will_not_do_is_answered_with_one_that_will(
    ask: Call, text: str, code: int, en: str, zh: str
) -> None:
    for lang, told in (("en", en), ("zh", zh)):
        for call in (("extend", TARGETS, "propose"), ("extend", TARGETS), ("hold", TARGETS)):
            said = ask("hr1", call[0], *call[1:], "--until", text, "--lang", lang, "--dry-run")
            assert (said.code, told in said.out + said.err) == (code, True), (call, said.out, said.err)


@pytest.mark.parametrize(
    ("verb", "args"),
    [("hold", ()), ("resume", ()), ("skip", ()), ("extend", ("--until", "2026-03-31")),
     ("extend", ("propose", "--until", "2026-03-31"))],
)  # fmt: skip
def test_time_is_for_hr_alone(ask: Call, verb: str, args: tuple[str, ...]) -> None:
    for who in ("tm3", "am18"):
        said = ask(who, verb, TARGETS, *args)
        assert (said.code, said.out) == (1, "")
        assert "not for you to do" in said.err
    assert "there is no review of" in ask("am01", verb, TARGETS, *args).err


def test_a_task_that_stays_with_its_holder_is_not_given_on_and_nobody_learns_who_there_is(ask: Call) -> None:
    told = {ask("tm3", "delegate", TARGETS, "propose", "--to", ref).err for ref in ("tm2", "nobody")}
    assert len(told) == 1
    assert "may not be handed on" in told.pop()
    assert "角色“经理”" in ask("hr1", "delegate", TARGETS, "propose", "--to", "tm2", "--lang", "zh").err


def test_who_answered_takes_back_and_nobody_else(ask: Call) -> None:
    assert "no answer to Check progress that you could take back" in ask("hr1", "retract", CHECK, "check").err
    assert ask("tm3", "retract", CHECK, "check", "--dry-run").code == 0
    done = ask("tm3", "retract", CHECK, "check", "--key", "once", reason="a slip")
    assert done.code == 0
    assert ask("tm3", "retract", CHECK, "check", "--key", "once", reason="a slip").out == done.out


def test_a_review_moves_past_its_state(ask: Call) -> None:
    assert "Re-adjust" in ask("hr1", "skip", CHECK, "--dry-run").out
    assert "Improvement plan" in ask("hr1", "show", CHECK).out


def test_a_reason_is_needed_for_each(ask: Call, call: Call) -> None:
    for verb in ("hold", "resume", "skip"):
        assert call("review", verb, TARGETS, "--as", "hr1").code == 2
    assert ask("hr1", "skip", TARGETS, reason=" ").code == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_can_be_typed_is_said_with_the_keys_of_tasks(ask: Call, lang: str) -> None:
    said = ask("hr1", "why-not", TARGETS, "--lang", lang).out
    for line in (
        "waive am18/2025-Q4 propose --reason TEXT", "extend am18/2025-Q4 propose --until DATE --reason TEXT",
        "extend am18/2025-Q4 --until DATE --reason TEXT", "hold am18/2025-Q4 --reason TEXT",
        "skip am18/2025-Q4 --reason TEXT",
    ):  # fmt: skip
        assert f"  reviewcycle review {line} --as hr1" in said.splitlines()
    assert len(said.splitlines()) < 40
