"""Whether a run counts as done."""

from dataclasses import dataclass
from math import nan

import pandas as pd

from turncoat.analysis.cells import Tally, tally_reasons, without_members
from turncoat.verdict.verdicts import Unscored

# The same command tries these again.
ERRORS = (Unscored.SUBJECT_ERROR, Unscored.JUDGE_UNREACHABLE)
MAX_UNSCORED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How much of a run has a verdict.

    Attributes:
        rows: observations of the plan.
        scored: observations with a verdict.
        errors: observations whose subject or judge could not be reached.
        unscored: observations without a verdict, errors among them, not counting `not_decidable`.
        not_decidable: observations that the rules judge leaves open.
        reasons: why observations have no verdict, `not_decidable` among them, most frequent first.
    """

    rows: int
    scored: int
    errors: int
    unscored: int
    not_decidable: int
    reasons: tuple[Tally, ...]

    @property
    def unscored_share(self) -> float:
        """Unscored observations among those that were to be decided; NaN where there are none."""
        decidable = self.rows - self.not_decidable
        return self.unscored / decidable if decidable else nan

    @property
    def done(self) -> bool:
        """No error, at most 5 % unscored, and something to show."""
        return self.rows > 0 and self.errors == 0 and not self.unscored_share > MAX_UNSCORED_SHARE

    @property
    def exit_code(self) -> int:
        """0 done, 1 done with errors, with more than 5 % unscored, or without an observation."""
        return 0 if self.done else 1


def run_status(observations: pd.DataFrame) -> RunStatus:
    """Count verdicts, errors and gaps over all observations of the plan; a panel is one judge.

    Args:
        observations: the table of results, one row per sample, epoch and judge.
    """
    observations = without_members(observations)
    reasons = tally_reasons(observations)
    counted = {tally.name: tally.n for tally in reasons}
    without_verdict = sum(counted.values())
    # A rules judge leaves open what only a reader can decide: that is its answer, no failure.
    not_decidable = counted.get(Unscored.NOT_DECIDABLE, 0)
    return RunStatus(
        rows=len(observations),
        scored=len(observations) - without_verdict,
        errors=sum(counted.get(reason, 0) for reason in ERRORS),
        unscored=without_verdict - not_decidable,
        not_decidable=not_decidable,
        reasons=reasons,
    )
