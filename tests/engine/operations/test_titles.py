"""The values of a reason as people read them: titles, and lists with the comma of their language."""

from __future__ import annotations

import pytest

from engine.operations.telling import say_reason
from engine.review.codes import Code
from engine.review.refusal import reason
from tests.engine.review.world import small_workflow

STATES = "  begin: {tasks: {sign: {by: subject, due: 3 days}}, next: end}\n  end: {final: true}\n"


@pytest.mark.parametrize(("lang", "listed"), [("en", "yes, no"), ("zh", "yes、no")])
def test_what_may_be_chosen_is_listed_with_the_comma_of_the_language(lang: str, listed: str) -> None:
    wrong = reason(Code.NO_SUCH_OUTCOME, task="sign", outcome="well, maybe", offered="yes, no")
    told = say_reason(lang, wrong, small_workflow(STATES))
    assert listed in told
    assert "well, maybe" in told, "what somebody typed stays as it was typed"
