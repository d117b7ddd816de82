"""Differences: nothing between a definition and itself, something at the place of every single change, the same from
either side, and told in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

import pytest

from engine.definition.differences.compare import differences, side_of, side_of_card
from engine.definition.differences.model import (
    ADDED,
    CHANGED,
    LOOSER,
    ORDER,
    REMOVED,
    RENAMED,
    TIGHTER,
    WORKFLOW,
    WRITTEN,
    Change,
    Side,
)
from engine.definition.differences.telling import told, what
from engine.definition.fingerprint import fingerprint_of
from engine.definition.library import folder_of, shipped
from engine.definition.reader import read_definition, read_texts
from engine.words.book import LANGS
from tests.engine.definition.changes import Edit, edits
from tests.engine.definition.shipped import changed, shipped_texts, texts


@cache
def side(name: str = "account-manager") -> Side:
    checked = read_definition(folder_of(name))
    assert checked.definition is not None
    return side_of(checked.definition)


def read(sources: dict[str, str]) -> Side:
    definition = read_texts(sources).definition
    assert definition is not None
    return side_of(definition)


def after(old: str, new: str, file: str = "workflow.yaml") -> tuple[Change, ...]:
    """What is different once a text of the steady workflow is changed."""
    return differences(read(texts()), read(changed(old, new, file)[0]))


def related(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def at_its_place(edit: Edit, found: Iterable[Change]) -> bool:
    return any(
        one.part == edit.part and (related(one.was, edit.path) or related(one.path, edit.path)) for one in found
    )


def fingerprint(one: Side) -> str:
    return fingerprint_of(one.workflow, one.scorecard, one.forms, {name: list(days) for name, days in one.days.items()})


def missed(one: Side, step: int, first: int = 0) -> list[str]:
    """Single changes that are not told at their place, every `step`-th of all."""
    found = []
    for number, edit in enumerate(edits(one)):
        if number % step == first:
            told_of = differences(one, edit.side)
            if fingerprint(edit.side) != fingerprint(one) and not at_its_place(edit, told_of):
                found.append(f"{edit.how} {edit.part} {edit.path}: {told_of}")
    return found


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_definition_differs_in_nothing_from_itself(name: str) -> None:
    assert differences(side(name), side(name)) == ()


def test_every_single_change_is_told_at_its_place() -> None:
    assert missed(side(), 101) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_single_change_of_each_shipped_workflow_is_told_at_its_place(name: str) -> None:
    assert missed(side(name), 19, 4) == []


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(shipped()))
def test_all_single_changes_of_each_shipped_workflow_are_told_at_their_place(name: str) -> None:
    assert missed(side(name), 1) == []


def test_a_change_at_another_place_is_not_taken_for_it() -> None:
    """The control of the search above."""
    edit = next(one for one in edits(side()) if one.path == ("states", "evaluate", "tasks", "review", "due"))
    other = next(one for one in edits(side()) if one.path == ("states", "feedback", "tasks", "meet", "due"))
    assert at_its_place(edit, differences(side(), edit.side))
    assert not at_its_place(edit, differences(side(), other.side))


def mirrored(one: Side, other: Side) -> bool:
    there = {repr(change.mirrored()) for change in _bare(differences(one, other))}
    return there == {repr(change) for change in _bare(differences(other, one))}


def _bare(found: Iterable[Change]) -> list[Change]:
    """Without whom it is for: there the older side comes first."""
    return [
        Change(one.part, one.kind, one.was, one.path, one.before, one.after, (), one.effect, one.wording)
        for one in found
    ]


@pytest.mark.parametrize("pair", [("account-manager", "service-monitoring"), ("leasing-team", "customer-account")])
def test_looking_from_the_other_side_tells_the_mirror_image(pair: tuple[str, str]) -> None:
    assert mirrored(side(pair[0]), side(pair[1]))


def test_every_single_change_is_mirrored() -> None:
    assert [edit.path for number, edit in enumerate(edits(side())) if number % 211 == 0 and not mirrored(
        side(), edit.side)] == []


def test_a_comment_and_a_layout_change_nothing() -> None:
    sources = shipped_texts()
    again = {**sources, "workflow.yaml": "# another word\n" + sources["workflow.yaml"].replace("  #", "      #")}
    assert differences(read(sources), read(again)) == ()


def test_less_time_is_stricter_for_whoever_has_it() -> None:
    sources = shipped_texts()
    old, new = (f"form: colleagues\n        due: {count}" for count in (10, 5))
    short = sources["workflow.yaml"].replace(old, new, 1)
    found = differences(read(sources), read({**sources, "workflow.yaml": short}))
    assert [(one.kind, one.place, one.before, one.after, one.whom, one.effect) for one in found] == [
        (CHANGED, "workflow.states.set_targets.tasks.propose.due", "10 working days", "5 working days",
         (("role", "manager"),), TIGHTER)
    ]


def test_a_state_by_another_name_is_told_once_and_not_where_it_is_called() -> None:
    sources = shipped_texts()
    renamed = {**sources, "workflow.yaml": sources["workflow.yaml"].replace("follow_up", "afterwards")}
    found = differences(read(sources), read(renamed))
    assert [(one.kind, one.before, one.after) for one in found] == [(RENAMED, "follow_up", "afterwards")]


def test_a_role_by_another_name_is_followed_into_the_scorecard() -> None:
    sources = shipped_texts()
    renamed = {name: text.replace("panel:  ", "jury:   ").replace("by: panel", "by: jury")
               for name, text in sources.items()}
    found = differences(read(sources), read(renamed))
    assert [(one.kind, one.before, one.after) for one in found] == [(RENAMED, "panel", "jury")]


def test_a_group_of_people_with_the_name_of_a_role_is_not_taken_for_the_role() -> None:
    one = side()
    other = json.loads(json.dumps(dict(one.workflow), default=str).replace('"hr": {', '"desk": {').replace(
        '"by": "hr"', '"by": "desk"').replace("group hr", "group desk"))
    found = differences(Side(json.loads(json.dumps(dict(one.workflow), default=str)), {}), Side(other, {}))
    assert ("who", "group hr", "group desk") in [(change.path[-1], change.before, change.after) for change in found]


def test_a_new_name_of_a_figure_is_followed_into_expressions_and_collects() -> None:
    sources = {name: text.replace("violations", "breaches") for name, text in shipped_texts().items()}
    found = differences(read(shipped_texts()), read(sources))
    assert [(one.kind, one.before, one.after) for one in found] == [(RENAMED, "violations", "breaches")]


def test_two_figures_that_say_the_same_few_words_are_not_one_by_another_name() -> None:
    card = "inputs: {{{}: {{title: {}, type: percent, range: 0..100}}}}"
    found = differences(side_of_card(card.format("a", "Complaints")), side_of_card(card.format("b", "Solved")))
    assert sorted(one.kind for one in found) == [ADDED, REMOVED]


def test_another_way_to_write_a_number_keeps_the_meaning() -> None:
    found = differences(side_of_card("metrics: {a: {weight: 1}}"), side_of_card("metrics: {a: {weight: 1.0}}"))
    assert [one.kind for one in found] == [WRITTEN]


def test_the_order_of_states_is_told_although_the_fingerprint_is_the_same() -> None:
    one = side()
    states = one.workflow["states"]
    turned = {**one.workflow, "states": dict(reversed(states.items()))}
    found = differences(one, Side(turned, one.scorecard, one.forms, one.days))
    assert [(change.kind, change.path) for change in found] == [(ORDER, ("states",))]


def test_the_order_of_branches_is_told_as_what_each_now_says() -> None:
    before, later = (side_of_card(f"grades: {{ladder: [{order}]}}") for order in ("A, B, C", "A, C, B"))
    assert [one.kind for one in differences(before, later)] == [ORDER]


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [("times: 2", "times: 3", LOOSER), ("times: 3", "times: 2", TIGHTER)],
)
def test_a_bound_says_what_it_means(old: str, new: str, effect: str) -> None:
    before, later = (
        Side({"states": {"s": {"tasks": {"t": {"by": "hr", "outcomes": {"o": {"times": Decimal(text[-1])}}}}}}}, {})
        for text in (old, new)
    )
    assert [one.effect for one in differences(before, later)] == [effect]


def test_a_higher_target_is_stricter_where_more_is_better_and_looser_where_less_is() -> None:
    def pair(better: str) -> tuple[Side, Side]:
        card = "metrics: {{a: {{weight: 1, target: {}, ratio: {{better: {}}}}}}}"
        return side_of_card(card.format(90, better)), side_of_card(card.format(95, better))

    assert [one.effect for one in differences(*pair("higher"))] == [TIGHTER]
    assert [one.effect for one in differences(*pair("lower"))] == [LOOSER]


def test_days_of_the_calendar_are_compared_one_by_one() -> None:
    one = side()
    days = {**one.days, "closed": (*one.days["closed"][1:], "2031-04-02")}
    found = differences(one, Side(one.workflow, one.scorecard, one.forms, days))
    assert [(change.part, change.path) for change in found] == [("calendar", ("closed",))]
    assert found[0].after == ["2031-04-02"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_of_change_has_words(lang: str) -> None:
    one = side()
    for number, edit in enumerate(edits(one)):
        if number % 151 == 0:
            for change in differences(one, edit.side):
                assert what(lang, change, one, edit.side)
    lines = list(told(lang, differences(one, side("service-monitoring")), one, side("service-monitoring")))
    assert len(lines) > 60
    assert not any("{" in line and "}" in line for line in lines if "→" not in line)


def test_titles_are_counted_and_shown_when_all_is_asked_for() -> None:
    sources = shipped_texts()
    other = {**sources, "workflow.yaml": sources["workflow.yaml"].replace("en: Set targets", "en: Agree on targets")}
    pair = read(sources), read(other)
    found = differences(*pair)
    assert [one.wording for one in found] == [True]
    assert list(told("en", found, *pair)) == ["Changed texts: 1; --all shows them"]
    assert "Agree on targets" in "\n".join(told("en", found, *pair, everything=True))


def test_a_thing_that_is_gone_is_said_in_the_words_of_the_older_side() -> None:
    one = side()
    states = {name: state for name, state in one.workflow["states"].items() if name != "appeal"}
    found = differences(one, Side({**one.workflow, "states": states}, one.scorecard, one.forms, one.days))
    assert [what("en", change, one, one) for change in found] == ["state “Appeal”: gone"]
    assert found[0].whom == (("role", "panel"),)
    assert found[0].part == WORKFLOW
