"""Documents are run: every block of every README does what it says."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine.definition.problem import Problem
from engine.definition.reader import read_scorecard, read_texts
from engine.definition.source import read_yaml
from tests.house.documents import (
    INSTALL_AND_RUN,
    INSTALL_AND_TEST,
    Block,
    blocks,
    blocks_in,
    calls_in,
    copy_of_played,
    documents,
    first_word,
    fits,
    misfit,
    played,
    run_shell,
    served,
    with_info,
)
from tests.house.tree import ROOT

# `sh install` and `sh develop` are run by .ci/run, word for word; `text` and `mermaid` are drawings.
KINDS = {
    "sh", "sh install", "sh develop", "console", "console served", "python", "yaml", "yaml scorecard", "yaml workflow",
    "json", "csv", "text", "mermaid",
}
SHIPPED = ROOT / "workflows" / "account-manager"


def ids(found: list[Block]) -> list[str]:
    return [block.name for block in found]


def problems_of(block: Block) -> tuple[Problem, ...]:
    """Problems of a whole scorecard or workflow; a workflow is read with the shipped scorecard and forms beside it."""
    document, _ = read_yaml(block.text, block.name)
    if document is not None and isinstance(document.data, dict) and "workflow" in document.data:
        files = {path.relative_to(SHIPPED).as_posix(): path.read_text("utf-8")
                 for path in SHIPPED.rglob("*") if path.suffix in (".yaml", ".json") and "sample" not in path.parts}
        return read_texts({**files, "workflow.yaml": block.text}).problems
    return read_scorecard(block.text)[1]


def errors_of(block: Block) -> list[str]:
    return [problem.code for problem in problems_of(block) if problem.level == "error"]


def test_every_block_says_what_it_is() -> None:
    strange = [f"{block.name} {block.info!r}" for block in blocks()
               if block.info not in KINDS and not block.info.startswith("yaml broken ")]
    assert strange == []


@pytest.mark.parametrize("block", first_word("python"), ids=ids(first_word("python")))
def test_python_blocks_run(block: Block) -> None:
    exec(compile(block.text, block.name, "exec"), {"__name__": "__document__"})


@pytest.mark.parametrize("block", with_info("yaml"), ids=ids(with_info("yaml")))
def test_yaml_fragments_are_strict_yaml(block: Block) -> None:
    assert read_yaml(block.text, block.name)[1] == ()


WHOLE = with_info("yaml scorecard", "yaml workflow")


@pytest.mark.parametrize("block", WHOLE, ids=ids(WHOLE))
def test_whole_definitions_have_no_error(block: Block) -> None:
    assert [problem for problem in problems_of(block) if problem.level == "error"] == []


BROKEN = [block for block in blocks() if block.info.startswith("yaml broken ")]


@pytest.mark.parametrize("block", BROKEN, ids=ids(BROKEN))
def test_broken_definitions_have_the_problems_they_name(block: Block) -> None:
    assert sorted(set(errors_of(block))) == sorted(set(block.info.split()[2:]))


@pytest.mark.parametrize("block", with_info("json"), ids=ids(with_info("json")))
def test_json_blocks_are_json(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", with_info("csv"), ids=ids(with_info("csv")))
def test_csv_blocks_have_rows_of_one_length(block: Block) -> None:
    rows = list(csv.reader(io.StringIO(block.text), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}


def commands_of(block: Block) -> list[str]:
    """The lines of a block without the remarks beside them."""
    return [line.split("  #")[0].rstrip() for line in block.text.splitlines() if line.strip()]


def said_before(block: Block) -> bool:
    """Whether another document of the same language begins a block with the very same lines."""
    own = commands_of(block)
    others = [commands_of(one) for one in with_info(block.info) if one.lang == block.lang and one.path != block.path]
    return any(other[: len(own)] == own and len(other) > len(own) for other in others)


def both_languages(found: list[Block]) -> list[Any]:
    """Parameters: all are slow but what an English reader is shown of the demo, so that plain `pytest` plays one; calls
    that the Chinese document or a second one repeats soak."""

    def mark(block: Block) -> Any:
        if said_before(block) or (block.lang == "zh" and block.info == "sh"):
            return pytest.mark.soak
        return () if block.lang == "en" and block.info == "console" else pytest.mark.slow

    return [pytest.param(one, id=one.name, marks=mark(one)) for one in found]


@pytest.mark.parametrize("block", both_languages(with_info("sh")))
def test_shell_blocks_run(block: Block, tmp_path: Path) -> None:
    done = run_shell(copy_of_played(block.lang, tmp_path / "scratch"), block.text, block.lang)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("block", both_languages(with_info("console")))
def test_console_blocks_show_what_is_printed(block: Block, tmp_path: Path) -> None:
    scratch = copy_of_played(block.lang, tmp_path / "scratch")
    for command, expected in calls_in(block):
        # The demo was played in this folder already; what it printed then is what a reader sees.
        again = command.removeprefix(".venv/bin/") in ("reviewcycle demo", f"reviewcycle demo --lang {block.lang}")
        printed = played(block.lang)[1] if again else run_shell(scratch, f"set +e\n{command}", block.lang).stdout
        assert fits(expected, printed), f"{block.name} $ {command}: {misfit(expected, printed)!r} in\n{printed}"


@pytest.mark.parametrize("block", both_languages(with_info("console served")))
def test_console_blocks_over_http_show_what_is_answered(block: Block, tmp_path: Path) -> None:
    """The lines of a block one after the other against one server, as a reader types them."""
    scratch = copy_of_played(block.lang, tmp_path / "scratch")
    with served(scratch) as known:
        exported = " ".join(f"{name}={value}" for name, value in known.items())
        for command, expected in calls_in(block):
            printed = run_shell(scratch, f"set +e; export {exported}\n{command}", block.lang).stdout
            assert fits(expected, printed), f"{block.name} $ {command}: {misfit(expected, printed)!r} in\n{printed}"


def test_the_readme_gives_the_two_commands_word_for_word() -> None:
    for path in ("README.md", "README.zh.md"):
        given = [line for block in with_info("sh install") if block.path == path for line in block.text.splitlines()]
        assert given == [INSTALL_AND_RUN, INSTALL_AND_TEST]


def test_the_checks_run_the_test_command_word_for_word() -> None:
    assert INSTALL_AND_TEST in (ROOT / ".ci" / "run").read_text("utf-8")


def test_commands_for_developers_are_those_of_the_checks() -> None:
    checks = (ROOT / ".ci" / "run").read_text("utf-8")
    given = [line for block in with_info("sh develop") for line in block.text.splitlines() if line]
    assert len(given) == 5
    assert [line for line in given if line != ".ci/run" and line not in checks] == []


def test_every_room_has_a_readme() -> None:
    rooms = ["workflows", "rules", "api", "tests", "engine",
             *[path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "engine").iterdir())
               if (path / "__init__.py").is_file()]]
    assert [room for room in rooms if not (ROOT / room / "README.md").is_file()] == []


def test_documents_point_at_files_that_exist() -> None:
    broken = []
    for path in documents():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", (ROOT / path).read_text("utf-8")):
            if "://" not in target and not (ROOT / path).parent.joinpath(target).exists():
                broken.append(f"{path} -> {target}")
    assert broken == []


def test_a_document_that_lies_is_found() -> None:
    assert fits("a\n...\nd", "a\nb\nc\nd\n")
    assert fits("event ... of 12", "event 9f3c of 12\n")
    assert not fits("a\n...\nd", "a\nb\nc\n")
    assert not fits("total 90.00", "total 90.01")
    assert misfit("a\n...\nd", "a\nb\nc\n") == "d"
    (block,) = blocks_in("x.md", "```yaml scorecard\nscorecard: x\nnonsense: 1\n```\n")
    assert errors_of(block) != []
    with pytest.raises(ValueError, match="never closed"):
        list(blocks_in("x.md", "```sh\nls\n"))
