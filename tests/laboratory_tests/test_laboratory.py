"""The server itself: many clients, clean ends, control from elsewhere."""

import json
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from laboratory import Controls, Fault, Laboratory, Outcome, Prompt, Rule

TESTS = Path(__file__).parents[1]


def ask(port: int, text: str, *, model: str = "gpt-4.1") -> str:
    """One request on a connection of its own; the answer's text."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/v1/chat/completions", body(text, model=model))
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return str(answer["choices"][0]["message"]["content"])


def body(text: str, *, model: str = "gpt-4.1") -> bytes:
    return json.dumps({"model": model, "messages": [{"role": "user", "content": text}]}).encode()


def test_many_clients_at_once_are_all_answered_and_counted() -> None:
    texts = [f"question {number}" for number in range(300)]
    with Laboratory(lambda prompt: f"re: {prompt.user}") as laboratory:
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda text: ask(laboratory.port, text), texts))
        [count] = laboratory.counts()
    assert answers == [f"re: {text}" for text in texts]
    assert (count.requests, count.answered, count.input_tokens) == (300, 300, 600)
    assert len({request.prompt_hash for request in laboratory.requests()}) == 300
    assert not laboratory.duplicates()


def test_closing_leaves_no_thread_although_a_client_stays_connected() -> None:
    before = threading.active_count()
    with Laboratory(lambda _: "yes") as laboratory:
        connection = HTTPConnection("127.0.0.1", laboratory.port)
        for _ in range(2):
            connection.request("POST", "/v1/chat/completions", body("hello"))
            assert connection.getresponse().read()
        assert threading.active_count() == before + 2
    connection.close()
    assert threading.active_count() == before


def test_without_keep_alive_each_answer_ends_its_connection() -> None:
    with Laboratory(lambda _: "yes", keep_alive=False) as laboratory:
        connection = HTTPConnection("127.0.0.1", laboratory.port)
        connection.request("POST", "/v1/chat/completions", body("hello"))
        response = connection.getresponse()
        assert response.getheader("connection") == "close"
        assert response.read()
        connection.close()


def test_a_client_that_left_before_its_answer_is_no_paid_call() -> None:
    released = threading.Event()

    def answer(prompt: Prompt) -> str:
        released.wait()
        return "too late"

    with Laboratory(answer) as laboratory:
        connection = HTTPConnection("127.0.0.1", laboratory.port)
        connection.request("POST", "/v1/chat/completions", body("hello"))
        laboratory.wait_until(lambda requests: len(requests) == 1)
        connection.close()
        released.set()
        laboratory.wait_until(lambda requests: requests[0].outcome is Outcome.ABANDONED)
    assert laboratory.counts()[0].answered == 0


def test_closing_does_not_wait_for_answers_that_take_their_time() -> None:
    with ThreadPoolExecutor(3) as pool:
        with Laboratory(lambda _: "late", latency_s=600.0) as laboratory:
            calls = [pool.submit(ask, laboratory.port, text) for text in "abc"]
            laboratory.wait_until(
                lambda requests: [request.outcome for request in requests] == [Outcome.PENDING] * 3
            )
        assert all(isinstance(call.exception(), ConnectionError) for call in calls)
    assert {request.outcome for request in laboratory.requests()} == {Outcome.ABANDONED}


def test_an_answer_may_take_its_time() -> None:
    with Laboratory(lambda _: "late", latency_s=0.01) as laboratory:
        assert ask(laboratory.port, "hello") == "late"


def test_waiting_for_what_does_not_come_ends() -> None:
    with (
        Laboratory(lambda _: "") as laboratory,
        pytest.raises(TimeoutError, match="0 requests have come in"),
    ):
        laboratory.wait_until(lambda requests: len(requests) > 0, timeout_s=0.01)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b'{"messages": []}',
        b'{"model": "m", "messages": [{"role": "user", "content": 1}]}',
    ],
)
def test_a_body_that_is_no_chat_is_refused_and_not_counted(sent: bytes) -> None:
    with Laboratory(lambda _: "yes") as laboratory:
        connection = HTTPConnection("127.0.0.1", laboratory.port)
        connection.request("POST", "/v1/chat/completions", sent)
        response = connection.getresponse()
        assert response.status == 400
        assert "cannot read this" in json.loads(response.read())["error"]["message"]
        connection.close()
        assert laboratory.requests() == ()


def test_a_client_that_says_nothing_or_breaks_off_does_no_harm() -> None:
    with Laboratory(lambda _: "yes") as laboratory:
        for said in (b"", b"POST /v1/messages HTTP/1.1\r\ncontent-length: 9\r\n\r\n{"):
            with socket.create_connection(("127.0.0.1", laboratory.port)) as connection:
                connection.sendall(said)
        assert ask(laboratory.port, "still there?") == "yes"


def test_the_controls_work_over_http() -> None:
    with Laboratory(lambda _: "yes") as laboratory:
        controls = Controls(laboratory.port)
        controls.set_faults(Rule(fault=Fault.EMPTY, model="a", first=1))
        assert [ask(laboratory.port, "hello", model=model) for model in "aab"] == ["", "yes", "yes"]
        assert controls.counts() == laboratory.counts()
        assert controls.requests() == laboratory.requests()
        assert [request.fault for request in controls.requests()] == [Fault.EMPTY, None, None]
        controls.set_faults()
        assert ask(laboratory.port, "hello", model="a") == "yes"


def test_a_wrong_rule_over_http_is_refused() -> None:
    with Laboratory(lambda _: "yes") as laboratory:
        connection = HTTPConnection("127.0.0.1", laboratory.port)
        connection.request("POST", "/laboratory/faults", b'[{"fault": "tantrum"}]')
        response = connection.getresponse()
        assert response.status == 400
        assert "rate_limit" in response.read().decode()
        connection.close()


def test_a_laboratory_in_its_own_process_ends_with_its_standard_input(tmp_path: Path) -> None:
    (tmp_path / "answers.py").write_text("def shout(prompt): return prompt.user.upper()\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "laboratory", "answers:shout"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(tmp_path)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        assert ask(port, "hello") == "HELLO"
        assert Controls(port).counts()[0].answered == 1
        process.communicate()
    assert process.returncode == 0
