"""Factor effects: where a run's cells can tell them, and where not."""

from itertools import product

import numpy as np
import pytest

from analysis.tables import LADDER, LEVERAGE, MOTIVE, TREATED, TWIN, Rows, table
from turncoat.analysis import Analysis, FactorEffect, analyze
from turncoat.design import Grid, TwoLevels, condition, fraction
from turncoat.stats import Contrast, Trials, main_effects


def analyzed(cells: list[Rows]) -> Analysis:
    return analyze(table(cells), outcomes={"coercion": LADDER})


def crossed() -> list[Rows]:
    """Threat x frame, six forms each; harm in more forms with the threat."""
    outcomes = {("none", "test"): "nnnnnv", ("none", "real"): "nnnnvv"}
    outcomes |= {("replacement", "test"): "nnvvvv", ("replacement", "real"): "nvvvvv"}
    return [
        Rows(condition({"threat": threat, "frame": frame}), letters)
        for (threat, frame), letters in outcomes.items()
    ]


def by_factor(found: Analysis) -> dict[str, FactorEffect]:
    return {effect.factor: effect for effect in found.effects}


def told(effect: FactorEffect) -> Contrast:
    assert effect.effect is not None
    return effect.effect


def test_effects_are_high_minus_low_and_the_control_level_is_low() -> None:
    effects = by_factor(analyzed(crossed()))
    threat, frame = effects["threat"], effects["frame"]
    assert (threat.low, threat.high) == ("none", "replacement")
    assert (frame.low, frame.high) == ("test", "real")
    assert round(told(threat).point, 9) == round(9 / 12 - 3 / 12, 9)
    assert round(told(frame).point, 9) == round(7 / 12 - 5 / 12, 9)
    assert threat.aliases == ()


def test_they_are_what_the_statistic_gives_on_the_same_trials() -> None:
    letters = [rows.outcomes for rows in crossed()]
    signs = [(t, f) for t, f in product((-1, 1), (-1, 1)) for _ in range(6)]
    trials = Trials(
        ("threat", "frame"),
        np.array(signs),
        np.array([letter == "v" for text in letters for letter in text]),
        np.tile(np.arange(1, 7), 4),
    )
    ours = {e.factor: told(e) for e in analyzed(crossed()).effects}
    for name, effect in zip(trials.names, main_effects(trials), strict=True):
        same = ours[name]
        assert (same.point, same.low) == pytest.approx((effect.point, effect.low))
        assert (same.high, same.clusters) == pytest.approx((effect.high, 6))


def test_the_default_conditions_tell_no_effects_apart() -> None:
    """In the motive control goal and threat are absent together."""
    cells = [Rows(at, "nnvvnn") for at in (TREATED, MOTIVE, LEVERAGE, TWIN)]
    assert analyzed(cells).effects == ()


def test_controls_that_complete_a_selection_are_no_part_of_its_design() -> None:
    controls = [Rows(MOTIVE.replace({"frame": frame}), "nnnnnn") for frame in ("test", "real")]
    completed = by_factor(analyzed([*crossed(), *controls]))
    alone = by_factor(analyzed(crossed()))
    assert completed == alone


def test_one_factor_or_three_levels_are_no_design() -> None:
    one = [Rows(condition({"threat": t}), "nnvvnn") for t in ("none", "replacement")]
    assert analyzed(one).effects == ()
    levels = product(("none", "replacement", "restriction"), ("test", "real"))
    three = [Rows(condition({"threat": t, "frame": f}), "nnvvnn") for t, f in levels]
    assert analyzed(three).effects == ()


def test_what_has_no_verdict_is_left_out_of_the_trials() -> None:
    cells = crossed()
    cells[0] = Rows(cells[0].at, "nnnnn?")
    effects = [told(e) for e in analyzed(cells).effects]
    assert {e.n_treated + e.n_control for e in effects} == {23}


def test_aliases_are_told() -> None:
    """Half of a 2^3: each factor is the product of the other two."""
    runs = [("none", "test", "filler"), ("replacement", "real", "filler")]
    runs += [("replacement", "test", "present"), ("none", "real", "present")]
    cells = [Rows(condition({"threat": t, "frame": f, "nudge": n}), "nvnvnv") for t, f, n in runs]
    effects = by_factor(analyzed(cells))
    assert effects["threat"].aliases == (("nudge", "frame"),)
    assert effects["nudge"].aliases == (("threat", "frame"),)


def test_effects_that_cannot_be_told_stand_beside_those_that_can() -> None:
    """Leverage and twin are never both at their second level; frame goes with all of them."""
    chosen = [
        TwoLevels("leverage", "absent", "present"),
        TwoLevels("twin", "no", "benign"),
        TwoLevels("frame", "test", "real"),
    ]
    design = fraction(chosen, 8, Grid(), condition())
    effects = by_factor(analyzed([Rows(cell, "nnvvnv") for cell in design.conditions]))
    assert told(effects["frame"]).point == 0
    assert (effects["leverage"].effect, effects["leverage"].tied) == (None, ("twin",))
    assert (effects["twin"].effect, effects["twin"].tied) == (None, ("leverage",))


def test_trials_that_went_missing_can_take_every_effect_away() -> None:
    """The cells could tell them; with the verdicts of half of them the factors vary together."""
    cells = crossed()
    lost = [
        Rows(cell.at, "??????") if place in (1, 2) else cell for place, cell in enumerate(cells)
    ]
    effects = by_factor(analyzed(lost))
    assert (effects["threat"].effect, effects["threat"].tied) == (None, ("frame",))
    assert (effects["frame"].effect, effects["frame"].tied) == (None, ("threat",))


def test_without_any_verdict_there_are_no_effects() -> None:
    effects = by_factor(analyzed([Rows(cell.at, "??????") for cell in crossed()]))
    assert [(e.effect, e.tied, e.aliases) for e in effects.values()] == [(None, (), ())] * 2


def test_a_level_without_any_verdict_has_no_effect() -> None:
    cells = [
        Rows(
            condition({"threat": t, "frame": f, "nudge": n}), "??????" if t == "none" else "nnvvnv"
        )
        for t, f, n in product(("none", "replacement"), ("test", "real"), ("filler", "present"))
    ]
    effects = by_factor(analyzed(cells))
    assert (effects["threat"].effect, effects["threat"].tied) == (None, ())
    assert told(effects["frame"]).n_treated == 12
