"""The simulated subjects and the simulated judge behind the provider laboratory.

Over HTTP the laboratory sees only a prompt: an answer is a function of it. The judge's prompt
holds a nonce of the run, so its draw is seeded by the acts that it is shown.
"""

from collections.abc import Callable, Iterable

from laboratory import Prompt
from turncoat.catalog import load_scenario
from turncoat.catalog.subjects import load_profiles
from turncoat.design import Plan
from turncoat.models import answer, register
from turncoat.models.cases import case_of
from turncoat.models.judge import Accuracy, judge_answer
from turncoat.scenario import prompt_hash, render
from turncoat.verdict import fenced_bodies

SUBJECT = "mixed"
PERFECT = Accuracy(sensitivity=1.0, specificity=1.0)


def answering(
    scenarios: Iterable[str], plan: Plan, *, accuracy: Accuracy = PERFECT, seed: int = 0
) -> Callable[[Prompt], str]:
    """A function that answers every prompt of a plan, as subject or as judge."""
    for name in scenarios:
        scenario = load_scenario(name)
        for key in plan.sample_keys():
            register(scenario, render(scenario, key.condition, key.form))

    def answered(prompt: Prompt) -> str:
        hashed = prompt_hash(prompt.system, prompt.user)
        case = case_of(hashed)
        if case is None:
            drawn = f"{seed}/{fenced_bodies(prompt.user)}"
            return judge_answer(prompt.user, accuracy=accuracy, seed=drawn).text
        return answer(load_profiles()[SUBJECT], case, f"{seed}/{prompt.model}/{hashed}").text

    return answered
