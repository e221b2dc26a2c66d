"""Agents under test, as Inspect solvers."""

from turncoat.agents.prompted import prompted
from turncoat.agents.replaying import replaying

__all__ = ["prompted", "replaying"]
