"""Commands and options that speak both languages: help texts are codes of the words room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from api.cli.terminal import Terminal
from engine.clock import parse_instant
from engine.words.book import LANGS, say

Made = TypeVar("Made", bound=Callable[..., Any])


def terminal_of(ctx: click.Context) -> Terminal:
    """The terminal of this call; a plain English one where none was handed in."""
    kept = ctx.find_root().obj
    return kept if isinstance(kept, Terminal) else Terminal()


class Option(click.Option):
    """An option whose `help` is a code."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None or self.help is None:
            return record
        return record[0], say(terminal_of(ctx).lang, self.help)


class Spoken(click.Command):
    """A command whose `help` is a code and whose headings are said in the terminal's language."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        prefix = say(terminal_of(ctx).lang, "cli.usage")
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=prefix)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(say(terminal_of(ctx).lang, self.help))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx)) is not None]
        if records:
            with formatter.section(say(terminal_of(ctx).lang, "cli.options")):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say(terminal_of(ctx).lang, "cli.option.help")
        return option


class Verb(Spoken):
    """One verb."""


class Verbs(Spoken, click.Group):
    """Verbs that are imported only when they are called: `places` says module and name, `--help` reads only words."""

    def __init__(self, *args: Any, places: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: Mapping[str, tuple[str, str]] = places or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.places, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.places.get(cmd_name)
        if place is None:
            return self.commands.get(cmd_name)
        found = getattr(import_module(place[0]), place[1])
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise Misuse("cli.verb_meant" if near else "cli.no_such_verb", ctx, name=args[0], near="".join(near))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        lang = terminal_of(ctx).lang
        path = [part for part in _path(ctx) if part]
        rows = [(name, say(lang, ".".join(["cli", "verb", *path, name]))) for name in self.list_commands(ctx)]
        with formatter.section(say(lang, "cli.verbs")):
            formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in self.list_commands(ctx) if name.startswith(incomplete)]


def _path(ctx: click.Context) -> list[str]:
    """Names of the verbs above and at this context, without the program's own."""
    names: list[str] = []
    at: click.Context | None = ctx
    while at is not None and at.parent is not None:
        names.insert(0, at.info_name or "")
        at = at.parent
    return names


class Misuse(click.UsageError):
    """A call that cannot be understood, said by code; exit code 2."""

    def __init__(self, code: str, ctx: click.Context | None = None, **values: object) -> None:
        super().__init__(code, ctx)
        self.code = code
        self.values = values


class ExistingPath(click.ParamType[Path]):
    """A file or folder that is there; anything else is a misuse."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if not path.exists():
            raise Misuse("cli.no_such_file", ctx, path=path)
        return path


class Instant(click.ParamType[datetime]):
    """An ISO instant with its zone (`2025-10-03T12:00:00+08:00`)."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return value if isinstance(value, datetime) else parse_instant(value)
        except ValueError:
            raise Misuse("cli.no_instant", ctx, text=value) from None


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping; a text without `=` or a name given twice is a misuse."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or name.strip() in found:
            raise Misuse("cli.no_pair", text=text)
        found[name.strip()] = value.strip()
    return found


def option(*names: str, help: str, **settings: Any) -> Callable[[Made], Made]:
    """`click.option` with a code for its help."""
    return click.option(*names, cls=Option, help=help, **settings)


def _keep(change: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Puts an option's value into the terminal of this call."""

    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> Any:
        if value is not None:
            setattr(terminal_of(ctx), change, value)
        return value

    return keep


lang_option = option(
    "--lang", type=click.Choice(LANGS), help="cli.option.lang",
    expose_value=False, is_eager=True, callback=_keep("lang"),
)
data_option = option(
    "--data", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="cli.option.data",
    expose_value=False, callback=_keep("data"),
)
format_option = option(
    "--format", "format_", type=click.Choice(("text", "json")), help="cli.option.format",
    expose_value=False, callback=_keep("format"),
)
as_option = option("--as", "person", metavar="REF", required=True, envvar="REVIEWCYCLE_AS", help="cli.option.as")
as_maybe = option("--as", "person", metavar="REF", envvar="REVIEWCYCLE_AS", help="cli.option.as")


def verb(name: str, *, data: bool = True, formats: bool = True) -> Callable[[Callable[..., Any]], click.Command]:
    """Makes a function a verb: its help is `cli.help.<name>`, it takes the terminal first and the usual options."""

    def make(function: Callable[..., Any]) -> click.Command:
        @click.pass_context
        def run(ctx: click.Context, *args: Any, **kwargs: Any) -> Any:
            return function(terminal_of(ctx), *args, **kwargs)

        run.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]
        made: Callable[..., Any] = lang_option(run)
        made = data_option(made) if data else made
        made = format_option(made) if formats else made
        return click.command(name.rpartition(".")[2], cls=Verb, help=f"cli.help.{name}")(made)

    return make
