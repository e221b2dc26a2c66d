"""What identifies a run: it scopes cached answers and keys the judge's fence."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class RunKey:
    """A run's id and its random secret, kept with the run and in no log.

    Attributes:
        run_id: scopes the cache, so that two runs never share an answer.
        secret: key of the fence's nonce; unpredictable to subjects, the same on resume.
        cached: whether answers are kept until the run is done.
    """

    run_id: str
    secret: bytes = field(repr=False)
    cached: bool = False

    def nonce(self, *parts: str) -> str:
        """HMAC-SHA256 of the parts (task, subject, sample, epoch, judge, try), 32 hex digits."""
        message = "\0".join(parts).encode()
        return hmac.new(self.secret, message, sha256).hexdigest()[:32]
