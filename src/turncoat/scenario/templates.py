"""Strict templates: an undefined name is an error, and no template of a pack runs code.

A pack is data from strangers. Its texts may name what the form has cast, and reckon with whole
numbers; they may not loop, branch, index or call anything but the few functions of the format. The
layouts (the protocol's and the rubrics' templates) are ours and may loop.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_CHARACTERS = 400_000
"""Of one filled text: a few slots that hold long texts could stand for gigabytes."""

_LARGEST = 10**12
_DEEPEST = 8
_FILTERS = ("thousands", "upper", "lower")
_FUNCTIONS = ("date", "short_date", "weekday", "mail")
_ALLOWED = (
    "use names and their attributes, date(), short_date(), weekday() and mail() with one argument, "
    "`| thousands`, `| upper` and `| lower`, and + - * of numbers; what depends on the condition is chosen by `when`"
)
_NAMES = "correct the template or the name that it uses"


class RenderError(ValueError):
    """A template that cannot be rendered.

    Attributes:
        where: which text of the pack it is: the dotted key in `scenario.yaml`, or `emails/ID KEY`.
        problem: what is wrong with it.
        line: of the text, from 1; None where it is not known.
        remedy: the next step.
    """

    def __init__(
        self, where: str, problem: str, *, line: int | None = None, remedy: str = _NAMES
    ) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem
        self.line = line
        self.remedy = remedy


class _Environment(ImmutableSandboxedEnvironment):
    """Reckons with whole numbers only: a product of a text is a text without end."""

    intercepted_binops = frozenset("+-*")

    def call_binop(self, context: object, operator: str, left: object, right: object) -> int:
        """The result of `+`, `-` or `*`.

        Raises:
            TypeError: an operand is no whole number.
            ArithmeticError: the result is too large.
        """
        del context
        if not (isinstance(left, int) and isinstance(right, int)):
            raise TypeError(
                f"`{operator}` is for whole numbers, got {left!r:.40} and {right!r:.40}"
            )
        match operator:
            case "+":
                result = left + right
            case "-":
                result = left - right
            case _:
                result = left * right
        if abs(result) > _LARGEST:
            raise ArithmeticError(f"{result:.3g} is too large a number")
        return result


def _environment() -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    environment.globals.clear()
    environment.filters["thousands"] = _thousands
    return environment


def _printed(value: object) -> object:
    """What a slot prints: no function, and no mapping whose key the template forgot."""
    if isinstance(value, str | int | Undefined):
        return value
    if isinstance(value, Mapping):
        keys = ", ".join(map(str, value))
        raise TypeError(f"the slot has several values: name one of {keys}")
    if callable(value) or isinstance(value, tuple | list | float):
        raise TypeError(f"got a {type(value).__name__}, expected something to print")
    return value


def _thousands(number: int) -> str:
    return f"{number:,}"


_ENVIRONMENT = _environment()


@lru_cache(maxsize=8192)
def _template(source: str) -> Template:
    """A pack's template.

    Raises:
        TemplateSyntaxError: bad syntax, or more than a pack's template may do.
    """
    parsed = _ENVIRONMENT.parse(source)
    for statement in parsed.body:
        if not isinstance(statement, nodes.Output):
            raise _refused(statement)
        for part in statement.nodes:
            if not isinstance(part, nodes.TemplateData):
                _check(part, _DEEPEST)
    return _ENVIRONMENT.from_string(parsed)


def _check(node: nodes.Node, depth: int) -> None:
    """Walk an expression; a whitelist, for nobody can list what is dangerous."""
    if depth == 0:
        raise TemplateSyntaxError("the expression is nested too deeply", node.lineno)
    for operand in _operands(node):
        _check(operand, depth - 1)


def _operands(node: nodes.Node) -> Iterator[nodes.Node]:
    match node:
        case nodes.Name(name=name) if name != "self":
            return
        case nodes.Const(value=str() | int()):
            return
        case nodes.Getattr(node=nodes.Name(), attr=attr) if not attr.startswith("_"):
            return
        case nodes.Call(node=nodes.Name(name=name), args=[argument], kwargs=[]) if (
            name in _FUNCTIONS and node.dyn_args is None and node.dyn_kwargs is None
        ):
            yield argument
        case nodes.Filter(node=nodes.Node() as operand, name=name, args=[], kwargs=[]) if (
            name in _FILTERS
        ):
            yield operand
        case nodes.Add() | nodes.Sub() | nodes.Mul():
            yield from (node.left, node.right)
        case nodes.Neg() | nodes.Pos():
            yield node.node
        case _:
            raise _refused(node)


def _refused(node: nodes.Node) -> TemplateSyntaxError:
    return TemplateSyntaxError(f"{_told(node)} is not allowed in a template", node.lineno)


def _told(node: nodes.Node) -> str:
    match node:
        case nodes.Call(node=nodes.Name(name=name)):
            return f"this call of {name}()"
        case nodes.Getattr(attr=attr):
            return f"the attribute {attr!r} here"
        case nodes.Filter(name=name):
            return f"the filter {name!r}"
        case nodes.BinExpr(operator=operator):
            return f"the operator {operator}"
    return _STATEMENTS.get(type(node), f"{type(node).__name__!r}")


_STATEMENTS = {
    nodes.For: "a loop",
    nodes.If: "a condition",
    nodes.CondExpr: "a condition",
    nodes.Getitem: "an index",
    nodes.Call: "this call",
    nodes.Const: "this value",
    nodes.Name: "this name",
    nodes.Include: "an include",
    nodes.Import: "an import",
}


def fill(source: str, context: Mapping[str, object], *, where: str) -> str:
    """A pack's text with its slots filled, outer white space stripped.

    Raises:
        RenderError: bad syntax, an unknown name, a text without end, or a template that tries to
            do more than name things.
    """
    if "{" not in source:
        return source.strip()
    try:
        return "".join(_bounded(_template(source).generate(context))).strip()
    except TemplateSyntaxError as error:
        problem = error.message or "bad syntax"
        remedy = _ALLOWED if "not allowed" in problem else "repair the syntax at this line"
        raise RenderError(where, problem, line=error.lineno, remedy=remedy) from error
    except RecursionError as error:
        raise RenderError(where, "the template is nested too deeply", remedy=_ALLOWED) from error
    except (TemplateError, TypeError, ValueError, KeyError, ArithmeticError) as error:
        raise RenderError(where, str(error), line=_line(error)) from error


def _bounded(parts: Iterator[str]) -> Iterator[str]:
    length = 0
    for part in parts:
        length += len(part)
        if length > MOST_CHARACTERS:
            raise ValueError(f"the text has more than {MOST_CHARACTERS:,} characters")
        yield part


def _line(error: BaseException) -> int | None:
    """Jinja puts the template's own lines into the traceback."""
    found, step = None, error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == "<template>":
            found = step.tb_lineno
        step = step.tb_next
    return found


_LAYOUTS = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)


@lru_cache(maxsize=64)
def _layout(source: str) -> Template:
    return _LAYOUTS.from_string(source)


def lay_out(source: str, context: Mapping[str, object], *, where: str) -> str:
    """A layout of ours over parts that are filled already, outer white space stripped.

    Raises:
        RenderError: the layout names what there is not, or the text is too long.
    """
    try:
        return "".join(_bounded(_layout(source).generate(context))).strip()
    except (TemplateError, TypeError, ValueError) as error:
        raise RenderError(where, str(error), line=_line(error)) from error
