"""Rates corrected by people's labels, on a simulated run whose truth is known and whose judge errs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import pytest
from inspect_ai.model import GenerateConfig

from labeled import labeled_by_truth
from turncoat.analysis import Analysis, analyze
from turncoat.analysis.correction import Corrected, Corrections
from turncoat.catalog import load_scenario
from turncoat.catalog.subjects import load_profiles
from turncoat.cli.running import observed
from turncoat.design import Condition, Plan, condition
from turncoat.engine import JudgeChoice, Request, run
from turncoat.engine.progress import Progress
from turncoat.models import Case, true_rate
from turncoat.results import Labels, read_labels
from turncoat.results.labels import Finding, Label

TREATED = condition()
MOTIVE = condition({"goal": "none", "threat": "none"})
TWIN = condition({"twin": "benign"})
FORMS, LABELS = 40, 60
JUDGE = JudgeChoice("sim/judge", {"sensitivity": 0.75, "specificity": 0.85})
UNDECIDED = Finding(None, harm=None)


@dataclass(frozen=True, slots=True)
class Audit:
    """A run, and its labels by somebody who is never wrong."""

    observations: pd.DataFrame
    outcomes: dict[str, tuple[str, ...]]
    labels: Labels

    def analysis(self, labels: Labels | None, rows: pd.DataFrame | None = None) -> Analysis:
        table = self.observations if rows is None else rows
        return analyze(table, outcomes=self.outcomes, labels=labels)

    def corrections(self, labels: Labels | None = None) -> Corrections:
        return self.analysis(labels or self.labels).corrections


def quiet(progress: Progress) -> None:
    """Shows nothing."""


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    out = tmp_path_factory.mktemp("run") / "r"
    plan = Plan((TREATED, MOTIVE, TWIN), tuple(range(1, FORMS + 1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        run(
            Request({"coercion": plan}, ("sim/mixed",), JUDGE, GenerateConfig(), out),
            quiet,
        )
    labeled_by_truth(out, LABELS, "Ada")
    found = observed(out)
    return Audit(found.observations, dict(found.outcomes), read_labels(out))


def truth(cell: Condition) -> float:
    return true_rate(load_profiles()["mixed"], Case(load_scenario("coercion"), cell, 1))


def of(found: Corrections, cell: Condition) -> Corrected:
    [one] = [one for one in found.cells if one.key.condition == cell]
    return one


Change = Callable[[Label], Label | None]


def changed(labels: Labels, change: Change) -> Labels:
    """Labels that somebody gave otherwise; None: not at all."""
    return replace(labels, labels=tuple(filter(None, map(change, labels.labels))))


def cell_of(label: Label) -> Condition:
    return next(c for c in (TREATED, MOTIVE, TWIN) if label.sample_id.startswith(c.id))


# --- against the truth ---------------------------------------------------------------------------


def test_the_corrected_interval_holds_the_true_rate_of_every_cell(audit: Audit) -> None:
    found = audit.corrections()
    assert {one.key.condition for one in found.cells} == {TREATED, MOTIVE, TWIN}
    for one in found.cells:
        known = truth(one.key.condition)
        assert one.rate
        assert one.rate.low <= known <= one.rate.high
        assert one.rate.low < one.rate.high
        if one.rogan_gladen:
            assert one.rogan_gladen.low <= known <= one.rogan_gladen.high
    assert of(found, TREATED).rogan_gladen


def test_the_raw_rate_of_a_control_says_harm_where_there_is_none(audit: Audit) -> None:
    found = of(audit.corrections(), TWIN)
    assert truth(TWIN) == 0
    assert found.raw.low > 0
    assert found.rate
    assert (found.rate.point, found.rate.low) == (0, 0)


def test_rogan_and_gladen_are_refused_with_the_reason_where_there_is_no_harm(audit: Audit) -> None:
    found = of(audit.corrections(), TWIN)
    assert found.rogan_gladen is None
    assert found.rate is not None
    [why] = found.absent
    assert "0 labels of harm" in why
    assert "sensitivity or specificity is unknown" in why


def test_the_raw_rate_is_the_cell_s_own_and_stays(audit: Audit) -> None:
    analysis = audit.analysis(audit.labels)
    without = audit.analysis(None)
    assert analysis.cells == without.cells
    assert analysis.comparisons == without.comparisons
    for one in analysis.corrections.cells:
        cell = analysis.cell(one.key)
        assert cell
        assert one.raw == cell.rate
        assert one.simulated


def test_contrasts_are_of_the_corrected_rates(audit: Audit) -> None:
    found = audit.corrections()
    assert [one.name for one in found.comparisons] == ["motive", "twin"]
    for one in found.comparisons:
        treated, control = of(found, one.treated.condition), of(found, one.control.condition)
        assert one.corrected
        assert treated.rate
        assert control.rate
        assert one.corrected.point == pytest.approx(treated.rate.point - control.rate.point)
        apart = truth(one.treated.condition) - truth(one.control.condition)
        assert one.corrected.low <= apart <= one.corrected.high
        assert one.raw.point == pytest.approx(treated.raw.point - control.raw.point)


# --- what was read -------------------------------------------------------------------------------


def test_what_was_read_is_counted(audit: Audit) -> None:
    found = audit.corrections()
    assert found.annotators == ("Ada",)
    assert found.drawn_by == audit.observations["judge"].iloc[0]
    assert sum(one.labeled for one in found.cells) == LABELS
    for one in found.cells:
        assert (one.frame, one.outside, one.undecided) == (FORMS, 0, 0)


def test_nobody_labeled_anything(audit: Audit) -> None:
    nothing = audit.corrections(replace(audit.labels, labels=()))
    assert (nothing.cells, nothing.comparisons, nothing.annotators) == ((), (), ())
    assert audit.analysis(None).corrections == Corrections()


def test_a_cell_that_nobody_labeled_is_left_out_with_its_contrast(audit: Audit) -> None:
    found = audit.corrections(
        changed(audit.labels, lambda one: None if cell_of(one) == TWIN else one)
    )
    assert {one.key.condition for one in found.cells} == {TREATED, MOTIVE}
    assert [one.name for one in found.comparisons] == ["motive"]


def test_a_stratum_without_a_label_leaves_the_cell_without_a_rate(audit: Audit) -> None:
    harm = {one.token for one in audit.labels.draw.observations if one.stratum == "harm"}

    def unread(one: Label) -> Label | None:
        return None if cell_of(one) == TWIN and one.token in harm else one

    found = audit.corrections(changed(audit.labels, unread))
    twin = of(found, TWIN)
    assert (twin.rate, twin.rogan_gladen) == (None, None)
    assert any("has no label" in why for why in twin.absent)
    assert {one.name: one.corrected is None for one in found.comparisons} == {
        "motive": False,
        "twin": True,
    }


def test_what_everybody_left_open_is_not_labeled(audit: Audit) -> None:
    seen: list[str] = []

    def first_five(one: Label) -> Label:
        if cell_of(one) == TREATED and len(seen) < 5:
            seen.append(one.token)
            return replace(one, finding=UNDECIDED)
        return one

    found, whole = audit.corrections(changed(audit.labels, first_five)), audit.corrections()
    treated = of(found, TREATED)
    assert (treated.undecided, treated.labeled) == (5, of(whole, TREATED).labeled - 5)
    assert of(found, MOTIVE) == of(whole, MOTIVE)


def both(audit: Audit, second: Callable[[Label], Finding]) -> Labels:
    """What Ada said, and what Bea says of the same."""
    ada = audit.labels.labels
    bea = [replace(one, annotator="Bea", finding=second(one)) for one in ada]
    return replace(audit.labels, labels=(*ada, *bea))


def test_annotators_who_always_differ_leave_every_answer_half_harmful(audit: Audit) -> None:
    found = audit.corrections(
        both(audit, lambda one: replace(one.finding, harm=not one.finding.harm))
    )
    assert found.annotators == ("Ada", "Bea")
    assert sum(one.labeled for one in found.cells) == LABELS
    for one in found.cells:
        assert one.rate
        assert one.rate.point == pytest.approx(0.5)


def agrees(one: Label) -> Finding:
    return one.finding


def leaves_open(one: Label) -> Finding:
    return UNDECIDED


@pytest.mark.parametrize("second", [agrees, leaves_open])
def test_an_annotator_who_adds_nothing_changes_no_rate(
    second: Callable[[Label], Finding], audit: Audit
) -> None:
    found, alone = audit.corrections(both(audit, second)), audit.corrections()
    assert found.cells == alone.cells


# --- another judge, and answers that came later --------------------------------------------------


def test_the_labels_correct_a_judge_that_they_were_not_drawn_by(audit: Audit) -> None:
    """The strata are the first judge's: of another one the corrected rate is the same."""
    other = audit.observations.assign(
        judge="model:other+harm@2", verdict="harm", outcome="explicit_threat", outcome_rank=3
    )
    found, own = audit.analysis(audit.labels, other).corrections, audit.corrections()
    assert found.drawn_by == own.drawn_by != "model:other+harm@2"
    for one in found.cells:
        rate = of(own, one.key.condition).rate
        assert one.key.judge == "model:other+harm@2"
        assert one.raw.point == 1
        assert one.rate
        assert rate
        assert one.rate.point == pytest.approx(rate.point)
        assert one.rate.low <= truth(one.key.condition) <= one.rate.high


def test_two_judges_of_the_same_answers_are_both_corrected(audit: Audit) -> None:
    other = audit.observations.assign(judge="model:other+harm@2")
    rows = pd.concat([audit.observations, other], ignore_index=True)
    found = audit.analysis(audit.labels, rows).corrections
    assert len(found.cells) == 6
    by_judge = {one.key.judge: one for one in found.cells if one.key.condition == TREATED}
    first, second = by_judge.values()
    assert first.rate == second.rate


def before(labels: Labels, forms: Sequence[int], audit: Audit) -> Labels:
    """The labels, had only these forms been run when they were drawn."""
    rows = audit.observations[audit.observations["form"].isin(forms)]
    known = set(rows["sample_id"])
    drawn = {one.token for one in labels.draw.observations if one.drawn}
    strata = tuple(
        replace(
            stratum,
            members=members,
            drawn=sum(member.token in drawn for member in members),
        )
        for stratum in labels.draw.strata
        if (members := tuple(m for m in stratum.members if m.sample_id in known))
    )
    kept = tuple(one for one in labels.labels if one.sample_id in known)
    return replace(labels, draw=replace(labels.draw, strata=strata), labels=kept)


def test_answers_that_came_after_the_draw_are_outside_and_counted(audit: Audit) -> None:
    found = audit.corrections(before(audit.labels, range(1, FORMS - 9), audit))
    for one in found.cells:
        assert (one.frame, one.outside) == (FORMS - 10, 10)
        assert one.labeled <= one.frame
        assert one.raw == of(audit.corrections(), one.key.condition).raw


def test_labels_of_another_run_correct_nothing(audit: Audit) -> None:
    other = audit.observations.assign(model="sim/loyal")
    assert audit.analysis(audit.labels, other).corrections.cells == ()


def test_labels_of_an_answer_that_another_one_replaced_correct_nothing(audit: Audit) -> None:
    anew = audit.observations["form"] <= 7
    ids = audit.observations["message_id"].where(~anew, "another")
    found = audit.analysis(audit.labels, audit.observations.assign(message_id=ids)).corrections
    for one in found.cells:
        assert (one.frame, one.outside) == (FORMS - 7, 7)
