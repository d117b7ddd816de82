"""A stored score as it is explained: its way line by line, and what would have reached the next grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.operations.timeline import Score, score_titles, score_zone
from engine.review.reach_text import reach_data, reach_section
from engine.review.score_text import Section, score_sections
from rules.scorecard.facts import read_facts
from rules.trial.reach import Reach, reach

WORK: Final = 600  # judgings that one request may cost


@dataclass(frozen=True, slots=True)
class Explained:
    """steps: under their headings; reach: as data with its lines, None where no better grade is left to reach."""

    steps: tuple[Section, ...]
    reach: Mapping[str, Any] | None


def explained(found: Score, lang: str) -> Explained:
    """In one language; whoever may see the score may see this, for it tells figures only as the way does."""
    trace = found.result.get("trace", ())
    titles = score_titles(found.definition, trace, lang)
    better, zone = reached(found), score_zone(found.definition)
    last = reach_section(better, trace, lang, titles)
    return Explained(score_sections(trace, lang, titles, zone), reach_data(better, last))


def reached(found: Score) -> Reach | None:
    """The smallest single changes of this review's figures that give a better grade by its own scorecard."""
    facts, _ = read_facts(found.definition.card, found.facts)
    return None if facts is None or found.status != "scored" else reach(found.definition.card, facts, WORK)
