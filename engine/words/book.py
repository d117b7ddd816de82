"""Says a sentence: the one place where a code and its values become text for a person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

LANGS = ("en", "zh")
AREAS = (
    "expressions", "scorecard", "score", "problems", "refusals", "history", "imports", "operations", "demo", "cli",
    "doors", "http", "pages", "cohort", "whatif",
    "pages_of_codes", "pages_of_codes_workflow", "pages_of_codes_scorecard", "pages_of_codes_expressions",
    "differences", "simulate",
    "dates",
)


def areas(lang: str) -> dict[str, Mapping[str, str]]:
    """Sentences of one language by area; KeyError for a language that is not in LANGS.

    The tables of a language are imported when it is first spoken: nobody pays for the other one.
    """
    return {"en": _english, "zh": _chinese}[lang]()


def _english() -> dict[str, Mapping[str, str]]:
    from engine.words.en import (
        cli,
        cohort,
        dates,
        demo,
        differences,
        doors,
        expressions,
        history,
        http,
        imports,
        operations,
        pages,
        pages_of_codes,
        pages_of_codes_expressions,
        pages_of_codes_scorecard,
        pages_of_codes_workflow,
        problems,
        refusals,
        score,
        scorecard,
        simulate,
        whatif,
    )

    return {
        "expressions": expressions.SENTENCES, "scorecard": scorecard.SENTENCES, "score": score.SENTENCES,
        "problems": problems.SENTENCES, "refusals": refusals.SENTENCES, "history": history.SENTENCES,
        "imports": imports.SENTENCES, "operations": operations.SENTENCES, "demo": demo.SENTENCES, "cli": cli.SENTENCES,
        "doors": doors.SENTENCES, "http": http.SENTENCES, "pages": pages.SENTENCES,
        "pages_of_codes": pages_of_codes.SENTENCES, "pages_of_codes_workflow": pages_of_codes_workflow.SENTENCES,
        "pages_of_codes_scorecard": pages_of_codes_scorecard.SENTENCES,
        "pages_of_codes_expressions": pages_of_codes_expressions.SENTENCES,
        "whatif": whatif.SENTENCES,
        "cohort": cohort.SENTENCES,
        "differences": differences.SENTENCES,
        "simulate": simulate.SENTENCES,
        "dates": dates.SENTENCES,
    }


def _chinese() -> dict[str, Mapping[str, str]]:
    from engine.words.zh import (
        cli,
        cohort,
        dates,
        demo,
        differences,
        doors,
        expressions,
        history,
        http,
        imports,
        operations,
        pages,
        pages_of_codes,
        pages_of_codes_expressions,
        pages_of_codes_scorecard,
        pages_of_codes_workflow,
        problems,
        refusals,
        score,
        scorecard,
        simulate,
        whatif,
    )

    return {
        "expressions": expressions.SENTENCES, "scorecard": scorecard.SENTENCES, "score": score.SENTENCES,
        "problems": problems.SENTENCES, "refusals": refusals.SENTENCES, "history": history.SENTENCES,
        "imports": imports.SENTENCES, "operations": operations.SENTENCES, "demo": demo.SENTENCES, "cli": cli.SENTENCES,
        "doors": doors.SENTENCES, "http": http.SENTENCES, "pages": pages.SENTENCES,
        "pages_of_codes": pages_of_codes.SENTENCES, "pages_of_codes_workflow": pages_of_codes_workflow.SENTENCES,
        "pages_of_codes_scorecard": pages_of_codes_scorecard.SENTENCES,
        "pages_of_codes_expressions": pages_of_codes_expressions.SENTENCES,
        "whatif": whatif.SENTENCES,
        "cohort": cohort.SENTENCES,
        "differences": differences.SENTENCES,
        "simulate": simulate.SENTENCES,
        "dates": dates.SENTENCES,
    }


@cache
def sentences(lang: str) -> dict[str, str]:
    """All sentences of one language by code; ValueError when two areas claim the same code."""
    book: dict[str, str] = {}
    for area, part in areas(lang).items():
        twice = book.keys() & part.keys()
        if twice:
            raise ValueError(f"codes said twice, again in {lang}/{area}: {sorted(twice)}")
        book.update(part)
    return book


def has(code: str) -> bool:
    return code in sentences(LANGS[0])


def say(lang: str, code: str, **values: object) -> str:
    """The sentence of a code with its named values filled in. KeyError for an unknown code or a value not given."""
    return sentences(lang)[code].format(**values)
