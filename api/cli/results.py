"""Shows what a scorecard made of its facts: total, grade, a row a metric, and the way there."""

from __future__ import annotations

from collections.abc import Sequence

from api.cli.terminal import Terminal
from api.drawing.ways import titled
from engine.definition.render import width_of
from rules.cohort.model import CohortResult
from rules.cohort.telling import reasons_of, unit_step
from rules.scorecard.course import plain as shown
from rules.scorecard.evaluate import Result
from rules.scorecard.model import Card

HEADS = ("metric", "value", "target", "score", "weight", "contribution")


def show_result(terminal: Terminal, card: Card, result: Result) -> None:
    """Total and grade first, then the metrics in the order of the card, then what follows from the grade."""
    for reason in result.reasons:
        terminal.say(reason.code, **reason.values)
    terminal.say("cli.score.total", total=result.total_text or "–", grade=result.grade or "–")
    nodes = card.nodes()
    rows = [
        [titled(nodes[name].title, name, terminal.lang), _told(terminal, part.value), shown(part.target),
         part.score_text, shown(part.weight), shown(part.contribution)]
        for name, part in result.metrics.items() if part.judged
    ]
    if rows:
        terminal.show(table_text([terminal.text(f"cli.score.{head}") for head in HEADS], rows))
    titles = {node.name: titled(node.title, node.name, terminal.lang) for node in card.consequences}
    for name, value in result.consequences.items():
        terminal.show(f"{titles[name]}: {_told(terminal, value) or '–'}")


def _told(terminal: Terminal, value: object) -> object:
    """A figure for people: yes or no, a number, a word; None where there is none."""
    return terminal.text("score.yes" if value else "score.no") if isinstance(value, bool) else shown(value)


def show_cohort(terminal: Terminal, card: Card, cohort: CohortResult) -> None:
    """Every unit with what became of its rules, what is broken, and what was paid of each pool."""
    from engine.review.cohort_text import pool_line, unit_lines
    from engine.review.score_formula import Teller

    teller = Teller(terminal.lang)
    for report in cohort.units if card.quota is not None else ():
        for line in unit_lines(teller, unit_step(report)):
            terminal.show(line)
        for reason in reasons_of(report):
            terminal.say(reason.code, **reason.values)
        if report.kept:
            terminal.say("cohort.kept")
    titles = {node.name: titled(node.title, node.name, terminal.lang) for node in card.consequences}
    for split in cohort.splits:
        members = sum(bool(part.share) for part in split.parts.values())
        pool = {"pool": shown(split.pool), "paid": shown(split.paid)}
        terminal.show(pool_line(terminal.lang, titles[split.name], split.unit, pool, members))


def table_text(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns two spaces apart, each as wide as its widest cell in either script; None is an empty cell."""
    cells = [list(heads), *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(width_of(row[column]) for row in cells) for column in range(len(heads))]
    lines = [
        "  ".join(cell + " " * (columns - width_of(cell)) for cell, columns in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * columns for columns in widths))
    return "\n".join(lines)
