"""What a plan costs, against numbers by hand; what is not known is None, never 0."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.tables import MOTIVE, TREATED, Rows, table
from turncoat.analysis.costs import Basis, Bill, Known, Price, bill_of
from turncoat.analysis.lengths import Length, Range
from turncoat.analysis.measured import measured_of
from turncoat.analysis.planning import Asked, Purpose, Work, calls_of

WORK = Work("coercion", 10, gated=True)
LENGTH = Length(Range(100, 200), Range(10, 20))
LENGTHS: dict[Purpose, Length] = dict.fromkeys(
    ("answer", "afterwards", "verdict", "conduct", "aware_mail", "rejudge"), LENGTH
)
ESTIMATES = Known({"coercion": LENGTHS}, {})
ASKED = Asked(("a/b",), ("c/d",))
PRICES = {"a/b": Price(1e4, 1e5), "c/d": Price(1e6, 1e6), "e/f": Price(2e6, 2e6)}


def bill(asked: Asked, known: Known = ESTIMATES, *priced: str) -> Bill:
    prices = {name: PRICES[name] for name in priced or PRICES}
    return bill_of(calls_of([WORK], asked), known, prices)


def run(**also: object) -> pd.DataFrame:
    """Ten samples of a/b: 1,000 tokens read and 100 written each; every second one needed c/d."""
    spent = {"input_tokens": 1000, "output_tokens": 100, **also}
    asked = {"judge_input_tokens": 400, "judge_output_tokens": 40}
    free = {"judge_input_tokens": 0, "judge_output_tokens": 0}
    cells = [(TREATED, "eeeee", asked), (MOTIVE, "nnnnn", free)]
    return table(
        [
            Rows(at, letters, model="a/b", judge="model:c/d+harm@2", also={**own, **spent})
            for at, letters, own in cells
        ]
    )


def known(found: pd.DataFrame) -> Known:
    return Known({"coercion": LENGTHS}, measured_of(found))


def test_an_estimate_is_calls_times_tokens_times_prices() -> None:
    answer, verdict = bill(ASKED).lines
    assert (answer.input, answer.output) == (Range(1000, 2000), Range(100, 200))
    assert answer.usd == Range(20, 40)
    # No gate need open.
    assert (verdict.least, verdict.most, verdict.input) == (0, 10, Range(0, 2000))
    assert verdict.usd == Range(0, 2200)
    assert bill(ASKED).usd == Range(20, 2240)


@pytest.mark.parametrize(
    ("priced", "usd", "partial", "missing"),
    [
        (("a/b", "c/d"), Range(20, 2240), None, []),
        (("a/b",), None, Range(20, 40), [("c/d",)]),
        (("e/f",), None, None, [("a/b",), ("c/d",)]),
    ],
)
def test_what_is_not_priced_is_left_out_and_told(
    priced: tuple[str, ...],
    usd: Range | None,
    partial: Range | None,
    missing: list[tuple[str, ...]],
) -> None:
    found = bill(ASKED, ESTIMATES, *priced)
    assert (found.usd, found.partial) == (usd, partial)
    assert [line.unpriced for line in found.missing] == missing
    assert all(line.usd is None for line in found.missing)


def test_a_simulated_model_costs_nothing_and_needs_no_price() -> None:
    found = bill(Asked(("sim/mixed",), ("c/d(temperature=0)",)))
    assert [line.unpriced for line in found.lines] == [(), ()]
    assert found.lines[0].usd == Range(0, 0)
    assert found.usd == Range(0, 2200)


def test_what_costs_nothing_anyway_is_no_sum_of_what_is_priced() -> None:
    found = bill(Asked(("x/y",), ("sim/judge",)))
    assert (found.usd, found.partial) == (None, None)
    assert [line.models for line in found.missing] == [("x/y",)]


def test_a_price_that_nothing_is_paid_by_is_told() -> None:
    assert bill(ASKED).uncalled == ("e/f",)
    assert bill(replace(ASKED, later=("e/f(seed=1)",))).uncalled == ()


def test_a_purpose_of_unknown_length_has_no_tokens_and_no_cost() -> None:
    found = bill(replace(ASKED, also=("awareness",)))
    (line,) = found.missing
    assert (line.purposes, line.input, line.usd) == (("aware_reasoning",), None, None)
    assert line.basis == ("unknown",)


def test_a_run_gives_the_mean_of_a_sample() -> None:
    answer, verdict = bill(ASKED, known(run())).lines
    assert (answer.input, answer.output) == (Range(10_000, 10_000), Range(1000, 1000))
    # Half of the samples needed no judge.
    assert (verdict.input, verdict.output) == (Range(2000, 2000), Range(200, 200))
    assert (verdict.basis, answer.basis) == (("measured",), ("measured",))
    assert answer.told == ("measured on 10 samples of a/b",)


def test_another_subject_lies_between_those_that_were_measured() -> None:
    other = run().assign(model="x/y", input_tokens=3000)
    both = pd.concat([run(), other], ignore_index=True)
    answer, _ = bill(replace(ASKED, subjects=("new/one",)), known(both)).lines
    assert answer.input == Range(10_000, 30_000)
    assert "other subjects: a/b, x/y" in answer.told[0]


def test_a_model_that_costs_is_measured_by_those_that_cost() -> None:
    simulated = run(simulated=True).assign(model="sim/mixed", input_tokens=9000)
    both = pd.concat([run(), simulated], ignore_index=True)
    answer, verdict = bill(replace(ASKED, subjects=("new/one",)), known(both)).lines
    assert (answer.input, answer.basis) == (Range(10_000, 10_000), ("measured",))
    assert "other subjects: a/b" in answer.told[0]
    assert verdict.basis == ("measured",)


def test_a_panel_takes_as_much_for_each_member_at_no_known_share() -> None:
    found = bill(replace(ASKED, judges=("c/d", "e/f")), known(run()))
    verdict = found.lines[1]
    assert (verdict.models, verdict.input) == (("c/d", "e/f"), Range(4000, 4000))
    assert verdict.usd == Range(4400, 8800)


def test_a_later_judge_takes_what_the_first_one_took() -> None:
    later = bill(replace(ASKED, later=("e/f",)), known(run())).lines[-1]
    assert (later.models, later.purposes, later.input) == (
        ("e/f",),
        ("rejudge",),
        Range(2000, 2000),
    )


@pytest.mark.parametrize(
    ("asked", "also", "basis"),
    [
        (ASKED, {}, ["measured", "measured"]),
        (ASKED, {"afterwards": "test"}, ["estimate", "measured"]),
        (replace(ASKED, also=("afterwards",)), {}, ["measured", "estimate", "measured"]),
        (replace(ASKED, also=("afterwards",)), {"afterwards": "test"}, ["measured", "measured"]),
        (replace(ASKED, also=("conduct",)), {}, ["measured", "estimate", "estimate"]),
        (
            replace(ASKED, also=("conduct",)),
            {"marks_asked": "deception; over_refusal; outside_class"},
            ["measured", "measured"],
        ),
        (ASKED, {"marks_asked": "aware_mail"}, ["measured", "estimate"]),
        (replace(ASKED, legacy=True), {}, ["measured", "estimate"]),
        # Words are no tokens: a model that costs is not priced by them.
        (ASKED, {"simulated": True}, ["measured", "estimate"]),
        (ASKED, {"model": "sim/mixed", "simulated": True}, ["estimate", "estimate"]),
        (
            Asked(("sim/mixed",), ("sim/judge",)),
            {"model": "sim/mixed", "simulated": True},
            ["simulated", "simulated"],
        ),
        (Asked(("sim/mixed",), ("c/d",)), {"simulated": True}, ["measured", "estimate"]),
        (ASKED, {"judge_input_tokens": None}, ["measured", "estimate"]),
        (ASKED, {"input_tokens": None}, ["estimate", "measured"]),
        (ASKED, {"judge": "rules"}, ["measured", "estimate"]),
    ],
)
def test_what_the_run_did_otherwise_is_estimated(
    asked: Asked, also: dict[str, object], basis: list[Basis]
) -> None:
    found = bill(asked, known(run(**also)))
    assert [line.basis for line in found.lines] == [(one,) for one in basis]


def test_a_scenario_that_the_run_lacks_is_estimated_and_told() -> None:
    calls = calls_of([replace(WORK, scenario="leak")], ASKED)
    found = bill_of(calls, Known({"leak": LENGTHS}, measured_of(run())), PRICES)
    assert [line.basis for line in found.lines] == [("estimate",), ("estimate",)]
    assert {line.told for line in found.lines} == {("estimate: the run has no leak",)}


def test_samples_that_ended_early_are_no_measurement() -> None:
    rows = [
        Rows(TREATED, "ee", model="a/b", judge="model:c/d+harm@2", also=_spent(1000, 400)),
        Rows(MOTIVE, "-?", model="a/b", judge="model:c/d+harm@2", also=_spent(0, 0)),
    ]
    found = measured_of(table(rows))["coercion"]
    assert (found.answers["a/b"].input, found.answers["a/b"].n) == (1000, 2)
    assert found.bench is not None
    assert (found.bench.tokens["a/b"].input, found.bench.tokens["a/b"].n) == (400, 2)


def _spent(subject: int, judge: int) -> dict[str, object]:
    return {
        "input_tokens": subject,
        "output_tokens": subject,
        "judge_input_tokens": judge,
        "judge_output_tokens": judge,
    }
