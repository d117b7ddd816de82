"""One table says how every door answers; nothing is missing in it, and nothing in it is made up."""

from __future__ import annotations

import pytest

from api.refusals import FAULTS, REFUSALS, TABLE, reply_for
from engine import errors
from engine.review.refusal import Code
from engine.words.book import has


def test_every_refusal_has_a_status() -> None:
    assert REFUSALS.keys() == {code.value for code in Code}
    assert set(REFUSALS.values()) == {403, 404, 409, 422}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("not_visible", 404), ("no_such_task", 404), ("not_your_task", 403), ("read_only", 403),
        ("nobody_on_themselves", 403), ("task_closed", 409), ("waits_for_tasks", 409), ("outcome_used_up", 409),
        ("form_fault", 422), ("comment_required", 422), ("rating_out_of_range", 422),
    ],
)  # fmt: skip
def test_the_status_says_whether_it_is_there_yours_now_and_right(code: str, status: int) -> None:
    assert REFUSALS[code] == status


def test_every_kind_of_error_has_a_reply() -> None:
    named = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    kinds = [kind for kind in named if issubclass(kind, errors.ReviewcycleError)]
    assert TABLE.keys() <= set(kinds)
    for kind in kinds:
        assert 400 <= reply_for(kind("OP001", ref="x")).status < 600


def test_every_fault_and_every_status_is_said_in_words() -> None:
    assert [code for code in FAULTS if not has(code)] == []
    statuses = {*FAULTS.values(), *REFUSALS.values(), *(one.status for one in TABLE.values())}
    assert [status for status in statuses if not has(f"http.title.{status}")] == []
