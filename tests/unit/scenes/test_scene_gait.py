"""Walking: the way is gone at its pace, and a foot on the floor does not slide."""

from __future__ import annotations

import numpy as np
import pytest

from tools.scenes.acts import perform
from tools.scenes.bodies import load
from tools.scenes.falling import Pendulum
from tools.scenes.gait import path, walk
from tools.scenes.rig import BLAZEPOSE33
from tools.scenes.stances import Spot
from tools.scenes.still import stand

BODY = load("resident")
START = Spot(1.0, 1.0, 0.0)


@pytest.mark.parametrize("speed", [0.5, 0.6, 0.8])
def test_a_walk_takes_its_time_and_ends_where_it_should(speed: float) -> None:
    way = path(START, [(4.0, 1.0)], 90.0)
    play = perform(BODY, stand(BODY, START), [walk(START, [(4.0, 1.0)], 90.0, speed)])
    assert play.end == pytest.approx(way.length / speed + 0.8, abs=0.01)
    last = play.keys[-1]
    np.testing.assert_allclose(last.pelvis[:2], (4.0, 1.0), atol=0.02)
    forward = last.turn @ (1.0, 0.0, 0.0)
    assert np.degrees(np.arctan2(forward[1], forward[0])) == pytest.approx(90.0, abs=2.0)


def test_one_foot_always_stands_still_while_walking() -> None:
    play = perform(BODY, stand(BODY, START), [walk(START, [(3.5, 1.0)], None, 0.6)])
    times = np.arange(1.0, 4.0, 0.05)
    balls = [BLAZEPOSE33.index(f"{side}_foot_index") for side in ("left", "right")]
    feet = np.array([play.at(float(t)).landmarks(BODY)[balls] for t in times])
    speed = np.linalg.norm(np.diff(feet, axis=0), axis=2) / 0.05
    assert speed.min(axis=1).max() < 0.12
    assert speed.max() < 3.0
    assert (speed.argmin(axis=1) == 0).any()
    assert (speed.argmin(axis=1) == 1).any()


def test_corners_are_rounded_and_turns_take_the_short_way() -> None:
    way = path(Spot(0.0, 0.0, 170.0), [(-2.0, 0.0), (-2.0, 2.0)], -170.0)
    headings = np.array([way.at(s).heading for s in np.linspace(0.0, way.length, 400)])
    assert np.abs(np.diff(headings)).max() < 20.0
    assert np.ptp(headings) < 190.0
    assert way.at(way.length + 5.0) == way.at(way.length)


def test_a_fall_from_standing_takes_between_half_a_second_and_one_and_a_bit_and_gets_ever_faster() -> None:
    times = Pendulum(4 / 3 * 0.56 * 1.62).when((10.0, 30.0, 50.0, 70.0, 88.0))
    assert 0.5 < times[-1] < 1.2
    assert (np.diff(np.diff((0.0, *times))[1:]) < 0).all()
