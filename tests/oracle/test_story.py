"""The story as the engine plays it against the oracle: to the last digit, and change for change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from tests.oracle.changing import change_answer, change_figure, change_weight, smaller
from tests.oracle.clerk import read_csv
from tests.oracle.playing import Outcome, play
from tests.oracle.story_oracle import Verdict, half_up, text_of, verdicts

FOLDER = Path(__file__).parents[2] / "workflows" / "account-manager"
FEW = ["am03", "am09", "am10", "am12", "am15", "am31", "am33"]
"""Small sample, a hand-over and its receiver, a violation, no proposal, two colleagues, a corrected figure."""

Change = Callable[[Path], None]


def differences(outcome: Outcome, verdict: Verdict) -> list[str]:
    """Names of whatever the engine and the oracle do not agree on, to the last digit."""
    metrics, figures = outcome.result["metrics"], outcome.result["figures"]
    pairs: list[tuple[str, object, object]] = [
        ("total", outcome.total, text_of(verdict.total)),
        ("grade", outcome.grade, verdict.grade),
        ("first_grade", outcome.first_grade, verdict.first_grade),
    ]
    pairs += [(name, metrics[name]["score"], text_of(one)) for name, one in verdict.scores.items()]
    pairs += [(f"figure {name}", number(figures.get(name)), one) for name, one in verdict.figures.items()]
    return [name for name, got, wanted in pairs if got != wanted]


def number(text: object) -> Fraction | None:
    return None if text is None else Fraction(str(text))


def disagreements(outcomes: dict[str, Outcome], expected: dict[str, Verdict]) -> dict[str, list[str]]:
    found = {ref: differences(outcomes[ref], expected[ref]) for ref in expected}
    return {ref: names for ref, names in found.items() if names}


def grades(found: dict[str, Outcome]) -> dict[str, tuple[str | None, str | None]]:
    return {ref: (one.total, one.grade) for ref, one in found.items()}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Outcome]]:
    """A copy of the workflow with a few reviews, and what the engine made of them."""
    root = tmp_path_factory.mktemp("few")
    folder = smaller(FOLDER, root / "workflow", FEW)
    return folder, play(folder, root / "data", FEW)


@pytest.mark.slow
def test_fewer_reviews_end_the_same(few: tuple[Path, dict[str, Outcome]]) -> None:
    folder, outcomes = few
    whole = verdicts(FOLDER)
    assert verdicts(folder) == {ref: whole[ref] for ref in FEW}
    assert disagreements(outcomes, verdicts(folder)) == {}


@pytest.mark.slow
def test_the_comparison_sees_one_more_of_any_figure(few: tuple[Path, dict[str, Outcome]]) -> None:
    """The control: whichever figure of the oracle grows by 1, the comparison fails for that review and no other."""
    folder, outcomes = few
    expected = verdicts(folder)
    for ref, verdict in expected.items():
        for name, value in verdict.figures.items():
            if value is None:
                continue
            verdict.figures[name] = value + 1
            assert disagreements(outcomes, expected) == {ref: [f"figure {name}"]}
            verdict.figures[name] = value


CHANGES: dict[str, Change] = {
    "sales of the month of a hand-over": lambda f: change_figure(f, "figures_crm.csv", "CRM-2509-014", "1.00"),
    "a weight the few share": lambda f: change_weight(f, complaints=15, response=5),
}
MORE: dict[str, Change] = {
    "the manager's rating": lambda f: change_answer(f, "answers_july.csv", "tm2", "am10", "monthly", "1"),
    "a colleague too few to count": lambda f: change_answer(f, "answers_september.csv", "am27", "am31", "peers", "1"),
    "the subject's own rating": lambda f: change_answer(f, "answers_september.csv", "am33", "am33", "self", "5"),
    "a survey under its least sample": lambda f: change_figure(f, "figures_survey.csv", "SV-Q3-03", "99.00"),
    "satisfaction that delights": lambda f: change_figure(f, "figures_survey.csv", "SV-Q3-12", "95.00"),
    "the figure that is corrected later": lambda f: change_figure(f, "figures_service.csv", "CR-Q3-33", "51.00"),
    "the correction": lambda f: change_figure(f, "late/figures_service.csv", "CR-Q3-33", "9.20"),
    "a violation taken back": lambda f: change_figure(f, "figures_compliance.csv", "CP-Q3-10", "0"),
    "the plan of the quarter before": lambda f: change_figure(f, "figures_plan.csv", "PL-09-2502", "900000.00"),
    "sales of the quarter before": lambda f: change_figure(f, "q2/figures_crm.csv", "CRM-2505-005", "1.00"),
    "the weakest month of new customers": lambda f: change_figure(f, "figures_newcustomers.csv", "NC-2508-12", "8"),
    "two weights of open metrics": lambda f: change_weight(f, satisfaction=15, new_customers=20),
    "all weights": lambda f: change_weight(f, sales=20, teamwork=15, improvement=5, complaints=15),
}


def changes_as_predicted(few: tuple[Path, dict[str, Outcome]], tmp_path: Path, change: Change) -> set[str]:
    """Plays the changed story; the reviews that moved are the predicted ones, which are returned."""
    folder, before = few
    changed = tmp_path / "workflow"
    shutil.copytree(folder, changed)
    change(changed)
    was, expected = verdicts(folder), verdicts(changed)
    after = play(changed, tmp_path / "data", FEW)
    assert disagreements(after, expected) == {}
    predicted = {ref for ref in FEW if (was[ref].total, was[ref].grade) != (expected[ref].total, expected[ref].grade)}
    assert {ref for ref in FEW if grades(before)[ref] != grades(after)[ref]} == predicted
    return predicted


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if place else name for place, name in enumerate(CHANGES)]
)
def test_a_change_moves_exactly_what_the_oracle_predicts(
    name: str, few: tuple[Path, dict[str, Outcome]], tmp_path: Path
) -> None:
    assert changes_as_predicted(few, tmp_path, CHANGES[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", MORE)
def test_more_changes_move_exactly_what_the_oracle_predicts(
    name: str, few: tuple[Path, dict[str, Outcome]], tmp_path: Path
) -> None:
    changes_as_predicted(few, tmp_path, MORE[name])


def some_figure(folder: Path, random: Random) -> tuple[str, str, str]:
    """File, record and a value a tenth larger, of a figure that cannot push a review into an improvement plan."""
    file = random.choice(["figures_crm.csv", "figures_survey.csv", "figures_service.csv", "q2/figures_crm.csv"])
    rows = [row for row in read_csv(folder / "sample" / file) if row["value"] and row["input"] != "complaint_rate"]
    row = random.choice(rows)
    value = half_up(Fraction(row["value"]) * Fraction(11, 10), 2)
    return file, row["record"], str(text_of(min(value, Fraction(100)) if row["input"] == "satisfaction" else value))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_any_figure_moves_exactly_what_the_oracle_predicts(
    seed: int, few: tuple[Path, dict[str, Outcome]], tmp_path: Path
) -> None:
    file, record, value = some_figure(few[0], Random(seed))
    changes_as_predicted(few, tmp_path, lambda folder: change_figure(folder, file, record, value))
