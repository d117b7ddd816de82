"""Makes one move of a path: answers what it needs, lets time pass, brings figures, until what was wanted happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.calendar import day_end
from engine.definition.model import Outcome, TaskPlan
from engine.definition.table import (
    deadline_trigger,
    intervention_trigger,
    next_trigger,
    outcome_trigger,
    watch_trigger,
)
from engine.operations.simulate.naming import form_for
from engine.operations.simulate.play import Play
from engine.operations.simulate.proposing import proposals
from engine.operations.simulate.routes import ANSWER, GATHER, INTERVENE, NEXT, REMIND, TIME, WAIVE, WATCH, Move
from engine.operations.simulate.targets import (
    AFTER,
    DEADLINE,
    GATHERED,
    LATE,
    OUTCOME,
    REMINDER,
    STEP,
    TIME_IS_UP,
    Target,
)
from engine.review import roles
from engine.review.case import Refused
from engine.review.commands import Answer, Command, Extend, Intervene, Skip, Waive
from engine.review.events import Event
from engine.review.model import OPEN, Deadline, Task
from engine.review.timers import Timer

WHY = "simulated"
ACTS_MOST = 400  # what one move may take
BEFORE = timedelta(minutes=1)  # the last moment before a deadline


@dataclass(frozen=True, slots=True)
class Manner:
    """slow: everything that leaves a state at the last moment; withhold: no figures come; partly: one rater is late,
    the others are not; waive: HR lets go what nobody can answer without leaving; extend: HR gives tasks more time than
    the state has; skip: HR moves the review on."""

    slow: bool = False
    withhold: bool = False
    partly: bool = False
    waive: bool = False
    extend: bool = False
    skip: bool = False

    @property
    def helped(self) -> bool:
        """Whether HR had to step in."""
        return self.waive or self.extend or self.skip


def make(play: Play, move: Move, *, slow: bool = False, partly: bool = False) -> Manner | None:
    """How the move came about, and the path has moved on; None where it did not, and the path is as it was.

    partly: a deadline is tried first with a single rater late, so that there may be a result when it comes.
    """
    state = play.definition.states[play.review.state]
    late = partly and move.kind == TIME and any(task.asks for task in state.tasks.values())
    manners = [*([Manner(slow, partly=True)] if late else []), Manner(slow)]
    if move.kind in (TIME, WAIVE, REMIND):
        manners += [Manner(slow, withhold=True)] if state.collects else []
        manners += [Manner(slow, extend=True), Manner(slow, withhold=True, extend=True)]
    if move.kind in (NEXT, ANSWER):
        manners.append(Manner(slow, waive=True))
    if move.kind == NEXT:
        manners.append(Manner(slow, skip=True))
    for manner in manners:
        twin = play.twin()
        if _Worker(twin, move, manner).run():
            play.become(twin)
            return manner
    return None


class _Worker:
    def __init__(self, play: Play, move: Move, manner: Manner) -> None:
        self.play, self.move, self.manner = play, move, manner
        self.visit, self.from_hit = play.review.visit, len(play.hits)
        self.plan = play.definition.states[play.review.state]
        self.needed = self._needed()

    def run(self) -> bool:
        for _ in range(ACTS_MOST):
            if self._happened():
                return True
            if self.play.review.visit != self.visit or not self._act():
                return False
        return False

    def _needed(self) -> frozenset[str]:
        """The tasks that have to be done before."""
        if self.move.kind == NEXT:
            return frozenset(self.plan.tasks)
        found: set[str] = set()
        waiting = [self.move.task] if self.move.task else []
        while waiting:
            before = self.plan.tasks[waiting.pop()].waits_for
            waiting.extend(name for name in before if name not in found and name in self.plan.tasks)
            found.update(before)
        return frozenset(found)

    def _happened(self) -> bool:
        hits = self.play.hits[self.from_hit:]
        move, here = self.move, self.plan.name
        if move.kind == REMIND:
            return Target(REMINDER, here, move.task, move.index) in hits
        if move.kind == GATHER:
            return Target(GATHERED, here, move.outcome) in hits
        if move.kind == WAIVE:
            return Target(LATE, here, move.task) in hits
        if move.kind == TIME and self.plan.deadline[move.index].way is None:
            return Target(DEADLINE, here, "", move.index) in hits
        if move.kind == ANSWER:
            outcome = self.plan.tasks[move.task].outcomes.get(move.outcome)
            name = f"{move.task}.{move.outcome}"
            if Target(OUTCOME, here, name) not in hits and Target(OUTCOME, here, f"{name}{AFTER}") not in hits:
                return False
            if outcome is None or outcome.way is None:
                return True
        trigger = self._trigger()
        return any(hit.kind == STEP and (hit.state, hit.name) == (here, trigger) for hit in hits)

    def _trigger(self) -> str:
        move, here = self.move, self.plan.name
        if move.kind == ANSWER:
            task = self.plan.tasks[move.task]
            return outcome_trigger(here, task, Outcome(move.outcome), after=bool(move.index))
        return {
            NEXT: next_trigger(here), TIME: deadline_trigger(here, move.index), WATCH: watch_trigger(here, move.index),
            INTERVENE: intervention_trigger(move.outcome),
        }[move.kind]

    def _act(self) -> bool:
        """One thing: an intervention, an answer, or the next that time brings; False where nothing is left to do."""
        if self.move.kind == INTERVENE:
            return self._intervene()
        if self.manner.skip:
            return self._by_hr(Skip(self.play.review.id, WHY))
        row = self._row()
        if row is not None:
            if self.manner.slow and self._leaves(row):
                timer = self._before_the_end()
                if timer is not None:
                    return _accepted(self.play.fire(timer))
            return self._answer(row)
        return self._wait()

    def _intervene(self) -> bool:
        play = self.play
        by = play.definition.anywhere[self.move.outcome].by
        people = roles.resolve(play.definition, play.review, play.stage.organisation.relations, by)
        command = Intervene(play.review.id, self.move.outcome, WHY)
        return bool(people) and _accepted(play.person(people[0], command))

    def _open(self) -> list[Task]:
        return [row for row in self.play.review.tasks if row.visit == self.visit and row.status == "open"]

    def _row(self) -> Task | None:
        rows = self._open()
        if self.move.kind == ANSWER:
            own = [row for row in rows if row.name == self.move.task]
            if own:
                return own[0]
        found = next((row for row in rows if row.name in self.needed), None)
        return self._prompt(rows) if found is None and self.manner.partly else found

    def _prompt(self, rows: list[Task]) -> Task | None:
        """A rating that comes in time: of all but the first that the state has to wait for."""
        needed = [row for row in self.play.review.tasks if row.visit == self.visit and row.status in OPEN
                  and not self.plan.tasks[row.name].late_waive]
        return next((row for row in rows if self.plan.tasks[row.name].asks and row not in needed[:1]), None)

    def _leaves(self, row: Task) -> bool:
        """Whether this is the last thing that holds the review in its state."""
        if self.move.kind == ANSWER:
            return row.name == self.move.task
        rows = [one for one in self.play.review.tasks if one.visit == self.visit and one.status in OPEN]
        return len(rows) == 1

    def _before_the_end(self) -> Timer | None:
        """The next timer that fires before the last moment; the clock stands there where there is none."""
        end = self._end()
        if end is None:
            return None
        timers = self._timers()
        if timers and timers[0].at < end.at - BEFORE:
            return timers[0]
        self.play.now = max(self.play.now, end.at - BEFORE)
        return None

    def _end(self) -> Deadline | None:
        """The first deadline that moves."""
        steps = [one for one in self.play.review.deadlines if self.plan.deadline[one.index].way is not None]
        return min(steps, key=lambda one: one.at, default=None)

    def _answer(self, row: Task) -> bool:
        play, plan = self.play, self.plan.tasks[row.name]
        asked = self.move.kind == ANSWER and row.name == self.move.task
        outcome = self.move.outcome if asked else _neutral(plan)
        people = (row.person,) if row.person else roles.resolve(
            play.definition, play.review, play.stage.organisation.relations, row.role)
        if outcome is None or not people:
            return self.manner.waive and self._by_hr(Waive(play.review.id, row.id, WHY))
        form = form_for(play, plan)
        if form is None:
            return False
        ratings = {name: play.figures.values.get(name, "NR") for name in plan.asks}
        for targets in proposals(play.definition.card, plan, play.figures):
            command = Answer(play.review.id, row.id, outcome, form, ratings, targets, None, WHY)
            if _accepted(play.person(people[0], command)):
                return True
        return False

    def _by_hr(self, command: Command) -> bool:
        play = self.play
        hr = roles.hr_people(play.definition, play.stage.organisation.relations, play.review.subject)
        return bool(hr) and _accepted(play.person(hr[0], command))

    def _wait(self) -> bool:
        """What time brings next: figures, or a timer."""
        play = self.play
        timers = self._timers()
        names = self._outstanding()
        arrival = self._arrival() if names else None
        if arrival is not None and (not timers or arrival <= timers[0].at):
            return _accepted(play.deliver(names, arrival))
        if self.manner.extend:
            self._extend()
            timers = self._timers()
        return bool(timers) and _accepted(play.fire(timers[0]))

    def _timers(self) -> tuple[Timer, ...]:
        """What time brings; the others of a cohort are late where its barrier is to be opened without them."""
        alone = self.manner.slow or (self.move.kind == GATHER and self.move.outcome == TIME_IS_UP)
        state = self.play.review.state
        return tuple(one for one in self.play.timers() if not (alone and one.kind == "gather" and one.ref == state))

    def _outstanding(self) -> tuple[str, ...]:
        if self.manner.withhold:
            return ()
        play = self.play
        return tuple(
            name for name in self.plan.collects if name not in play.review.arrived and name not in play.delivered
        )

    def _arrival(self) -> datetime:
        """Figures come when the period is over, or at once where the state does not wait so long."""
        play = self.play
        over = max(play.now, day_end(play.stage.organisation.zone, play.stage.period.end))
        end = self._end()
        if end is None:
            return over
        if self.manner.slow:
            return max(play.now, end.at - BEFORE)
        return over if over < end.at else play.now

    def _extend(self) -> None:
        """Tasks that would be waived before the deadline get more time than that."""
        end = self._end()
        for row in self._open():
            if end is None or row.due_at is None or row.due_at > end.at:
                continue
            if self.plan.tasks[row.name].late_waive:
                until = (end.at + timedelta(days=7)).date()
                self._by_hr(Extend(self.play.review.id, WHY, until, row.id))


def _neutral(plan: TaskPlan) -> str | None:
    """An outcome that neither leaves nor sends back; None where the task has no such."""
    if not plan.outcomes:
        return "done"
    return next((one.name for one in plan.outcomes.values() if one.way is None and not one.again), None)


def _accepted(outcome: Event | Refused) -> bool:
    return isinstance(outcome, Event)
