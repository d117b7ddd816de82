"""Cuts an expression's text into tokens, each with its column, and finds every fault of spelling."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from rules.faults import Fault

LENGTH_MAX: Final = 2000
LITERAL_DIGITS_MAX: Final = 30
NAME_MAX: Final = 100
SHOWN_MAX: Final = 60

KEYWORDS: Final = {
    "and": "and", "or": "or", "not": "not", "且": "and", "或": "or", "非": "not",
    "in": "in", "if": "if", "else": "else", "where": "where",
    "yes": "yes", "no": "no", "true": "yes", "false": "no",
}  # fmt: skip
JOINING: Final = "且或"
_OPERANDS: Final = ("number", "date", "quoted", "truth", ")", "%")
# What other languages write, and what stands for it here.
_FOREIGN: Final = {
    "===": "==", "!==": "!=", "**": "*", "&&": "and", "||": "or", "<>": "!=", "=>": ">=", "=<": "<=", ":=": "==",
    "//": "/", "=": "==", "!": "not", "&": "and", "|": "or", "×": "*", "÷": "/", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
_OPERATORS: Final = ("==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ";")
_SIGNS: Final = sorted((*_OPERATORS, *_FOREIGN), key=len, reverse=True)
# A Chinese keyboard's signs, one for one, so that columns stay what they are.
_WIDE: Final = str.maketrans("（）；％＋－＊／＞＜＝！，", "();%+-*/><=!,")
_SINGLE: Final = {"≥": ">=", "≤": "<=", "≠": "!="}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9.](?:[0-9_.]|[eE][+-]?[0-9])*", re.ASCII)
_PLAIN: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, date, name, quoted, end, or for signs and keywords the word itself ("==", "and")."""

    kind: str
    text: str
    column: int
    value: Decimal | date | bool | tuple[str, ...] | None = None


def shown(text: str) -> str:
    """The text as a fault may quote it: short, and without characters that would change the line around it."""
    visible = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[: SHOWN_MAX + 1])
    return visible if len(visible) <= SHOWN_MAX else visible[: SHOWN_MAX - 1] + "…"


def tokens(text: str) -> tuple[list[Token], list[Fault]]:
    """All tokens, closed by an `end` token, and all faults of spelling (then the tokens are not to be used)."""
    if len(text) > LENGTH_MAX:
        return [], [Fault("EX001", values={"length": str(len(text)), "most": str(LENGTH_MAX)}, column=1)]
    found: list[Token] = []
    faults: list[Fault] = []
    plain = text.translate(_WIDE)
    at = 0
    while at < len(text):
        if plain[at] in " \t\r\n\u3000":
            at += 1
            continue
        if plain[at] in JOINING and found and found[-1].kind in _OPERANDS:
            # After an operand only an operator can follow, so the sign is one, even written without a space behind it.
            found.append(Token(KEYWORDS[plain[at]], plain[at], at + 1))
            at += 1
            continue
        result, at = _next(text, plain, at)
        if isinstance(result, Fault):
            faults.append(result)
        else:
            found.append(result)
    found.append(Token("end", "", len(text) + 1))
    return found, faults


def _next(text: str, plain: str, at: int) -> tuple[Token | Fault, int]:
    char = plain[at]
    if char in "\"'":
        return _quoted(text, plain, at)
    if "0" <= char <= "9" or (char == "." and plain[at + 1 : at + 2].isdigit()):
        return _number(plain, at)
    if char.isidentifier():
        return _name(text, at)
    if char in ",、":
        return Fault("EX004", column=at + 1), at + 1
    if char in _SINGLE:
        return Token(_SINGLE[char], char, at + 1), at + 1
    for sign in _SIGNS:
        if plain.startswith(sign, at):
            if sign in _FOREIGN:
                return Fault("EX005", values={"found": sign, "instead": _FOREIGN[sign]}, column=at + 1), at + len(sign)
            return Token(sign, sign, at + 1), at + len(sign)
    return Fault("EX002", values={"found": shown(text[at])}, column=at + 1), at + 1


def _quoted(text: str, plain: str, at: int) -> tuple[Token | Fault, int]:
    end = plain.find(plain[at], at + 1)
    if end < 0:
        return Fault("EX003", column=at + 1), len(text)
    return Token("quoted", unicodedata.normalize("NFC", text[at + 1 : end]), at + 1), end + 1


def _number(plain: str, at: int) -> tuple[Token | Fault, int]:
    dated = _DATE.match(plain, at)
    if dated:
        word = dated.group()
        try:
            return Token("date", word, at + 1, date.fromisoformat(word)), dated.end()
        except ValueError:
            return Fault("EX007", values={"found": word}, column=at + 1), dated.end()
    match = _NUMBER.match(plain, at)
    end = match.end() if match else at + 1
    while end < len(plain) and _continues(plain[end]) and plain[end] not in JOINING:
        end += 1
    word = plain[at:end]
    if not _PLAIN.fullmatch(word):
        return Fault("EX006", values={"found": shown(word)}, column=at + 1), end
    if len(word.replace(".", "")) > LITERAL_DIGITS_MAX:
        return Fault("EX008", values={"most": str(LITERAL_DIGITS_MAX)}, column=at + 1), end
    return Token("number", word, at + 1, Decimal(word)), end


def _name(text: str, at: int) -> tuple[Token | Fault, int]:
    """A bare or dotted name in any script; each part is brought to NFC, so that both ways to type é are one name."""
    parts: list[str] = []
    end = at
    while True:
        start = end
        while end < len(text) and _continues(text[end]):
            end += 1
        parts.append(unicodedata.normalize("NFC", text[start:end]))
        if not (text[end : end + 1] == "." and text[end + 1 : end + 2].isidentifier()):
            break
        end += 1
    word = ".".join(parts)
    if len(word) > NAME_MAX:
        return Fault("EX009", values={"found": shown(word), "most": str(NAME_MAX)}, column=at + 1), end
    keyword = KEYWORDS.get(word)
    if keyword in ("yes", "no"):
        return Token("truth", word, at + 1, keyword == "yes"), end
    if keyword:
        return Token(keyword, word, at + 1), end
    return Token("name", word, at + 1, tuple(parts)), end


def _continues(char: str) -> bool:
    return ("a" + char).isidentifier()
