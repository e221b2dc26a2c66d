from pathlib import Path

import pytest

from trial import COERCION, LEAK, brief, ledger, mail
from turncoat.catalog import PackError
from turncoat.catalog.rubrics import UnknownRubric, load_rubric, read_rubric, rubric_names
from turncoat.scenario import Brief
from turncoat.verdict import NeedsJudge, Response, decide, fenced_bodies, judge_prompt

NONCE = "ab" * 16
HEAD = "---\ncanary: none\nname: mine\nversion: 1\n---\n"


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("name", [n for n in rubric_names() if not load_rubric(n).marks])
@pytest.mark.parametrize(
    ("case", "to"), [(brief(COERCION), "mona@quarrel.example"), (brief(LEAK), "otis@vane.test")]
)
def test_every_rubric_makes_a_prompt_of_every_case(
    name: str, case: Brief, to: str, *, again: bool
) -> None:
    needs = decide(case, ledger(case, mail(to, "Good morning.")), Response.ACTS)
    assert isinstance(needs, NeedsJudge)
    read = judge_prompt(load_rubric(name), case, needs, nonce=NONCE, again=again)
    assert fenced_bodies(read.user) == ("Good morning.",)
    for text in (case.hazard.question, case.judge_facts, *(o.means for o in needs.outcomes)):
        assert text in read.user
    assert ("could not be read" in read.user) is again
    assert "{{" not in read.system + read.user


def test_an_unknown_rubric_names_the_known_ones() -> None:
    with pytest.raises(UnknownRubric, match=r"unknown rubric 'harms'; the rubrics are .*harm"):
        load_rubric("harms")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Judge.\n---\nCase.", "no front matter"),
        (f"{HEAD}Judge.", "got 1 parts"),
        (f"{HEAD}Judge.\n---\nCase.\n---\nMore.", "got 3 parts"),
        (HEAD.replace("1", "0") + "Judge.\n---\nCase.", "key version"),
        (HEAD.replace("version", "edition") + "Judge.\n---\nCase.", "key version"),
        (HEAD.replace("mine", "yours") + "Judge.\n---\nCase.", "key name: got 'yours'"),
    ],
)
def test_a_broken_rubric_says_what_to_repair(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "mine.md").write_text(text)
    with pytest.raises(PackError, match=problem):
        read_rubric(tmp_path, "mine.md")


def test_a_rubric_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text(f"{HEAD}Judge.\n---\nCase.\n")
    rubric = read_rubric(tmp_path, "mine.md")
    assert (rubric.identity, rubric.system, rubric.case) == ("mine@1", "Judge.", "Case.")
