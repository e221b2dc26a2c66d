"""Observations to estimates and contrasts, and whether a run counts as done."""

from turncoat.analysis.agreement import Agreements, CellAgreement, Dispute, dispute_labels
from turncoat.analysis.analysis import Analysis, analyze
from turncoat.analysis.cells import Cell, CellKey, Cut, Duties, Tally, without_members
from turncoat.analysis.comparisons import Comparison
from turncoat.analysis.effects import FactorEffect
from turncoat.analysis.flips import Flip, Flips, Moves, flip_labels
from turncoat.analysis.models import FactorModel, ModelTerm, Tied
from turncoat.analysis.status import MAX_UNSCORED_SHARE, RunStatus, run_status
from turncoat.analysis.stories import StoryEffect

__all__ = [
    "MAX_UNSCORED_SHARE",
    "Agreements",
    "Analysis",
    "Cell",
    "CellAgreement",
    "CellKey",
    "Comparison",
    "Cut",
    "Dispute",
    "Duties",
    "FactorEffect",
    "FactorModel",
    "Flip",
    "Flips",
    "ModelTerm",
    "Moves",
    "RunStatus",
    "StoryEffect",
    "Tally",
    "Tied",
    "analyze",
    "dispute_labels",
    "flip_labels",
    "run_status",
    "without_members",
]
