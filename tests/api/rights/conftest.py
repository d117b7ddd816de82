"""The scene, played once a run, and the stage that serves copies of it."""

from __future__ import annotations

import pytest

from tests.api.rights.scene import Scene, Stage, build_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return build_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="session")
def stage(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(scene, tmp_path_factory.mktemp("stage"))
