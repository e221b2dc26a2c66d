"""The judge's model role, checked before a subject is asked."""

from collections.abc import Sequence

from inspect_ai.model import model_roles

from turncoat.judges.choice import asks_judge
from turncoat.judges.harm import ROLE
from turncoat.judges.settings import Also, JudgeKind


def require_role(judge: JudgeKind, also: Sequence[Also] = ()) -> None:
    """Refuse a task whose judge is a model while no model has the role.

    Inspect knows the roles while it builds a task that it was given by name.

    Raises:
        ValueError: nobody could judge, so nobody should be asked.
    """
    asked = judge != "rules" or asks_judge(also)
    if asked and ROLE not in model_roles():
        raise ValueError(
            f"no model has the role `{ROLE}`; add `--model-role {ROLE}=PROVIDER/MODEL`, or "
            "`-T judge=rules` to decide only what needs no judge"
        )
