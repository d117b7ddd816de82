"""All pages, in the order in which a person meets them."""

from __future__ import annotations

from api.kit.route import Door
from api.pages import asset_files
from api.pages.views import (
    account,
    audit,
    clocks,
    cohort,
    correct,
    cycles,
    dates,
    definitions,
    problems,
    review,
    reviews,
    sign_in,
    steps,
    tasks,
    whatif,
    work,
)

DOORS: tuple[Door, ...] = (
    asset_files.door, sign_in.door, work.door, reviews.door, review.door, tasks.door, steps.door, clocks.door,
    correct.door,
    cycles.door, cohort.door, whatif.door, dates.door, definitions.door, problems.door, audit.door, account.door,
)  # fmt: skip
