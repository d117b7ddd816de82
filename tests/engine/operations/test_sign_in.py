"""A link signs in once and soon; a session ends when it should, and with it what it opened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.errors import KeyReused, NotAllowed, NotFound
from engine.operations.audit import verify
from engine.operations.names import SYSTEM, person_named
from engine.operations.once import Once
from engine.operations.people import ImportPeople, import_people
from engine.operations.sign_in import (
    Session,
    new_link,
    redeem,
    session_of,
    sessions_of,
    sign_out,
    sign_out_everywhere,
)
from engine.operations.tokens import NewToken, new_token, who
from engine.store import history, passes, timeout
from tests.engine.operations.conftest import PEOPLE

DIGEST = "d" * 64
MOMENT = timedelta(microseconds=1)


def signed_in(world, ref="m1"):
    return redeem(world.rt, new_link(world.rt, SYSTEM, ref).text)


def later(world, **span):
    world.clock.set(world.clock.now() + timedelta(**span))


def test_a_link_begins_a_session_of_its_person(people_on_both):
    world = people_on_both
    session = signed_in(world)
    signed = session_of(world.rt, session.text)
    assert signed.actor == world.actor("m1")
    (sitting,) = sessions_of(world.rt, signed.actor)
    assert (sitting.id, sitting.made_by) == (signed.session, None)


def test_a_link_is_good_once(people_on_both):
    world = people_on_both
    link = new_link(world.rt, SYSTEM, "m1")
    assert session_of(world.rt, redeem(world.rt, link.text).text) is not None
    with pytest.raises(NotAllowed, match="DR004"):
        redeem(world.rt, link.text)


def test_of_two_who_use_a_link_at_once_one_gets_in(people_on_both):
    world = people_on_both

    def used(text):
        try:
            return redeem(world.rt, text)
        except NotAllowed as error:
            return error

    for _ in range(5):
        link = new_link(world.rt, SYSTEM, "m1")
        with ThreadPoolExecutor(4) as pool:
            given = list(pool.map(used, [link.text] * 4))
        assert sum(isinstance(one, Session) for one in given) == 1, given
    assert len(sessions_of(world.rt, world.actor("m1"))) == 5


def test_a_link_is_good_for_fifteen_minutes(people_on_both):
    world = people_on_both
    first, second = (new_link(world.rt, SYSTEM, "m1") for _ in range(2))
    assert first.expires_at - world.clock.now() == timedelta(minutes=15)
    world.clock.set(first.expires_at - MOMENT)
    redeem(world.rt, first.text)
    world.clock.set(first.expires_at)
    with pytest.raises(NotAllowed, match="DR004"):
        redeem(world.rt, second.text)


@pytest.mark.parametrize("change", [
    lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
    lambda text: "rl_" + "0" * 16 + text[19:],
    lambda text: text.replace("rl_", "rc_"),
    lambda text: "",
])  # fmt: skip
def test_any_other_text_signs_nobody_in_and_uses_nothing_up(world, change):
    link = new_link(world.rt, SYSTEM, "m1")
    with pytest.raises(NotAllowed, match="DR004"):
        redeem(world.rt, change(link.text))
    assert redeem(world.rt, link.text)


def test_links_tokens_and_sessions_do_not_pass_for_one_another(world):
    token, link = new_token(world.rt, SYSTEM, NewToken("m1")), new_link(world.rt, SYSTEM, "m1")
    session = signed_in(world)
    for text in (link.text, session.text):
        assert who(world.rt, text) is None
    for text in (token.text, link.text):
        assert session_of(world.rt, text) is None
    with pytest.raises(NotAllowed):
        redeem(world.rt, token.text)


def test_links_are_made_by_whom_tokens_are(world):
    assert new_link(world.rt, world.actor("m1"), "m1")
    assert new_link(world.rt, world.actor("hr1"), "m1")
    for by, ref in (("hr1", "hr2"), ("hr1", "au1"), ("m1", "a1"), ("au1", "m1")):
        with pytest.raises(NotAllowed):
            new_link(world.rt, world.actor(by), ref)


def test_an_idle_session_ends_after_eight_hours_and_a_used_one_goes_on(people_on_both):
    world = people_on_both
    used, idle = signed_in(world), signed_in(world)
    later(world, hours=4)
    assert session_of(world.rt, used.text) is not None
    later(world, hours=4)
    assert session_of(world.rt, idle.text) is None
    assert session_of(world.rt, used.text) is not None
    later(world, hours=8, microseconds=-1)
    assert session_of(world.rt, used.text) is not None


def test_a_session_ends_after_seven_days_however_busy(people_on_both):
    world = people_on_both
    session = signed_in(world)
    while world.clock.now() + timedelta(hours=7) < session.expires_at:
        later(world, hours=7)
        assert session_of(world.rt, session.text) is not None
    world.clock.set(session.expires_at)
    assert session_of(world.rt, session.text) is None


def test_that_somebody_was_seen_is_noted_once_in_five_minutes(people_on_both):
    world = people_on_both
    session, begun, seen = signed_in(world), world.clock.now(), []
    for _ in range(24):
        later(world, minutes=1)
        session_of(world.rt, session.text)
        (sitting,) = sessions_of(world.rt, world.actor("m1"))
        seen.append((sitting.seen_at - begun) // timedelta(minutes=1))
    assert sorted(set(seen)) == [0, 6, 12, 18, 24]


def test_who_looks_does_not_wait_for_who_writes_to_have_been_seen(people_on_both, monkeypatch):
    world = people_on_both
    session = signed_in(world)
    later(world, minutes=6)
    monkeypatch.setattr(timeout, "SECOND", 10 * timeout.MILLISECOND)
    with ThreadPoolExecutor(1) as pool, world.rt.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE session SET ended_at = NULL")
        assert pool.submit(session_of, world.rt, session.text).result(10) is not None
    (sitting,) = sessions_of(world.rt, world.actor("m1"))
    assert sitting.seen_at == sitting.begun_at
    monkeypatch.undo()
    assert session_of(world.rt, session.text) is not None
    assert sessions_of(world.rt, world.actor("m1"))[0].seen_at > sitting.begun_at


def test_signing_out_ends_that_session_alone(people_on_both):
    world = people_on_both
    first, second = signed_in(world), signed_in(world)
    signed = session_of(world.rt, first.text)
    sign_out(world.rt, signed.actor, signed.session)
    sign_out(world.rt, signed.actor, signed.session)
    assert session_of(world.rt, first.text) is None
    assert session_of(world.rt, second.text) is not None
    with pytest.raises(NotFound):
        sign_out(world.rt, world.actor("a1"), session_of(world.rt, second.text).session)


def test_signing_out_everywhere_ends_all_sessions_and_open_links_of_one_person(people_on_both):
    world = people_on_both
    sessions, other = [signed_in(world) for _ in range(3)], signed_in(world, "a1")
    link = new_link(world.rt, SYSTEM, "m1")
    ended = sign_out_everywhere(world.rt, world.actor("m1"), once=Once("k", DIGEST))
    assert (ended.sessions, ended.links) == (3, 1)
    assert [session_of(world.rt, one.text) for one in sessions] == [None] * 3
    with pytest.raises(NotAllowed):
        redeem(world.rt, link.text)
    assert session_of(world.rt, other.text) is not None
    again = signed_in(world)
    assert sign_out_everywhere(world.rt, world.actor("m1"), once=Once("k", DIGEST)) == ended
    assert session_of(world.rt, again.text) is not None
    with pytest.raises(KeyReused):
        sign_out_everywhere(world.rt, world.actor("m1"), once=Once("k", "e" * 64))


def test_hr_signs_her_people_out_and_nobody_else_does(world):
    session = signed_in(world)
    with pytest.raises(NotAllowed):
        sign_out_everywhere(world.rt, world.actor("a1"), "m1")
    assert session_of(world.rt, session.text) is not None
    assert sign_out_everywhere(world.rt, world.actor("hr1"), "m1").sessions == 1
    assert session_of(world.rt, session.text) is None


@pytest.mark.parametrize("row", [
    "m1,employee,Min Gao,高敏,east,sales,dir1,,Asia/Shanghai,2016-01-01,2025-07-01,",
    "m1,employee,Min Gao,高敏,east,sales,dir1,auditor,Asia/Shanghai,2016-01-01,,",
])  # fmt: skip
def test_a_session_and_a_link_end_when_their_person_leaves_or_becomes_an_auditor(people_on_both, row):
    world = people_on_both
    session, other = signed_in(world), signed_in(world, "a1")
    world.at("2025-07-01T23:55:00+08:00")
    assert session_of(world.rt, other.text) is None, "idle for a whole working day"
    session, other, link = signed_in(world), signed_in(world, "a1"), new_link(world.rt, SYSTEM, "m1")
    later(world, minutes=4)
    text = PEOPLE.partition("\n")[0] + "\n" + row + "\n"
    assert not import_people(world.rt, SYSTEM, ImportPeople(world.file("later.csv", text))).refused
    later(world, minutes=1)
    assert session_of(world.rt, session.text) is None
    assert session_of(world.rt, other.text) is not None
    with pytest.raises(NotAllowed):
        redeem(world.rt, link.text)


def test_the_same_key_gives_the_same_link(people_on_both):
    world, actor = people_on_both, people_on_both.actor("hr1")
    first = new_link(world.rt, actor, "m1", Once("k", DIGEST))
    assert new_link(world.rt, actor, "m1", Once("k", DIGEST)) == first
    redeem(world.rt, first.text)
    assert new_link(world.rt, actor, "m1", Once("k", DIGEST)) == first
    with pytest.raises(NotAllowed):
        redeem(world.rt, first.text)
    with pytest.raises(KeyReused):
        new_link(world.rt, actor, "a1", Once("k", "e" * 64))


def test_the_history_says_who_let_whom_in(people_on_both):
    world = people_on_both
    link = new_link(world.rt, world.actor("hr1"), "m1")
    session = redeem(world.rt, link.text)
    with world.rt.database.read() as tx:
        *_, made, signed = history.read(tx, f"person:{person_named(tx, 'm1')}")
    assert (made.open.action, signed.open.action) == ("link_made", "signed_in")
    assert made.open.actor != signed.open.actor
    assert made.payload["link"] == signed.payload["link"] == link.id
    told = str(made.payload) + str(signed.payload)
    assert not any(text[19:] in told for text in (link.text, session.text))
    assert sessions_of(world.rt, world.actor("m1"))[0].made_by == world.actor("hr1").person
    assert verify(world.rt).ok


def test_links_and_sessions_of_long_ago_are_forgotten(people_on_both):
    world = people_on_both
    signed_in(world)
    later(world, days=38)
    signed_in(world)
    assert len(sessions_of(world.rt, world.actor("m1"))) == 1
    with world.rt.database.read() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM sign_in").scalar_one() == 1


def test_only_hashes_of_links_and_sessions_are_kept(people_on_both):
    world = people_on_both
    link = new_link(world.rt, SYSTEM, "m1")
    session = redeem(world.rt, link.text)
    with world.rt.database.read() as tx:
        kept = str([tx.connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("sign_in", "session")])
    for text in (link.text, session.text):
        assert passes.hash_of(text) in kept
        assert text[19:] not in kept
