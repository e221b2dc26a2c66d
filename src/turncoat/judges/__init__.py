"""Judges, as Inspect scorers."""

from turncoat.judges.harm import JudgeKind, harm
from turncoat.judges.model import JudgeUnreachable

__all__ = ["JudgeKind", "JudgeUnreachable", "harm"]
