"""The parts of the bench that need no model."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from edge_agent.bench.laps import Laps, times
from edge_agent.bench.people import PERIOD_S, Walk
from edge_agent.bench.report import BenchReport, ChainReport, NetworkReport, StageReport, text
from edge_agent.pose import added
from edge_agent.pose.interpreter import ModelError


def test_the_drawn_person_is_the_same_each_time_and_comes_back() -> None:
    walk, again = Walk((320, 240)), Walk((320, 240))
    first = walk.picture(0.5)
    assert first.shape == (240, 320, 3)
    assert np.array_equal(first, again.picture(0.5))
    assert np.array_equal(first, walk.picture(0.5 + PERIOD_S))
    assert not np.array_equal(first, walk.picture(1.0))


def test_a_stage_within_another_is_counted_once_and_the_rest_is_named() -> None:
    laps = Laps()
    for _ in range(3):
        with laps.picture():
            with laps.measure("outer"):
                time.sleep(0.002)
                with laps.measure("inner"):
                    time.sleep(0.004)
            time.sleep(0.002)
    shares = laps.shares()
    assert set(shares) == {"outer", "inner", "rest"}
    assert sum(share for _, share in shares.values()) == pytest.approx(1.0)
    assert laps.whole.runs == 3
    for stages in laps.pictures:
        assert stages["inner"] >= 0.004
        assert stages["outer"] >= 0.002
    total = sum(sum(stages.values()) for stages in laps.pictures)
    assert sum(stages["inner"] for stages in laps.pictures) < total, "counted in both"


def test_a_stage_that_is_not_always_at_work_counts_as_nothing_between() -> None:
    laps = Laps()
    laps.pictures = [{"rare": 0.4, "rest": 0.1}, {"rest": 0.1}, {"rest": 0.1}, {"rest": 0.1}]
    taken, share = laps.shares()["rare"]
    assert taken.median_ms == 0.0
    assert taken.mean_ms == pytest.approx(100.0)
    assert share == pytest.approx(0.5)


def test_the_slowest_of_twenty_is_within_the_95_percent() -> None:
    taken = times([0.001] * 19 + [1.0])
    assert taken.median_ms == pytest.approx(1.0)
    assert 1.0 < taken.p95_ms < 1000.0


def test_no_list_of_added_models_is_no_fault_and_a_wrong_one_is(tmp_path: Path) -> None:
    assert added.names(tmp_path) == ()
    (tmp_path / "added.yaml").write_text("schema: 1\nmodels: nothing\n")
    with pytest.raises(ModelError, match="models"):
        added.names(tmp_path)


def report(**changes: object) -> BenchReport:
    stage = StageReport(stage="landmarks.invoke", mean_ms=4.0, median_ms=4.0, p95_ms=5.0, share=0.8)
    chain = ChainReport(
        name="as configured", pose_model="blazepose", threads=3, width_px=1280, height_px=720, pictures=50,
        found_share=1.0, median_ms=53.4, p95_ms=96.3, pictures_per_s=16.9, stages=(stage,),
    )  # fmt: skip
    network = NetworkReport(
        name="pose_landmark_int8", precision="int8", threads=3, runs=12, median_ms=2.5, p95_ms=3.0, of_float=0.54
    )
    usual = BenchReport(
        schema="care/bench/1", profile="pi5", budget_ms=80.0, budget_rss_mb=400.0, processors=4, load=0.2,
        rss_mb=157.0, chains=(chain,), networks=(network,),
    )  # fmt: skip
    return usual.model_copy(update=changes)


def test_the_tables() -> None:
    assert (
        text(report())
        == """\
Carepose bench: profile pi5, 4 processors, load 0.2 before
A picture takes 53.4 ms: within the budget of 80 ms
It occupies 157 MB: within the budget of 400 MB

whole way of a picture             threads  median ms   p95 ms  pictures/s
as configured                            3       53.4     96.3        16.9

stage, as configured                 share    mean ms   p95 ms
landmarks.invoke                    80.0 %       4.00     5.00

network, one run                   threads  median ms   p95 ms    of float
pose_landmark_int8                       3       2.50     3.00        0.54
"""
    )


def test_what_spoils_a_measurement_is_said() -> None:
    busy = report(load=9.0, budget_ms=10.0, rss_mb=900.0)
    assert "trust ratios" in text(busy)
    assert "OVER the budget of 10 ms" in text(busy)
    assert "OVER the budget of 400 MB" in text(busy)
    lost = report(chains=(report().chains[0].model_copy(update={"found_share": 0.5}),))
    assert "found in 50 % of the pictures" in text(lost)
