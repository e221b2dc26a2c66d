"""Judges, as Inspect scorers."""

from turncoat.judges.choice import (
    also_from,
    asks_judge,
    criteria_of,
    identity_of,
    scorer_of,
    scorers_of,
)
from turncoat.judges.harm import RUBRIC, harm
from turncoat.judges.hearing import hear
from turncoat.judges.legacy import legacy
from turncoat.judges.model import JudgeUnreachable
from turncoat.judges.panel import sits_on
from turncoat.judges.role import require_role
from turncoat.judges.settings import ROLE, TEMPERATURE, Also, JudgeKind, Settings

__all__ = [
    "ROLE",
    "RUBRIC",
    "TEMPERATURE",
    "Also",
    "JudgeKind",
    "JudgeUnreachable",
    "Settings",
    "also_from",
    "asks_judge",
    "criteria_of",
    "harm",
    "hear",
    "identity_of",
    "legacy",
    "require_role",
    "scorer_of",
    "scorers_of",
    "sits_on",
]
