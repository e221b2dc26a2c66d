"""The server: one thread a connection, keep-alive, nothing left behind when it closes."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter, ValidationError

from laboratory.dialect import ANTHROPIC, OPENAI, RETRY_AT_ONCE, Dialect, Response, reply_to
from laboratory.faults import Fault, Rule, Schedule
from laboratory.journal import Count, Journal, Outcome, Request, counts, duplicates
from laboratory.prompt import Answer, Prompt

DIALECTS = {"/v1/chat/completions": OPENAI, "/v1/messages": ANTHROPIC}
RULES = TypeAdapter(tuple[Rule, ...])
COUNTS = TypeAdapter(tuple[Count, ...])
REQUESTS = TypeAdapter(tuple[Request, ...])


class Laboratory:
    """A provider of both kinds on a free loopback port, for as long as the `with` block runs.

    Args:
        answer: The answer to a prompt; called from several threads at once. What it raises goes
            to the client as status 400, which no client retries.
        latency_s: How long an answer takes, in seconds; faults come at once.
        keep_alive: Whether connections outlive a request. Clients that Inspect leaves open at the
            end of an `eval` in this process warn of sockets that were never closed; without
            keep-alive there is none.
    """

    def __init__(self, answer: Answer, *, latency_s: float = 0.0, keep_alive: bool = True) -> None:
        self._answer = answer
        self._latency_s = latency_s
        self._keep_alive = keep_alive
        self._schedule = Schedule()
        self._journal = Journal()

    def __enter__(self) -> Self:
        self._server = _Server(self._answer, self._schedule, self._journal)
        self._server.latency_s = self._latency_s
        self._server.keep_alive = self._keep_alive
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return self._server.port

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_base_url(self) -> str:
        """What an OpenAI client wants as its base URL."""
        return f"{self.url}/v1"

    @property
    def anthropic_base_url(self) -> str:
        """What an Anthropic client wants as its base URL."""
        return self.url

    def environment(self) -> dict[str, str]:
        """The environment variables that send both providers here, past any proxy."""
        return {
            "OPENAI_BASE_URL": self.openai_base_url,
            "OPENAI_API_KEY": "laboratory",
            "ANTHROPIC_BASE_URL": self.anthropic_base_url,
            "ANTHROPIC_API_KEY": "laboratory",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def set_faults(self, *rules: Rule) -> None:
        """Put these rules in force instead of the earlier ones; none: all is well again."""
        self._schedule.replace(rules)

    def requests(self) -> tuple[Request, ...]:
        """Every request for a completion so far, in order of arrival."""
        return self._journal.requests()

    def counts(self) -> tuple[Count, ...]:
        """Requests and tokens by provider and model."""
        return counts(self.requests())

    def duplicates(self) -> tuple[Request, ...]:
        """What was answered more than once, first answers left out; epochs repeat a prompt too."""
        return duplicates(self.requests())

    def wait_until(
        self, condition: Callable[[tuple[Request, ...]], bool], *, timeout_s: float = 30.0
    ) -> None:
        """Block until the requests so far meet the condition; TimeoutError if they do not."""
        self._journal.wait_until(condition, timeout_s=timeout_s)


class _Server(socketserver.ThreadingTCPServer):
    # Threads that closing waits for: a test must not leave one behind.
    daemon_threads = False
    request_queue_size = 256
    latency_s = 0.0
    keep_alive = True

    def __init__(self, answer: Answer, schedule: Schedule, journal: Journal) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.schedule = schedule
        self.journal = journal
        self.closing = threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def process_request(self, request: object, client_address: object) -> None:
        # Here and not in the thread, so that `hang_up` misses no connection.
        assert isinstance(request, socket.socket)
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake every thread that waits on an idle connection, so that it ends."""
        self.closing.set()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def handle(self) -> None:
        # A client that is killed resets its connections; that is what it is here for.
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Stay quiet: the journal is the log."""

    def do_GET(self) -> None:
        requests = self.server.journal.requests()
        match self.path:
            case "/laboratory/counts":
                self._send(Response(200, COUNTS.dump_json(counts(requests))))
            case "/laboratory/requests":
                self._send(Response(200, REQUESTS.dump_json(requests)))
            case _:
                self._send_unknown()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        path = self.path.partition("?")[0]
        if path == "/laboratory/faults":
            self._set_faults(body)
        elif path in DIALECTS:
            self._converse(DIALECTS[path], body)
        else:
            self._send_unknown()

    def _set_faults(self, body: bytes) -> None:
        try:
            rules = RULES.validate_json(body)
        except ValidationError as error:
            self._send(OPENAI.refuse(400, str(error)))
        else:
            self.server.schedule.replace(rules)
            self._send(Response(200, b"[]"))

    def _converse(self, dialect: Dialect, body: bytes) -> None:
        try:
            prompt = dialect.read(body)
        except ValidationError as error:
            self._send(dialect.refuse(400, f"the laboratory cannot read this: {error}"))
            return
        fault = self.server.schedule.choose(prompt)
        retry = int(self.headers.get("x-stainless-retry-count", "0"))
        number = self.server.journal.open(prompt, retry=retry, fault=fault)
        if not self._fail(dialect, number, fault):
            self._answer(dialect, prompt, number=number, fault=fault)

    def _fail(self, dialect: Dialect, number: int, fault: Fault | None) -> bool:
        """Fail as the fault demands; whether there was no message to send."""
        match fault:
            case Fault.RATE_LIMIT:
                self._refuse(dialect, 429)
            case Fault.SERVER_ERROR:
                self._refuse(dialect, 500)
            case Fault.GARBAGE:
                self._send(Response(200, b"<html>gateway</html>"))
            case Fault.HANG_UP:
                self.close_connection = True
            case Fault.SILENT:
                # Returns when the client leaves or the server hangs up.
                with contextlib.suppress(ConnectionError):
                    self.connection.recv(1)
                self.close_connection = True
            case _:
                return False
        self.server.journal.ended(number, Outcome.FAILED)
        return True

    def _answer(
        self, dialect: Dialect, prompt: Prompt, *, number: int, fault: Fault | None
    ) -> None:
        journal = self.server.journal
        try:
            answer = self.server.answer(prompt)
        except Exception as error:  # noqa: BLE001  # the caller's function; its client is told
            journal.ended(number, Outcome.FAILED)
            self._send(dialect.refuse(400, f"the answering function raised {error!r}"))
            return
        reply = reply_to(prompt, answer, number=number, fault=fault)
        if self.server.closing.wait(self.server.latency_s) or self._is_abandoned():
            journal.ended(number, Outcome.ABANDONED)
            self.close_connection = True
            return
        # Noted first: a client that has its answer must find it counted.
        journal.answered(number, input_tokens=reply.input_tokens, output_tokens=reply.output_tokens)
        self._send(dialect.write(prompt, reply))

    def _is_abandoned(self) -> bool:
        """Whether the client has closed the connection."""
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

    def _refuse(self, dialect: Dialect, status: int) -> None:
        refusal = dialect.refuse(status, f"the laboratory was told to answer {status}")
        self._send(Response(status, refusal.body, headers=RETRY_AT_ONCE))

    def _send_unknown(self) -> None:
        served = ", ".join(DIALECTS)
        message = f"the laboratory does not serve {self.path}; it serves {served}"
        self._send(OPENAI.refuse(404, message))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("content-type", response.content_type)
        self.send_header("content-length", str(len(response.body)))
        if not self.server.keep_alive:
            self.send_header("connection", "close")
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)
        self.wfile.flush()
