"""Events, latencies, bounds: what the bench makes of what was said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.evaluation.measured import Sense, Target
from tools.evaluation.scoring import (
    DAY_S,
    Heard,
    balanced_accuracy,
    bootstrap,
    event_figures,
    poisson_interval,
    wilson_interval,
)


def heard(*reports: float, fall: bool, onset: float | None = None, subject: str = "a") -> Heard:
    return Heard("clip", subject, fall, 60.0, reports, onset)


def values(*clips: Heard) -> dict[str, float | None]:
    return {each.measure: each.value for each in event_figures("data", clips, 1, {}, {})}


def test_falls_found_missed_and_invented_are_counted_by_recording() -> None:
    said = values(
        heard(12.0, fall=True, onset=10.0),
        heard(fall=True, onset=5.0),
        heard(3.0, 40.0, fall=False),
        heard(fall=False),
    )
    assert said["sensitivity"] == 0.5
    assert said["precision"] == pytest.approx(1 / 3)
    assert said["F1"] == pytest.approx(2 / (2 + 2 + 1))
    assert said["falls missed"] == 1
    assert said["recordings with a false alarm"] == 1
    assert said["latency p50 s"] == 2.0
    assert said["false alarms per camera-day"] == pytest.approx(2 / (120.0 / DAY_S))


def test_a_report_well_before_the_onset_is_a_false_one() -> None:
    early = heard(2.0, 11.0, fall=True, onset=10.0)
    assert early.false == 1
    assert heard(9.5, fall=True, onset=10.0).false == 0, "onsets are read off by eye"


def test_without_any_report_precision_is_unknown_and_not_perfect() -> None:
    assert values(heard(fall=True))["precision"] is None


def test_a_clean_day_proves_only_fewer_than_three() -> None:
    low, high = poisson_interval(0)
    assert low == 0
    assert high == pytest.approx(3.0, abs=0.01)
    figures = event_figures("data", [Heard("day", "a", expected=False, seconds=DAY_S, reports=())], 1, {}, {})
    assert figures[-1].high == pytest.approx(3.0, abs=0.01)


@given(st.integers(1, 200))
def test_the_bounds_hold_the_count(count: int) -> None:
    low, high = poisson_interval(count)
    assert low < count < high


@given(st.integers(0, 40), st.integers(1, 40))
def test_the_interval_of_a_share_holds_it(right: int, more: int) -> None:
    n = right + more
    low, high = wilson_interval(right, n)
    assert 0 <= low <= right / n <= high <= 1


def test_subjects_are_drawn_whole() -> None:
    items = [("a", 1.0)] * 50 + [("b", 0.0)] * 50
    low, high = bootstrap(items, lambda item: item[0], lambda drawn: float(np.mean([v for _, v in drawn])), 1)
    assert (low, high) == (0.0, 1.0), "two subjects say little, however many items they have"


def test_one_subject_has_no_interval() -> None:
    assert bootstrap([1.0, 2.0], lambda _: "only", lambda drawn: float(np.mean(drawn)), 1) == (None, None)


def test_what_is_always_right_gets_no_narrow_interval() -> None:
    assert bootstrap(["a", "b"], str, lambda _: 1.0, 1) == (None, None)


def test_balanced_accuracy_weighs_classes_not_recordings() -> None:
    truth = ["light"] * 9 + ["vigorous"]
    assert balanced_accuracy(truth, ["light"] * 10) == 0.5
    assert balanced_accuracy(["light", "light"], ["light", None]) == 0.5, "what was not said is wrong"


@pytest.mark.parametrize(
    ("sense", "value", "met"),
    [
        (Sense.AT_LEAST, 0.9, True),
        (Sense.AT_LEAST, 0.89, False),
        (Sense.AT_MOST, 0.0, True),
        (Sense.AT_MOST, 1.0, False),
    ],
)
def test_targets(sense: Sense, value: float, met: bool) -> None:  # noqa: FBT001
    assert Target(sense, 0.9 if sense is Sense.AT_LEAST else 0.0).met(value) is met
