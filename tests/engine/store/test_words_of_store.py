"""Every code that the history and store rooms give has a sentence, and every sentence is given."""

from __future__ import annotations

import re
from pathlib import Path

from engine.words.en.history import SENTENCES

ROOT = Path(__file__).parents[3]
CODE = re.compile(r'"((?:store|verify)\.[a-z_]+)"')


def test_every_code_is_said_and_every_sentence_is_used() -> None:
    files = [*ROOT.glob("engine/store/*.py"), *ROOT.glob("engine/history/*.py")]
    given = {code for file in files for code in CODE.findall(file.read_text(encoding="utf-8"))}
    assert given == SENTENCES.keys()
