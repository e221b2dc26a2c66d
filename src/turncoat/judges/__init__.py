"""Judges, as Inspect scorers."""

from turncoat.judges.choice import identity_of, scorer_of
from turncoat.judges.harm import JudgeKind, harm
from turncoat.judges.hearing import hear
from turncoat.judges.legacy import legacy
from turncoat.judges.model import JudgeUnreachable
from turncoat.judges.role import require_role

__all__ = [
    "JudgeKind",
    "JudgeUnreachable",
    "harm",
    "hear",
    "identity_of",
    "legacy",
    "require_role",
    "scorer_of",
]
