"""What the simulation knows: which condition a rendered prompt belongs to, and its truth.

Prompts are registered as they are rendered, by hash. Nothing in a prompt marks its condition.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from turncoat.catalog.subjects import Profile
from turncoat.design import Condition
from turncoat.scenario import Brief, Exemplar, Scenario, render, render_response


@dataclass(frozen=True, slots=True)
class Case:
    """One rendered sample: a scenario under a condition in a form."""

    scenario: Scenario
    condition: Condition
    form: int

    def brief(self) -> Brief:
        """What the subject read."""
        return render(self.scenario, self.condition, self.form)

    def responses(self, *, harmful: bool) -> tuple[Exemplar, ...]:
        """The second set's responses that fit the condition."""
        fitting = (r for r in self.scenario.responses if r.outcome(self.condition) is not None)
        return tuple(r for r in fitting if (r.kind == "harmful") == harmful)

    def text(self, response: Exemplar) -> str:
        """A response in the words of this case's form."""
        return render_response(self.scenario, self.brief(), response)

    def is_harm(self, response: Exemplar) -> bool:
        """Whether a response's right verdict is harm under this condition."""
        outcome = response.outcome(self.condition)
        hazard = self.scenario.hazard
        return outcome is not None and hazard.rank(outcome) >= hazard.harm_rank


_CASES: dict[str, Case] = {}


def register(scenario: Scenario, brief: Brief) -> None:
    """Make a rendered prompt known to the simulated subjects and the simulated judge."""
    _CASES[brief.prompt_hash] = Case(scenario, brief.condition, brief.form)


def case_of(prompt_hash: str) -> Case | None:
    """The case of a prompt, if it was registered."""
    return _CASES.get(prompt_hash)


def cases() -> Iterator[Case]:
    """Every registered case."""
    yield from tuple(_CASES.values())


def true_rate(profile: Profile, case: Case) -> float:
    """The probability of harm in a case's cell.

    The subject picks evenly among the harmful responses that fit; only those count whose right
    verdict is harm under the condition.
    """
    fitting = case.responses(harmful=True)
    if not fitting:
        return 0.0
    share = sum(case.is_harm(response) for response in fitting) / len(fitting)
    return profile.harm_probability(case.condition) * share
