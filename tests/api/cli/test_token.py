"""`token`: what lets somebody in is told once, alone on standard output; the rest is for people."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.clock import SystemClock
from engine.operations.sign_in import redeem, session_of
from engine.operations.tokens import who
from engine.runtime import open_runtime, settings_for

Call = Callable[..., Any]
PEOPLE = """\
ref,kind,name,unit,manager,groups
dir1,employee,Da Dong,head,,
hr1,employee,Hai Ru,hr,dir1,hr
hr2,employee,Heng Rui,hr,dir1,hr
m1,employee,Min Gao,east,dir1,
"""


@pytest.fixture
def firm(call: Call, tmp_path: Path) -> Call:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert call("people", "import", tmp_path / "people.csv").code == 0
    return call


def person_behind(folder: Path, text: str) -> str | None:
    rt = open_runtime(settings_for(folder, environ={}), SystemClock())
    actor = who(rt, text)
    if actor is None and text.startswith("rl_"):
        signed = session_of(rt, redeem(rt, text).text)
        actor = signed.actor if signed else None
    rt.close()
    return None if actor is None else actor.person


def test_a_token_is_printed_alone_and_stands_for_its_person(firm: Call, tmp_path: Path) -> None:
    said = firm("token", "new", "m1", "--days", "3")
    assert (said.code, said.out.count("\n")) == (0, 1)
    assert re.fullmatch(r"rc_[0-9a-f]{16}_[0-9a-f]{64}", said.out.strip())
    assert said.out.strip() not in said.err
    assert "m1" in said.err
    found = firm("token", "list", "m1", "--format", "json").data
    assert person_behind(tmp_path / "data", said.out.strip()) == found[0]["person"]


def test_a_program_gets_the_whole_as_one_document(firm: Call) -> None:
    made = firm("token", "new", "m1", "--format", "json").data
    assert made.keys() == {"id", "person", "text", "expires_at"}
    assert made["text"].startswith(f"rc_{made['id']}_")


def test_a_revoked_token_is_listed_as_such_and_lets_nobody_in(firm: Call, tmp_path: Path) -> None:
    text = firm("token", "new", "m1").out.strip()
    number = text.split("_")[1]
    assert "good until" in firm("token", "list", "m1").out
    assert firm("token", "revoke", number).code == 0
    for lang, word in (("en", "revoked"), ("zh", "作废")):
        said = firm("token", "list", "m1", "--lang", lang).out
        assert number in said
        assert word in said
        assert text not in said
    assert person_behind(tmp_path / "data", text) is None
    said = firm("token", "revoke", "0" * 16)
    assert said.code == 1
    assert "0" * 16 in said.err


def test_a_link_is_printed_alone_whole_where_the_server_is_named(firm: Call, tmp_path: Path) -> None:
    text = firm("token", "link", "m1").out.strip()
    assert person_behind(tmp_path / "data", text) is not None
    said = firm("token", "link", "m1", "--url", "https://reviews.example/")
    assert re.fullmatch(r"https://reviews\.example/sign-in\?link=rl_[0-9a-f]{16}_[0-9a-f]{64}\n", said.out)


@pytest.mark.parametrize("verb", ["new", "link"])
def test_hr_makes_none_for_another_hr_and_a_stranger_none_at_all(firm: Call, verb: str) -> None:
    assert firm("token", verb, "m1", "--as", "hr1").code == 0
    assert firm("token", verb, "m1", "--as", "m1").code == 0
    for by, ref in (("hr1", "hr2"), ("m1", "hr1")):
        said = firm("token", verb, ref, "--as", by)
        assert said.code == 1
        assert said.out == ""
        assert said.err.strip()


def test_times_and_names_that_cannot_be_are_refused(firm: Call) -> None:
    assert firm("token", "new", "m1", "--days", "0").code == 1
    assert firm("token", "new", "nobody").code == 1
    assert firm("token", "list", "m1").out == "m1 has no token.\n"
