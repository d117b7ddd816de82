"""Tokens stand for their people as long as they should, and nobody makes a way in for whom they may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import InputError, KeyReused, NotAllowed, NotFound
from engine.operations import tokens
from engine.operations.audit import verify
from engine.operations.names import SYSTEM, person_named
from engine.operations.once import Once
from engine.operations.people import ImportPeople, import_people
from engine.operations.tokens import NewToken, new_token, revoke, tokens_of, who
from engine.store import history, passes
from tests.engine.operations.conftest import PEOPLE

HEAD = PEOPLE.partition("\n")[0] + "\n"
DIGEST = "d" * 64


def made_for(world, ref, by=None, **more):
    return new_token(world.rt, world.actor(by), NewToken(ref, **more))


def imported(world, row):
    report = import_people(world.rt, SYSTEM, ImportPeople(world.file("later.csv", HEAD + row + "\n")))
    assert not report.refused, report.problems


def events_of(world, ref):
    with world.rt.database.read() as tx:
        return history.read(tx, f"person:{person_named(tx, ref)}")


def test_a_token_stands_for_its_person_until_it_expires(people_on_both):
    world = people_on_both
    made = made_for(world, "m1", days=2)
    assert who(world.rt, made.text) == world.actor("m1")
    world.clock.set(made.expires_at - timedelta(microseconds=1))
    assert who(world.rt, made.text) == world.actor("m1")
    world.clock.set(made.expires_at)
    assert who(world.rt, made.text) is None
    assert made.expires_at - made_for(world, "m1").expires_at == timedelta(days=2 - 90 - 2)


def test_only_the_hash_of_a_token_is_kept(people_on_both):
    made = made_for(people_on_both, "m1")
    prefix, number, secret = made.text.split("_")
    assert (prefix, number, len(number), len(secret)) == ("rc", made.id, 16, 64)
    with people_on_both.rt.database.read() as tx:
        (row,) = tx.connection.exec_driver_sql("SELECT * FROM token").mappings()
    assert row["hash"] == passes.hash_of(made.text)
    assert secret not in str(dict(row))


@pytest.mark.parametrize("change", [
    lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
    lambda text: "rc_" + "0" * 16 + text[19:],
    lambda text: text.replace("rc_", "rs_"),
    lambda text: text.replace("rc_", "rl_"),
    lambda text: text.upper(),
    lambda text: text + "\n",
    lambda text: text[:19] + "_",
    lambda text: "",
    lambda text: "é" * 84,
])  # fmt: skip
def test_any_other_text_lets_nobody_in(world, change):
    made = made_for(world, "m1")
    assert who(world.rt, change(made.text)) is None
    assert who(world.rt, made.text) is not None


def test_who_is_one_statement_whether_or_not_there_is_such_a_token(people_on_both):
    world = people_on_both
    made = made_for(world, "m1")
    for text in (made.text, "rc_" + "0" * 16 + made.text[19:], made.text[:-1] + "g"):
        with world.rt.database.read() as tx:
            tokens.tokens.bearer(tx, text, world.clock.now())
            assert tx.statements == (0 if text.endswith("g") else 1)


def test_a_revoked_token_lets_nobody_in_and_stays_revoked_as_it_was(people_on_both):
    world = people_on_both
    made = made_for(world, "m1")
    shut = revoke(world.rt, world.actor("m1"), made.id)
    assert who(world.rt, made.text) is None
    world.clock.set(world.clock.now() + timedelta(hours=1))
    assert revoke(world.rt, world.actor("hr1"), made.id) == shut
    assert [one.open.action for one in events_of(world, "m1")] == ["person_added", "token_made", "token_revoked"]
    with pytest.raises(NotFound):
        revoke(world.rt, world.actor("m1"), "0" * 16)


def test_a_stranger_is_not_told_that_there_is_a_token(world):
    made = made_for(world, "m1")
    for other in ("a1", "au1", "dir1"):
        with pytest.raises(NotFound):
            revoke(world.rt, world.actor(other), made.id)
    assert who(world.rt, made.text) is not None


def test_one_makes_tokens_for_oneself_and_hr_for_others(world):
    assert made_for(world, "a1", by="a1").person == world.actor("a1").person
    made = made_for(world, "a1", by="hr1")
    assert {one.made_by for one in tokens_of(world.rt, world.actor("a1"))} == {
        world.actor("a1").person, world.actor("hr1").person
    }  # fmt: skip
    assert who(world.rt, made.text) == world.actor("a1")
    for by, ref in (("m1", "a1"), ("a1", "a2"), ("au1", "a1"), ("dir1", "hr1")):
        with pytest.raises(NotAllowed):
            made_for(world, ref, by=by)


def test_whom_one_may_not_look_up_is_nobody_as_far_as_one_is_told(world):
    for by, ref in (("m1", "hr1"), ("a1", "hr1"), ("m1", "au1"), ("a1", world.actor("hr1").person), ("m1", "nobody")):
        for ask in (made_for, lambda world, ref, by: tokens_of(world.rt, world.actor(by), ref)):
            with pytest.raises(NotFound) as caught:
                ask(world, ref, by=by)
            assert (caught.value.code, caught.value.values) == ("OP001", {"ref": ref})


def test_hr_makes_no_token_for_another_hr_or_an_auditor(world):
    for ref in ("hr2", "au1"):
        with pytest.raises(NotAllowed, match="DR003"):
            made_for(world, ref, by="hr1")
        assert made_for(world, ref).person == world.actor(ref).person
    assert made_for(world, "hr1", by="hr1").person == world.actor("hr1").person


def test_hr_of_a_unit_lets_in_the_people_of_that_unit_and_nobody_else(people_on_both):
    world = people_on_both
    head = HEAD.strip() + ",hr_of\n"
    rows = "".join(
        f"{ref},employee,Somebody,某人,{unit},sales,dir1,{group},Asia/Shanghai,2016-01-01,,,{of}\n"
        for ref, unit, group, of in (("hr3", "hr", "hr", "east"), ("hr4", "east", "hr", "law"), ("w1", "west", "", ""))
    )
    assert not import_people(world.rt, SYSTEM, ImportPeople(world.file("later.csv", head + rows))).refused
    for ref in ("a1", "c1"):
        made = made_for(world, ref, by="hr3")
        assert [one.id for one in tokens_of(world.rt, world.actor("hr3"), ref)] == [made.id]
        assert revoke(world.rt, world.actor("hr3"), made.id).revoked_at is not None
    foreign = made_for(world, "w1", by="hr1")
    for ask in (made_for, lambda world, ref, by: tokens_of(world.rt, world.actor(by), ref)):
        with pytest.raises(NotFound, match="OP001"):
            ask(world, "w1", by="hr3")
        with pytest.raises(NotAllowed, match="DR007"):
            ask(world, "hr2", by="hr3")  # a colleague, whom she may know
    with pytest.raises(NotFound):
        revoke(world.rt, world.actor("hr3"), foreign.id)
    with pytest.raises(NotAllowed, match="DR003"):
        made_for(world, "hr4", by="hr3")


def test_who_becomes_hr_needs_new_tokens_lest_their_maker_have_four_eyes(people_on_both):
    world = people_on_both
    old = made_for(world, "m1", by="hr1")
    laundered = new_token(world.rt, who(world.rt, old.text), NewToken("m1"))
    other = made_for(world, "a1", by="hr1")
    world.clock.set(world.clock.now() + timedelta(hours=1))
    imported(world, "m1,employee,Min Gao,高敏,east,sales,dir1,hr,Asia/Shanghai,2016-01-01,,")
    assert [who(world.rt, one.text) for one in (old, laundered)] == [None, None]
    assert who(world.rt, other.text) == world.actor("a1")
    assert who(world.rt, made_for(world, "m1").text) == world.actor("m1")


def test_whoever_has_left_gets_in_no_more(people_on_both):
    world = people_on_both
    made = made_for(world, "a1")
    imported(world, "a1,employee,An Yi,安一,east,sales,m1,account-managers,Asia/Shanghai,2020-01-01,2025-07-02,")
    assert who(world.rt, made.text) is not None
    world.at("2025-07-02T23:59:59+08:00")
    assert who(world.rt, made.text) is not None
    world.at("2025-07-03T00:00:00+08:00")
    assert who(world.rt, made.text) is None
    with pytest.raises(InputError, match="DR002"):
        made_for(world, "a1")


def test_a_customer_of_whom_no_employment_is_known_may_be_given_one(world):
    assert who(world.rt, made_for(world, "c1", by="hr1").text) == world.actor("c1")


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_is_good_for_a_year_at_most(world, days):
    with pytest.raises(InputError, match="DR001"):
        made_for(world, "m1", days=days)
    assert made_for(world, "m1", days=366)


def test_the_same_key_gives_the_same_text_and_one_token(people_on_both):
    world = people_on_both
    actor, wish = world.actor("m1"), NewToken("m1")
    first = new_token(world.rt, actor, wish, Once("k", DIGEST))
    world.clock.set(world.clock.now() + timedelta(hours=1))
    assert new_token(world.rt, actor, wish, Once("k", DIGEST)) == first
    assert [one.id for one in tokens_of(world.rt, actor)] == [first.id]
    with pytest.raises(KeyReused):
        new_token(world.rt, actor, replace(wish, days=3), Once("k", "e" * 64))
    assert new_token(world.rt, actor, wish, Once("k2", DIGEST)).text != first.text
    with world.rt.database.read() as tx:
        kept = str(tx.connection.exec_driver_sql("SELECT receipt FROM request").all())
    assert first.id in kept
    assert first.text[19:] not in kept


def test_revoking_twice_with_one_key_is_one_event(world):
    made, actor = made_for(world, "m1"), world.actor("m1")
    assert revoke(world.rt, actor, made.id, Once("k", DIGEST)) == revoke(world.rt, actor, made.id, Once("k", DIGEST))
    other = made_for(world, "m1")
    with pytest.raises(KeyReused):
        revoke(world.rt, actor, other.id, Once("k", "e" * 64))
    assert who(world.rt, other.text) is not None


def test_tokens_are_shown_to_their_person_to_hr_and_to_auditors(world):
    made = made_for(world, "m1")
    for by, ref in (("m1", None), ("m1", "m1"), ("hr1", "m1"), ("au1", "m1"), (None, "m1")):
        assert [one.id for one in tokens_of(world.rt, world.actor(by), ref)] == [made.id]
    with pytest.raises(NotAllowed):
        tokens_of(world.rt, world.actor("dir1"), "m1")
    with pytest.raises(NotAllowed):
        tokens_of(world.rt, SYSTEM)


def test_the_history_says_who_made_a_token_and_holds_nothing_secret(people_on_both):
    world = people_on_both
    made = new_token(world.rt, world.actor("hr1"), NewToken("m1"), Once("k", DIGEST))
    *_, event = events_of(world, "m1")
    with world.rt.database.read() as tx:
        assert event.open.actor == tokens.people.pseudonyms(tx, [str(world.actor("hr1").person)])[
            str(world.actor("hr1").person)
        ]  # fmt: skip
    assert event.open.request is not None
    assert event.payload == {"token": made.id, "expires_at": "2025-09-29T01:00:00.000000Z"}
    assert verify(world.rt).ok
