"""Simulated subjects and a simulated judge, whose truth is known; they need no network."""

from turncoat.models.cases import Case, cases, register, true_rate
from turncoat.models.subjects import Answer, answer

__all__ = ["Answer", "Case", "answer", "cases", "register", "true_rate"]
