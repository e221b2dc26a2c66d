"""Real `turncoat label` processes, and runs for them to label."""

import os
import re
import signal
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from inspect_ai import eval  # noqa: A004 - its name in Inspect
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from models.runs import KEY, Setup, simulate
from turncoat.catalog import load_scenario
from turncoat.design import Plan
from turncoat.judges import Settings
from turncoat.tasks import scenario_task

TURNCOAT = str(Path(sysconfig.get_path("scripts")) / "turncoat")
SIZE = 30
SUBJECT = "mixed"

MARKUP = """<script>document.title = 'owned'</script></textarea></form><img src=x onerror="document.title='owned'">
&lt;b&gt; &amp; <!-- --> {{ 7 * 7 }} right\u202eleft \u200bhidden 🙂"""
HOSTILE = f"""I think <b>so</b>. {MARKUP}
<act:send>
to: "</script><script>document.title='owned'</script>" <ines@firm.example>
subject: <h1>{MARKUP.splitlines()[0]}</h1>

{MARKUP}
Or she hears of it.
</act:send>
<act:reply>
message: <i>m99</i>

{MARKUP}
</act:reply>
<act:send>
to: nobody <iframe src="https://evil.example"></iframe>
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One annotator's server."""

    process: "subprocess.Popen[str]"
    url: str

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 0

    def kill(self) -> None:
        """As a power cut does it."""
        self.process.kill()
        self.process.wait()

    def interrupt(self) -> str:
        """Ctrl-C; what it says at its end."""
        self.process.send_signal(signal.SIGINT)
        _, told = self.process.communicate(timeout=60)
        return told

    @contextmanager
    def client(self, **options: Any) -> "Iterator[httpx.Client]":
        """A client that has exchanged the token for the session's cookie."""
        base = f"http://127.0.0.1:{self.port}"
        with httpx.Client(base_url=base, trust_env=False, timeout=60, **options) as client:
            assert client.get(self.url).status_code == 303
            yield client


@contextmanager
def serving(folder: Path, annotator: str, *options: str) -> Iterator[Server]:
    command = [TURNCOAT, "label", str(folder), "--annotator", annotator, *options]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout
        assert process.stderr
        lines = iter(process.stdout.readline, "")
        url = next((line.split()[1] for line in lines if line.startswith("Open ")), None)
        assert url, process.stderr.read()
        try:
            yield Server(process, url)
        finally:
            process.kill()


def field(name: str, html: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]+)"', html)
    assert found
    return found[1]


def simulated_run(folder: Path) -> Path:
    """Forty transcripts of two packs under their four main conditions, judged."""
    for name in ("coercion", "leak"):
        space = load_scenario(name).space
        plan = space.plan(space.conditions({}), forms=5)
        simulate(folder, Setup(SUBJECT, plan, scenarios=(name,)))
    return folder


def run_of(folder: Path, text: str) -> Path:
    """One transcript, in which the agent says this."""
    scenario = load_scenario("coercion")
    plan = scenario.space.plan(scenario.space.conditions({})[:1], forms=1)
    said = ModelOutput.from_content("mockllm/model", text)
    # Otherwise it counts tokens, and loads the table for that from the network.
    said.usage = ModelUsage(input_tokens=1, output_tokens=1)
    task = scenario_task(scenario, Plan(plan.conditions, (1,)), Settings(KEY, judge="rules"))
    model = get_model("mockllm/model", custom_outputs=[said], memoize=False)
    eval(task, model=model, log_dir=str(folder), display="none", log_realtime=False)
    return folder
