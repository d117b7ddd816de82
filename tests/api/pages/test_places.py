"""Every place in the house, walked to by its links: whole pages, both languages, and only what one may use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.definition.library import folder_of
from engine.operations.jobs import run_jobs
from engine.words.book import say
from tests.api.calling import door_of
from tests.api.pages.reading import Element, Person, filled, read, signed_in
from tests.promises.journey import journey
from tests.promises.organisation import World, copy_world, propose_targets

Sit = Callable[..., Person]
EACH_MOST = 2
INLINE = re.compile(r"^on|^style$")
STATES = ("aria-describedby", "aria-labelledby", "for")


def faults_in(page: Element, lang: str) -> list[str]:
    """What is wrong with a page, whatever stands on it."""
    ids = Counter(one["id"] for one in page.all() if "id" in one.attributes)
    faults = [f"id twice: {name}" for name, count in ids.items() if count > 1]
    for one in page.all():
        faults += [f"{one.tag} {name}" for name in one.attributes if INLINE.search(name)]
        faults += [
            f"{one.tag} {name} leads to no {target}" for name in STATES
            for target in one.attributes.get(name, "").split() if target not in ids
        ]  # fmt: skip
        if one.tag in ("a", "button") and not (one.text or one.attributes.get("aria-label") or one.has("img")):
            faults.append(f"{one.tag} without words")
        if one.tag == "script" and "nonce" not in one.attributes:
            faults.append("script without nonce")
    for one in page.all("input"):
        shown = one.attributes.get("type") != "hidden"
        if shown and not page.has("label", for_=one.attributes.get("id", "-")) and not wrapped(page, one):
            faults.append(f"no label: {one.attributes.get('name')}")
    heads = len(list(page.all("h1")))
    faults += [] if heads == 1 else [f"{heads} h1"]
    faults += [] if page.first("html")["lang"].startswith(lang) else ["lang"]
    return faults


def wrapped(page: Element, one: Element) -> bool:
    return any(found is one for label in page.all("label") for found in label.all("input"))


def links(page: Element) -> set[str]:
    found = set()
    for one in page.all("a"):
        parts = urlsplit(one["href"])
        if parts.path and not parts.path.startswith("/api/") and "lang=" not in parts.query:
            found.add(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def walked(person: Person, lang: str) -> dict[str, list[str]]:
    """Address -> what is wrong there, for what can be reached from the first page; of addresses that differ only in
    their ids, two."""
    found: dict[str, list[str]] = {}
    seen: Counter[str] = Counter()
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        shape = re.sub(r"[0-9a-f]{32,}|=[^&]*", "*", path)
        if path in found or seen[shape] >= EACH_MOST:
            continue
        seen[shape] += 1
        page = person.get(path)
        found[path] = faults_in(page, lang)
        waiting.extend(sorted(links(page) - found.keys()))
    return found


@pytest.fixture(scope="module")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which a1 has a result to sign; to be looked at, not changed."""
    world = copy_world(founded, tmp_path_factory.mktemp("lived"), seed=91)
    for what, _ in journey(world):
        if what == "to be signed":
            break
    yield world
    world.close()


@pytest.mark.parametrize(
    ("ref", "lang"),
    [
        ("a1", "zh"), ("hr1", "en"),
        *(pytest.param(ref, lang, marks=pytest.mark.slow) for ref, lang in (("m1", "en"), ("au1", "zh"), ("x1", "en"))),
    ],
)
def test_every_link_leads_to_a_whole_page(lived: World, ref: str, lang: str) -> None:
    found = walked(signed_in(door_of(lived.rt), lived.rt, ref, lang), lang)
    assert {path: faults for path, faults in found.items() if faults} == {}
    assert len(found) > (3 if ref == "x1" else 10)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p id=a></p><p id=a></p>", "id twice: a"), ("<p style='x'></p>", "p style"),
        ("<p onclick='x'></p>", "p onclick"), ("<a href='/'></a>", "a without words"),
        ("<input id=x aria-describedby='y'>", "input aria-describedby leads to no y"),
        ("<input name=q>", "no label: q"), ("<h1>b</h1>", "2 h1"),
        ("<script src=x></script>", "script without nonce"),
    ],
)  # fmt: skip
def test_a_fault_of_a_page_is_found(html: str, fault: str) -> None:
    page = read(f"<html lang=en><h1>a</h1>{html}</html>")
    assert fault in faults_in(page, "en")


def test_the_bar_shows_what_one_may_use(sit: Sit) -> None:
    def places(ref: str) -> list[str]:
        return [one["href"] for one in sit(ref).get("/").first("nav").all("a")]

    assert places("m1") == ["/", "/reviews", "/cycles"]
    assert places("au1") == ["/", "/reviews", "/cycles", "/definitions", "/audit"]
    assert places("hr1") == places("au1")


def test_a_review_says_what_one_can_do_and_why_not_the_rest(sit: Sit, world: World) -> None:
    page = sit("a1").get(f"/reviews/{world.id('a1')}")
    assert "It waits for: Propose targets and weights." in page.text
    assert page.has("a", href=f"/reviews/{world.id('a1')}/remark")
    propose_targets(world, "a1")
    page = sit("a1").get(f"/reviews/{world.id('a1')}")
    assert page.has("a", class_="button", href=f"/reviews/{world.id('a1')}/tasks/{world.rows('a1', 'agree')[0].id}")


def test_a_score_is_shown_as_a_table_and_explained_to_the_last_digit(lived: World) -> None:
    page = signed_in(door_of(lived.rt), lived.rt, "a1").get(f"/reviews/{lived.id('a1')}")
    result = lived.review("a1").result
    assert result is not None
    assert str(result.total) in page.first("table", class_="cards metrics").text
    lines = [one.text for one in page.first("div", class_="explained").all("li")]
    assert f"total: {result.total}" in lines
    assert page.has("svg", role="img")


def test_what_one_may_not_see_is_not_there(sit: Sit, world: World) -> None:
    review = f"/reviews/{world.id('a1')}"
    assert "There is no review" in sit("b1").get(review, status=404).text
    assert sit("b1").get("/reviews/" + "0" * 32, status=404).first("h1").text


def test_a_review_is_found_by_a_part_of_a_name_and_a_ref_before_all(sit: Sit) -> None:
    hr = sit("hr1")
    assert "Quillfeather" in hr.get("/reviews?subject=quill").first("tbody").text
    page = hr.get("/reviews?subject=An")
    assert "Who is meant?" in page.text
    assert page.has("a", href="/reviews?subject=a1")
    assert len(list(hr.get("/reviews?subject=a1").first("tbody").all("tr"))) == 1
    assert "No review fits" in hr.get("/reviews?subject=zzzz").text


def test_hr_sees_a_cycle_by_unit_and_who_is_late_and_a_manager_the_list(sit: Sit, world: World) -> None:
    world.at("2025-07-25T09:00:00+08:00")
    hr, manager = sit("hr1").get("/cycles/2025-Q3"), sit("m1").get("/cycles/2025-Q3")
    assert "0 / 8" in hr.text
    assert "Min Gao" in next(hr.all("section", aria_labelledby="late")).text
    assert not manager.has("section", aria_labelledby="late")
    assert len(list(manager.first("table").all("tr"))) == 9
    assert sit("x1").get("/cycles/2025-Q3", status=404)


def texts_of(page: Element) -> dict[str, str]:
    return {name: text for name, text in filled(page.first("form", id="write")).items() if name.startswith("file:")}


def test_a_definition_is_written_checked_proposed_and_approved_by_a_second_person(sit: Sit, world: World) -> None:
    hr, other = sit("hr1"), sit("hr2")
    page = hr.get("/definitions/edit")
    assert texts_of(page)["file:workflow.yaml"] == (folder_of("account-manager") / "workflow.yaml").read_text("utf-8")
    wrong = texts_of(page)["file:workflow.yaml"].replace("version: 2", "version: 2\nbogus: 1")
    told = read(hr.hand_in(page, {"file:workflow.yaml": wrong}, button="_check").get_data(as_text=True))
    assert "there is no key `bogus` here" in told.first("ol", class_="items problems").text
    refused = hr.hand_in(told, {}, button="_propose")
    assert (refused.status_code, "bogus: 1" in refused.get_data(as_text=True)) == (422, True)
    right = wrong.replace("bogus: 1", "").replace("version: 2", "version: 3")
    done = hr.hand_in(told, {"file:workflow.yaml": right}, button="_propose")
    assert done.status_code == 303
    address = done.headers["Location"]
    assert "somebody else of HR approves it" in hr.get(address).text
    approving = urlsplit(address).path + "/approve"
    assert hr.post(approving, {}).status_code == 403
    approved = other.hand_in(other.get(address), {}, form=approving)
    assert (approved.status_code, approved.headers["Location"][-13:]) == (303, "done=approved")
    assert sit("m1").get("/definitions/edit", status=403)


def test_an_auditor_sees_a_review_as_it_was_and_what_changed(sit: Sit, world: World) -> None:
    propose_targets(world, "a1")
    world.later(days=1)
    world.answer("a1", "a1", "agree", "accept")
    auditor, address = sit("au1"), f"/audit/{world.id('a1')}"
    page = auditor.get(address)
    past = page.first("ol", class_="past")
    assert [one["id"] for one in past.all("li")] == ["e1", "e2", "e3"]
    then = next(one for one in past.all("a") if "event 2" in one.text)
    before = auditor.get(then["href"])
    assert "Set targets" in before.first("section", id="stood").text
    assert "Collect data" in page.first("section", id="stood").text
    compared = auditor.get(f"{address}?start=2025-07-01T12:00&end=2025-07-03T00:00")
    changed = compared.first("section", id="between").first("tbody")
    assert [one.text for one in changed.first("tr").inner if one.tag in ("th", "td")] == [
        "State", "Set targets", "Collect data",
    ]  # fmt: skip
    assert "not yet open" in auditor.get(f"{address}?at=2025-01-01").text
    assert "is no instant" in auditor.get(f"{address}?at=soon").text


def test_the_history_is_proven_on_a_page(sit: Sit, world: World) -> None:
    auditor = sit("au1")
    page = auditor.get("/audit")
    done = auditor.hand_in(page, {})
    waiting = auditor.get(done.headers["Location"])
    assert "under way" in waiting.text
    for _ in range(20):
        run_jobs(world.rt, world.clock.now(), 5)
    assert "The history is whole" in auditor.get(done.headers["Location"]).text
    assert sit("m1").post("/audit/verify", {}).status_code == 403


def test_a_token_is_shown_once_works_and_is_revoked(sit: Sit, world: World) -> None:
    manager = sit("m1")
    made = manager.hand_in(manager.get("/account"), {"days": "3"}, form="/account/tokens")
    token = read(made.get_data(as_text=True)).first("code", id="secret").text
    assert token.startswith("rc_")
    page = manager.get("/account")
    assert token not in page.text
    asked = {"Authorization": f"Bearer {token}"}
    assert manager.client.get("/api/v1/me", headers=asked).status_code == 200
    revoke = next(one["action"] for one in page.all("form") if one["action"].endswith("/revoke"))
    assert manager.hand_in(page, {}, form=revoke).status_code == 303
    assert manager.client.get("/api/v1/me", headers=asked).status_code == 401
    assert manager.hand_in(page, {"days": "9999"}, form="/account/tokens").status_code == 422


def test_hr_makes_a_link_for_somebody_and_none_for_another_hr(sit: Sit) -> None:
    hr = sit("hr1")
    made = read(hr.hand_in(hr.get("/account"), {"person": "a1"}, form="/account/links").get_data(as_text=True))
    assert "/sign-in?link=" in made.first("code", id="secret").text
    refused = hr.hand_in(hr.get("/account"), {"person": "hr2"}, form="/account/links")
    assert refused.status_code == 403
    assert "/sign-in?link=" not in refused.get_data(as_text=True)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_fault_is_a_page_in_the_readers_language(sit: Sit, lang: str) -> None:
    person = sit("m1", lang)
    page = person.get("/nowhere", status=404)
    assert say(lang, "pages.fault.home") in page.text
    assert faults_in(page, lang) == []
    assert person.get("/reviews?colour=red", status=400)
