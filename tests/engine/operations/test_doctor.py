"""The installation is looked at without being touched; a copy of a workflow goes by its own name."""

from __future__ import annotations

import os

import pytest

from engine.definition.reader import read_definition
from engine.errors import InputError, NotFound, UnsafeSettings
from engine.operations import doctor as doctors
from engine.operations.doctor import doctor, refuse_foreign_owners
from engine.operations.init import copy_workflow
from engine.runtime import settings_for
from engine.words.book import say


def levels(findings):
    return {one.code: one.level for one in findings}


def test_a_sound_installation_has_no_errors(world):
    found = doctor(world.rt.settings)
    assert {one.level for one in found} == {"ok"}
    for lang in ("en", "zh"):
        assert all(say(lang, one.code, **one.values) for one in found)


def test_looking_at_nothing_makes_nothing(tmp_path):
    settings = settings_for(tmp_path / "none", environ={})
    assert "error" not in levels(doctor(settings)).values()
    assert not settings.data.exists()


def test_a_key_file_that_others_can_read_is_an_error(world):
    world.rt.close()
    key_file = next((world.folder / "data").glob("*.key"))
    os.chmod(key_file, 0o644)
    assert levels(doctor(world.rt.settings))["OP047"] == "error"
    os.chmod(key_file, 0o600)


def test_another_owner_of_our_names_is_refused(monkeypatch):
    refuse_foreign_owners()
    monkeypatch.setattr(doctors, "packages_distributions", lambda: {"engine": ["reviewcycle", "other"]})
    with pytest.raises(UnsafeSettings):
        refuse_foreign_owners()
    assert levels(doctor(settings_for(environ={})))["OP040"] == "error"


def test_a_copy_goes_by_its_folders_name_and_is_sound(tmp_path):
    folder = copy_workflow("account-manager", tmp_path / "my-cycle")
    checked = read_definition(folder)
    assert checked.definition is not None
    assert checked.definition.name == "my-cycle"
    assert "examples: my-cycle" in (
        folder / "examples.yaml"
    ).read_text(encoding="utf-8")


def test_nothing_is_overwritten_and_names_are_plain(tmp_path):
    copy_workflow("account-manager", tmp_path / "my-cycle")
    with pytest.raises(InputError):
        copy_workflow("account-manager", tmp_path / "my-cycle")
    with pytest.raises(InputError):
        copy_workflow("account-manager", tmp_path / "My Cycle")
    with pytest.raises(NotFound):
        copy_workflow("nothing-such", tmp_path / "other")
