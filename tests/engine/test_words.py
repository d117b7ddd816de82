"""The book of sentences: two equal languages, one sentence a code."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from engine.words.book import AREAS, LANGS, areas, has, say, sentences

ROOM = Path(__file__).parents[2] / "engine" / "words"

# Latin words that Chinese users of the product read every day, names of formats, and words that are typed as they are.
LATIN_ALLOWED = {
    "YAML", "JSON", "CSV", "UTF", "ISO", "Mermaid", "SQLite", "PostgreSQL", "UTC", "GitHub", "HR", "Python", "ID",
    "IANA", "NR", "Q", "SHA", "reviewcycle", "true", "false", "null", "else", "if", "and", "or", "not", "in", "NFC",
    "Unicode",
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def latin_words(text: str) -> set[str]:
    """Latin words of a Chinese template that are neither a value, nor quoted as something typed, nor allowed."""
    plain = re.sub(r"`[^`]*`", " ", re.sub(r"\{[^{}]*\}", " ", text))
    plain = re.sub(r"(?<![\w-])--?[a-z][a-z-]*", " ", plain)  # an option of the command line
    return {word for word in re.findall(r"[A-Za-z]+", plain) if word not in LATIN_ALLOWED}


@pytest.mark.parametrize("lang", LANGS)
def test_every_area_of_the_book_is_written_in(lang: str) -> None:
    files = {path.stem for path in (ROOM / lang).glob("*.py")} - {"__init__"}
    assert files == set(AREAS)
    assert set(areas(lang)) == set(AREAS)


@pytest.mark.parametrize("lang", LANGS)
def test_no_code_is_said_twice(lang: str) -> None:
    assert len(sentences(lang)) == sum(len(part) for part in areas(lang).values())


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_codes(area: str) -> None:
    english, chinese = areas("en")[area], areas("zh")[area]
    assert english.keys() == chinese.keys()


def test_both_languages_ask_for_the_same_values() -> None:
    chinese = sentences("zh")
    differing = {
        code: (placeholders(text), placeholders(chinese[code]))
        for code, text in sentences("en").items()
        if code in chinese and placeholders(text) != placeholders(chinese[code])
    }
    assert differing == {}


def test_values_are_named_never_numbered() -> None:
    for lang in LANGS:
        bad = [code for code, text in sentences(lang).items()
               if any(not name.isidentifier() for name in placeholders(text))]
        assert bad == []


def test_chinese_sentences_hold_no_latin_word_beyond_the_list() -> None:
    found = {code: latin_words(text) for code, text in sentences("zh").items() if latin_words(text)}
    assert found == {}


def test_chinese_sentences_are_chinese_and_english_ones_are_not() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    letters = re.compile(r"[A-Za-z]")
    silent = [code for code, text in sentences("zh").items()
              if not han.search(text) and letters.search(re.sub(r"\{[^{}]*\}|`[^`]*`|--?[a-z-]+", "", text))]
    mixed = [code for code, text in sentences("en").items() if han.search(re.sub(r"`[^`]*`", "", text))]
    assert (silent, mixed) == ([], [])


def test_the_latin_search_finds_a_stray_word() -> None:
    assert latin_words("任务 {task} 已 open，见 `review list`、--json 与 YAML") == {"open"}


def test_an_unknown_code_and_a_missing_value_are_errors() -> None:
    code = next(code for code, text in sentences("en").items() if placeholders(text))
    assert has(code)
    assert not has("no_such_code")
    with pytest.raises(KeyError):
        say("en", "no_such_code")
    with pytest.raises(KeyError):
        say("en", code)
    with pytest.raises(KeyError):
        sentences("fr")


def test_values_are_not_read_as_templates() -> None:
    assert "{0.__class__}" in say("en", "cli.no_such_file", path="{0.__class__}")
