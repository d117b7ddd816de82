"""`token`: ways in for programs and browsers. What lets somebody in is told once, alone on standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Verbs, as_maybe, lang_option, option, verb
from engine.clock import instant_text

if TYPE_CHECKING:
    from datetime import datetime

    from engine.operations.tokens import NewlyMade
    from engine.store.tokens import Token

DAYS = 90


@verb("token.new")
@click.argument("ref", metavar="PERSON")
@option("--days", type=int, default=DAYS, metavar="N", help="cli.option.days")
@as_maybe
def new(terminal: Terminal, ref: str, days: int, person: str | None) -> None:
    from engine.operations.names import actor_named
    from engine.operations.tokens import NewToken, new_token

    with opened(terminal) as runtime:
        made = new_token(runtime, actor_named(runtime, person), NewToken(ref, days))
    _tell(terminal, "cli.token.made", ref, made, made.text)


@verb("token.link")
@click.argument("ref", metavar="PERSON")
@option("--url", metavar="URL", help="cli.option.url")
@as_maybe
def link(terminal: Terminal, ref: str, url: str | None, person: str | None) -> None:
    from engine.operations.names import actor_named
    from engine.operations.sign_in import new_link

    with opened(terminal) as runtime:
        made = new_link(runtime, actor_named(runtime, person), ref)
    _tell(terminal, "cli.token.link_made", ref, made, address_of(made.text, url))


@verb("token.list")
@click.argument("ref", metavar="PERSON")
@as_maybe
def list_(terminal: Terminal, ref: str, person: str | None) -> None:
    from engine.operations.names import actor_named
    from engine.operations.tokens import tokens_of

    with opened(terminal) as runtime:
        found = tokens_of(runtime, actor_named(runtime, person), ref)
        now = runtime.clock.now()
    none = [terminal.text("cli.token.none", ref=ref)]
    terminal.answer(found, [_line(terminal, one, now) for one in found] or none)


@verb("token.revoke")
@click.argument("token", metavar="ID")
@as_maybe
def revoke(terminal: Terminal, token: str, person: str | None) -> None:
    from engine.operations import tokens
    from engine.operations.names import actor_named

    with opened(terminal) as runtime:
        shut = tokens.revoke(runtime, actor_named(runtime, person), token)
    at = instant_text(shut.revoked_at) if shut.revoked_at else ""
    terminal.answer(shut, [terminal.text("cli.token.revoked", id=shut.id, at=at)])


@click.group(
    "token", cls=Verbs, help="cli.help.token", commands={"new": new, "list": list_, "revoke": revoke, "link": link}
)
@lang_option
def token() -> None:
    pass


def address_of(text: str, url: str | None) -> str:
    """Where the holder of a link signs in; without the server's address, the text that the page asks for."""
    return text if url is None else f"{url.rstrip('/')}/sign-in?link={text}"


def _tell(terminal: Terminal, code: str, ref: str, made: NewlyMade, text: str) -> None:
    """For a program the whole; for a person the sentence beside the stream that a shell would take the text from."""
    if terminal.json:
        terminal.data_out({"id": made.id, "person": ref, "text": text, "expires_at": made.expires_at})
        return
    terminal.warn(code, id=made.id, ref=ref, until=instant_text(made.expires_at)[:16].replace("T", " ") + " UTC")
    terminal.show(text)


def _line(terminal: Terminal, one: Token, now: datetime) -> str:
    code, until = "cli.token.live", one.expires_at
    if one.revoked_at is not None:
        code, until = "cli.token.shut", one.revoked_at
    elif one.expires_at <= now:
        code = "cli.token.over"
    return terminal.text(code, id=one.id, made=instant_text(one.made_at)[:10], until=instant_text(until)[:10])
