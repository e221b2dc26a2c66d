"""The command line in process: what it prints, and its exit code."""

import sys
from dataclasses import dataclass

import pytest

from turncoat.cli.main import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Console:
    """Runs commands and keeps what they print."""

    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def __call__(self, *words: str) -> Ended:
        """Run `turncoat WORDS`."""
        self.patch.setattr(sys, "argv", ["turncoat", *words])
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self.capture.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, printed.out, printed.err)
