"""A wish that comes again over HTTP: the same bytes, whatever it was, and whatever has become of the right to it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definition.library import folder_of
from engine.operations.definitions import check
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from engine.review.commands import Intervene
from engine.sources.csv_file import Upload
from engine.store import people, reviews
from tests.api.calling import Caller
from tests.promises.organisation import World
from tests.promises.test_exactly_once import stored

PEOPLE = b"ref,kind,name,name_zh,groups\nz9,employee,Zed,,\n"
FIGURES = b"record,subject,account,input,period,value,samples,taken_at\n"
NAME = "account-manager-quarterly"


def texts() -> dict[str, str]:
    found = check(folder_of("account-manager")).definition
    assert found is not None
    return {name: text.replace(NAME, "another-one") for name, text in found.sources.items() if name != "calendar.json"}


def wish(hr: Caller, name: str, key: str = "k") -> Any:
    wishes: dict[str, tuple[str, Any]] = {
        "cycle": ("/cycles", {"workflow": NAME, "period": "2025-Q4", "for": ["a1", "a2"]}),
        "definition": ("/definitions", {"files": texts()}),
        "job": ("/jobs", {"kind": "verify"}),
        "token": ("/tokens", {}),
        "sessions": ("/sessions/end-all", None),
        "people": ("/people/import", PEOPLE),
        "figures": ("/observations/import", FIGURES),
    }
    path, body = wishes[name]
    if isinstance(body, bytes):
        return hr.post(path, key=key, data=body, headers={"Content-Type": "text/csv"})
    return hr.post(path, body, key=key)


@pytest.mark.parametrize("name", ["cycle", "definition", "job", "token", "sessions", "people", "figures"])
def test_whatever_it_was_the_same_key_gives_the_same_bytes(hr: Caller, world: World, name: str) -> None:
    first = wish(hr, name)
    assert first.status_code in (200, 201, 202), first.get_data(as_text=True)
    before = stored(world)
    again = wish(hr, name)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers.get("Location") == first.headers.get("Location")
    assert stored(world) == before


def test_jobs_are_turned_once(hr: Caller) -> None:
    job = wish(hr, "job").get_json()["id"]
    for act in ("pause", "resume", "cancel"):
        first = hr.post(f"/jobs/{job}/{act}", key=act)
        assert (first.status_code, hr.post(f"/jobs/{job}/{act}", key=act).data) == (200, first.data)


@pytest.mark.parametrize("act", ["withdraw", "close"])
def test_whoever_has_lost_the_right_meanwhile_gets_the_same_bytes_again(hr: Caller, world: World, act: str) -> None:
    with world.rt.database.read() as tx:
        running = reviews.find(tx)
    for row in running if act == "close" else running[1:]:
        world.must("hr1", Intervene(row.id, "withdraw", "left the firm"))
    first, after = running[0], len(running) if act == "close" else 1

    def wish(key: str) -> Any:
        if act == "close":
            return hr.post(f"/cycles/{first.cycle}/close", key=key)
        with world.rt.database.read() as tx:
            ref = people.by_id(tx, [first.subject])[first.subject].ref
        return hr.post(f"/reviews/{ref}@2025-Q3/interventions/withdraw", {"comment": "x"}, key=key, match=after)

    done = wish("k")
    assert done.status_code == 200, done.get_data(as_text=True)
    row = b"ref,kind,name,name_zh,groups\nhr1,employee,Hai Ru,,\n"
    assert import_people(world.rt, SYSTEM, ImportPeople(Upload("left.csv", row))).changed == 1
    assert wish("k").data == done.data
    assert wish("another").status_code in (403, 404)  # the control: the right is gone
