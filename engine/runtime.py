"""Settings, database, clock and ids in one hand: what every operation is given, and nothing else is global."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.clock import Clock, SystemClock
from engine.definition.model import Definition, Who
from engine.definition.reader import Checked, read_texts
from engine.errors import HistoryBroken, NotFound
from engine.ids import Ids, SystemIds
from engine.review.roles import AUDITOR, HR
from engine.store import definitions
from engine.store.database import Database, Tx

DATA_DEFAULT = "reviewcycle-data"
FIGURES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything lies. The URLs are SQLAlchemy's; lang is `en` or `zh`."""

    data: Path
    database_url: str
    keys_url: str
    lang: str = "en"


def settings_for(
    data: Path | None = None, lang: str | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Settings from `--data`, else REVIEWCYCLE_DATA, else ./reviewcycle-data; DATABASE_URL overrides the SQLite file.

    The keys stay in a file of their own in the data folder, whatever holds the rest.
    """
    known = os.environ if environ is None else environ
    folder = data if data is not None else Path(known.get("REVIEWCYCLE_DATA") or DATA_DEFAULT)
    folder = folder.expanduser().absolute()
    language = lang or known.get("REVIEWCYCLE_LANG") or "en"
    url = known.get("DATABASE_URL") or f"sqlite:///{folder / 'reviewcycle.sqlite'}"
    return Settings(folder, url, f"sqlite:///{folder / 'keys.sqlite'}", language)


def groups_named(definition: Definition) -> frozenset[str]:
    """Every group that a role or an escalation names, with those of HR and auditors, which are always asked about."""
    described = [who for role in definition.roles.values() for who in (role.who, role.otherwise)]
    described.extend(
        step.escalate
        for state in definition.states.values()
        for step in state.deadline
        if isinstance(step.escalate, Who)
    )
    return frozenset({HR, AUDITOR, *(who.group for who in described if who is not None and who.group)})


@lru_cache(maxsize=16)
def _read_back(sources: tuple[tuple[str, str], ...]) -> Checked:
    """What stored texts say: the calendar's days are among them, so the same texts never say anything else."""
    return read_texts(dict(sources))


@dataclass(slots=True)
class Runtime:
    """What operations work with. Definitions are read once per fingerprint and kept; trials: comparisons of scorecards
    that a job is at, by the job's id."""

    settings: Settings
    database: Database
    clock: Clock
    ids: Ids
    known_figures: dict[Hashable, Mapping[str, Any]] = field(default_factory=dict)
    trials: dict[str, Any] = field(default_factory=dict)
    _definitions: dict[str, Definition] = field(default_factory=dict)
    _groups: dict[str, frozenset[str]] = field(default_factory=dict)

    def definition(self, tx: Tx, fingerprint: str) -> Definition:
        """The stored definition, read back from its texts.

        NotFound when there is none; HistoryBroken when the stored texts no longer give this fingerprint.
        """
        kept = self._definitions.get(fingerprint)
        if kept is not None:
            return kept
        stored = definitions.by_fingerprint(tx, fingerprint)
        if stored is None:
            raise NotFound("OP010", fingerprint=fingerprint)
        checked = _read_back(tuple(stored.sources.items()))
        if checked.definition is None or checked.definition.fingerprint != fingerprint:
            raise HistoryBroken("OP011", name=stored.name, fingerprint=fingerprint)
        self._definitions[fingerprint] = checked.definition
        return checked.definition

    def groups(self, definition: Definition) -> frozenset[str]:
        """The groups that a review of this definition may ask about, found once."""
        known = self._groups.get(definition.fingerprint)
        if known is None:
            known = self._groups[definition.fingerprint] = groups_named(definition)
        return known

    def keep_figures(self, key: Hashable, figures: Mapping[str, Any]) -> None:
        """Remembers what an earlier period gave: the key says what it was made from, so it never grows old."""
        if len(self.known_figures) >= FIGURES_KEPT:
            self.known_figures.clear()
        self.known_figures[key] = figures

    def close(self) -> None:
        self.database.close()


def open_runtime(settings: Settings, clock: Clock | None = None, ids: Ids | None = None) -> Runtime:
    """Opens (and where it is new, makes) the data folder and its databases. UnsafeSettings when work could be lost."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    used_clock = clock or SystemClock()
    used_ids = ids or SystemIds()
    database = Database.open(settings.database_url, settings.keys_url, used_ids, used_clock)
    return Runtime(settings, database, used_clock, used_ids)
