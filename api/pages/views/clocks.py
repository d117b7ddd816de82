"""Pages of what HR does with the time of a review: a later last day, its clocks stopped and started, past a state."""

from __future__ import annotations

from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.pages.views.steps import Plan, step_page, taken, words
from engine.operations.naming import day_named
from engine.review.commands import Extend, Hold, Resume, Skip

door = Door("pages")

REFUSES: Final = (403, 409, 412, 422)

EXTEND_TASK: Final = Plan("extend", ("until", "reason"), "extended")
EXTEND: Final = Plan("extend_deadline", ("until", "reason"), "extended", task=False)
HOLD: Final = Plan("hold", ("until", "reason"), "held", may=("until",), task=False)
RESUME: Final = Plan("resume", ("reason",), "resumed", task=False)
SKIP: Final = Plan("skip", ("reason",), "skipped", grave=True, task=False)


@door.page("/reviews/{review}/tasks/{task}/extend", "page_extend_task")
def extend_task(ask: Ask) -> Reply:
    return step_page(ask, EXTEND_TASK)


@door.submit("/reviews/{review}/tasks/{task}/extend", "page_extend_task_do", refuses=REFUSES)
def do_extend_task(ask: Ask) -> Reply:
    return taken(ask, EXTEND_TASK, lambda view: Extend(
        view.id, words(ask, "reason"), day_named(words(ask, "until")), ask.path["task"]
    ))  # fmt: skip


@door.page("/reviews/{review}/extend", "page_extend")
def extend(ask: Ask) -> Reply:
    return step_page(ask, EXTEND)


@door.submit("/reviews/{review}/extend", "page_extend_do", refuses=REFUSES)
def do_extend(ask: Ask) -> Reply:
    return taken(ask, EXTEND, lambda view: Extend(view.id, words(ask, "reason"), day_named(words(ask, "until"))))


@door.page("/reviews/{review}/hold", "page_hold")
def hold(ask: Ask) -> Reply:
    return step_page(ask, HOLD)


@door.submit("/reviews/{review}/hold", "page_hold_do", refuses=REFUSES)
def do_hold(ask: Ask) -> Reply:
    typed = words(ask, "until").strip()
    return taken(ask, HOLD, lambda view: Hold(view.id, words(ask, "reason"), day_named(typed) if typed else None))


@door.page("/reviews/{review}/resume", "page_resume")
def resume(ask: Ask) -> Reply:
    return step_page(ask, RESUME)


@door.submit("/reviews/{review}/resume", "page_resume_do", refuses=REFUSES)
def do_resume(ask: Ask) -> Reply:
    return taken(ask, RESUME, lambda view: Resume(view.id, words(ask, "reason")))


@door.page("/reviews/{review}/skip", "page_skip")
def skip(ask: Ask) -> Reply:
    return step_page(ask, SKIP)


@door.submit("/reviews/{review}/skip", "page_skip_do", refuses=REFUSES)
def do_skip(ask: Ask) -> Reply:
    return taken(ask, SKIP, lambda view: Skip(view.id, words(ask, "reason")))
