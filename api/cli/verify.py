"""`verify`: the verdict over the stored history."""

from __future__ import annotations

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import as_maybe, verb
from api.refusals import DONE, REFUSED


@verb("verify")
@as_maybe
def verify(terminal: Terminal, person: str | None) -> int:
    from api.wire import plain
    from engine.operations.audit import verify as verify_history
    from engine.operations.names import actor_named
    from engine.operations.telling import say_verdict

    with opened(terminal) as runtime:
        verdict = verify_history(runtime, actor_named(runtime, person))
    terminal.answer({"ok": verdict.ok, **plain(verdict)}, say_verdict(terminal.lang, verdict))
    return DONE if verdict.ok else REFUSED
