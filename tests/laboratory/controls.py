"""The laboratory's controls from another process, over HTTP."""

from dataclasses import dataclass
from http.client import HTTPConnection

from laboratory.faults import Rule
from laboratory.journal import Count, Request
from laboratory.server import COUNTS, REQUESTS, RULES


@dataclass(frozen=True, slots=True)
class Controls:
    """What a test does to a laboratory that another process serves on `port` of 127.0.0.1."""

    port: int

    def set_faults(self, *rules: Rule) -> None:
        """Put these rules in force instead of the earlier ones; none: all is well again."""
        self._call("POST", "/laboratory/faults", RULES.dump_json(rules))

    def counts(self) -> tuple[Count, ...]:
        """Requests and tokens by provider and model."""
        return COUNTS.validate_json(self._call("GET", "/laboratory/counts"))

    def requests(self) -> tuple[Request, ...]:
        """Every request for a completion so far, in order of arrival."""
        return REQUESTS.validate_json(self._call("GET", "/laboratory/requests"))

    def _call(self, method: str, path: str, body: bytes = b"") -> bytes:
        connection = HTTPConnection("127.0.0.1", self.port)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(f"{method} {path} answered {response.status}: {content.decode()}")
        return content
