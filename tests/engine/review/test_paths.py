"""The ways back from a role: never fewer than those by which somebody holds it."""

from __future__ import annotations

from engine.review.paths import Path, paths_of
from tests.engine.store import scattered


def test_a_role_is_followed_backwards_from_whoever_may_hold_it() -> None:
    definition = scattered.workflows()[0]
    expected = {
        "boss": {Path(("manager",), "subject")},
        "above": {Path(("manager", "manager"), "subject")},
        "lead": {Path(("manager",), "group", "appeals-panel")},
        "keepers": {Path(("owner", "team"), "subject")},
        "mates": {Path(("team", "manager"), "subject")},
        "picked": {Path((), "chosen"), Path(("team",), "subject")},
        "deep": {
            Path(("manager",), "chosen"), Path(("manager", "team"), "subject"), Path((), "group", "appeals-panel"),
        },
        "fallback": {Path((), "group", "nobody"), Path((), "hr", "hr")},
        "own": {Path((), "subject")},
        "subject": {Path((), "subject")},
    }  # fmt: skip
    assert {role: set(paths_of(definition, role)) for role in expected} == expected
