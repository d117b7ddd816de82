"""`cycle cohort`, `cycle calibrate`, `cycle give`: who is graded together, and their grades settled in one go."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.facts_file import read_plain
from api.cli.opened import opened
from api.cli.review_steps import dry_option, key_option
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, as_option, option, pairs, verb
from api.refusals import DONE, REFUSED

unit_option = option("--unit", metavar="NAME", help="cli.option.cohort_unit")


@verb("cycle.cohort")
@click.argument("cycle")
@unit_option
@as_option
def cohort(terminal: Terminal, cycle: str, unit: str | None, person: str) -> None:
    from engine.operations.calibration import chosen, cohorts_of
    from engine.operations.cohort_told import say_cohorts, told_cohort
    from engine.operations.names import actor_named

    with opened(terminal) as runtime:
        found = cohorts_of(runtime, actor_named(runtime, person), cycle)
    meant = found if unit is None else (chosen(found, unit),)
    terminal.answer([told_cohort(terminal.lang, one) for one in meant], say_cohorts(terminal.lang, meant))


@verb("cycle.calibrate")
@click.argument("cycle")
@unit_option
@option("--file", type=ExistingPath(), metavar="FILE", help="cli.option.answers_file")
@option("--confirm", is_flag=True, help="cli.option.confirm")
@option("--approve", is_flag=True, help="cli.option.approve_quota")
@key_option
@dry_option
@as_option
def calibrate(
    terminal: Terminal, cycle: str, unit: str | None, file: Path | None, confirm: bool, approve: bool, key: str | None,
    dry: bool, person: str,
) -> int:
    from engine.operations.calibrate import calibrate as settle
    from engine.operations.calibration import cohort_of
    from engine.operations.cohort_told import all_settled, say_calibrated, say_not_calibrated, settles
    from engine.operations.names import actor_named
    from engine.operations.once import Once, Replayed, digest_of
    from engine.review.case import Refused

    if (file is None) == (not confirm):
        raise Misuse("cli.file_or_confirm")
    held = settles(read_plain(file)) if file is not None else ()
    wish = {"cycle": cycle, "unit": unit, "confirm": confirm, "approve": approve,
            "answers": [[one.review, one.outcome, one.grade, one.comment] for one in held]}
    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        seen = cohort_of(runtime, actor, cycle, unit)
        answers = held if file is not None else all_settled(seen, seen.waiting)
        once = None if key is None else Once(key, digest_of(wish))
        done = settle(runtime, actor, cycle, unit, answers, approve=approve, once=once, dry=dry)
    if isinstance(done, Refused):
        if terminal.json:
            terminal.data_out({"refused": done})
        else:
            for line in say_not_calibrated(terminal.lang, seen.definition, done):
                click.echo(line, err=True)
        return REFUSED
    if isinstance(done, Replayed):
        terminal.answer(done.receipt, [terminal.text("OP261", count=len(done.receipt["receipts"]))])
    else:
        terminal.answer(done.receipt(), say_calibrated(terminal.lang, seen.definition, done, dry))
    return DONE


@verb("cycle.give")
@click.argument("cycle")
@click.argument("figures", metavar="NAME=VALUE...", nargs=-1, required=True)
@option("--unit", metavar="NAME", help="cli.option.give_unit")
@key_option
@dry_option
@as_option
def give(
    terminal: Terminal, cycle: str, figures: tuple[str, ...], unit: str | None, key: str | None, dry: bool, person: str
) -> None:
    from engine.operations.cohort_figures import GiveFigures, give_figures
    from engine.operations.names import actor_named
    from engine.operations.once import Once, Replayed, digest_of

    told = pairs(figures)
    wanted = GiveFigures(cycle, {name: value if unit is None else {unit: value} for name, value in told.items()})
    once = None if key is None else Once(key, digest_of({"cycle": cycle, "figures": wanted.figures}))
    with opened(terminal) as runtime:
        done = give_figures(runtime, actor_named(runtime, person), wanted, once, dry=dry)
    receipt = dict(done.receipt if isinstance(done, Replayed) else done.receipt())
    held = receipt["figures"]
    rows = [*(("", *one) for one in held.get("all", {}).items()),
            *((name, *one) for name, some in held.get("units", {}).items() for one in some.items())]
    terminal.answer(receipt, [f"{name}{f' ({where})' if where else ''}: {value}" for where, name, value in rows])
