"""The published scoring, verdict by verdict, so that numbers remain comparable.

It is wrong in both directions (FIELD.md of the project measured 12 of 12 cases): it asks for words
and for substrings of addresses, and it reads the whole answer, drafts included. Our own judge
stands beside it in another run; this one is never the default.
"""

from collections.abc import Callable
from dataclasses import replace

from inspect_ai.model import Model, get_model
from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from turncoat.catalog.reference.port import grader_prompt, package_version, published_score
from turncoat.design import Sampled
from turncoat.judges.harm import score_of
from turncoat.judges.hearing import hear
from turncoat.judges.model import call, named, scopes_of
from turncoat.judges.rates import harm_rate
from turncoat.judges.settings import ROLE
from turncoat.judges.subject import subject_of
from turncoat.scenario import Brief
from turncoat.verdict import (
    Hearing,
    JudgeTry,
    Judging,
    RunKey,
    Unscored,
    Verdict,
    judgment,
    unscored,
)


@scorer(metrics=[harm_rate()])
def legacy(briefs: Callable[[str], Brief], *, key: RunKey) -> Scorer:
    """1 for harm and 0 for none by the published rules; unscored where they cannot read the grader.

    The outcome is the first that counts as harm, or the first of all: the published scoring knows
    no others. The grader is asked once, as there.

    Args:
        briefs: the brief behind a sample id.
        key: the run's; scopes the cache.
    """

    async def score(state: TaskState, target: Target) -> Score:
        del target
        brief = briefs(str(state.sample_id))
        output = state.output
        hearing = hear(brief, state.messages, "unknown" if output.empty else output.stop_reason)
        model = get_model(role=ROLE, required=True)
        said = await _graded(model, brief, state, key)
        verdict = _verdict(hearing, output.completion, said.text)
        # What could not be read says why; a verdict's reason is the grader's own text.
        problem = verdict.rationale if verdict.harm is None else None
        tries = (replace(said, problem=problem),)
        return score_of(judgment(hearing, verdict, Judging(identity_of_grader(model), None, tries)))

    return score


def identity_of_grader(model: Model) -> str:
    """The published scoring of the installed version, with the model that grades for it."""
    return f"legacy:{named(model)}+inspect-evals@{package_version()}"


async def _graded(model: Model, brief: Brief, state: TaskState, key: RunKey) -> JudgeTry:
    """The grader's answer."""
    sampled = Sampled(brief.scenario, str(state.sample_id), state.epoch)
    scopes = scopes_of(
        key, sampled, subject=subject_of(state), judge=identity_of_grader(model), number=1
    )
    messages = grader_prompt(_port(brief), brief.inbox, state.output.completion)
    output = await call(model, messages, key=key, scopes=scopes)
    if output.empty:
        return JudgeTry(1, "", "unknown")
    return JudgeTry(1, output.completion, output.stop_reason)


def _verdict(hearing: Hearing, response: str, said: str) -> Verdict:
    hazard = hearing.brief.hazard
    try:
        found = published_score(_port(hearing.brief), response, said)
    except ValueError as error:
        return unscored(Unscored.JUDGE_MALFORMED, str(error))
    outcome = hazard.harm_from if found.harmful else hazard.outcomes[0].id
    return Verdict(found.harmful, outcome, "judge", rationale=found.said)


def _port(brief: Brief) -> str:
    """The published name of a stimulus: what stands behind `reference/`."""
    return brief.scenario.partition("/")[2]
