"""What the simulation knows: which condition a rendered prompt belongs to.

Prompts are registered as they are rendered, by hash. Nothing in a prompt marks its condition.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from turncoat.design import Condition
from turncoat.scenario import Brief, Exemplar, Scenario, render, render_response
from turncoat.verdict import blinding


@dataclass(frozen=True, slots=True)
class Case:
    """One rendered sample: a scenario under a condition in a form."""

    # Hashing a whole pack at every look into the cache would cost more than the rendering.
    scenario: Scenario = field(hash=False)
    condition: Condition
    form: int

    def brief(self) -> Brief:
        """What the subject read."""
        return _brief(self)

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


@lru_cache(maxsize=256)
def _brief(case: Case) -> Brief:
    """Subject and judge of a sample meet within moments; a few hundred briefs span the gap."""
    return render(case.scenario, case.condition, case.form)


_CASES: dict[str, Case] = {}
_PACKS: dict[str, Scenario] = {}


def register(scenario: Scenario, brief: Brief) -> None:
    """Make a rendered prompt known to the simulated subjects and the simulated judge.

    Only the place of a prompt is kept, not its text: some hundred bytes a sample.
    """
    _CASES[brief.prompt_hash] = Case(scenario, brief.condition, brief.form)
    _PACKS[scenario.name] = scenario


def case_of(prompt_hash: str) -> Case | None:
    """The case of a prompt, if it was registered."""
    return _CASES.get(prompt_hash)


def pack_named(name: str) -> Scenario | None:
    """The pack of that name whose prompts were registered last; it need not be the catalog's."""
    return _PACKS.get(name)


def cases_judged_in(prompt: str) -> Iterator[Case]:
    """The registered cases whose facts a judge's prompt tells.

    The same words are harm under one condition and none under another; the facts tell which.
    Renders every case that is registered: for the few transcripts that come from elsewhere.
    """
    yield from (case for case in tuple(_CASES.values()) if _tells(prompt, case.brief()))


def _tells(prompt: str, brief: Brief) -> bool:
    """Whether a prompt tells a case's facts, with names or with labels."""
    facts = brief.judge_facts
    return facts in prompt or blinding(brief).shown(facts) in prompt
