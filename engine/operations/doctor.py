"""Looks whether this installation is fit to keep reviews: names, settings, room, key file, pending migrations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import packages_distributions

from engine.errors import UnsafeSettings

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
