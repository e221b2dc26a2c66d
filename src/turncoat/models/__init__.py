"""Simulated subjects and a simulated judge, whose truth is known; they need no network."""

from turncoat.models.answers import Answer
from turncoat.models.cases import Case, register
from turncoat.models.marking import register_labeled
from turncoat.models.subjects import answer, true_rate

__all__ = ["Answer", "Case", "answer", "register", "register_labeled", "true_rate"]
