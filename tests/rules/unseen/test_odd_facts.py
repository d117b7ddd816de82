"""Facts that do not fit a card, through the command line: a sentence with its place, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli.main import run
from engine.words.book import LANGS
from rules.cohort.units import graded_together
from tests.rules.unseen.test_unseen import HERE, NAMES, card_named, data

CARD = HERE / "cards" / "extremes.yaml"
NINES = "9" * 5000
ODD = [
    ("yaml", "inputs: {speed: 40.55}", "FA005"),
    ("yaml", "inputs: {speed: 400}", "FA007"),
    ("yaml", "inputs: {sped: 4}", "FA001"),
    ("yaml", "inputs: {speed: fast}", "FA008"),
    ("yaml", "inputs: {speed: [1, 2]}", "FA002"),
    ("yaml", "inputs: {kind: highway}", "FA004"),
    ("yaml", "inputs: {insured: maybe}", "FA008"),
    ("yaml", "inputs: {stars: true}", "FA008"),
    ("yaml", "inputs: {speed: .nan}", "FA008"),
    ("yaml", "inputs: {speed: 1e400}", "FA008"),
    ("json", '{"inputs": {"speed": 1e400}}', "FA007"),
    ("json", '{"inputs": {"speed": 1e999999999}}', "FA007"),
    ("json", '{"inputs": {"speed": "1e3"}}', "FA008"),
    ("yaml", f"inputs: {{speed: {NINES}}}", "FA008"),
    ("json", f'{{"inputs": {{"speed": {NINES}}}}}', "FA007"),
    ("json", f'{{"inputs": {{"speed": "{NINES}"}}}}', "FA008"),
    ("yaml", "inputs: []", "SC101"),
    ("json", '[{"inputs": {}}, 5]', "SC101"),
    ("yaml", "inputs: {speed: {valeu: 3}}", "SC002"),
    ("yaml", "previous: {total: 4}", "SC102"),
    ("yaml", "previous: [{total: good}]", "SC104"),
    ("yaml", "lists: {x: []}", "FA001"),
    ("yaml", "adjusted: z", "SC030"),
    ("yaml", "input: {speed: 4}", "SC002"),
    ("json", '{"inputs": {"speed": NaN}}', "NaN"),
    ("json", '{"inputs": {"speed": 1}', "1:24"),
    ("yaml", "inputs: {speed: 4, speed: 5}", "1:20"),
    ("yaml", "cards: []", "odd.yaml"),
    ("json", "[]", "odd.json"),
]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("kind", "text", "said"), ODD, ids=[f"{text[:40]}" for _, text, _ in ODD])
def test_odd_facts_are_told(
    kind: str, text: str, said: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"odd.{kind}"
    file.write_text(text, encoding="utf-8")
    assert run(["score", str(CARD), str(file), "--lang", lang]) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert "odd." in shown.err
    assert "Traceback" not in shown.err
    assert max(map(len, shown.err.splitlines())) < 400
    assert run(["score", str(CARD), str(file), "--lang", lang, "--format", "json"]) == 1


@pytest.mark.parametrize("text", ["inputs: {speed: null, care: NR, stars: [], kind: ~}", "{}", "inputs: {}"])
def test_what_is_not_known_is_no_fault(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "none.yaml"
    file.write_text(text, encoding="utf-8")
    assert run(["score", str(CARD), str(file), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "blocked"


def test_numbers_as_text_are_the_same_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = {"speed": 40.5, "care": 90, "stars": 4, "kind": "inland", "insured": True}
    found = []
    for inputs in (plain, {**plain, "speed": "40.5", "care": "90", "stars": "4", "insured": "yes"}):
        file = tmp_path / "numbers.json"
        file.write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
        assert run(["score", str(CARD), str(file), "--format", "json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    assert found[0]["total"] == "61.3"


@pytest.mark.parametrize("name", [name for name in NAMES if not graded_together(card_named(name))])
def test_many_cards_give_what_each_gives_alone(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = HERE / "cards" / f"{name}.yaml"
    assert run(["check", str(card)]) == 0
    cases = [case.get("facts") or {} for case in data(HERE / "cases" / f"{name}.yaml")["cases"]]
    many = tmp_path / "many.json"
    written = [{"id": f"n{place}", **facts} for place, facts in enumerate(cases)]
    many.write_text(json.dumps({"cards": written}, default=str, ensure_ascii=False), encoding="utf-8")
    capsys.readouterr()
    code = run(["score", str(card), str(many), "--format", "json"])
    together = json.loads(capsys.readouterr().out)
    assert code == (1 if any(one["status"] == "refused" for one in together) else 0)
    for place, facts in enumerate(cases):
        alone = tmp_path / "alone.json"
        alone.write_text(json.dumps(facts, default=str, ensure_ascii=False), encoding="utf-8")
        code = run(["score", str(card), str(alone), "--format", "json"])
        said = json.loads(capsys.readouterr().out)
        assert {"id": f"n{place}", **said} == together[place]
        assert code == (1 if said["status"] == "refused" else 0)


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["score", str(CARD), str(tmp_path / "nothing.yaml")]) == 2
    assert "nothing.yaml" in capsys.readouterr().err
