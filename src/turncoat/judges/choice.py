"""Which scorer judges a scenario."""

from collections.abc import Callable

from inspect_ai.scorer import Scorer

from turncoat.judges.harm import JudgeKind, harm
from turncoat.judges.legacy import legacy
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
