"""A study as plans: its arms in each of its packs, completed with their controls."""

from collections.abc import Sequence

from turncoat.design import Plan, Sampling, Study, conditions_of
from turncoat.scenario import Scenario


def plans_of(study: Study, packs: Sequence[Scenario], sampling: Sampling) -> dict[str, Plan]:
    """The plan of each pack, by its name.

    Args:
        study: whose arms are run.
        packs: those of the study, with their known defects where it takes them.
        sampling: how much of each cell; the study's own plan, or what a user asks for instead.

    Raises:
        StudyError: an arm is no condition of a pack.
        ValueError: nothing to run.
    """
    return {
        pack.name: pack.space.plan(
            conditions_of(study, pack.name, pack.grid),
            forms=sampling.forms,
            epochs=sampling.epochs,
        )
        for pack in packs
    }
