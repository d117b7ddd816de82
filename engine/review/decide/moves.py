"""The only way a review changes its state: a trigger of its machine, then what leaving and entering bring with them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definition.model import Effect
from engine.review import barrier, facts, figures, machine, roles, tasks
from engine.review.carry import carry_over
from engine.review.case import Reason
from engine.review.draft import Draft
from engine.review.model import Gathered
from engine.review.refusal import Code, reason

UNSIGNED = "unsigned"


def advance(draft: Draft, trigger: str, effects: Iterable[Effect] = (), *, force: bool = False) -> tuple[Reason, ...]:
    """Take one way and every fork behind it; reasons why not (the draft is then half done and to be thrown away).

    force: time moves on, so an undecided guard counts as not holding and a result that lacks figures holds nobody up.
    """
    reasons = _step(draft, trigger, effects, force)
    while not reasons and draft.plan.fork:
        reasons = _step(draft, machine.next_trigger(draft.state), (), force)
    return reasons


def begin(draft: Draft) -> None:
    """Enter the initial state, and go on from it where it is passed at once."""
    enter(draft, draft.definition.initial)
    while draft.plan.fork:
        _step(draft, machine.next_trigger(draft.state), (), True)
    follow(draft)


def follow(draft: Draft, *, force: bool = False) -> None:
    """Go on by `next` while the present state is done; where a guard is undecided, stay until a figure comes."""
    tasks_ready(draft)
    while draft.plan.next is not None and not draft.plan.final and tasks.state_done(draft):
        trial = draft.clone()
        if advance(trial, machine.next_trigger(draft.state), force=force):
            return
        draft.adopt(trial)


def tasks_ready(draft: Draft) -> None:
    """Open what may be opened now, unless the review has ended."""
    if not draft.plan.final:
        tasks.open_ready(draft)


def enter(draft: Draft, state: str) -> None:
    """Arrive in a state: a new visit with its tasks and deadlines, or the end."""
    draft.state = state
    draft.rows_since = None
    draft.visit += 1
    draft.trail.append(state)
    draft.entered_at = draft.at
    draft.ended_at = None
    reopened = _unfix(draft, state)
    plan = draft.plan
    if plan.final:
        draft.ended_at, draft.held = draft.at, None
        draft.deadlines = []
    elif not plan.fork:
        tasks.begin_visit(draft)
        figures.note_arrivals(draft)
    first = not plan.final and plan.stage != "set_targets" and draft.result is None
    if first or (reopened and draft.result is not None):
        facts.rescore(draft)  # what came too late counts again with what was reopened
    apply_effects(draft, plan.effects)


def apply_effects(draft: Draft, effects: Iterable[Effect]) -> None:
    for effect in effects:
        if effect.verb == "acknowledge":
            draft.acknowledge(effect.what, "agreed", draft.actor.person)
        elif effect.verb == "mark":
            draft.acknowledge("result", effect.what or UNSIGNED, None)
        elif effect.verb == "notify":
            people = people_of(draft, effect.what)
            draft.notice("effect", effect.what, people, state=draft.state)
        elif effect.verb == "carry_over":
            draft.extra["carry_over"] = carry_over(draft)


def people_of(draft: Draft, role: str) -> tuple[str, ...]:
    if role == roles.HR:
        return roles.hr_people(draft.definition, draft.case.relations, draft.before.subject)
    return roles.resolve(draft.definition, draft, draft.case.relations, role)


def _step(draft: Draft, trigger: str, effects: Iterable[Effect], force: bool) -> tuple[Reason, ...]:
    view = machine.View(draft.state, lambda: facts.known(draft))
    went = machine.fire(draft.definition, view, trigger)
    for guard, truth in view.truths:
        draft.guards.append((guard.id, truth is True))
        draft.guard_values[guard.id] = facts.values_read(draft, guard.expression.reads)
    if view.lacking and not force:
        return (reason(Code.RESULT_BLOCKED, lacking=", ".join(dict.fromkeys(view.lacking))),)
    if not went:
        if force:
            hr = roles.hr_people(draft.definition, draft.case.relations, draft.before.subject)
            draft.notice("no_way", roles.HR, hr, state=draft.state)
        return (reason(Code.NO_WAY, state=draft.state),)
    forwards = _place(draft, view.state) > _place(draft, draft.state)
    leaving = draft.plan.leaving if forwards and not trigger.startswith("anywhere/") else ()
    if "result" in leaving and not force:
        lacking = facts.blocked_by(draft)
        if lacking:
            return (reason(Code.RESULT_BLOCKED, lacking=", ".join(lacking)),)
    apply_effects(draft, effects)
    if forwards and tasks.awaits_cohort(draft) and not draft.definition.states[view.state].final:
        draft.gathered = Gathered(draft.visit, barrier.PASSED, figures=dict(draft.case.cohort))
    _leave(draft, leaving)
    enter(draft, view.state)
    return ()


def _leave(draft: Draft, leaving: tuple[str, ...]) -> None:
    tasks.end_visit(draft)
    for thing in leaving:
        if thing == "targets" and thing not in draft.fixed:
            facts.fix_targets(draft)
            if _asks_word(draft, "targets") and not any(one.what == "targets" for one in draft.acknowledgements):
                draft.acknowledge("targets", UNSIGNED, None)
        if thing not in draft.fixed:
            # Clocks of two machines may differ: what counted when it was fixed goes on counting.
            known = (one.recorded_at for one in draft.case.observations if one.subject == draft.before.subject)
            draft.fixed[thing] = max([draft.at, *known])


def _asks_word(draft: Draft, what: str) -> bool:
    """Whether the workflow has an outcome by which somebody acknowledges the thing."""
    return any(
        effect.verb == "acknowledge" and effect.what == what
        for state in draft.definition.states.values()
        for task in state.tasks.values()
        for outcome in task.outcomes.values()
        for effect in outcome.effects
    )


def _unfix(draft: Draft, state: str) -> bool:
    """What a later state had fixed is open again when the review comes back to before it; whether there was such."""
    here, before = _place(draft, state), len(draft.fixed)
    for thing in list(draft.fixed):
        places = [
            _place(draft, name) for name, plan in draft.definition.states.items() if thing in plan.leaving
        ]
        if places and here <= max(places):
            del draft.fixed[thing]
            if thing == "targets":
                facts.unfix_targets(draft)
    return len(draft.fixed) < before


def _place(draft: Draft, state: str) -> int:
    """Order of the states is their order in the file."""
    return list(draft.definition.states).index(state)
