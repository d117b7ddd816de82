"""The steps of a review on the command line: each builds one command and hands it to `handle`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from api.cli.facts_file import read_plain
from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, as_option, option, pairs, verb
from api.refusals import DONE, REFUSED
from engine.definition.model import Definition
from engine.operations.handle import Receipt
from engine.review.case import Actor, Refused
from engine.review.commands import Command, Intervene, Remark, Retract, Waive
from engine.runtime import Runtime

dry_option = option("--dry-run", "dry", is_flag=True, help="cli.option.dry_run")
key_option = option("--key", metavar="KEY", help="cli.option.key")
reason_option = option("--reason", metavar="TEXT", required=True, help="cli.option.reason")
comment_option = option("--comment", metavar="TEXT", help="cli.option.comment")


def carry_out(
    terminal: Terminal, person: str, review: str, make: Callable[[Runtime, Actor, str], Command | Refused],
    key: str | None, dry: bool,
) -> int:
    """Names the review, hands the command to `handle` and says what became of it."""
    from engine.operations.handle import handle
    from engine.operations.names import actor_named, definition_of, review_named

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        named = review_named(runtime, review, actor=actor)
        command = make(runtime, actor, named)
        outcome = command if isinstance(command, Refused) else handle(runtime, actor, command, key=key, dry=dry)
        return tell(terminal, outcome, definition_of(runtime, named), dry)


def tell(terminal: Terminal, outcome: Receipt | Refused, definition: Definition, dry: bool) -> int:
    """Says a receipt on standard output, a refusal on standard error; the exit code."""
    from engine.operations.telling import say_receipt, say_refused

    if not isinstance(outcome, Refused):
        terminal.answer(outcome, say_receipt(terminal.lang, outcome, definition, dry))
        return DONE
    if terminal.json:
        terminal.data_out({"refused": outcome})
    else:
        for line in say_refused(terminal.lang, outcome, definition):
            click.echo(line, err=True)
    return REFUSED


ANSWER_KEYS = frozenset({"form", "ratings", "targets", "grade", "comment", "outcome"})


def from_file(file: Path | None) -> dict[str, Any]:
    """What an answer file holds; InputError for a file that cannot be read, a misuse for a key it may not have."""
    if file is None:
        return {}
    held = read_plain(file)
    if not isinstance(held, dict) or not held.keys() <= ANSWER_KEYS:
        raise Misuse("cli.answer_keys", path=file, keys=", ".join(sorted(ANSWER_KEYS)))
    return held


@verb("review.answer")
@click.argument("review")
@click.argument("task")
@option("--outcome", metavar="OUTCOME", help="cli.option.outcome")
@option("--rate", "ratings", metavar="INPUT=VALUE", multiple=True, help="cli.option.rate")
@option("--target", "targets", metavar="NAME=VALUE", multiple=True, help="cli.option.target")
@option("--form", "fields", metavar="NAME=VALUE", multiple=True, help="cli.option.form")
@option("--file", type=ExistingPath(), metavar="FILE", help="cli.option.form_file")
@option("--grade", metavar="GRADE", help="cli.option.grade")
@comment_option
@key_option
@dry_option
@as_option
def answer(
    terminal: Terminal, review: str, task: str, outcome: str | None, ratings: tuple[str, ...], targets: tuple[str, ...],
    fields: tuple[str, ...], file: Path | None, grade: str | None, comment: str | None, key: str | None, dry: bool,
    person: str,
) -> int:
    from engine.operations.answers import answer_of

    held = from_file(file)
    said = {"outcome": outcome, "grade": grade, "comment": comment}
    body = {**held, **{name: value for name, value in said.items() if value}}
    for name, typed in (("form", fields), ("ratings", ratings), ("targets", targets)):
        if typed and isinstance(held.get(name, {}), dict):
            body[name] = {**held.get(name, {}), **pairs(typed)}

    def make(runtime: Runtime, actor: Actor, named: str) -> Command | Refused:
        return answer_of(runtime, actor, named, task, body)

    return carry_out(terminal, person, review, make, key, dry)


@verb("review.waive")
@click.argument("review")
@click.argument("task")
@reason_option
@key_option
@dry_option
@as_option
def waive(
    terminal: Terminal, review: str, task: str, reason: str, key: str | None, dry: bool, person: str
) -> int:
    return carry_out(terminal, person, review, lambda _rt, _actor, named: Waive(named, task, reason), key, dry)


@verb("review.reassign")
@click.argument("review")
@click.argument("task")
@option("--to", "to", metavar="REF", required=True, help="cli.option.to")
@reason_option
@key_option
@dry_option
@as_option
def reassign(
    terminal: Terminal, review: str, task: str, to: str, reason: str, key: str | None, dry: bool, person: str
) -> int:
    from engine.operations.naming import reassigned

    def make(runtime: Runtime, actor: Actor, named: str) -> Command | Refused:
        return reassigned(runtime, actor, named, task, to, reason)

    return carry_out(terminal, person, review, make, key, dry)


@verb("review.delegate")
@click.argument("review")
@click.argument("task")
@option("--to", "to", metavar="REF", required=True, help="cli.option.to")
@reason_option
@key_option
@dry_option
@as_option
def delegate(
    terminal: Terminal, review: str, task: str, to: str, reason: str, key: str | None, dry: bool, person: str
) -> int:
    from engine.operations.naming import delegated

    def make(runtime: Runtime, actor: Actor, named: str) -> Command | Refused:
        return delegated(runtime, actor, named, task, to, reason)

    return carry_out(terminal, person, review, make, key, dry)


@verb("review.retract")
@click.argument("review")
@click.argument("task")
@reason_option
@key_option
@dry_option
@as_option
def retract(
    terminal: Terminal, review: str, task: str, reason: str, key: str | None, dry: bool, person: str
) -> int:
    return carry_out(terminal, person, review, lambda _rt, _actor, named: Retract(named, task, reason), key, dry)


@verb("review.intervene")
@click.argument("review")
@click.argument("name")
@comment_option
@key_option
@dry_option
@as_option
def intervene(
    terminal: Terminal, review: str, name: str, comment: str | None, key: str | None, dry: bool, person: str
) -> int:
    return carry_out(terminal, person, review, lambda _rt, _actor, named: Intervene(named, name, comment), key, dry)


@verb("review.remark")
@click.argument("review")
@click.argument("comment")
@key_option
@dry_option
@as_option
def remark(terminal: Terminal, review: str, comment: str, key: str | None, dry: bool, person: str) -> int:
    return carry_out(terminal, person, review, lambda _rt, _actor, named: Remark(named, comment), key, dry)


@verb("review.correct")
@click.argument("review")
@option("--record", "records", metavar="RECORD", multiple=True, required=True, help="cli.option.record")
@reason_option
@key_option
@dry_option
@as_option
def correct(
    terminal: Terminal, review: str, records: tuple[str, ...], reason: str, key: str | None, dry: bool, person: str
) -> int:
    from engine.operations.figures import CorrectRecords, correct_records
    from engine.operations.names import actor_named, definition_of, review_named
    from engine.operations.once import Once, digest_of

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        named = review_named(runtime, review, actor=actor)
        once = None if key is None else Once(key, digest_of({"review": named, "records": records, "reason": reason}))
        outcome = correct_records(runtime, actor, CorrectRecords(named, records, reason), once, dry=dry)
        return tell(terminal, outcome, definition_of(runtime, named), dry)
