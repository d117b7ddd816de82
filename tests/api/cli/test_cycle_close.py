"""`cycle close` ends a cycle whose reviews have ended, once, by HR; and says why it does not."""

from __future__ import annotations

from engine.definition.library import folder_of
from tests.api.cli.conftest import Call

PEOPLE = folder_of("customer-account") / "sample" / "examples" / "people.csv"
CLOSE = ("cycle", "close", "2025-Q3")


def test_a_cycle_is_closed_when_its_reviews_have_ended(call: Call) -> None:
    assert call("people", "import", PEOPLE).code == 0
    assert call("publish", folder_of("customer-account"), "--as", "h1").code == 0
    assert call("publish", "--approve", "customer-account", "--as", "h2").code == 0
    assert call("cycle", "open", "customer-account", "2025-Q3", "--for", "c1", "--as", "h1").code == 0
    early = call(*CLOSE, "--as", "h1")
    assert (early.code, "Traceback" in early.err) == (1, False)
    assert "1" in early.err
    assert call("review", "intervene", "c1", "withdraw", "--comment", "gone", "--as", "q1").code == 0
    assert call(*CLOSE, "--as", "q1").code != 0  # not HR
    done = call(*CLOSE, "--as", "h1", "--key", "k1", "--format", "json")
    assert (done.code, done.data["state"]) == (0, "closed")
    assert call(*CLOSE, "--as", "h1", "--key", "k1", "--format", "json").data == done.data
    again = call(*CLOSE, "--as", "h1", "--lang", "zh")
    assert again.code != 0
    assert "已" in again.err
    assert "Q4" in call("cycle", "close", "2025-Q4", "--as", "h1").err
