"""Answering on a page, with no script at all: drafts, faults at their fields, reasons, and nothing done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.review.commands import Answer, Waive
from tests.api.pages.reading import Element, Person, filled, read
from tests.promises.organisation import World, propose_targets

Sit = Callable[..., Person]


def address(world: World, ref: str, task: str) -> str:
    (row,) = world.rows(ref, task)
    return f"/reviews/{world.id(ref)}/tasks/{row.id}"


def sheet(person: Person, world: World, ref: str, task: str) -> tuple[str, Element]:
    path = address(world, ref, task)
    return path, person.get(path)


def test_a_manager_finds_her_work_proposes_targets_and_is_thanked(sit: Sit, world: World) -> None:
    manager = sit("m1")
    work = manager.get("/")
    assert f"{8} tasks." in work.text
    assert work.has("a", href=address(world, "a1", "propose"))
    path, page = sheet(manager, world, "a1", "propose")
    assert filled(page.first("form", id="answer"))["targets.sales.target"] == "95.00"
    done = manager.hand_in(page, {"targets.sales.target": "1,00", "targets.sales_plan": "1,250.00"})
    assert done.status_code == 422
    told = read(done.get_data(as_text=True))
    field = told.first("input", name="targets.sales.target")
    assert field["aria-invalid"] == "true"
    assert told.first(id=field["aria-describedby"].split()[0]).text.startswith("Please give a number from 80 to 120")
    assert told.first("div", id="faults").has("a", href=f"#{field['id']}")
    assert field["value"] == "1,00"
    done = manager.hand_in(told, {"targets.sales.target": "100"})
    assert (done.status_code, done.headers["Location"]) == (303, f"/reviews/{world.id('a1')}?done=answered")
    assert "Thank you" in manager.get(done.headers["Location"]).text
    assert world.review("a1").agreed["sales_plan"] == "1250.00"
    assert manager.get(path).first("div", role="status").text.startswith("This cannot be answered now")


def test_a_form_handed_in_twice_is_one_answer(sit: Sit, world: World) -> None:
    manager = sit("m1")
    _, page = sheet(manager, world, "a1", "propose")
    first = manager.hand_in(page, {})
    again = manager.hand_in(page, {})
    assert (first.status_code, again.status_code) == (303, 303)
    assert world.review("a1").revision == 2


def test_what_changed_while_somebody_wrote_is_told_and_nothing_typed_is_lost(sit: Sit, world: World) -> None:
    manager = sit("m1")
    _, page = sheet(manager, world, "a1", "propose")
    assert sit("hr1").post(f"/reviews/{world.id('a1')}/remark", {"comment": "meanwhile"}).status_code == 303
    done = manager.hand_in(page, {"targets.sales.target": "111", "comment": "as we said"})
    assert done.status_code == 412
    told = read(done.get_data(as_text=True))
    assert "The review changed while you were writing" in told.first("div", id="faults").text
    assert told.first("input", name="targets.sales.target")["value"] == "111"
    assert "as we said" in told.first("textarea", name="comment").text
    assert manager.hand_in(told, {}).status_code == 303


def test_a_refusal_says_its_reason_and_changes_nothing(sit: Sit, world: World) -> None:
    """The weights do not add up: no schema can say so, the rules do."""
    manager = sit("m1")
    _, page = sheet(manager, world, "a1", "propose")
    done = manager.hand_in(page, {"targets.satisfaction.weight": "40", "targets.new_customers.weight": "30"})
    assert done.status_code == 422
    assert read(done.get_data(as_text=True)).first("div", id="faults").text
    assert world.review("a1").revision == 1


def test_a_comment_is_asked_for_where_the_outcome_needs_one(sit: Sit, world: World) -> None:
    propose_targets(world, "a1")
    subject = sit("a1")
    _, page = sheet(subject, world, "a1", "agree")
    assert "Needed for: Object." in page.text
    done = subject.hand_in(page, {"outcome": "object"})
    assert done.status_code == 422
    told = read(done.get_data(as_text=True))
    assert told.first("textarea", name="comment")["aria-invalid"] == "true"
    assert told.has("input", name="outcome", value="object", checked="")
    assert subject.hand_in(told, {"comment": "too much"}).status_code == 303


def test_a_draft_is_kept_for_its_author_alone_and_gone_with_the_answer(sit: Sit, world: World) -> None:
    propose_targets(world, "a1")
    subject, manager = sit("a1"), sit("m1")
    path, page = sheet(subject, world, "a1", "agree")
    done = subject.hand_in(page, {"comment": "still thinking", "outcome": "object"}, button="_save")
    assert (done.status_code, done.headers["Location"]) == (303, f"{path}?done=saved")
    kept = subject.get(path)
    assert kept.first("textarea", name="comment").text == "still thinking"
    assert kept.has("input", name="outcome", value="object", checked="")
    assert "still thinking" not in manager.ask(path).get_data(as_text=True)
    assert subject.hand_in(kept, {}).status_code == 303
    propose_targets(world, "a1")
    assert subject.get(address(world, "a1", "agree")).first("textarea", name="comment").text == ""


def test_saving_while_one_types_answers_with_a_line_and_no_page(sit: Sit, world: World) -> None:
    propose_targets(world, "a1")
    subject = sit("a1")
    _, page = sheet(subject, world, "a1", "agree")
    done = subject.hand_in(page, {"comment": "hm"}, button="_save=quiet")
    assert (done.status_code, "<" in done.get_data(as_text=True)) == (200, False)
    assert done.get_data(as_text=True).startswith("Draft kept 1 July 2025")


def plan_page(sit: Sit, world: World) -> tuple[Person, str]:
    """a1's review, brought to where a plan is to be written."""
    from tests.promises.journey import journey

    for what, _ in journey(world):
        if what == "plan to be written":
            break
    return sit("m1"), address(world, "a1", "plan")


def test_rows_are_added_and_removed_by_buttons_of_the_form(sit: Sit, world: World) -> None:
    manager, path = plan_page(sit, world)
    page = manager.get(path)
    first: dict[str, Any] = {"form.actions.0.what": "visit two a week"}
    more = read(manager.hand_in(page, first, button="_add=form.actions").get_data(as_text=True))
    assert [one.first("legend").first("span").text for one in more.all("fieldset", class_="entry")] == [
        "Action 1", "Action 2",
    ]  # fmt: skip
    assert "autofocus" in more.first("textarea", name="form.actions.1.what").attributes
    second = {"form.actions.1.what": "call them", "form.actions.1.owner": "a1", "form.actions.1.date": "2026-01-31",
              "form.actions.1.measure": "the list"}  # fmt: skip
    less = read(manager.hand_in(more, second, button="_drop=form.actions.0").get_data(as_text=True))
    assert less.first("textarea", name="form.actions.0.what").text == "call them"
    assert not less.has("textarea", name="form.actions.1.what")
    assert "autofocus" in less.first("textarea", name="form.actions.0.what").attributes
    assert manager.hand_in(less, {}).status_code == 303
    review = manager.get(f"/reviews/{world.id('a1')}")
    assert "An a1" in review.text
    assert world.rows("a1", "plan") == []


def test_the_first_button_of_a_form_hands_in(sit: Sit, world: World) -> None:
    """A browser presses it when Enter is pressed in a field."""
    manager, path = plan_page(sit, world)
    form = manager.get(path).first("form", id="answer")
    buttons = list(form.all("button"))
    assert "name" not in buttons[0].attributes
    assert any(one.attributes.get("name") == "_add" for one in buttons)


def test_hr_steps_in_with_a_reason_and_without_one_is_asked_for_it(sit: Sit, world: World) -> None:
    hr, (task,) = sit("hr1"), world.rows("a1", "propose")
    page = hr.get(f"/reviews/{world.id('a1')}/tasks/{task.id}/reassign")
    told = read(hr.hand_in(page, {}).get_data(as_text=True))
    assert [one["href"] for one in told.first("div", id="faults").all("a")] == ["#f-to", "#f-reason"]
    done = hr.hand_in(page, {"to": "m2", "reason": " "})
    told = read(done.get_data(as_text=True))
    assert (done.status_code, told.first("textarea", name="reason")["aria-invalid"]) == (422, "true")
    done = hr.hand_in(told, {"to": "nobody", "reason": "on leave"})
    told = read(done.get_data(as_text=True))
    assert (done.status_code, told.first("input", name="to")["aria-invalid"]) == (422, "true")
    assert hr.hand_in(told, {"to": "m2"}).headers["Location"].endswith("?done=reassigned")
    assert world.do("m2", Answer(world.id("a1"), task.id, "done", targets={"sales.target": "95"})) is not None
    assert f"/reviews/{world.id('a1')}" in str(sit("m2").ask("/reviews").get_data())


def test_a_step_that_is_not_ones_own_is_refused_on_its_page(sit: Sit, world: World) -> None:
    manager, (task,) = sit("m1"), world.rows("a1", "propose")
    page = manager.get(f"/reviews/{world.id('a1')}/tasks/{task.id}/waive")
    done = manager.hand_in(page, {"reason": "not needed"})
    assert done.status_code == 403
    assert "not for you to do" in done.get_data(as_text=True)
    assert world.must("hr1", Waive(world.id("a1"), task.id, "ill"))
