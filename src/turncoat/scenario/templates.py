"""Strict templates: an undefined name is an error, and no template reaches Python."""

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment


class RenderError(ValueError):
    """A template that cannot be rendered.

    Attributes:
        where: which text of the pack it is.
        problem: what is wrong with it.
    """

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()
    environment.filters["thousands"] = _thousands
    return environment


def _thousands(number: int) -> str:
    return f"{number:,}"


_ENVIRONMENT = _environment()


@lru_cache(maxsize=8192)
def _template(source: str) -> Template:
    return _ENVIRONMENT.from_string(source)


def fill(source: str, context: Mapping[str, object], *, where: str) -> str:
    """The text with its slots filled, outer white space stripped.

    Raises:
        RenderError: bad syntax, an unknown name, or a template that tries to reach Python.
    """
    if "{" not in source:
        return source.strip()
    try:
        return _template(source).render(context).strip()
    except (TemplateError, TypeError, ValueError, KeyError, ArithmeticError) as error:
        raise RenderError(where, str(error)) from error
