"""The command line: finds the verb, and turns whatever goes wrong into a sentence and an exit code."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence

import click

from api.cli.terminal import Terminal, choose_lang, speak_utf8
from api.cli.verbs import Misuse, Verbs, data_option, lang_option, option, terminal_of
from api.refusals import DONE, MISUSED, REFUSED, reply_for
from engine.errors import ReviewcycleError

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("api.cli.demo", "demo"),
    "init": ("api.cli.init", "init"),
    "check": ("api.cli.check", "check"),
    "explain": ("api.cli.explain", "explain"),
    "test": ("api.cli.examples", "examples"),
    "simulate": ("api.cli.simulate", "simulate"),
    "score": ("api.cli.score", "score"),
    "whatif": ("api.cli.whatif", "whatif"),
    "diagram": ("api.cli.diagram", "diagram"),
    "diff": ("api.cli.diff", "diff"),
    "timeline": ("api.cli.timeline", "timeline"),
    "publish": ("api.cli.publish", "publish"),
    "people": ("api.cli.people", "people"),
    "cycle": ("api.cli.cycle", "cycle"),
    "data": ("api.cli.data", "data"),
    "review": ("api.cli.review", "review"),
    "token": ("api.cli.token", "token"),
    "history": ("api.cli.history", "history"),
    "verify": ("api.cli.verify", "verify"),
    "serve": ("api.cli.serve", "serve"),
    "worker": ("api.cli.worker", "worker"),
    "doctor": ("api.cli.doctor", "doctor"),
}
INTERRUPTED = 130
ALLOCATIONS_MAX = 50_000
"""So many objects are made before unused circles are looked for: what is imported stays, and looking costs a tenth."""


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("reviewcycle")
        except PackageNotFoundError:
            number = terminal_of(ctx).text("cli.not_installed")
        click.echo(f"reviewcycle {number}")
        ctx.exit()


@click.group(cls=Verbs, places=VERBS, help="cli.help", no_args_is_help=True, subcommand_metavar="VERB ...")
@option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="cli.option.version")
@data_option
@lang_option
def cli() -> None:
    pass


def main() -> None:
    """Entry point of the installed command."""
    speak_utf8()
    code = run(sys.argv[1:])
    gc.freeze()  # the process ends: nothing need be looked through for litter once more
    sys.exit(code)


def run(args: Sequence[str]) -> int:
    """One call, from its arguments to its exit code: 0 done, 1 refused or faulty, 2 misused."""
    gc.set_threshold(ALLOCATIONS_MAX)
    terminal = Terminal(lang=choose_lang(args, os.environ))
    try:
        code = cli.main(list(args), prog_name="reviewcycle", obj=terminal, standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.UsageError as error:
        return _misused(terminal, error)
    except click.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except ReviewcycleError as error:
        terminal.warn(error.code, **error.values)
        _show_where(terminal, error)
        return reply_for(error).exit_code
    except BrokenPipeError:
        # The reader (`| head`) has had enough; nothing is left to say to it.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        from api.unexpected import keep_traceback

        name, path = keep_traceback(error, terminal.data, os.environ)
        terminal.warn("cli.unexpected", id=name, path=path)
        return REFUSED


def _show_where(terminal: Terminal, error: ReviewcycleError) -> None:
    """The places of a file that could not be read, where the error knows them."""
    problems = getattr(error, "problems", ())
    if problems:
        from api.cli.problems import show_problems

        show_problems(terminal, problems)


def _misused(terminal: Terminal, error: click.UsageError) -> int:
    """Says what was wrong with the call, in the caller's language, and where help is."""
    param = getattr(error, "param", None)
    name = param.get_error_hint(error.ctx) if param is not None and error.ctx is not None else ""
    if isinstance(error, Misuse):
        terminal.warn(error.code, **error.values)
    elif isinstance(error, click.NoSuchOption):
        terminal.warn("cli.no_such_option", name=error.option_name)
    elif isinstance(error, click.MissingParameter):
        terminal.warn("cli.missing", name=name or error.param_hint or "")
    elif isinstance(error, click.BadParameter) and terminal.lang != "en":
        terminal.warn("cli.bad_value", name=name or error.param_hint or "")
    else:
        click.echo(error.format_message(), err=True)
    if error.ctx is not None:
        terminal.warn("cli.try_help", command=error.ctx.command_path)
    return MISUSED
