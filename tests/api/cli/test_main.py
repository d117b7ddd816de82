"""The door of the command line: languages, exit codes, and nothing heavy before a verb needs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import click
import pytest

from api.cli import main as door
from api.cli.main import VERBS, cli, run
from api.cli.results import table_text
from api.cli.terminal import Terminal, choose_lang
from api.cli.verbs import Misuse, pairs
from api.refusals import TABLE, reply_for
from api.wire import plain
from engine import errors
from engine.definition.render import width_of
from engine.errors import InputError, NotFound, ReviewcycleError
from engine.review.timers import ORDER
from engine.words.book import LANGS, areas
from tests.house.tree import ROOT

HEAVY = ("sqlalchemy", "jsonschema", "yaml", "flask", "cryptography", "holidays", "transitions", "alembic", "psycopg")
Capture = pytest.CaptureFixture[str]


def loaded_after(call: str) -> set[str]:
    """Heavy libraries that a fresh interpreter has imported after the call."""
    script = f"import sys\nfrom api.cli.main import run\nrun({call})\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.split()) & set(HEAVY)


LIGHT = ("['--help']", "['--version']", "['--lang', 'zh', '--help']", "['no-such-verb']", "['review', '--help']")


@pytest.mark.parametrize("call", LIGHT)
def test_help_and_version_load_nothing_heavy(call: str) -> None:
    assert loaded_after(call) == set()


def test_the_search_for_heavy_libraries_finds_one() -> None:
    assert "yaml" in loaded_after("['check', 'workflows/account-manager']")


def test_check_loads_no_database() -> None:
    assert not loaded_after("['check', 'workflows/account-manager']") & {"sqlalchemy", "cryptography", "flask"}


def every_command() -> list[tuple[str, ...]]:
    ctx = click.Context(cli, info_name="reviewcycle")
    found: list[tuple[str, ...]] = [()]
    for name in VERBS:
        command = cli.get_command(ctx, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.list_commands(ctx)]
    return found


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_verb_has_help_in_both_languages(path: tuple[str, ...], lang: str, capsys: Capture) -> None:
    assert run([*path, "--help", "--lang", lang] if path else ["--lang", lang, "--help"]) == 0
    shown = capsys.readouterr().out
    assert ("Usage: " in shown) == (lang == "en")
    assert ("用法：" in shown) == (lang == "zh")
    assert "cli." not in shown


def test_a_misspelt_verb_is_a_misuse_and_the_nearest_is_named(capsys: Capture) -> None:
    assert run(["chek", "x"]) == 2
    assert "Did you mean check?" in capsys.readouterr().err
    assert run(["review", "anwser"]) == 2
    assert "answer" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [
        ["check"], ["check", "no-such-folder"], ["check", "--no-such-option", "."], ["check", "--format", "xml", "."],
        ["history", "am01", "--at", "yesterday"], ["publish", "--as", "hr1"], ["score", "one-file-only.yaml"],
        ["review"], ["worker", "--now", "2025-10-01T00:00:00Z"],
        ["review", "answer", "am01", "sign", "--as", "am01", "--rate", "x"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("lang", LANGS)
def test_a_call_that_cannot_be_understood_is_a_misuse(args: list[str], lang: str, capsys: Capture) -> None:
    assert run([*args, "--lang", lang]) == 2
    shown = capsys.readouterr()
    assert (shown.err or shown.out).strip()
    assert "Traceback" not in shown.err


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Lets a verb raise what it is given."""

    def prepare(error: BaseException) -> None:
        @click.command("verify")
        def verb() -> None:
            raise error

        monkeypatch.setattr(cli, "places", {})
        monkeypatch.setitem(cli.commands, "verify", verb)

    return prepare


def test_our_errors_are_one_sentence_and_exit_1(raising: Callable[[BaseException], None], capsys: Capture) -> None:
    raising(InputError("cli.no_such_file", path="x.csv"))
    assert run(["verify"]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "There is no file or folder x.csv.\n")


def test_an_unexpected_error_is_a_sentence_and_a_private_file(
    raising: Callable[[BaseException], None], capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWCYCLE_DATA", str(tmp_path))
    raising(RuntimeError("the inside of it"))
    assert run(["verify"]) == 1
    shown = capsys.readouterr().err
    (file,) = (tmp_path / "errors").iterdir()
    assert str(file) in shown
    assert "the inside of it" not in shown
    assert "RuntimeError: the inside of it" in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_an_interrupted_call_exits_130(raising: Callable[[BaseException], None]) -> None:
    raising(KeyboardInterrupt())
    assert run(["verify"]) == 130


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    shell = f"{sys.executable} -c 'from api.cli.main import main; main()' --help | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "environ", "lang"),
    [
        (["--lang", "zh"], {}, "zh"), (["--lang=zh", "check"], {"LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"), ([], {"LANG": "de_DE.UTF-8"}, "en"), ([], {}, "en"),
        ([], {"REVIEWCYCLE_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"), ([], {"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        (["--lang", "fr"], {"LANG": "zh_CN"}, "zh"),
    ],
)
def test_the_language_is_the_nearest_wish(args: list[str], environ: dict[str, str], lang: str) -> None:
    assert choose_lang(args, environ) == lang


def test_every_error_of_ours_has_a_reply() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ReviewcycleError)]
    assert set(kinds) == set(TABLE)
    assert all(reply.exit_code == 1 for reply in TABLE.values())
    assert reply_for(NotFound("x")).status == 404


def test_pairs_are_names_and_values() -> None:
    assert pairs(["a=1", " b = x=y "]) == {"a": "1", "b": "x=y"}
    for wrong in (["a"], ["=1"], ["a=1", "a=2"]):
        with pytest.raises(Misuse):
            pairs(wrong)


def test_columns_line_up_in_both_scripts() -> None:
    lines = table_text(["name", "总分"], [["王伟", "90.00"], ["Anna", None]]).split("\n")
    assert [width_of(line[: line.index(sign)]) for line, sign in zip(lines[:3:2], ("总", "9"), strict=True)] == [6, 6]
    assert lines[3] == "Anna"


def test_plain_data_keeps_decimals_and_instants_as_text() -> None:
    at, day = datetime(2025, 7, 1, tzinfo=UTC), date(2025, 7, 1)
    assert json.loads(json.dumps(plain({"total": Decimal("90.00"), "at": at, "day": day, "ok": (True, None)}))) == {
        "total": "90.00", "at": "2025-07-01T00:00:00.000000Z", "day": "2025-07-01", "ok": [True, None],
    }
    assert plain(Terminal()) == {"lang": "en", "format": "text", "data": None}


def test_the_entry_point_ends_the_process_with_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["reviewcycle", "no-such-verb"])
    with pytest.raises(SystemExit) as ended:
        door.main()
    assert ended.value.code == 2


def test_no_sentence_of_the_command_line_is_said_by_nobody() -> None:
    made_up = ("cli.help", "cli.verb.", "cli.level.", "cli.timer.", "cli.score.")  # codes put together from a name
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "api").rglob("*.py"))
    silent = [code for code in areas("en")["cli"] if not code.startswith(made_up) and f'"{code}"' not in source]
    assert silent == []


def test_every_kind_of_timer_has_a_name_where_the_worker_tells_what_it_did() -> None:
    for lang in LANGS:
        assert {code for code in areas(lang)["cli"] if code.startswith("cli.timer.")} == {
            f"cli.timer.{kind}" for kind in ORDER
        }
