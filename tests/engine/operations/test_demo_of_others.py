"""The demo of any shipped workflow: played, explained and verified; another name is refused and touches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import NotFound
from engine.operations.demo import MARK, demo


def test_a_workflow_that_is_not_shipped_is_refused_before_anything_is_cleared(tmp_path: Path) -> None:
    (tmp_path / MARK).touch()
    (tmp_path / "kept").touch()
    with pytest.raises(NotFound) as refused:
        demo(tmp_path, "en", print, "customer-acount")
    assert "customer-account" in refused.value.values["known"]
    assert (tmp_path / "kept").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workflow", "told"),
    [
        ("customer-indicators", "20 个考核全部结束"),
        ("customer-account", "18 个考核全部结束"),
        ("probation", "10 个考核全部结束"),
    ],
)
def test_the_demo_plays_a_shipped_workflow_in_either_language(tmp_path: Path, workflow: str, told: str) -> None:
    lines: list[str] = []
    assert demo(tmp_path / "data", "zh", lines.append, workflow) == 0
    shown = "\n".join(lines)
    assert "核验通过" in shown
    assert told in shown
