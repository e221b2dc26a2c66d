"""The server over HTTP: whom it answers, what its pages tell, and what a kill leaves."""

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from threading import Thread

import httpx
import pytest

from labeling.servers import SIZE, SUBJECT, TURNCOAT, Server, field, serving
from turncoat.labeling import frame_of
from turncoat.results import read_labels, read_observations

Form = dict[str, str | list[str]]


@pytest.fixture(scope="module")
def labeled(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(copytree(made / "run", tmp_path_factory.mktemp("labeled") / "run"))


@pytest.fixture(scope="module")
def server(labeled: Path) -> Iterator[Server]:
    with serving(labeled, "Ada Moreau", "--labels", str(SIZE)) as started:
        yield started


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as opened:
        yield opened


def page(client: httpx.Client, path: str = "/") -> httpx.Response:
    return client.get(path, follow_redirects=True)


def own(client: httpx.Client) -> dict[str, str]:
    """What a browser says of a form of the page's own."""
    return {"Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}


def save(client: httpx.Client, path: str, **fields: str | list[str]) -> httpx.Response:
    csrf = field("csrf", client.get(path).text)
    form: Form = {"csrf": csrf, **fields}
    return client.post(path, data=form, headers=own(client))


# --- who is answered --------------------------------------------------------------------------------


def test_without_the_token_nothing_is_told(server: Server) -> None:
    base = f"http://127.0.0.1:{server.port}"
    for path in ("/", "/label.js", "/t/x", "/end", "/?token=", "/?token=wrong"):
        refused = httpx.get(base + path, trust_env=False)
        assert refused.status_code == 403, path
        assert "Ada" not in refused.text


def test_a_cookie_of_another_server_is_refused(server: Server) -> None:
    cookie = {"Cookie": f"turncoat_label_{server.port}=guess"}
    refused = httpx.get(f"http://127.0.0.1:{server.port}/", headers=cookie, trust_env=False)
    assert refused.status_code == 403


def test_the_cookie_is_for_this_page_alone(server: Server) -> None:
    answered = httpx.get(server.url, trust_env=False)
    assert answered.headers["location"] == "/"
    cookie = answered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert server.url.rpartition("=")[2] not in cookie


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost", "evil.example:{port}", ""]
)
def test_another_host_is_refused(client: httpx.Client, server: Server, host: str) -> None:
    refused = client.get("/", headers={"Host": host.format(port=server.port)})
    assert refused.status_code in {400, 403}


def test_localhost_is_this_host(client: httpx.Client, server: Server) -> None:
    assert client.get("/", headers={"Host": f"localhost:{server.port}"}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_of_another_page_is_refused(
    client: httpx.Client, labeled: Path, headers: dict[str, str]
) -> None:
    shown = page(client)
    form = {"csrf": field("csrf", shown.text), "outcome": "-"}
    before = len(read_labels(labeled).labels)
    refused = client.post(shown.url.path, data=form, headers=headers)
    assert refused.status_code == 403
    assert len(read_labels(labeled).labels) == before


@pytest.mark.parametrize("csrf", [None, "", "guess", "\ud800"])
def test_a_form_without_its_secret_is_refused(client: httpx.Client, csrf: str | None) -> None:
    form = {"outcome": "-"} | ({} if csrf is None else {"csrf": csrf.encode("utf-8", "replace")})
    refused = client.post(page(client).url.path, data=form, headers=own(client))
    assert refused.status_code == 403


def test_what_is_no_form_of_ours_is_refused(client: httpx.Client) -> None:
    path = page(client).url.path
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(path, json={}, headers=own(client)).status_code == 415
    assert (
        client.post(path, content=b"a" * 1_100_000, headers=own(client) | kind).status_code == 413
    )
    assert client.post(path, content=b"&a=1" * 600, headers=own(client) | kind).status_code == 400
    assert client.put(path).status_code == 405


def test_another_address_of_this_machine_is_not_served(server: Server) -> None:
    others = {"127.0.0.2", *(str(info[4][0]) for info in _addresses())} - {"127.0.0.1"}
    for address in others:
        with pytest.raises(OSError, match=r"refused|unreachable|assign"):
            socket.create_connection((address, server.port), timeout=10)


def _addresses() -> list[tuple[object, object, object, str, tuple[object, ...]]]:
    try:
        return list(socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET))
    except socket.gaierror:
        return []


def test_every_answer_says_what_a_page_may_do(client: httpx.Client) -> None:
    for path in ("/", "/label.css", "/t/nothing", page(client).url.path):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


# --- what the pages tell -------------------------------------------------------------------------


def test_no_page_tells_model_condition_judge_or_stratum(
    client: httpx.Client, labeled: Path
) -> None:
    draw = read_labels(labeled).draw
    table = read_observations(labeled)
    secret = {f"sim/{SUBJECT}", "sim/judge", draw.judge, "gate_closed", "no_harm", "unscored"}
    secret |= {*table["condition"], *table["sample_id"], *table["rubric_hash"].dropna()}
    secret |= {*table["log"], *table["sample_uuid"], "stratum"}
    drawn = [entry for entry in draw.observations if entry.drawn]
    assert len(drawn) == SIZE
    for entry in drawn:
        shown = page(client, f"/t/{entry.token}")
        assert shown.status_code == 200
        # What the agent itself had read may hold any word.
        told = re.sub(r'<details id="prompt">.*?</details>', "", shown.text, flags=re.DOTALL)
        told += str(shown.headers)
        assert not [word for word in secret if word in told]


def test_private_reasoning_is_not_in_the_page_unless_it_is_asked_for(
    client: httpx.Client, labeled: Path
) -> None:
    tokens = [entry.token for entry in read_labels(labeled).draw.observations if entry.drawn]
    hidden = [page(client, f"/t/{token}").text for token in tokens]
    with (
        serving(labeled, "Cleo", "--show-reasoning") as other,
        other.client() as second,
    ):
        shown = [page(second, f"/t/{token}").text for token in tokens]
    assert sum("private reasoning, not shown" in text for text in hidden) > 0
    assert not any("private reasoning, not shown" in text for text in shown)
    assert not any('class="text quotable private"' in text for text in hidden)
    assert any('class="text quotable private"' in text for text in shown)


def test_a_transcript_that_was_not_drawn_is_not_there(client: httpx.Client, labeled: Path) -> None:
    [first, *_] = [e for e in read_labels(labeled).draw.observations if not e.drawn]
    assert client.get(f"/t/{first.token}").status_code == 404


# --- labels --------------------------------------------------------------------------------------


def test_a_harm_label_needs_evidence_that_stands_in_the_answer(
    client: httpx.Client, labeled: Path
) -> None:
    path = page(client).url.path
    harm = re.findall(r'value="(\w+)" data-key="\d" data-harm', client.get(path).text)[0]
    before = read_labels(labeled).labels
    lacking = save(client, path, outcome=harm, note="I </textarea> typed this", deception="yes")
    assert lacking.status_code == 422
    assert "needs evidence" in lacking.text
    assert "I &lt;/textarea&gt; typed this" in lacking.text
    assert re.search(rf'value="{harm}"[^>]* checked', lacking.text)
    assert re.search(r'name="deception"[^>]* checked', lacking.text)
    invented = save(client, path, outcome=harm, evidence=["it never said this 93"])
    assert invented.status_code == 422
    assert "does not stand in the agent" in invented.text
    assert "it never said this 93" in invented.text
    invisible = save(client, path, outcome=harm, evidence=["\u200b \u202e"])
    assert invisible.status_code == 422
    assert save(client, path).status_code == 422
    assert save(client, path, outcome="invented").status_code == 422
    assert read_labels(labeled).labels == before


def test_labeling_again_replaces_and_the_page_shows_what_counts(
    client: httpx.Client, labeled: Path
) -> None:
    path = page(client).url.path
    token = path.rpartition("/")[2]
    assert save(client, path, outcome="-", note="first").status_code == 303
    assert page(client).url.path != path
    assert save(client, path, outcome="none", note="second\r\nline", over_refusal="yes").is_redirect
    again = client.get(path).text
    assert "second\nline" in again
    assert re.search(r'name="over_refusal"[^>]* checked', again)
    assert "Save again" in again
    found = read_labels(labeled).of("Ada Moreau")[token].finding
    assert (found.outcome, found.harm, found.note) == ("none", False, "second\nline")
    assert (found.over_refusal, found.saw_reasoning) == (True, False)


def test_what_a_kill_leaves_is_every_label_that_was_acknowledged(run: Path) -> None:
    """Saves go on while the server dies; whatever was answered before is there afterwards."""
    acknowledged: list[str] = []
    for kills in range(1, 4):
        with serving(run, "Ada", "--labels", str(SIZE)) as server, server.client() as client:
            enough = len(acknowledged) + 3 * kills

            def go_on(client: httpx.Client = client) -> None:
                try:
                    while (shown := page(client)).url.path != "/end":
                        form = {"csrf": field("csrf", shown.text), "outcome": "-"}
                        if client.post(shown.url.path, data=form, headers=own(client)).is_redirect:
                            acknowledged.append(shown.url.path.rpartition("/")[2])
                except httpx.TransportError:
                    return

            working = Thread(target=go_on)
            working.start()
            while len(acknowledged) < enough and working.is_alive():
                working.join(0.001)
            server.kill()
            working.join()
        held = read_labels(run).of("Ada")
        assert set(acknowledged) <= set(held)
        assert len(acknowledged) == len(set(acknowledged))
        assert len(held) <= len(acknowledged) + kills


def test_a_server_whose_file_is_gone_says_so(run: Path) -> None:
    with serving(run, "Ada", "--labels", str(SIZE)) as server, server.client() as client:
        path = page(client).url.path
        form = {"csrf": field("csrf", client.get(path).text), "outcome": "-"}
        (run / "labels.sqlite").unlink()
        answered = client.post(path, data=form, headers=own(client))
        assert answered.status_code == 503
        assert "labels.sqlite" in answered.text


def test_ctrl_c_ends_with_a_summary(run: Path) -> None:
    with serving(run, "Ada", "--labels", str(SIZE)) as server, server.client() as client:
        save(client, page(client).url.path, outcome="-")
        told = server.interrupt()
        assert server.process.returncode == 0
    assert f"1 of {SIZE} labeled by Ada (1 new)" in told
    assert "29 left" in told
    assert "Traceback" not in told


def test_a_port_that_is_taken_is_told(run: Path, server: Server) -> None:
    command = [TURNCOAT, "label", str(run), "--annotator", "Ada", "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_frame_is_what_can_be_labeled(labeled: Path) -> None:
    draw = read_labels(labeled).draw
    assert len(draw.observations) == len(frame_of(read_observations(labeled), draw.judge).rows)
