"""Which scorer judges a scenario."""

from collections.abc import Callable, Sequence
from typing import cast, get_args

from inspect_ai.model import Model
from inspect_ai.scorer import Scorer

from turncoat.catalog.rubrics import load_rubric
from turncoat.judges.afterwards import asked_afterwards
from turncoat.judges.harm import RUBRIC, RULES, harm
from turncoat.judges.legacy import identity_of_grader, legacy
from turncoat.judges.marks import aware_mail, aware_reasoning, conduct
from turncoat.judges.model import identity_of_model
from turncoat.judges.panel import identity_of_panel
from turncoat.judges.settings import Also, JudgeKind, Settings
from turncoat.scenario import Brief, Scenario
from turncoat.verdict import PanelRule, Rubric, RunKey

_MARKS = {"conduct": (conduct,), "awareness": (aware_reasoning, aware_mail)}
_CRITERIA = {"conduct": ("conduct",), "awareness": ("aware_reasoning", "aware_mail")}


def also_from(text: str) -> tuple[Also, ...]:
    """`conduct,awareness` as what it names, each once and in one order.

    Raises:
        ValueError: a name of nothing that is measured.
    """
    asked = {name.strip() for name in text.split(",") if name.strip()}
    known = get_args(Also)
    for name in sorted(asked - set(known)):
        raise ValueError(f"also: got {name!r}, expected some of {', '.join(known)}")
    return cast("tuple[Also, ...]", tuple(name for name in known if name in asked))


def asks_judge(also: Sequence[Also]) -> bool:
    """Whether any of it is asked of the judge's model."""
    return any(name in _MARKS for name in also)


def criteria_of(judge: JudgeKind, also: Sequence[Also]) -> tuple[Rubric, ...]:
    """The rubrics by which a kind of judge is asked, for the verdict and beside it."""
    verdict = (RUBRIC,) if judge == "model" else ()
    marks = (rubric for name in also for rubric in _CRITERIA.get(name, ()))
    return tuple(map(load_rubric, (*verdict, *marks)))


def scorers_of(
    scenario: Scenario, briefs: Callable[[str], Brief], settings: Settings
) -> list[Scorer]:
    """The scorer of the verdict, and those of what is measured beside it.

    Raises:
        ValueError: an unknown kind of judge, or the published scoring for what is not its stimulus.
    """
    key, also = settings.key, settings.also
    marks = [scorer for name in also for scorer in _MARKS.get(name, ())]
    afterwards = [asked_afterwards(key, settings.config)] if "afterwards" in also else []
    return [
        scorer_of(scenario, briefs, key=settings.key, judge=settings.judge, panel=settings.panel),
        *(scorer(briefs, key=key) for scorer in marks),
        *afterwards,
    ]


def scorer_of(
    scenario: Scenario,
    briefs: Callable[[str], Brief],
    *,
    key: RunKey,
    judge: JudgeKind,
    panel: PanelRule = "majority",
) -> Scorer:
    """The scorer of a kind of judge.

    Raises:
        ValueError: an unknown kind, or the published scoring for what is not its stimulus.
    """
    if judge != "legacy":
        return harm(briefs, key=key, judge=judge, panel=panel)
    if scenario.story != "published":
        raise ValueError(f"judge legacy: scenario {scenario.name} is no published stimulus")
    return legacy(briefs, key=key)


def identity_of(
    judge: JudgeKind, model: Model | Sequence[Model] | None, panel: PanelRule = "majority"
) -> str:
    """What the verdicts of a kind of judge are told apart by, before it has given any.

    Args:
        judge: the kind.
        model: in the role `judge`; several are a panel.
        panel: how the verdicts of several become one.

    Raises:
        ValueError: a kind that asks a model, without one; or a judge that would sit twice.
    """
    if judge == "rules":
        return RULES
    if model is None:
        raise ValueError(f"judge {judge}: no model")
    models = [model] if isinstance(model, Model) else model
    if judge == "legacy":
        return identity_of_grader(models[0])
    members = [identity_of_model(one, load_rubric(RUBRIC)) for one in models]
    return members[0] if len(members) == 1 else identity_of_panel(panel, members)
