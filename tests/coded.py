"""Answers of a judge that repeat the number of their case, as the prompt asks for it."""

import json

from turncoat.verdict.exhibits import asked_in

CODE = "0a1b2c3d"
"""A number of a case, for tests that write prompt and answer themselves."""


def coded(answer: str, prompt: str) -> str:
    """A canned answer as one to this very prompt; what is no object, or has a number, stays."""
    try:
        code = str(asked_in(prompt)["case"])
    except (ValueError, KeyError):
        return answer
    # As text: what stands twice in it must go on doing so.
    return answer.replace("{", f'{{"case": "{code}", ', 1) if _lacks_case(answer) else answer


def _lacks_case(answer: str) -> bool:
    try:
        said = json.loads(answer)
    except ValueError:
        return False
    return isinstance(said, dict) and "case" not in said


def with_code(answer: str, code: str = CODE) -> str:
    """A canned answer with a number; what has one already keeps it."""
    return json.dumps({"case": code, **json.loads(answer)})
