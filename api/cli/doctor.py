"""`doctor`: whether this installation and its data are sound."""

from __future__ import annotations

from api.cli.terminal import Terminal
from api.cli.verbs import verb
from api.refusals import DONE, REFUSED


@verb("doctor")
def doctor(terminal: Terminal) -> int:
    from engine.operations.doctor import doctor as examine
    from engine.runtime import settings_for

    findings = examine(settings_for(terminal.data, terminal.lang))
    if terminal.json:
        terminal.data_out(findings)
    else:
        for finding in findings:
            mark = terminal.text(f"cli.level.{finding.level}")
            terminal.show(f"{mark} {terminal.text(finding.code, **finding.values)}")
    return REFUSED if any(finding.level == "error" for finding in findings) else DONE
