"""Agents under test, as Inspect solvers."""

from turncoat.agents.prompted import prompted
from turncoat.agents.replaying import Answer, NoAnswer, answer_of, answered, replaying

__all__ = ["Answer", "NoAnswer", "answer_of", "answered", "prompted", "replaying"]
