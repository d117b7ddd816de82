"""`verify`: the verdict over the stored history."""

from __future__ import annotations

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import verb
from api.refusals import DONE, REFUSED


@verb("verify")
def verify(terminal: Terminal) -> int:
    from engine.operations.audit import verify as verify_history
    from engine.operations.telling import say_verdict

    with opened(terminal) as runtime:
        verdict = verify_history(runtime)
    terminal.answer(verdict, say_verdict(terminal.lang, verdict))
    return DONE if verdict.ok else REFUSED
