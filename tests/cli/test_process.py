"""The installed command as a process: exit codes, Ctrl-C, pipes."""

import json
import os
import signal
import subprocess
import sysconfig
from pathlib import Path

import pytest

TURNCOAT = str(Path(sysconfig.get_path("scripts")) / "turncoat")
RUN = (
    *("run", "coercion", "--model", "sim/mixed", "--judge", "sim/judge"),
    *("--forms", "40", "--out", "mine", "--json"),
)


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "INSPECT_CACHE_DIR": str(tmp_path / "cache")}


def test_a_mistake_ends_with_two_and_says_nothing_on_standard_output(tmp_path: Path) -> None:
    done = subprocess.run([TURNCOAT, "rnu"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"did you mean run?" in done.stderr


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    done = subprocess.run([TURNCOAT], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"turncoat demo" in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    shown = subprocess.Popen(
        [TURNCOAT, "scenario", "preview", "leak"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert shown.stdout
    shown.stdout.close()
    assert shown.stderr
    with shown.stderr as told:
        assert b"Traceback" not in told.read()
    shown.wait(60)


def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(
    tmp_path: Path, surroundings: dict[str, str]
) -> None:
    with subprocess.Popen(
        [TURNCOAT, *RUN],
        cwd=tmp_path,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as begun:
        assert begun.stderr
        told = next(line for line in begun.stderr if not line.startswith("0/"))
        begun.send_signal(signal.SIGINT)
        out, rest = begun.communicate(timeout=120)
    assert begun.returncode == 130, rest
    assert out == ""
    assert "samples" in told
    assert "What is finished is kept in mine" in rest
    assert "Traceback" not in rest
    done = subprocess.run(
        [TURNCOAT, *RUN], cwd=tmp_path, env=surroundings, capture_output=True, check=False
    )
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["rows"], summary["scored"]) == (0, 160, 160)
    first = done.stderr.decode().splitlines()[0]
    assert "(0 kept)" not in first
