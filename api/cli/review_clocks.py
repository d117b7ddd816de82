"""The time of a review on the command line: later last days, its clocks stopped and started, past a state."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from api.cli.review_steps import carry_out, dry_option, key_option, reason_option
from api.cli.terminal import Terminal
from api.cli.verbs import Misuse, as_option, option, verb
from engine.review.commands import Extend, Hold, Resume, Skip


class Day(click.ParamType[date]):
    """A day as people write it (`2025-10-31`, `2025年10月31日`); anything else is a misuse that says how."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from engine.errors import InputError
        from engine.operations.naming import day_named

        try:
            return value if isinstance(value, date) else day_named(value)
        except InputError as error:
            raise Misuse(error.code, ctx, **error.values) from None


@verb("review.extend")
@click.argument("review")
@click.argument("task", required=False)
@option("--until", type=Day(), metavar="DATE", required=True, help="cli.option.later_until")
@reason_option
@key_option
@dry_option
@as_option
def extend(
    terminal: Terminal, review: str, task: str | None, until: date, reason: str, key: str | None, dry: bool, person: str
) -> int:
    def make(_rt: object, _actor: object, named: str) -> Extend:
        return Extend(named, reason, until, task)

    return carry_out(terminal, person, review, make, key, dry)


@verb("review.hold")
@click.argument("review")
@option("--until", type=Day(), metavar="DATE", help="cli.option.hold_until")
@reason_option
@key_option
@dry_option
@as_option
def hold(
    terminal: Terminal, review: str, until: date | None, reason: str, key: str | None, dry: bool, person: str
) -> int:
    return carry_out(terminal, person, review, lambda _rt, _actor, named: Hold(named, reason, until), key, dry)


@verb("review.resume")
@click.argument("review")
@reason_option
@key_option
@dry_option
@as_option
def resume(terminal: Terminal, review: str, reason: str, key: str | None, dry: bool, person: str) -> int:
    return carry_out(terminal, person, review, lambda _rt, _actor, named: Resume(named, reason), key, dry)


@verb("review.skip")
@click.argument("review")
@reason_option
@key_option
@dry_option
@as_option
def skip(terminal: Terminal, review: str, reason: str, key: str | None, dry: bool, person: str) -> int:
    return carry_out(terminal, person, review, lambda _rt, _actor, named: Skip(named, reason), key, dry)
