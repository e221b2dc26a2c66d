"""The judge's model role, checked before a subject is asked."""

from collections.abc import Sequence

from inspect_ai.model import model_roles

from turncoat.judges.choice import asks_judge, identity_of
from turncoat.judges.settings import ROLE, Also, JudgeKind


def require_role(judge: JudgeKind, also: Sequence[Also] = ()) -> None:
    """Refuse a task whose judge is a model while no model has the role.

    Inspect knows the roles while it builds a task that it was given by name.

    Raises:
        ValueError: nobody could judge, so nobody should be asked; or a judge would sit twice.
    """
    asked = judge != "rules" or asks_judge(also)
    bound = model_roles().get(ROLE)
    if isinstance(bound, list):
        identity_of("model", bound)
    if asked and bound is None:
        raise ValueError(
            f"no model has the role `{ROLE}`; add `--model-role {ROLE}=PROVIDER/MODEL`, or "
            "`-T judge=rules` to decide only what needs no judge"
        )
