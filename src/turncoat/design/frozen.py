"""What a run is bound to where it is a study's: the study's name and the hash of all that it declares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frozen:
    """A study as it was declared when its run began.

    Attributes:
        name: of the study.
        hash: `Study.hash`, over the study and its packs.
    """

    name: str
    hash: str

    def __str__(self) -> str:
        return f"{self.name} ({self.hash[:12]})"
