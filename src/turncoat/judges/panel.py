"""Several judges of one sample: each is asked as if it were alone, and their verdicts become one."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inspect_ai.model import Model, get_model, model_roles

from turncoat.design import Sampled
from turncoat.judges.model import Case, JudgeUnreachable, ModelJudge, ask
from turncoat.judges.settings import ROLE
from turncoat.verdict import (
    Hearing,
    Judging,
    Judgment,
    NeedsJudge,
    PanelRule,
    Unscored,
    Verdict,
    decide,
    judgment,
    member_judgment,
    panel_verdict,
    settle,
    unscored,
)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose sample is judged; `subject` is the name of the model under test."""

    sampled: Sampled
    subject: str


def models_in_role() -> tuple[Model, ...]:
    """The judges: the model of the role, or each of several.

    Raises:
        PrerequisiteError: nobody has the role. Inspect would let the subject judge itself.
    """
    bound = model_roles().get(ROLE)
    if isinstance(bound, list):
        return tuple(bound)
    return (get_model(role=ROLE, required=True),)


def identity_of_panel(rule: PanelRule, members: Sequence[str]) -> str:
    """`panel:majority(model:a/b+harm@2, model:c/d+harm@2)`.

    Raises:
        ValueError: two members are one and the same judge, whose errors are the same, too.
    """
    [(most, times)] = Counter(members).most_common(1)
    if times > 1:
        raise ValueError(
            f"{most} is on the panel {times} times; expected judges that differ, if only by an "
            "argument of the model"
        )
    return f"panel:{rule}({', '.join(members)})"


def sits_on(judge: str, panel: str) -> bool:
    """Whether a judge is a member of a panel, by their identities."""
    member = rf"[( ]{re.escape(judge)}[,)]"
    return panel.startswith("panel:") and re.search(member, panel) is not None


async def by_model(hearing: Hearing, judge: ModelJudge, whose: Whose) -> Judgment:
    """The judgment of one judge.

    Raises:
        JudgeUnreachable: the provider gave no answer.
    """
    decided = decide(hearing.brief, hearing.ledger, hearing.response)
    if isinstance(decided, Verdict):
        return judgment(hearing, decided, _judging(judge))
    verdict, judging = await _asked(hearing, judge, whose, decided)
    return judgment(hearing, verdict, judging)


async def by_panel(
    hearing: Hearing, judges: Sequence[ModelJudge], whose: Whose, rule: PanelRule
) -> Judgment:
    """The judgment of a panel, with that of each member; what the rules decide nobody is asked.

    Raises:
        JudgeUnreachable: the provider of a member gave no answer. The other members were asked
            first, so that their answers are kept.
    """
    brief = hearing.brief
    decided = decide(brief, hearing.ledger, hearing.response)
    if isinstance(decided, Verdict):
        found = [(decided, _judging(judge)) for judge in judges]
        verdict = decided
    else:
        found = await _each(hearing, judges, whose, decided)
        verdict = panel_verdict([one for one, _ in found], rule, brief.hazard)
    members = tuple(member_judgment(brief, one, judging) for one, judging in found)
    identity = identity_of_panel(rule, [judge.identity for judge in judges])
    return judgment(hearing, verdict, Judging(identity, judges[0].rubric.hash, members=members))


async def _each(
    hearing: Hearing, judges: Sequence[ModelJudge], whose: Whose, needs: NeedsJudge
) -> list[tuple[Verdict, Judging]]:
    found, outages = [], []
    for judge in judges:
        try:
            found.append(await _asked(hearing, judge, whose, needs))
        except JudgeUnreachable as outage:
            outages.append(outage)
    if outages:
        raise outages[0]
    return found


async def _asked(
    hearing: Hearing, judge: ModelJudge, whose: Whose, needs: NeedsJudge
) -> tuple[Verdict, Judging]:
    ruling = await ask(judge, Case(whose.sampled, whose.subject, hearing.brief, needs))
    if ruling.answer is None:
        verdict = unscored(Unscored.JUDGE_MALFORMED, "no answer of the judge could be read")
    else:
        verdict = settle(hearing.brief, hearing.ledger, hearing.response, ruling.answer)
    return verdict, Judging(judge.identity, judge.rubric.hash, ruling.tries)


def _judging(judge: ModelJudge) -> Judging:
    return Judging(judge.identity, judge.rubric.hash)
