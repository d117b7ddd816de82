"""Looks whether this installation is fit to keep reviews: names, settings, room, key file, pending migrations."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import packages_distributions
from pathlib import Path
from platform import python_version

from engine.errors import ReviewcycleError, UnsafeSettings
from engine.runtime import Settings, open_runtime
from engine.words.book import has, say

OUR_NAMES = ("engine", "rules", "api", "workflows")
OUR_DISTRIBUTION = "reviewcycle"
FREE_LEAST = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. level: `ok` | `warning` | `error`; code and values make the sentence (words operations)."""

    code: str
    level: str
    values: Mapping[str, str] = field(default_factory=dict)


def foreign_owners() -> dict[str, tuple[str, ...]]:
    """Our package names that another installed distribution claims -> the claimants."""
    owners = packages_distributions()
    found = {name: sorted(set(owners.get(name, ())) - {OUR_DISTRIBUTION}) for name in OUR_NAMES}
    return {name: tuple(claimants) for name, claimants in found.items() if claimants}


def refuse_foreign_owners() -> None:
    """UnsafeSettings when another distribution could be imported in our place."""
    for name, claimants in foreign_owners().items():
        raise UnsafeSettings("OP040", name=name, owners=", ".join(claimants))


def doctor(settings: Settings) -> tuple[Finding, ...]:
    """Everything looked at, in order; raises nothing."""
    found = [Finding("OP051", "ok", {"version": python_version()})]
    claimed = foreign_owners()
    for name, claimants in claimed.items():
        found.append(Finding("OP040", "error", {"name": name, "owners": ", ".join(claimants)}))
    if not claimed:
        found.append(Finding("OP041", "ok"))
    found.extend(_folder(settings.data))
    found.extend(_database(settings))
    return tuple(found)


def _folder(folder: Path) -> list[Finding]:
    """The data folder, or where it will be made: whether it can be written, how much room there is."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    said = {"folder": str(folder)}
    if not os.access(there, os.W_OK):
        return [Finding("OP043", "error", said)]
    free = shutil.disk_usage(there).free
    room = {**said, "free": str(free // 1024 // 1024)}
    return [Finding("OP042", "ok", said), Finding("OP044", "ok", room) if free >= FREE_LEAST else _little(room)]


def _little(room: Mapping[str, str]) -> Finding:
    return Finding("OP045", "warning", room)


def _database(settings: Settings) -> list[Finding]:
    """The key file's mode, and whether the database opens: opening checks settings and migrations."""
    key_file = Path(settings.keys_url.removeprefix("sqlite:///") + ".key")
    found = []
    if key_file.exists():
        open_to_others = stat.S_IMODE(key_file.stat().st_mode) & 0o077
        code, level = ("OP047", "error") if open_to_others else ("OP046", "ok")
        found.append(Finding(code, level, {"file": str(key_file)}))
    else:
        found.append(Finding("OP048", "ok"))
    if settings.database_url.startswith("sqlite:///") and not Path(settings.database_url[10:]).exists():
        return [*found, Finding("OP052", "ok")]
    try:
        open_runtime(settings).close()
    except ReviewcycleError as error:
        why = say(settings.lang, error.code, **error.values) if has(error.code) else error.code
        return [*found, Finding("OP050", "error", {"why": why})]
    return [*found, Finding("OP049", "ok")]
