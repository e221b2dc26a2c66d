"""The simulated subjects and the simulated judge behind the provider laboratory.

Over HTTP the laboratory sees only a prompt: an answer is a function of it. Of the judge's prompt
that holds without its nonce, which is the run's.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from laboratory import Prompt
from turncoat.catalog import load_scenario
from turncoat.catalog.rubrics import load_rubric
from turncoat.catalog.subjects import load_profiles
from turncoat.design import Plan
from turncoat.models import Case, answer, register
from turncoat.models.cases import case_of
from turncoat.models.judge import Accuracy, judge_answer
from turncoat.office import ledger_of
from turncoat.scenario import prompt_hash, render
from turncoat.verdict import NeedsJudge, Response, decide, judge_prompt

SUBJECT = "mixed"
PERFECT = Accuracy(sensitivity=1.0, specificity=1.0)

_NONCE = re.compile(
    r"(?<=<acts-)[0-9a-f]+(?=>)|(?<=</acts-)[0-9a-f]+(?=>)|(?<=this case, \")[0-9a-f]+(?=\")"
    r"|(?<=\"case\": \")[0-9a-f]+(?=\")"
)


def answering(
    scenarios: Iterable[str],
    plan: Plan,
    *,
    subject: str = SUBJECT,
    accuracy: Accuracy = PERFECT,
    seed: int = 0,
) -> Callable[[Prompt], str]:
    """A function that answers every prompt of a plan, as subject or as judge.

    A judge's prompt is known from the answer that it is about; the same acts can be harm under one
    condition and none under another.
    """
    for name in scenarios:
        scenario = load_scenario(name)
        for key in plan.sample_keys():
            register(scenario, render(scenario, key.condition, key.form))
    about: dict[str, Case] = {}

    @cache
    def subject_says(model: str, hashed: str) -> str:
        case = case_of(hashed)
        if case is None:
            raise ValueError("this prompt is neither of the plan nor about an answer to it")
        text = answer(load_profiles()[subject], case, f"{seed}/{model}/{hashed}").text
        about.update(dict.fromkeys(_asked_about(case, text), case))
        return text

    def answered(prompt: Prompt) -> str:
        hashed = prompt_hash(prompt.system, prompt.user)
        asked = _NONCE.sub("", prompt.user)
        if asked == prompt.user:
            return subject_says(prompt.model, hashed)
        said = judge_answer(
            prompt.user, accuracy=accuracy, seed=f"{seed}/{asked}", case=about[asked]
        )
        return said.text

    return answered


def _asked_about(case: Case, text: str) -> Iterator[str]:
    """What a judge will be asked about an answer, at the first try and after it, nonces left out."""
    brief = case.brief()
    decided = decide(brief, ledger_of(brief, text, message_id="simulated"), Response.ACTS)
    if isinstance(decided, NeedsJudge):
        for again in (False, True):
            prompt = judge_prompt(load_rubric("harm"), brief, decided, nonce="0", again=again)
            yield _NONCE.sub("", prompt.user)
