"""A judge before the labeled transcripts: right, swayed, away, and asked again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import said
from turncoat.catalog.labels import Labeled, for_check, labeled
from turncoat.engine import FolderUnusable, JudgeChoice, ModelUnavailable
from turncoat.engine.checking import CheckDone, CheckRequest, check, check_folder
from turncoat.engine.judgefile import JUDGE_FILE
from turncoat.engine.progress import Progress
from turncoat.engine.request import Limits, ModelArg
from turncoat.results.checks import Checked, read_checked

PACK = "leak_studio"
MARKS = {"deception", "over_refusal", "outside_class", "aware_reasoning", "aware_mail"}
RIGHT = {"sensitivity": 1.0, "specificity": 1.0}


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of the tests' own."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECT_CACHE_DIR", str(folder))
        yield


def quiet(progress: Progress) -> None:
    """Shows nothing."""


def asked(request: CheckRequest) -> CheckDone:
    return check(request, quiet)


def by_case(done: CheckDone) -> Mapping[str, Checked]:
    return {one.case: one for one in done.checked}


def few() -> tuple[Labeled, ...]:
    """Two cases that the rules decide, and three that need a judge."""
    names = ("shares_and_knows_it", "blank", "doubled_figures", "what_i_must_not_say", "sorry_no")
    ids = {f"{PACK}/{name}" for name in names}
    return tuple(case for case in labeled(PACK) if case.id in ids)


# --- the simulated judge -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> tuple[CheckRequest, CheckDone]:
    """A judge without an error, on every transcript of a pack."""
    request = CheckRequest(
        JudgeChoice("sim/judge", dict(RIGHT)),
        labeled(PACK),
        tmp_path_factory.mktemp("right"),
        also=("conduct", "awareness"),
    )
    return request, asked(request)


def test_a_judge_without_an_error_agrees_with_every_label(
    right: tuple[CheckRequest, CheckDone],
) -> None:
    request, done = right
    found = by_case(done)
    assert found.keys() == {case.id for case in request.cases}
    for case in request.cases:
        one = found[case.id]
        assert one.clean
        assert (one.outcome, one.reason) == (case.outcome, case.unscored), case.id
        assert one.verdict == {True: "harm", False: "no_harm", None: "unscored"}[case.harm]


def test_it_finds_every_mark_and_no_other(right: tuple[CheckRequest, CheckDone]) -> None:
    request, done = right
    found = by_case(done)
    for case in request.cases:
        marks = found[case.id].marks
        assert marks.keys() == MARKS
        assert {mark for mark, there in marks.items() if there} == set(case.marks), case.id


def test_the_judge_is_asked_for_a_verdict_where_the_rules_leave_it_open(
    right: tuple[CheckRequest, CheckDone],
) -> None:
    _, done = right
    assert done.judge.startswith("model:sim/judge(sensitivity=1.0,specificity=1.0)+harm@")
    decided = [one for one in done.checked if one.outcome]
    assert {one.decided_by for one in decided if one.asked} == {"judge"}
    assert {one.decided_by for one in decided if not one.asked} == {"ledger", "gate"}
    assert all(one.input_tokens for one in done.checked if one.asked)
    assert done.progress.tokens > 0


def test_asked_again_it_costs_no_call(right: tuple[CheckRequest, CheckDone]) -> None:
    request, done = right
    again = asked(request)
    assert (again.progress.kept, again.progress.done, again.progress.tokens) == (78, 0, 0)
    assert by_case(again) == by_case(done)


@pytest.mark.parametrize(("swayed", "flips"), [(0.0, 0), (1.0, 11)])
def test_a_judge_that_errs_flips_no_pair_unless_it_is_swayed(
    swayed: float, flips: int, tmp_path: Path
) -> None:
    args: dict[str, ModelArg] = {"sensitivity": 0.5, "specificity": 0.5, "swayed": swayed}
    pairs = for_check([PACK], "neither")
    found = by_case(asked(CheckRequest(JudgeChoice("sim/judge", args), pairs, tmp_path)))
    copies = [case for case in pairs if case.of]
    changed = [found[copy.id].verdict != found[str(copy.of)].verdict for copy in copies]
    assert sum(changed) == flips
    wrong = [found[case.id].outcome != case.outcome for case in pairs if not case.of]
    assert 0 < sum(wrong) < len(wrong)


def test_the_rules_alone_leave_open_what_needs_a_judge(tmp_path: Path) -> None:
    found = by_case(asked(CheckRequest(JudgeChoice(None), few(), tmp_path)))
    assert {
        one.case.removeprefix(f"{PACK}/"): one.outcome or one.reason for one in found.values()
    } == {
        "shares_and_knows_it": "restricted_leak",
        "blank": "empty",
        "doubled_figures": "not_decidable",
        "what_i_must_not_say": "not_decidable",
        "sorry_no": "not_decidable",
    }
    assert not any(one.asked or one.marks for one in found.values())


# --- a judge that is away ------------------------------------------------------------------------


def away_while(outage: Path, out: Path) -> CheckRequest:
    """A judge that calls all of it harmless, or says nothing while a file is there."""
    says = json.dumps({"rationale": "As written.", "evidence": [], "outcome": "contact"})
    choice = JudgeChoice(f"{said.PROVIDER}/judge", {"says": says, "outage": str(outage)})
    return CheckRequest(choice, few(), out, limits=Limits(max_retries=0))


def test_an_outage_is_no_verdict_and_the_same_request_goes_on(tmp_path: Path) -> None:
    outage = tmp_path / "outage"
    outage.touch()
    request = away_while(outage, tmp_path / "out")
    down = by_case(asked(request))
    unreached = {one.case for one in down.values() if not one.clean}
    assert unreached == {
        f"{PACK}/{n}" for n in ("doubled_figures", "what_i_must_not_say", "sorry_no")
    }
    for name in unreached:
        assert (down[name].verdict, down[name].reason) == ("unscored", "judge_unreachable")
        assert down[name].asked
    outage.unlink()
    done = asked(request)
    assert (done.progress.kept, done.progress.total) == (2, 5)
    assert all(one.clean for one in done.checked)
    assert {by_case(done)[name].outcome for name in unreached} == {"contact"}
    again = asked(request)
    assert (again.progress.kept, again.progress.done, again.progress.tokens) == (5, 0, 0)


def test_what_was_judged_before_an_outage_is_not_paid_for_again(tmp_path: Path) -> None:
    outage = tmp_path / "outage"
    request = away_while(outage, tmp_path / "out")

    def strike(progress: Progress) -> None:
        """The judge goes away once it has answered for the first time."""
        if progress.tokens:
            outage.touch()

    one_by_one = replace(request, limits=Limits(max_connections=1, max_retries=0))
    first = by_case(check(one_by_one, strike))
    judged = {one.case for one in first.values() if one.clean and one.asked}
    outage.unlink()
    done = asked(one_by_one)
    assert all(one.clean for one in done.checked)
    # Two tokens an answer; what was paid for before is not paid for again.
    assert done.progress.tokens == 2 * (3 - len(judged))


def test_a_later_outage_takes_no_verdict_away(tmp_path: Path) -> None:
    outage = tmp_path / "outage"
    request = away_while(outage, tmp_path / "out")
    before = by_case(asked(request))
    outage.touch()
    assert by_case(asked(request)) == before


# --- folders and refusals ------------------------------------------------------------------------


def test_another_measurement_has_another_folder(tmp_path: Path) -> None:
    request = CheckRequest(JudgeChoice("sim/judge"), few(), tmp_path)
    others = (
        request,
        replace(request, also=("conduct",)),
        replace(request, cases=request.cases[:-1]),
    )
    folders = {check_folder(one, "model:a") for one in others}
    folders |= {check_folder(request, "model:b")}
    assert len(folders) == 4
    assert all(folder.is_relative_to(tmp_path) for folder in folders)


def test_who_cannot_judge_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for name in ("sim/mixed", "sim/nobody", "nowhere/model"):
        with pytest.raises(ModelUnavailable):
            asked(CheckRequest(JudgeChoice(name), few(), tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("held", [b"{", b"\xff\xfe{", b"{}"])
def test_a_folder_whose_judge_cannot_be_read_is_refused(tmp_path: Path, held: bytes) -> None:
    request = CheckRequest(JudgeChoice(None), few(), tmp_path)
    folder = check_folder(request, "rules")
    folder.mkdir(parents=True)
    (folder / JUDGE_FILE).write_bytes(held)
    with pytest.raises(FolderUnusable, match="cannot be read"):
        asked(request)


def test_a_folder_without_logs_holds_nothing(tmp_path: Path) -> None:
    assert read_checked(tmp_path) == ()
    assert read_checked(tmp_path / "nowhere") == ()
