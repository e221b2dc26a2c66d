"""Which scorer judges a scenario."""

from collections.abc import Callable

from inspect_ai.model import Model
from inspect_ai.scorer import Scorer

from turncoat.catalog.rubrics import load_rubric
from turncoat.judges.harm import RUBRIC, RULES, JudgeKind, harm
from turncoat.judges.legacy import identity_of_grader, legacy
from turncoat.judges.model import identity_of_model
from turncoat.scenario import Brief, Scenario
from turncoat.verdict import RunKey


def scorer_of(
    scenario: Scenario, briefs: Callable[[str], Brief], *, key: RunKey, judge: JudgeKind
) -> Scorer:
    """The scorer of a kind of judge.

    Raises:
        ValueError: an unknown kind, or the published scoring for what is not its stimulus.
    """
    if judge != "legacy":
        return harm(briefs, key=key, judge=judge)
    if scenario.story != "published":
        raise ValueError(f"judge legacy: scenario {scenario.name} is no published stimulus")
    return legacy(briefs, key=key)


def identity_of(judge: JudgeKind, model: Model | None) -> str:
    """What the verdicts of a kind of judge are told apart by, before it has given any.

    Raises:
        ValueError: a kind that asks a model, without one.
    """
    if judge == "rules":
        return RULES
    if model is None:
        raise ValueError(f"judge {judge}: no model")
    if judge == "legacy":
        return identity_of_grader(model)
    return identity_of_model(model, load_rubric(RUBRIC))
