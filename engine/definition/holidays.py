"""Which days a firm works: a country's holidays and make-up days, then the firm's own ones.

The only importer of the `holidays` library.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from engine.calendar import WorkingDays
from engine.definition.model import CalendarPlan

YEARS = range(2020, 2036)
"""The years whose days a definition pins; beyond them only weekends are free."""


def working_days(plan: CalendarPlan, years: Iterable[int] = YEARS) -> WorkingDays:
    """The working days of a calendar plan; KeyError for a country that the library does not know."""
    closed: set[date] = set()
    opened: set[date] = set()
    if plan.holidays:
        country = _country(plan.holidays, years)
        wanted = set(years)
        closed.update(day for day in country if day.year in wanted and day.weekday() < 5)
        made_up = getattr(country, "weekend_workdays", ())
        opened.update(day for day in made_up if day.year in wanted)
    own_closed = {date.fromisoformat(day) for day in plan.closed}
    own_open = {date.fromisoformat(day) for day in plan.open}
    closed = (closed | own_closed) - own_open
    opened = (opened | own_open) - own_closed
    return WorkingDays(frozenset(closed), frozenset(opened))


SURE: Final = frozenset({"CN", "HK", "TW", "SG", "JP", "KR", "IN", "AU", "US", "CA", "GB", "IE", "DE", "AT", "CH", "FR",
                         "NL", "BE", "ES", "PT", "IT", "PL", "SE", "NO", "DK", "FI", "BR", "MX", "ZA"})
"""Countries that need no look into the library, which takes longer to load than a whole check takes."""


def known_country(code: str) -> bool:
    """Whether the library has a calendar of `CN` or `DE-BY`."""
    if code in SURE:
        return True
    try:
        _country(code, ())
    except KeyError:
        return False
    return True


def _country(code: str, years: Iterable[int]) -> Any:
    import holidays

    country, _, part = code.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None, years=list(years) or None)
    except NotImplementedError:  # what the library raises for a country that it does not know
        raise KeyError(code) from None


def days_text(days: WorkingDays) -> str:
    """The days as a file of the definition: a stored one is read back with them, whatever the library says then."""
    lists = {"closed": _listed(days.closed), "opened": _listed(days.opened)}
    return json.dumps(lists, indent=0) + "\n"


def days_of(text: str) -> WorkingDays:
    """The days of `days_text`; ValueError for anything else."""
    lists = json.loads(text)
    if not isinstance(lists, dict) or set(lists) != {"closed", "opened"}:
        raise ValueError("no list of closed and opened days")
    return WorkingDays(*(frozenset(date.fromisoformat(day) for day in lists[key]) for key in ("closed", "opened")))


def _listed(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


_LANGUAGES: Final = {"en": "en_US", "zh": "zh_CN"}
_MADE_UP = ("(", "（")
"""What stands in the names of days that are free in place of another."""


def named_days(plan: CalendarPlan, years: Iterable[int], lang: str) -> dict[date, str]:
    """What the country calls its free days, in the language where it says so; days that are only free in place of
    others have no name. Empty without a country."""
    wanted = sorted(set(years) & set(YEARS))
    if not plan.holidays or not wanted:
        return {}
    import holidays

    country, _, part = plan.holidays.partition("-")
    known = holidays.country_holidays(country, subdiv=part or None, years=wanted, language=_LANGUAGES[lang])
    return {day: name for day, name in known.items() if day.year in wanted and not any(one in name for one in _MADE_UP)}
