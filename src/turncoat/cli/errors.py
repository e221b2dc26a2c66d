"""A user's mistake, told so that the user can mend it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import click

PROVIDERS = (
    "anthropic",
    "azureai",
    "bedrock",
    "cloudflare",
    "deepseek",
    "fireworks",
    "google",
    "grok",
    "groq",
    "hf",
    "mistral",
    "ollama",
    "openai",
    "openai-api",
    "openrouter",
    "perplexity",
    "sagemaker",
    "sambanova",
    "sglang",
    "sim",
    "together",
    "vllm",
)
"""Names to offer to who misspells one; Inspect alone decides which it knows."""

_PACKAGE = re.compile(r"pip install (?:-\S+ )*([\w.\[\]-]+)")
_KEY = re.compile(r"\b[A-Z][A-Z0-9_]*(?:_KEY|_TOKEN)\b")


class UserError(click.ClickException):
    """What, got, expected, next step; exit code 2, and nothing was spent."""

    exit_code = 2

    def __init__(self, what: str, *, got: str = "", expected: str = "", then: str = "") -> None:
        lines = [what]
        lines += [f"  got:      {got}"] if got else []
        lines += [f"  expected: {expected}"] if expected else []
        lines += [f"  next:     {then}"] if then else []
        super().__init__("\n".join(lines))


def unknown(what: str, got: str, known: Iterable[str]) -> UserError:
    """The error for a name that is none of the known ones; offers the nearest."""
    names = list(known)
    return UserError(
        f"unknown {what}", got=got, expected=f"one of {', '.join(names)}", then=nearest(got, names)
    )


def nearest(got: str, known: Iterable[str]) -> str:
    """The next step for a misspelled name."""
    names = list(known)
    close = get_close_matches(got.lower(), names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else f"use one of {', '.join(names)}"


def unwritable(path: Path, error: OSError) -> UserError:
    """The error for a file that cannot be written."""
    return UserError(
        f"{path} cannot be written",
        got=error.strerror or str(error),
        expected="a file in a folder that exists and can be written",
        then="give another name",
    )


def unavailable(model: str, problem: str) -> UserError:
    """The error for a model that cannot be used, with the step that this very problem needs."""
    said = " ".join(problem.removeprefix("ERROR:").split())
    return UserError(
        f"model {model} cannot be used",
        got=said,
        expected="PROVIDER/MODEL as Inspect names it, with its package, its key and its arguments",
        then=_mended(model, said),
    )


def _mended(model: str, problem: str) -> str:
    provider, slash, name = model.partition("/")
    package, key = _PACKAGE.search(problem), _KEY.search(problem)
    if not slash:
        return f"write the provider too, e.g. openai/{model}, or sim/mixed for a simulated subject"
    if package:
        return f"install the provider's package: pip install {package[1]}"
    if key:
        return f"set the key, e.g. export {key[0]}=..."
    if provider == "sim":
        return _mended_simulated(name)
    if provider not in PROVIDERS:
        return nearest(provider, PROVIDERS)
    return "correct the name or the arguments (-M of subjects, -J of the judge)"


def _mended_simulated(name: str) -> str:
    from turncoat.models.provider import simulated_names

    if name in simulated_names():
        return "correct the argument (-M of subjects, -J of the judge)"
    return nearest(f"sim/{name}", [f"sim/{known}" for known in simulated_names()])
