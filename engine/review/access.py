"""Who may read and write what of a review: one table of relation and thing, asked by views, history and `decide`."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from engine.definition.model import STAGES, Definition
from engine.review import roles
from engine.review.case import Relations
from engine.review.model import Review, Task

RELATIONS = ("subject", "manager", "chain", "hr", "auditor", "holder", "former")
"""What a person is to a review. `holder:<role>` stands beside `holder` and names the role."""

THINGS = ("state", "tasks", "targets", "figures", "result", "ratings", "answers", "asked", "history")
"""What can be read: state and dates; tasks and who holds them; agreed targets; observed figures; total, grade and how
they came; what raters gave; other forms and comments; who was asked in an anonymous role; the list of events."""

_EVALUATE, _FEEDBACK = STAGES.index("evaluate"), STAGES.index("give_feedback")
_FROM = {"evaluate": _EVALUATE, "feedback": _FEEDBACK}

# Rules: always | never | own: one's own rows and answers | shown: what an open task of one's own shows, and from
# evaluation on what it is about | evaluate: from that stage on | feedback: from that stage on | knew: what one saw when
# one answered, as long as it is still the same.
# A rating or answer is further held back until its visit is over (`sees_answer`).
_ROWS = {
    #            state     tasks     targets   figures     result       ratings     answers     asked     history
    "subject":  ("always", "always", "always", "always",   "feedback",  "feedback", "feedback", "never",  "always"),
    "manager":  ("always", "always", "always", "always",   "evaluate",  "evaluate", "evaluate", "always", "always"),
    "chain":    ("always", "always", "always", "always",   "evaluate",  "evaluate", "evaluate", "never",  "always"),
    "hr":       ("always", "always", "always", "always",   "evaluate",  "evaluate", "evaluate", "always", "always"),
    "auditor":  ("always", "always", "always", "always",   "evaluate",  "evaluate", "evaluate", "never",  "always"),
    "holder":   ("always", "own",    "shown",  "shown",    "shown",      "own",       "shown",    "never",  "never"),
    "former":   ("always", "own",    "knew",   "never",    "knew",       "own",       "own",      "never",  "never"),
}
TABLE = MappingProxyType({relation: MappingProxyType(dict(zip(THINGS, row, strict=True)))
                          for relation, row in _ROWS.items()})
WRITERS = frozenset(("subject", "manager", "chain", "hr", "holder"))


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person and what she is to one review."""

    person: str
    relations: frozenset[str]


def relations_to(definition: Definition, review: Review, relations: Relations, person: str) -> Viewer:
    """What the person is to the review now; no relation means that the review does not exist for her."""
    if person == review.subject:
        # Whatever else she is in the firm: of her own review she is the subject and nothing more.
        return Viewer(person, frozenset(("subject", f"holder:{roles.SUBJECT}")))
    found: set[str] = set()
    chain = _chain(relations, review.subject)
    if person in chain[:1]:
        found.add("manager")
    elif person in chain:
        found.add("chain")
    if person in roles.hr_people(definition, relations, review.subject):
        found.add("hr")
    if person in relations.groups.get(roles.AUDITOR, ()):
        found.add("auditor")
    held = _held(definition, review, relations, person)
    if "manager" in held:
        found.add("manager")
    found.update(f"holder:{role}" for role in held)
    if held:
        found.add("holder")
    if not found and _took_part(review, person):
        found.add("former")
    return Viewer(person, frozenset(found))


def may_read(viewer: Viewer) -> bool:
    return bool(viewer.relations)


def may_write(viewer: Viewer) -> bool:
    """Whether she may do anything at all; what exactly is for the tasks to say."""
    return bool(viewer.relations & WRITERS)


def stage_now(definition: Definition, review: Review) -> int:
    """Place of the present stage in STAGES; of an ended review, the stage it ended from."""
    stage = definition.states[review.state].stage
    if stage is None:
        earlier = [task for task in review.tasks if task.visit < review.visit]
        last = max(earlier, key=lambda task: task.visit, default=None)
        stage = definition.states[last.state].stage if last is not None else None
    return STAGES.index(stage) if stage is not None else 0


def sees(definition: Definition, review: Review, viewer: Viewer, thing: str) -> bool:
    """Whether the viewer may read the thing in the review's present state, as the table says.

    For ratings and answers this is only the first half: ask `sees_answer` for each one.
    """
    stage = stage_now(definition, review)
    for relation in viewer.relations & TABLE.keys():
        rule = TABLE[relation][thing]
        if rule == "always" or stage >= _FROM.get(rule, len(STAGES)):
            return True
        if rule == "own" and _has_rows(review, viewer):
            return True
        if rule == "shown" and _shown(definition, review, viewer, thing):
            return True
        if rule == "knew" and _knew(definition, review, viewer.person, thing):
            return True
    return False


def sees_task(viewer: Viewer, task: Task) -> bool:
    """Whether the viewer may read this row of work: all rows, or those that are or were her own."""
    rules = {TABLE[relation]["tasks"] for relation in viewer.relations & TABLE.keys()}
    if "always" in rules or "own" not in rules:
        return "always" in rules
    if viewer.person in (task.person, task.answered_by):
        return True
    return task.person is None and f"holder:{task.role}" in viewer.relations


def sees_answer(definition: Definition, review: Review, viewer: Viewer, task: Task, given: int) -> str:
    """`full`, `unnamed` (without the person) or `none`, for one answered task; `given`: answers of its role so far.

    Nobody but the author sees an answer before its visit is over, save holders to whom an open task shows it. The
    person behind an anonymous role is named to nobody; fewer answers than its minimum are shown to the auditor alone.
    """
    if task.answered_by == viewer.person or (task.person == viewer.person and task.answered_by is None):
        return "full"
    thing = "ratings" if definition.states[task.state].tasks[task.name].asks else "answers"
    if thing == "answers" and task.name in _shows(definition, review, viewer):
        return "full"
    over = task.visit < review.visit or review.ended_at is not None
    rules = {TABLE[relation][thing] for relation in viewer.relations & TABLE.keys()}
    stage = stage_now(definition, review)
    if not over or stage < min((_FROM[rule] for rule in rules & _FROM.keys()), default=len(STAGES)):
        return "none"
    least = anonymous_below(definition, task.role)
    if least is None:
        return "full"
    return "unnamed" if given >= least or "auditor" in viewer.relations else "none"


def sees_mean(definition: Definition, review: Review, viewer: Viewer, role: str, given: int) -> bool:
    """Whether a role's mean may be shown: it needs the result to be visible and enough answers."""
    least = anonymous_below(definition, role)
    return sees(definition, review, viewer, "result") and (least is None or given >= least)


def names_holder(definition: Definition, review: Review, viewer: Viewer, task: Task) -> bool:
    """Whether the viewer may know whose row this is; of an anonymous role only as long as it holds no answer."""
    if task.person == viewer.person or task.answered_by == viewer.person:
        return True
    thing = "tasks" if anonymous_below(definition, task.role) is None else "asked"
    if thing == "asked" and task.answer_seq is not None:
        return False
    return any(TABLE[relation][thing] == "always" for relation in viewer.relations & TABLE.keys())


def asked_fields(definition: Definition, viewer: Viewer, task: Task) -> frozenset[str]:
    """Fields of the task's form that say who was chosen for an anonymous role and that are not the viewer's to read."""
    knows = any(TABLE[relation]["asked"] == "always" for relation in viewer.relations & TABLE.keys())
    if knows or task.answered_by == viewer.person:
        return frozenset()
    return frozenset(
        role.who.field_name or ""
        for role in definition.roles.values()
        if role.anonymous_below is not None and role.who.kind == "chosen" and role.who.task == task.name
    )


def anonymous_below(definition: Definition, role: str) -> int | None:
    known = definition.roles.get(role)
    return known.anonymous_below if known is not None else None


def _chain(relations: Relations, subject: str) -> tuple[str, ...]:
    chain: list[str] = []
    person = relations.managers.get(subject)
    while person is not None and person not in chain and person != subject:
        chain.append(person)
        person = relations.managers.get(person)
    return tuple(chain)


def _held(definition: Definition, review: Review, relations: Relations, person: str) -> set[str]:
    held: set[str] = set()
    for task in review.tasks:
        if task.visit == review.visit and task.status == "open":
            by_role = roles.resolve(definition, review, relations, task.role) if task.person is None else ()
            if task.person == person or person in by_role:
                held.add(task.role)
    for row in review.participants:
        if row.person == person and row.until is None and _still(definition, review, relations, row.role, person):
            held.add(row.role)
    return held


def _still(definition: Definition, review: Review, relations: Relations, role: str, person: str) -> bool:
    """A row of a role that follows the organisation holds only while the organisation says so."""
    if role == roles.SUBJECT or role not in definition.roles:
        return True
    if definition.roles[role].who.kind not in ("manager", "owner", "team"):
        return True
    return person in roles.resolve(definition, review, relations, role) or any(
        task.person == person and task.role == role for task in review.tasks
    )


def _took_part(review: Review, person: str) -> bool:
    return any(row.person == person for row in review.participants) or _answered(review, person)


def _answered(review: Review, person: str) -> bool:
    return any(task.answered_by == person for task in review.tasks)


def _has_rows(review: Review, viewer: Viewer) -> bool:
    return _answered(review, viewer.person) or any(
        task.person == viewer.person or (task.person is None and f"holder:{task.role}" in viewer.relations)
        for task in review.tasks
    )


def _shows(definition: Definition, review: Review, viewer: Viewer) -> set[str]:
    """What the viewer's own open tasks show."""
    shown: set[str] = set()
    for task in review.tasks:
        if task.visit == review.visit and task.status == "open":
            mine = task.person == viewer.person or (task.person is None and f"holder:{task.role}" in viewer.relations)
            if mine:
                shown.update(definition.states[task.state].tasks[task.name].shows)
    return shown


def _shown(definition: Definition, review: Review, viewer: Viewer, thing: str) -> bool:
    """A holder whose task is open sees what it shows, and from evaluation on the result that it is about."""
    shown = _shows(definition, review, viewer)
    if thing in shown:
        return True
    asked = any(
        task.status == "open" and task.visit == review.visit and f"holder:{task.role}" in viewer.relations
        and task.person in (None, viewer.person)
        for task in review.tasks
    )
    return asked and stage_now(definition, review) >= _EVALUATE


def _knew(definition: Definition, review: Review, person: str, thing: str) -> bool:
    """She answered where the targets or the result stood before her, and they have not changed since."""
    if thing == "result" and review.result is None:
        return False
    since = review.result.seq if thing == "result" and review.result is not None else 0
    least = _EVALUATE if thing == "result" else 0
    return any(
        task.answered_by == person and task.answer_seq is not None and task.answer_seq >= since
        and STAGES.index(definition.states[task.state].stage or STAGES[0]) >= least
        for task in review.tasks
    )
