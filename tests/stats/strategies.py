"""Hypothesis strategies of counts by form."""

from hypothesis import strategies as st

from turncoat.stats import Counts


@st.composite
def counts(draw: st.DrawFn, least: int = 1, most: int = 30) -> Counts:
    """Any cell with `least` to `most` forms of 1 to 12 trials each."""
    trials = draw(st.lists(st.integers(1, 12), min_size=least, max_size=most))
    return _filled(draw, tuple(trials))


@st.composite
def matched_counts(draw: st.DrawFn, least: int = 5) -> tuple[Counts, Counts]:
    """Two cells on the same forms, with trials of their own."""
    treated = draw(counts(least=least))
    size = len(treated.forms)
    trials = draw(st.lists(st.integers(1, 12), min_size=size, max_size=size))
    return treated, _filled(draw, tuple(trials))


def _filled(draw: st.DrawFn, trials: tuple[int, ...]) -> Counts:
    events = tuple(draw(st.integers(0, trial)) for trial in trials)
    return Counts(tuple(range(1, len(trials) + 1)), events, trials)
