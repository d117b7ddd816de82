"""Two equal languages: no Latin word in Chinese, no Han in English, beside names, ids, commands and quoted words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from string import Formatter

import pytest

from api.cli.main import run
from engine.clock import HandClock, parse_instant
from engine.review.refusal import Code
from engine.runtime import open_runtime, settings_for
from engine.store import people
from engine.words.book import LANGS, areas, say, sentences
from tests.conftest import Demo

ROOT = Path(__file__).parents[2]
LATIN = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
HAN = re.compile(r"[\u3400-\u9fff]")
TYPED = re.compile(r"`[^`]*`|reviewcycle(?: [a-z-]+)+|--[a-z-]+|\b[0-9a-f]{32,}\b|\d{4}-\d\d-\d\dT[\d:.]+Z")
QUOTED = {"zh": re.compile("“[^”]*”"), "en": re.compile('"[^"]*"')}
ALLOWED = frozenset((
    "CNY", "h", "S", "A", "B", "C", "D", "Q",  # units, grades, the letter of a quarter
    "plan", "crm", "newcustomers", "service", "compliance", "survey",  # sources are called by their files
    "account", "manager", "quarterly", "account-manager-quarterly",
))  # fmt: skip
VERBS = (
    ("cycle", "show", "2025-Q3", "--as", "hr1"),
    ("review", "list", "--mine", "--as", "tm3"),
    ("review", "show", "am33/2025-Q3", "--as", "hr1"),
    ("review", "show", "am21/2025-Q3", "--as", "tm3"),
    ("review", "why-not", "am18/2025-Q3", "--as", "tm3"),
    ("review", "why-not", "am33/2025-Q3", "--as", "hr1"),
    ("review", "why-not", "am01/2025-Q4", "--as", "am01"),
    ("review", "show", "am33/2025-Q3", "--as", "am01"),
    ("review", "remark", "am33/2025-Q3", "x", "--as", "tm1"),
    ("history", "am33/2025-Q3", "--as", "au1"),
    ("history", "am20/2025-Q3", "--as", "hr2"),
    ("history", "am12/2025-Q3", "--why-grade", "--as", "am12"),
    ("history", "am35/2025-Q3", "--why-grade", "--as", "hr1"),
    ("verify",),
    ("worker", "--once", "--now", "2026-01-10T09:00:00+08:00"),
)
"""What each of the users looks at, refusals among it."""

AREAS = ("refusals", "problems", "scorecard", "expressions", "history", "imports")
Call = Callable[..., str]


@pytest.fixture(scope="module")
def data(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demo_played.folder, tmp_path_factory.mktemp("spoken") / "data"))


@pytest.fixture(scope="module")
def names(data: Path) -> frozenset[str]:
    """Words of the names, refs and units of everybody."""
    rt = open_runtime(settings_for(data, environ={}), HandClock(parse_instant("2026-01-10T09:00:00+08:00")))
    with rt.database.read() as tx:
        known = people.by_ref(tx).values()
    rt.close()
    texts = [text for one in known for text in (one.ref, one.name, str(one.attributes.get("unit", "")))]
    return frozenset(word for text in texts for word in LATIN.findall(text))


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Everything that a shell would see of one call."""
    for name in ("REVIEWCYCLE_LANG", "REVIEWCYCLE_AS", "REVIEWCYCLE_DATA", "DATABASE_URL", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def calling(*args: object) -> str:
        capsys.readouterr()
        run([str(one) for one in args])
        shown = capsys.readouterr()
        return shown.out + shown.err

    return calling


def plain(lang: str, lines: Iterable[str], data: Path) -> list[str]:
    """What the product itself says: without commands to type, paths, ids, instants and what people wrote."""
    found = []
    for line in lines:
        if line.strip().startswith("reviewcycle "):
            continue
        line = QUOTED[lang].sub("", line.replace(str(data), ""))
        found.append(TYPED.sub("", line))
    return found


def strange(lang: str, lines: Iterable[str], data: Path, names: frozenset[str]) -> set[str]:
    """Words of the other language."""
    told = plain(lang, lines, data)
    if lang == "en":
        return {line for line in told if HAN.search(line)}
    words = {word for line in told for word in LATIN.findall(line)}
    return {word for word in words if not {word, *word.split("-")} <= names | ALLOWED and word not in names | ALLOWED}


def test_the_demo_speaks_chinese(demo_played: Demo, names: frozenset[str]) -> None:
    assert demo_played.code == 0
    assert len(demo_played.lines) > 150
    assert strange("zh", demo_played.lines, demo_played.folder, names) == set()


@pytest.mark.slow
def test_the_demo_speaks_english(call: Call, tmp_path: Path, names: frozenset[str]) -> None:
    lines = call("demo", "--lang", "en", "--data", tmp_path / "data").splitlines()
    assert len(lines) > 150
    assert strange("en", lines, tmp_path / "data", names) == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_look_is_in_one_language(call: Call, data: Path, names: frozenset[str], lang: str) -> None:
    found = {}
    for verb in VERBS:
        lines = call(*verb, "--data", data, "--lang", lang).splitlines()
        assert lines, verb
        if wrong := strange(lang, lines, data, names):
            found[verb] = wrong
    assert found == {}


def test_the_search_finds_a_stray_word(data: Path, names: frozenset[str]) -> None:
    """The control: one word of the other language, between those that may stand there."""
    mixed = ["蒋红 (am33)，total 91.81 CNY，见 `reviewcycle verify`“he said so”"]
    assert strange("zh", mixed, data, names) == {"total"}
    assert strange("en", ['Jiang Hong: total 91.81, grade 良 "同意"', "  reviewcycle x"], data, names) == {
        "Jiang Hong: total 91.81, grade 良 "
    }


def filled(lang: str, code: str) -> str:
    values = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(sentences(lang)[code]) if name}
    return say(lang, code, **values)


@pytest.mark.parametrize("lang", LANGS)
def test_every_refusal_and_problem_can_be_said(lang: str) -> None:
    known = areas(lang)
    said = {code: filled(lang, code) for area in AREAS for code in known[area]}
    assert len(said) > 300
    assert {code.value for code in Code} <= said.keys()
    assert [code for code, text in said.items() if not text.strip()] == []
    if lang == "zh":
        bare = {code: re.sub("<[^>]*>|`[^`]*`", "", text) for code, text in said.items()}
        assert [code for code, text in bare.items() if not HAN.search(text) and LATIN.search(text)] == []


def written_codes() -> dict[str, list[str]]:
    """Codes that stand in the source of the product, with the files; words are no source of codes."""
    found: dict[str, list[str]] = {}
    for room in ("engine", "rules", "api"):
        for file in (ROOT / room).rglob("*.py"):
            if "words" in file.parts:
                continue
            for code in re.findall(r'"([A-Z]{2}\d{3})"', file.read_text(encoding="utf-8")):
                found.setdefault(code, []).append(file.name)
    return found


def test_every_code_that_is_given_has_a_sentence_and_every_sentence_is_given() -> None:
    written = written_codes()
    assert len(written) > 300
    written.pop("SC001")  # becomes SC101 and following by what is wanted
    numbered = {code for code in sentences("en") if re.fullmatch(r"[A-Z]{2}\d{3}", code)}
    assert written.keys() - numbered == set()
    assert numbered - written.keys() == set()
