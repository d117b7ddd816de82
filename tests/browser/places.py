"""Every page there is, with whom it is shown to: each once as it comes, and forms also with what is wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from engine.operations.jobs import jobs_page
from engine.operations.listing import work_page
from engine.operations.names import SYSTEM, actor_named, review_named
from engine.operations.views import review_view
from engine.runtime import Runtime
from engine.store import cycles, definitions, people
from tests.browser.stage import (
    AGREES,
    AUDITOR,
    DIRECTOR,
    HELD,
    HR,
    LATE,
    MANAGER,
    NEXT,
    OTHER_HR,
    PLAN,
    RATED,
    SIGNS,
    TEAM,
    YEAR,
)
from tests.promises.test_speaks_both import LATIN

APPEALED = ("am33", "2025-Q3")
"""The review whose history is the longest: appealed, corrected, evaluated anew."""

DEPARTMENTS = ("leasing",)
"""Names of the organisation's, as its people are imported with."""

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Known:
    """Names of things on the stage as addresses want them; names: words of what people and their units are called;
    asked: where the subject who signs rates a colleague, as soon as she is asked."""

    reviews: dict[tuple[str, str], str]
    tasks: dict[tuple[str, str, str], str]
    cycles: dict[str, str]
    in_force: str
    proposed: str
    job: str
    trial: str
    names: frozenset[str]
    asked: str

    def review(self, subject: str, period: str) -> str:
        return f"/reviews/{self.reviews[subject, period]}"

    def task(self, subject: str, period: str, name: str) -> str:
        return f"{self.review(subject, period)}/tasks/{self.tasks[subject, period, name]}"


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its route, who looks (None: nobody is signed in), its address, what is done there first, and with which
    status the house then answers."""

    name: str
    route: str
    who: str | None
    path: Callable[[Known], str]
    act: Act | None = None
    spring: bool = False
    status: int = 200


def known(rt: Runtime) -> Known:
    """What lies in the data."""
    pairs = [
        *((one, "2025-Q3") for one in (PLAN, SIGNS, "am33", "am18", "am16")),
        *((one, NEXT) for one in TEAM), *((one, "2025-Q4") for one in (RATED, LATE)),
    ]  # fmt: skip
    reviews = {(subject, period): review_named(rt, f"{subject}/{period}") for subject, period in pairs}
    tasks = {
        (*pair, task.name): task.id
        for pair, review in reviews.items()
        for task in review_view(rt, SYSTEM, review).tasks
        if task.status == "open"
    }
    waiting = work_page(rt, actor_named(rt, SIGNS), limit=50, cursor=None).items
    with rt.database.read() as tx:
        stored = definitions.list_all(tx)
        found = people.by_ref(tx).values()
        periods = {one.period: one.id for one in cycles.list_all(tx)}
    texts = [text for one in found for text in (one.ref, one.name, str(one.attributes.get("unit", "")), *DEPARTMENTS)]
    return Known(
        reviews, tasks, periods,
        next(one.fingerprint for one in stored if one.status == "approved" and one.name.startswith("account-manager")),
        next(one.fingerprint for one in stored if one.status == "proposed"),
        jobs_page(rt, actor_named(rt, AUDITOR), limit=5, cursor=None).items[0].id,
        jobs_page(rt, actor_named(rt, HR), limit=5, cursor=None).items[0].id,
        frozenset(word for text in texts for word in LATIN.findall(text)),
        next((f"/reviews/{one.review}/tasks/{one.task_id}" for one in waiting if one.task == "peers"), ""),
    )  # fmt: skip


def press(name: str) -> Act:
    """Sends the form by the button with this name, or this address; its own first button where there is none."""

    def act(page: Page) -> None:
        wanted = f"button[name='{name}'], form[action='{name}'] button, form.panel .actions button"
        with page.expect_navigation(wait_until="load"):
            page.locator(f"main :is({wanted})").first.click()

    return act


def tried(page: Page) -> None:
    """Tries the definition on the cycle of the third quarter, whose reviews have results."""
    choice = page.locator("select[name=cycle]")
    wanted = choice.locator("option").filter(has_text="2025-Q3").first.get_attribute("value")
    choice.select_option(wanted)
    press("/definitions/whatif")(page)


def adds_a_row(page: Page) -> None:
    """No new page, but a new row, ready to be written in."""
    page.locator("button[name=_add]").click()
    page.wait_for_selector("textarea:focus")


def fixed(path: str) -> Callable[[Known], str]:
    return lambda known: path


def of(subject: str, period: str, rest: str = "") -> Callable[[Known], str]:
    """A review's page, or one below it."""
    return lambda known: known.review(subject, period) + rest


def task(subject: str, period: str, name: str, rest: str = "") -> Callable[[Known], str]:
    return lambda known: known.task(subject, period, name) + rest


REVIEW, TASK, STEP = "/reviews/{review}", "/reviews/{review}/tasks/{task}", "/reviews/{review}/tasks/{task}/"

PLACES: tuple[Place, ...] = (
    Place("sign-in", "/sign-in", None, fixed("/sign-in")),
    Place("sign-in-link", "/sign-in", None, fixed("/sign-in?link=rc_unknown")),
    Place("sign-in-wrong", "/sign-in", None, fixed("/sign-in?link=rc_unknown"), press("/sign-in"), status=403),
    Place("work", "/", MANAGER, fixed("/")),
    Place("work-nothing", "/", OTHER_HR, fixed("/")),
    Place("work-subject", "/", SIGNS, fixed("/")),
    Place("reviews", "/reviews", MANAGER, fixed("/reviews")),
    Place("reviews-hr", "/reviews", HR, fixed("/reviews?cycle=&show=ended")),
    Place("reviews-nothing", "/reviews", MANAGER, fixed("/reviews?subject=nobody")),
    Place("review-manager", REVIEW, MANAGER, of(PLAN, "2025-Q3")),
    Place("review-answered", REVIEW, MANAGER, of(RATED, NEXT, "?done=answered")),
    Place("review-subject", REVIEW, SIGNS, of(SIGNS, "2025-Q3")),
    Place("review-hr", REVIEW, HR, of(*APPEALED)),
    Place("review-hr-open", REVIEW, HR, of(LATE, NEXT)),
    Place("review-held", REVIEW, HR, of(HELD, NEXT)),
    Place("review-held-manager", REVIEW, MANAGER, of(HELD, NEXT)),
    Place("reviews-held", "/reviews", HR, fixed(f"/reviews?subject={HELD}")),
    Place("task-held", TASK, MANAGER, task(HELD, NEXT, "propose")),
    Place("review-auditor", REVIEW, AUDITOR, of("am18", "2025-Q3")),
    Place("task-plan", TASK, MANAGER, task(PLAN, "2025-Q3", "plan")),
    Place("task-plan-more", TASK, MANAGER, task(PLAN, "2025-Q3", "plan"), adds_a_row),
    Place("task-plan-faults", TASK, MANAGER, task(PLAN, "2025-Q3", "plan"), press(""), status=422),
    Place("task-check", TASK, MANAGER, task("am18", "2025-Q3", "check")),
    Place("task-evaluation", TASK, MANAGER, task(RATED, "2025-Q4", "review")),
    Place("task-rating", TASK, MANAGER, task(RATED, NEXT, "monthly")),
    Place("task-rating-faults", TASK, MANAGER, task(RATED, NEXT, "monthly"), press(""), status=422),
    Place("task-targets", TASK, MANAGER, task(LATE, NEXT, "propose")),
    Place("task-sign", TASK, SIGNS, task(SIGNS, "2025-Q3", "sign")),
    Place("task-sign-faults", TASK, SIGNS, task(SIGNS, "2025-Q3", "sign"), press(""), status=422),
    Place("task-agree", TASK, AGREES, task(AGREES, NEXT, "agree")),
    Place("task-of-others", TASK, HR, task(PLAN, "2025-Q3", "plan")),
    Place("waive", STEP + "waive", HR, task(PLAN, "2025-Q3", "plan", "/waive")),
    Place("reassign", STEP + "reassign", HR, task(PLAN, "2025-Q3", "plan", "/reassign")),
    Place("reassign-faults", STEP + "reassign", HR, task(PLAN, "2025-Q3", "plan", "/reassign"), press(""), status=422),
    Place("delegate", STEP + "delegate", MANAGER, task(PLAN, "2025-Q3", "plan", "/delegate")),
    Place("delegate-faults", STEP + "delegate", MANAGER, task(PLAN, "2025-Q3", "plan", "/delegate"), press(""),
          status=422),
    Place("retract", STEP + "retract", MANAGER, task(PLAN, "2025-Q3", "plan", "/retract")),
    Place("extend", STEP + "extend", HR, task(PLAN, "2025-Q3", "plan", "/extend")),
    Place("extend-faults", STEP + "extend", HR, task(PLAN, "2025-Q3", "plan", "/extend"), press(""), status=422),
    Place("extend-deadline", REVIEW + "/extend", HR, of(LATE, NEXT, "/extend")),
    Place("hold", REVIEW + "/hold", HR, of(PLAN, "2025-Q3", "/hold")),
    Place("resume", REVIEW + "/resume", HR, of(HELD, NEXT, "/resume")),
    Place("skip", REVIEW + "/skip", HR, of(PLAN, "2025-Q3", "/skip")),
    Place("remark", REVIEW + "/remark", MANAGER, of(PLAN, "2025-Q3", "/remark")),
    Place("withdraw", REVIEW + "/interventions/{name}", HR, of(PLAN, "2025-Q3", "/interventions/withdraw")),
    Place("correct", REVIEW + "/correct", HR, of(PLAN, "2025-Q3", "/correct")),
    Place("cycles", "/cycles", HR, fixed("/cycles")),
    Place("cycle", "/cycles/{cycle}", HR, lambda known: f"/cycles/{known.cycles['2025-Q3']}"),
    Place("cycle-late", "/cycles/{cycle}", HR, lambda known: f"/cycles/{known.cycles[NEXT]}?done=opened"),
    Place("cycle-manager", "/cycles/{cycle}", MANAGER, lambda known: f"/cycles/{known.cycles['2025-Q4']}"),
    Place("cohort", "/cycles/{cycle}/cohort", DIRECTOR, lambda known: f"/cycles/{known.cycles[YEAR]}/cohort"),
    Place("cohort-refused", "/cycles/{cycle}/cohort", DIRECTOR, lambda known: (
        f"/cycles/{known.cycles[YEAR]}/cohort"
    ), press(""), status=422),
    Place("cycle-new", "/cycles/new", HR, fixed("/cycles/new")),
    Place("cycle-new-faults", "/cycles/new", HR, fixed("/cycles/new"), press(""), status=422),
    Place("definitions", "/definitions", HR, fixed("/definitions")),
    Place("definition", "/definitions/{fingerprint}", AUDITOR, lambda known: f"/definitions/{known.in_force}"),
    Place("definition-waits", "/definitions/{fingerprint}", OTHER_HR, lambda known: f"/definitions/{known.proposed}"),
    Place("definition-own", "/definitions/{fingerprint}", HR, lambda known: f"/definitions/{known.proposed}"),
    Place("differences", "/definitions/{fingerprint}/differences", OTHER_HR, lambda known: (
        f"/definitions/{known.proposed}/differences"
    )),
    Place("differences-first", "/definitions/{fingerprint}/differences", HR, lambda known: (
        f"/definitions/{known.in_force}/differences"
    )),
    Place("dates", "/definitions/{fingerprint}/dates", HR, lambda known: (
        f"/definitions/{known.in_force}/dates?for=am01&from=2026-01-05"
    )),
    Place("dates-own", "/definitions/{fingerprint}/dates", SIGNS, lambda known: f"/definitions/{known.in_force}/dates"),
    Place("dates-nobody", "/definitions/{fingerprint}/dates", HR, lambda known: (
        f"/definitions/{known.in_force}/dates?for=000"
    ), status=404),
    Place("review-dates", "/reviews/{review}/dates", MANAGER, of(PLAN, "2025-Q3", "/dates")),
    Place("definition-edit", "/definitions/edit", HR, fixed("/definitions/edit")),
    Place("definition-checked", "/definitions/edit", HR, fixed("/definitions/edit"), press("_check")),
    Place("problem", "/problems/{code}", HR, fixed("/problems/WF053")),
    Place("problem-refusal", "/problems/{code}", MANAGER, fixed("/problems/not_your_task")),
    Place("whatif", "/definitions/whatif", HR, lambda known: f"/definitions/whatif?of={known.proposed}"),
    Place("whatif-tried", "/definitions/whatif", HR, lambda known: f"/definitions/whatif?of={known.in_force}", tried),
    Place("whatif-job", "/definitions/whatif/{job}", HR, lambda known: f"/definitions/whatif/{known.trial}"),
    Place("audit", "/audit", AUDITOR, fixed("/audit")),
    Place("audit-found", "/audit", AUDITOR, fixed("/audit?subject=am33")),
    Place("timeline", "/audit/{review}", AUDITOR, lambda known: f"/audit/{known.reviews[APPEALED]}"),
    Place("timeline-at", "/audit/{review}", AUDITOR, lambda known: (
        f"/audit/{known.reviews[APPEALED]}?order=newest&at=2025-10-20T09:00:00"
    )),
    Place("timeline-between", "/audit/{review}", AUDITOR, lambda known: (
        f"/audit/{known.reviews[APPEALED]}?start=2025-10-15T00:00:00&end=2025-11-06T00:00:00"
    )),
    Place("verdict", "/audit/verify/{job}", AUDITOR, lambda known: f"/audit/verify/{known.job}"),
    Place("account", "/account", MANAGER, fixed("/account")),
    Place("account-hr", "/account", HR, fixed("/account")),
    Place("account-token", "/account", MANAGER, fixed("/account"), press("/account/tokens")),
    Place("nowhere", "/{any}", MANAGER, fixed("/no/such/page"), status=404),
    Place("not-allowed", "/{any}", MANAGER, fixed("/cycles/new"), status=403),
    Place("spring-work", "/", SIGNS, fixed("/"), spring=True),
    Place("spring-self", TASK, SIGNS, task(SIGNS, NEXT, "self"), spring=True),
    Place("spring-peers", TASK, SIGNS, lambda known: known.asked, spring=True),
    Place("spring-settle", TASK, HR, task(RATED, "2025-Q4", "settle"), spring=True),
    Place("spring-cycle", "/cycles/{cycle}", HR, lambda known: f"/cycles/{known.cycles['2025-Q4']}", spring=True),
)  # fmt: skip
