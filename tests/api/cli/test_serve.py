"""`demo --serve`: three links that sign in, each once, as those whom the demo told of."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from api.cli.demo import invite
from api.cli.terminal import Terminal
from engine.operations.demo_clock import clock_of
from engine.operations.guides import guides
from engine.operations.listing import work_page
from engine.operations.names import actor_named
from engine.operations.sign_in import redeem
from engine.runtime import open_runtime, settings_for
from tests.conftest import Demo


def test_the_links_sign_in_as_hr_the_manager_and_the_auditor(
    demo_played: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(demo_played.folder, tmp_path / "data")
    settings = settings_for(tmp_path / "data", "zh", {})
    rt = open_runtime(settings, clock_of(settings))
    try:
        who = guides(rt)
        assert [one.ref if one else None for one in (who.hr, who.manager, who.auditor)] == ["hr1", "tm3", "au1"]
        invite(Terminal("zh"), rt, "http://127.0.0.1:1")
        said = capsys.readouterr().out
        links = re.findall(r"http://127\.0\.0\.1:1/sign-in\?link=(\S+)", said)
        signed = [redeem(rt, link).person for link in links]
        assert signed == [actor_named(rt, ref).person for ref in ("hr1", "tm3", "au1")]
        assert work_page(rt, actor_named(rt, "tm3")).items
        assert "张伟" in said
    finally:
        rt.close()
