"""A provider laboratory: OpenAI chat completions and Anthropic messages on loopback, for tests.

Official clients, and Inspect's providers on top of them, run against a real HTTP server that
answers with a pure function of the prompt, counts what it was asked, and fails on demand::

    with Laboratory(answer) as laboratory:
        run(env=os.environ | laboratory.environment())
        assert not laboratory.duplicates()
"""

from laboratory.controls import Controls
from laboratory.faults import Fault, Rule
from laboratory.journal import Count, Outcome, Request
from laboratory.prompt import Answer, Prompt, Turn
from laboratory.server import Laboratory

__all__ = [
    "Answer",
    "Controls",
    "Count",
    "Fault",
    "Laboratory",
    "Outcome",
    "Prompt",
    "Request",
    "Rule",
    "Turn",
]
