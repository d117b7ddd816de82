"""An expression's tree as text again: in the language itself, or with display names and words for a sentence."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from rules.expressions.lexer import KEYWORDS
from rules.expressions.tree import (
    And,
    Arith,
    Call,
    Compare,
    If,
    In,
    Literal,
    Name,
    Negate,
    Node,
    Not,
    Option,
    Or,
    Quantified,
)
from rules.numbers import number_text

_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_LEVELS: Final = {
    If: _IF, Or: _OR, And: _AND, Not: _NOT, Compare: _COMPARE, In: _COMPARE, Negate: _SIGN
}  # fmt: skip
_NOTHING: Final[Mapping[str, str]] = {}


def text_of(tree: Node) -> str:
    """The tree in the language: parsing this text gives the same tree, columns aside."""
    return _Writer(_NOTHING, _NOTHING).write(tree, _IF)


def sentence_of(tree: Node, names: Mapping[str, str], words: Mapping[str, str] = _NOTHING) -> str:
    """The tree for a reader: `names` gives display names of figures, options, rules and lists by their key;
    `words` gives words for signs and keywords ("and", ">=", "in", "yes", "min"). What has none stays as written.
    """
    return _Writer(names, words).write(tree, _IF)


class _Writer:
    def __init__(self, names: Mapping[str, str], words: Mapping[str, str]) -> None:
        self._names = names
        self._words = words

    def write(self, node: Node, least: int) -> str:
        """The text of a node, in brackets where it binds looser than its place needs."""
        level = _level(node)
        text = self._inner(node, level)
        return f"({text})" if level < least else text

    def _inner(self, node: Node, level: int) -> str:
        match node:
            case Literal() | Name() | Option():
                return self._leaf(node)
            case Not(operand=operand):
                return f"{self._word('not')} {self.write(operand, _NOT)}"
            case Negate(operand=operand):
                return f"-{self.write(operand, _SIGN)}"
            case And(operands=operands):
                return f" {self._word('and')} ".join(self.write(operand, _NOT) for operand in operands)
            case Or(operands=operands):
                return f" {self._word('or')} ".join(self.write(operand, _AND) for operand in operands)
            case Compare(op=op, left=left, right=right):
                return f"{self.write(left, _SUM)} {self._word(op)} {self.write(right, _SUM)}"
            case Arith(op=op, left=left, right=right):
                return f"{self.write(left, level)} {self._word(op)} {self.write(right, level + 1)}"
            case In(item=item, options=options):
                return f"{self.write(item, _SUM)} {self._word('in')} ({self._list(options)})"
            case If(then=then, condition=condition, otherwise=otherwise):
                asked = f"{self._word('if')} {self.write(condition, _OR)} {self._word('else')}"
                return f"{self.write(then, _OR)} {asked} {self.write(otherwise, _IF)}"
            case Call(name=name, args=args):
                return f"{self._word(name)}({self._list(args)})"
            case Quantified():
                return self._fold(node)

    def _fold(self, node: Quantified) -> str:
        path = (*node.list, node.field) if node.field else node.list
        where = f" {self._word('where')} {self.write(node.where, _IF)}" if node.where else ""
        return f"{self._word(node.fold)}({self._name('.'.join(path))}{where})"

    def _leaf(self, node: Literal | Name | Option) -> str:
        if isinstance(node, Name):
            return self._name(node.text)
        if isinstance(node, Option):
            return self._names.get(node.text) or _option_text(node.text)
        value = node.value
        if isinstance(value, bool):
            return self._word("yes" if value else "no")
        if isinstance(value, date):
            return value.isoformat()
        return f"{number_text(value)} {node.unit}" if node.unit else number_text(value)

    def _list(self, nodes: tuple[Node, ...]) -> str:
        return "; ".join(self.write(node, _IF) for node in nodes)

    def _name(self, key: str) -> str:
        return self._names.get(key, key)

    def _word(self, word: str) -> str:
        return self._words.get(word, word)


def _level(node: Node) -> int:
    if isinstance(node, Arith):
        return _SUM if node.op in ("+", "-") else _PRODUCT
    return _LEVELS.get(type(node), _ATOM)


def _option_text(text: str) -> str:
    """Bare where the text reads as one word, quoted elsewhere."""
    plain = text.isidentifier() and text not in KEYWORDS
    quote = "'" if '"' in text else '"'
    return text if plain else f"{quote}{text}{quote}"
