"""What somebody might write who wishes the reader ill, and the process that reads it under an audit hook: run as a
program it prints one JSON line for each piece, with what was imported, called or opened meanwhile."""

from __future__ import annotations

import gzip
import io
import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.definition.problem import Problem
from engine.definition.reader import read_texts
from engine.definition.render import render
from engine.words.book import LANGS, sentences
from tests.engine.definition.shipped import texts

WATCHED = (
    "import", "exec", "compile", "open", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
    "subprocess.Popen", "socket.connect", "socket.getaddrinfo", "urllib.Request", "pickle.find_class",
    "marshal.loads", "ctypes.dlopen", "code.__new__", "shutil.rmtree", "os.remove",
)
"""Audit events of which none may come while a text is read."""

MEMORY_MAX = 1_500_000_000
Sources = dict[str, Any]
MILLION = 1_000_000


def _with(old: str, new: str, file: str = "workflow.yaml") -> Sources:
    found: Sources = texts()
    assert old in found[file], old
    return {**found, file: found[file].replace(old, new, 1)}


def _line(line: str, under: str = "  evaluate:\n") -> Sources:
    """A line more in a state."""
    return _with(under, f"{under}    {line}\n")


def _condition(text: str) -> Sources:
    return _with("if: improvement_plan", f"if: {json.dumps(text, ensure_ascii=False)}")


def _form(schema: str) -> Sources:
    return {**texts(), "forms/self.json": schema}


def _pattern(pattern: str, key: str = "pattern") -> Sources:
    field = {"type": "string", key: pattern} if key == "pattern" else {"type": "object", key: {pattern: {}}}
    return _form(json.dumps({"type": "object", "properties": {"a": field}}))


def _whole(content: str | bytes) -> Sources:
    return {**texts(), "workflow.yaml": content}


def callbacks() -> Iterator[tuple[str, Sources]]:
    """Words that the machine's library would import and call, wherever they might get to it."""
    for key in (
        "before", "after", "on_enter", "on_exit", "conditions", "unless", "prepare", "trigger", "source", "dest",
        "before_state_change", "after_state_change", "send_event", "model", "queued", "ignore_invalid_triggers",
    ):
        for value in ("os.system", "subprocess.call"):
            yield f"{key} of a state: {value}", _line(f"{key}: {value}")
            yield f"{key} of the file: {value}", _with("initial:", f"{key}: {value}\ninitial:")
    for place in ("by: manager", "to: evaluate", "next: evaluate", "waits_for: [propose]", "initial: set_targets"):
        key = place.partition(":")[0]
        for value in ("os.system", "subprocess.call", "os.path:join", "engine.review.machine._kept", "builtins.exec"):
            yield f"{key}: {value}", _with(place, f"{key}: {'[' + value + ']' if key == 'waits_for' else value}")
    for effect in ("os.system", "notify os.system", "subprocess.call", "eval 1"):
        yield f"effect {effect}", _with("effects: [acknowledge targets]", f"effects: [{json.dumps(effect)}]")
    for text in (
        "os.system('id')", "__import__('os').system('id')", "().__class__.__bases__[0].__subclasses__()", "eval('1')",
        "lambda: 1", "open('/etc/passwd')", "os.system", "subprocess.call == 1", "total.__class__ == 1", "{{7*7}}",
        "${jndi:ldap://x}", "'; drop table reviews; --", "total < 1 if true else __import__('os')", "f'{total}'",
        "exec", "total := 1", "total; import os", "`id`", "$(id)",
    ):
        yield f"condition {text}", _condition(text)


def files() -> Iterator[tuple[str, Sources]]:
    """Names of files and zones that lead out of the folder."""
    for name in ("/etc/passwd", "../../etc/passwd", "file:///etc/passwd", "http://example.invalid/x.yaml", "a\\b.yaml"):
        yield f"scorecard {name}", _with("scorecard: scorecard.yaml", f"scorecard: {json.dumps(name)}")
        yield f"form {name}", _with("forms/self.json", name)
    for zone in ("../../etc/passwd", "/etc/passwd", "os.system", "Asia/Shanghai\\0", "A" * 10_000, "Asia/../os"):
        yield f"zone {zone[:20]}", _with("timezone: Asia/Shanghai", f'timezone: "{zone}"')
    for country in ("os", "__init__", "../CN", "registry", "CN-../x"):
        yield f"holidays {country}", _with("holidays: CN", f'holidays: "{country}"')


def yaml_tricks() -> Iterator[tuple[str, Sources]]:
    for tag in (
        "!!python/object/apply:os.system ['id']", "!!python/name:os.system", "!!python/module:os", "!!binary aWQ=",
        "!!python/object/new:os.system [id]", "!!python/object:__main__.X {}", "!ruby/object:X {}", "!!set {a, b}",
        "!<tag:yaml.org,2002:python/name:os.system>", "!!timestamp 2025-01-01", "!!float 1", "!local x",
    ):
        yield f"tag {tag[:24]}", _with("initial: set_targets", f"initial: {tag}")
    laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)
    ]
    yield "billion laughs", _whole("\n".join(laughs) + "\n")
    yield "itself", _whole("states: &a [*a]\n")
    yield "merge", _whole("a: &a {b: 1}\nc: {<<: *a}\n")
    yield "tag directive", _whole("%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [id]\n")
    for kind, text in (
        ("brackets", "[" * 100_000), ("closed brackets", "[" * 100_000 + "]" * 100_000), ("braces", "{a: " * 100_000),
        ("items", "- " * 100_000 + "x"), ("keys", "? " * 50_000), ("commas", "," * 900_000),
        ("colons", "a: " * 100_000), ("lines", "\n".join(" " * n + "a:" for n in range(1_300))),
        ("quotes", '"' + "\\x41" * 200_000),
        ("anchors", " ".join(f"&a{n}" for n in range(20_000))), ("documents", "--- a\n" * 100_000),
        ("comments", "#\n" * 400_000 + "a: ["), ("letters", "a" * 900_000), ("empty keys", ": " * 100_000),
        ("blocks", "a: |\n" + " x\n" * 300_000), ("other keys", "".join(f"k{n}: 1\n" for n in range(80_000))),
        ("keys that are the same", "a: 1\n" * 80_000),
    ):
        yield f"many {kind}", _whole(text)
        if "\n" not in text:
            yield f"many {kind} in a value", _with("initial:", f"x: {text}\ninitial:")


def bytes_of_all_kinds() -> Iterator[tuple[str, Sources]]:
    plain = texts()["workflow.yaml"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in texts().items():
            archive.writestr(name, content)
        archive.writestr("bomb", b"\0" * 10 * MILLION)
    yield "a zip of everything", _whole(packed.getvalue())
    yield "gzip", _whole(gzip.compress(plain.encode(), mtime=0))
    for name in ("utf-16", "utf-16-be", "utf-32", "gb18030", "cp037"):
        yield name, _whole(plain.encode(name, "replace"))
    yield "not UTF-8", _whole(plain.encode() + b"\xff\xfe\xfd")
    yield "overlong", _whole(b"a: \xc0\xaf\n")
    yield "a surrogate", _whole(b"a: \xed\xa0\x80\n")
    yield "an escaped surrogate", _whole('a: "\\uD800"\n')
    for kind, sign in (
        ("NUL", "\0"), ("a mark of byte order", "\ufeff"), ("right to left", "\u202e"), ("isolate", "\u2066"),
        ("no width", "\u200b"), ("escape", "\x1b[2J"), ("delete", "\x7f"), ("bell", "\a"), ("next line", "\x85"),
        ("line separator", "\u2028"), ("joiner", "\u200d"), ("soft hyphen", "\u00ad"), ("tag sign", "\U000e0041"),
    ):
        yield f"{kind} in a name", _with("initial: set_targets", f"initial: set_{sign}targets")


def numbers() -> Iterator[tuple[str, Sources]]:
    digits = "9" * MILLION
    for kind, text in (
        ("digits", digits), ("digits behind the point", f"0.{digits}"), ("an exponent", "1e999999999"),
        ("hex", "0x" + "f" * 9_999), ("a small exponent", "1e-999999999"), ("infinity", ".inf"), ("nan", ".nan"),
        ("sixties", "1:" * 9_999 + "0"), ("thirty thousand digits", "9" * 30_000),
    ):
        yield f"version of {kind}", _with("version: 2", f"version: {text}")
        yield f"target of {kind}", _with("target: 90", f"target: {text}", "scorecard.yaml")
    yield "a million digits in a condition", _condition(f"total < {digits}")
    yield "five thousand digits in a condition", _condition(f"total < {'9' * 5_000}")
    yield "an exponent in a condition", _condition("total < 1e999999999")
    for span in ("99999999999999 working days", "0 working days" + " " * 99_999, "-1 days", "1e9 days"):
        yield f"span {span[:20]}", _with("due: 10 working days", f'due: "{span}"')
    yield "times", _with("times: 3", f"times: {'9' * 39}")
    lists = "lists: {l: {count: 0..999999999999, inputs: {a: {type: number, range: 0..1}}}}"
    yield "rows without end", _with("inputs:", f"{lists}\ninputs:", "scorecard.yaml")


def expressions() -> Iterator[tuple[str, Sources]]:
    for kind, text in (
        ("sums", "total" + " + total" * 100_000 + " < 1"), ("not", "not " * 200_000 + "improvement_plan"),
        ("brackets", "(" * 400_000 + "total" + ")" * 400_000 + " < 1"), ("dots", "a." * 300_000 + "b"),
        ("minus", "total < " + "-" * 900_000 + "1"), ("a name", "a" * 900_000), ("comparisons", "1 < " * 100_000 + "1"),
        ("and", "improvement_plan" + " and improvement_plan" * 40_000), ("calls", "max(" * 50_000 + "1"),
        ("ifs", "true if improvement_plan else " * 20_000 + "false"), ("a set", "grade in (" + "A; " * 200_000 + "A)"),
        ("a text", "grade == '" + "A" * 900_000 + "'"), ("spaces", " " * 900_000),
        ("a power", "total ** 999999999 > 1"),
        ("a short nest", "(" * 300 + "total" + ")" * 300 + " < 1"), ("periods", "past(total; 999999999) == 1"),
        ("sums, as long as may be", "total" + " + total" * 200 + " < 1"), ("a hundred not", "not " * 200 + "poor"),
    ):
        yield f"condition of {kind}", _condition(text)
        yield f"rule of {kind}", _with("if: violations > 0", f"if: {json.dumps(text)}", "scorecard.yaml")


def forms() -> Iterator[tuple[str, Sources]]:
    for pattern in (
        "(a+)+$", "(a*)*b", "((a*))*b", "(a|a)*b", "(a|aa)+$", "(.*a){25}", "(a?){40}a{40}", "((a+))+$", "(?:a+)+$",
        "(?P<x>a+)+$", "([a-z]+)*1", "(a|b|ab)*c", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "(?=(a+))*b",
        "(a{1,9}){1,99}b", "a*a*a*a*a*a*a*a*a*b", "(.+)+\\1", "(", "[", "a{99999999999}", "(?#", "a" * 100_000,
        "(?i" * 5_000, "(" * 150,
    ):
        yield f"pattern {pattern[:24]}", _pattern(pattern)
        yield f"names like {pattern[:24]}", _pattern(pattern, "patternProperties")
    for kind, text in (
        ("reference over the net", '{"type": "object", "$ref": "http://example.invalid/x"}'),
        ("reference to a file", '{"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}}'),
        ("reference to itself", '{"type": "object", "$ref": "#"}'),
        ("dynamic reference", '{"type": "object", "$dynamicRef": "http://example.invalid/x#a"}'),
        ("another dialect", '{"$schema": "http://example.invalid/s", "type": "object", "properties": 3}'),
        ("nested brackets", "[" * 100_000), ("nested braces", '{"a":' * 100_000), ("many digits", "9" * MILLION),
        ("not a number", '{"type": "object", "x": NaN}'), ("two keys", '{"type": "object", "type": "object"}'),
        ("a huge exponent", '{"type": "object", "properties": {"a": {"minimum": 1e999999999, "type": "nothing"}}}'),
        ("a surrogate", '{"type": "object", "properties": {"\\ud800": {"type": 3}}}'), 
        ("a large file", " " * 3 * MILLION),
    ):
        yield f"form with a {kind}", _form(text)


GROUPS: tuple[Callable[[], Iterator[tuple[str, Sources]]], ...] = (
    callbacks, files, yaml_tricks, bytes_of_all_kinds, numbers, expressions, forms,
)


def main() -> None:
    """Prints a line for each piece (for each n-th, where a number is given); then what the hook saw of the things that
    it must see (the control), and the most memory that was used."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    pieces = [(f"{group.__name__}: {name}", sources) for group in GROUPS for name, sources in group()]
    pieces = pieces[:: int(sys.argv[1]) if len(sys.argv) > 1 else 1]
    for sources in (texts(), *(sources for _, sources in pieces[::20])):
        for lang in LANGS:
            sentences(lang)
            _read(sources, lang)  # whatever is imported late is imported now
    seen: list[str] = []
    watching = [True]

    def hook(name: str, args: tuple[Any, ...]) -> None:
        if watching[0] and name in WATCHED:
            seen.append(f"{name} {str(args)[:200]}")

    sys.addaudithook(hook)
    for name, sources in pieces:
        seen.clear()
        begun = time.process_time()
        (problems, english), (_, chinese) = _read(sources, "en"), _read(sources, "zh")
        took = time.process_time() - begun
        heard = list(seen)
        watching[0] = False
        told = {"codes": sorted({one.code for one in problems if one.level == "error"}), "seconds": took / 2}
        print(json.dumps({"name": name, **told, "length": max(len(english), len(chinese)), "seen": heard}))
        watching[0] = True
    seen.clear()
    _do_what_must_be_seen()
    watching[0] = False
    print(json.dumps({"control": sorted({one.split()[0] for one in seen})}))
    print(json.dumps({"peak": _peak()}))


def _peak() -> int:
    """Bytes: the most that this program has used. What `getrusage` says is at least what its parent had used."""
    (line,) = (one for one in Path("/proc/self/status").read_text("ascii").splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _read(sources: Sources, lang: str) -> tuple[Sequence[Problem], str]:
    """The problems, and as they are told with the lines they are about."""
    problems = read_texts(sources).problems
    lines = {name: one if isinstance(one, str) else one.decode("utf-8", "replace") for name, one in sources.items()}
    return problems, render(problems, lang, texts=lines)


def _do_what_must_be_seen() -> None:
    import colorsys  # noqa: F401  # a module that nothing else imports
    import os
    import subprocess

    os.system("true")
    subprocess.run(["true"], check=True)
    exec("1")
    with open(os.devnull):
        pass


if __name__ == "__main__":
    main()
