"""A walk that looks for what it has not met yet: each state, each action; and a workflow in which all of them occur."""

from __future__ import annotations

import json
import shutil
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from engine.definition import table
from engine.definition.library import folder_of
from engine.operations.calibrate import Calibrated, Settle, calibrate
from engine.operations.load import load_case
from engine.review.case import Case, Refused
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    Delegate,
    Extend,
    Hold,
    Intervene,
    Reassign,
    Remark,
    Resume,
    Retract,
    Skip,
    TakeFigures,
    Waive,
)
from engine.review.decide.step import decide
from engine.review.events import ACTIONS
from engine.review.model import Review
from engine.store import figures, timers
from tests.promises.organisation import MONTHS, SUBJECTS, quarter
from tests.promises.walking import Walk

FAR = 10_000
Asked = tuple[str | None, Command]


def with_everything(folder: Path) -> Path:
    """A copy of the shipped workflow that also gathers its cohort and lets a task be given on: every action occurs."""
    shutil.copytree(folder_of("account-manager"), folder)
    file = folder / "workflow.yaml"
    text = file.read_text(encoding="utf-8")
    for line, more in (("        sets: targets\n", "        delegate: true\n"), ("      settle:\n", "")):
        assert text.count(line) == 1, line
        text = text.replace(line, line + more)
    text = text.replace("    tasks:\n      settle:\n", "    gathers: cohort\n    tasks:\n      settle:\n")
    file.write_text(text, encoding="utf-8")
    return folder


@dataclass(slots=True)
class Steered(Walk):
    """Prefers, among what would be accepted now, what leads to a state or an action that it has not met; what remains
    is left to dice. Time passes when nothing leads on."""

    rounds: int = 0

    def missing(self) -> set[str]:
        wanted = {name for name, state in self.definition.states.items() if not state.fork}
        return (wanted - self.states) | (set(ACTIONS) - set(self.accepted))

    def explore(self, most: int) -> None:
        """Until everything was met; most: rounds that it may take. Every third review is left to time alone,
        every second has poor figures: some actions come by time only, and one way is for poor results."""
        for place, ref in enumerate(self.refs):
            self.world.figures(quarter(ref, good=place % 2 == 0))
        while self.missing() and self.rounds < most:
            self.rounds += 1
            for place, ref in enumerate(self.refs):
                self.towards(ref, idle=place % 3 == 0)
            self.settle()
            with self.world.rt.database.read() as tx:
                due = timers.next_due(tx)
            now = self.world.rt.clock.now()
            self.world.until(max(now + timedelta(hours=7), min(due or now, now + timedelta(days=20))))
            self.look()

    def towards(self, ref: str, *, idle: bool) -> None:
        review, now, missing = self.world.review(ref), self.world.rt.clock.now(), self.missing()
        if "figures_corrected" in missing and "inputs" in review.fixed:
            self.world.figures([(ref, "sales", MONTHS[0], f"{self.dice.randint(1, 400)}.00")])
        with self.world.rt.database.read() as tx:
            case = load_case(self.world.rt, tx, review.id, now)
        asked = self.candidates(ref, review)
        found = [(self.worth(case, one, now, missing), self.dice.random(), one) for one in asked]
        best = max(found, key=lambda one: one[:2])
        if best[0] > (2 if idle and review.held is None else 0):
            self.ask(*best[2])

    def candidates(self, ref: str, review: Review) -> list[Asked]:
        """What people with a right to it might ask now, one of each kind; a few more by dice."""
        day = (self.world.rt.clock.now() + timedelta(days=40)).date()
        found: list[Asked] = [self.likely(ref, review) for _ in range(6)]
        found += [
            ("hr1", Hold(review.id, "ill")), ("hr1", Resume(review.id, "well again")), ("hr1", Skip(review.id, "x")),
            ("hr1", Extend(review.id, "busy", day)), ("hr1", Remark(review.id, "a word")),
            ("hr1", TakeFigures(review.id)), ("hr1", CorrectFigures(review.id, self.newest(review), "late")),
            *(("hr1", Intervene(review.id, name, "why")) for name in self.definition.anywhere),
        ]
        for row in review.tasks:
            if row.visit != review.visit:
                continue
            if row.answered_by is not None:
                who = self.holder(replace(row, person=row.answered_by))
                found.append((who, Retract(review.id, row.id, "a slip")))
            elif row.status == "open":
                manager = "m1" if ref in SUBJECTS else "m2"
                found += [
                    (self.holder(row) or manager, Delegate(review.id, row.id, self.world.person("b1"), "away")),
                    ("hr1", Reassign(review.id, row.id, self.world.person("p4"), "away")),
                    ("hr1", Waive(review.id, row.id, "ill")),
                ]
        return found

    def newest(self, review: Review) -> tuple[str, ...]:
        with self.world.rt.database.read() as tx:
            known = [one for one in figures.by_subject(tx, review.subject, [MONTHS[0]]) if one.input == "sales"]
        return tuple(one.id for one in sorted(known, key=lambda one: one.recorded_at)[-1:])

    def worth(self, case: Case, asked: Asked, now: datetime, missing: set[str]) -> int:
        """3 and more for what brings something new, 2 for what leads nearer to a state that was not met, 1 for work
        that leads no further away, 0 for all else."""
        review = case.review
        event = decide(case, self.world.actor(asked[0]), asked[1], now)
        if isinstance(event, Refused):
            return 0
        new = missing & {event.action, event.to_state, *event.payload.get("trail", ())}
        if new:
            return 2 + len(new)
        if review.held is not None:
            return 2 * isinstance(asked[1], Resume)
        nearer = self.far(review.state, missing) - self.far(event.to_state, missing)
        return 2 if nearer > 0 else int(nearer == 0 and isinstance(asked[1], Answer))

    def far(self, state: str, missing: set[str]) -> int:
        """How many steps at least from a state to one that was not met."""
        seen, waiting, known = {state: 0}, deque([state]), table.steps(self.definition)
        while waiting:
            here = waiting.popleft()
            if here in missing and here != state:
                return seen[here]
            for (source, _), way in known.items():
                for branch in way if source == here else ():
                    if branch.to not in seen:
                        seen[branch.to] = seen[here] + 1
                        waiting.append(branch.to)
        return FAR

    def settle(self) -> None:
        """HR answers for all whose grades are settled together and who wait for it."""
        rows = [(ref, self.world.review(ref)) for ref in self.refs]
        here = [
            ref for ref, review in rows
            if review.state == "calibrate" and review.held is None and review.gathered is not None
        ]
        if not here:
            return
        answers = [Settle(ref, "confirm") for ref in here]
        done = calibrate(self.world.rt, self.world.actor("hr1"), self.world.review(self.refs[0]).cycle, None, answers)
        if isinstance(done, Calibrated):
            self.accepted["answered"] += len(done.receipts)

    def look(self) -> None:
        """Notes what has happened to all of them, by whomever and by time."""
        with self.world.rt.database.read() as tx:
            stored = tx.connection.exec_driver_sql("SELECT data FROM event WHERE stream LIKE 'review:%'").scalars()
            for opened in map(json.loads, stored):
                self.states.add(opened["to"])
                self.accepted.setdefault(opened["action"], 1)
