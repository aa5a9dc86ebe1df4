"""Where bodies are on the floor: exact to a hand's breadth with a measured view, by their size without one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import kinematics, tracking
from edge_agent.kinematics import KinematicsLimits
from edge_agent.tracking import TrackingLimits
from edge_agent.types import Layout, Place, View
from tests.fakes.skeletons import SIZE, Eye, Stance, film
from tests.fakes.strollers import SPEED, strolling


def place(stance: Stance, eye: Eye, view: View, *, hidden: tuple[str, ...] = ()) -> Place:
    (observation,) = film(lambda _: stance, 0.0, eye=eye, layout=Layout.COCO17, world=False, hidden=hidden)
    _, tracks = tracking.step(TrackingLimits(), tracking.State(), observation)
    _, (body,) = kinematics.step(KinematicsLimits(), view, kinematics.State(), tracks, 0.0, SIZE)
    assert body.place is not None
    return body.place


@settings(deadline=None, max_examples=40)
@given(
    st.floats(3.0, 6.0),
    st.floats(-0.8, 0.8),
    st.floats(0, 360),
    st.floats(10.0, 30.0),
    st.floats(-8, 8),
    st.floats(1.5, 2.6),
)
def test_feet_on_a_known_floor_tell_the_place(
    z: float, x: float, heading: float, tilt: float, roll: float, height: float
) -> None:
    eye = Eye(tilt=tilt, roll=roll, height=height, focal=420.0)
    found = place(Stance(x=x, z=z, heading=heading), eye, eye.view)
    assert found.by_floor
    assert found.right == pytest.approx(x, abs=0.06)
    assert found.away == pytest.approx(z, abs=0.25)


def test_hidden_feet_leave_the_size_to_tell_it() -> None:
    eye = Eye()
    found = place(Stance(x=0.5, z=4.0), eye, eye.view, hidden=("ankle",))
    assert not found.by_floor
    assert found.right == pytest.approx(0.5, abs=0.15)
    assert found.away == pytest.approx(4.0, abs=0.5)


def test_without_a_view_the_size_tells_it() -> None:
    assert not place(Stance(), Eye(), View()).by_floor


def test_an_estimated_view_tells_the_place_too_but_never_how_high_a_hip_is() -> None:
    eye = Eye()
    estimated = replace(eye.view, estimated=True)
    assert place(Stance(x=0.5), eye, estimated) == place(Stance(x=0.5), eye, eye.view)
    following = tracking.State()
    for observation in film(
        lambda _: Stance(), 0.5, eye=eye, layout=Layout.COCO17, world=False, hidden=("ankle", "knee")
    ):
        following, tracks = tracking.step(TrackingLimits(), following, observation)
    heights = [
        kinematics.step(KinematicsLimits(), view, kinematics.State(), tracks, 0.5, SIZE)[1][0].hip_height
        for view in (eye.view, estimated)
    ]
    assert heights[0].value == pytest.approx(1.75, abs=0.3)
    assert heights[1].value is None


@pytest.mark.parametrize("fps", [5.0, 15.0])
def test_a_stroll_has_its_speed_whichever_way_it_goes(fps: float) -> None:
    eye = Eye()
    following, state = tracking.State(), kinematics.State()
    speeds, places = list[float](), list[Place]()
    for observation in film(strolling, 12.0, fps, eye=eye, layout=Layout.COCO17, world=False, jitter=1.0):
        following, tracks = tracking.step(TrackingLimits(), following, observation)
        state, (body,) = kinematics.step(KinematicsLimits(), eye.view, state, tracks, observation.t, SIZE)
        if body.speed_mps.value is not None and observation.t > 1.5:
            speeds.append(body.speed_mps.value)
        if body.place is not None:
            places.append(body.place)
    # the ellipse's speed varies between four and five fifths of this and its axes; a window of 1.2 s cuts its bends
    assert sum(speeds) / len(speeds) == pytest.approx(SPEED, rel=0.2)
    assert all(abs(b.away - a.away) < 0.6 for a, b in pairwise(places))


def test_a_place_goes_on_where_a_table_hides_the_feet() -> None:
    """Somebody small, so that a usual torso would put them half a metre farther away."""
    eye = Eye()
    following, state, places = tracking.State(), kinematics.State(), list[Place]()
    for index, hidden in enumerate([()] * 30 + [("ankle", "knee")] * 20):
        t = index / 10.0
        (observation,) = film(
            lambda _, t=t: Stance(x=0.3 * t, z=4.0), 0.0, start=t, eye=eye, layout=Layout.COCO17, world=False,
            hidden=hidden,
        )  # fmt: skip
        following, tracks = tracking.step(TrackingLimits(), following, observation)
        tracks = tuple(replace(track, torso_px=track.torso_px * 0.88) for track in tracks)
        state, (body,) = kinematics.step(KinematicsLimits(), eye.view, state, tracks, t, SIZE)
        assert body.place is not None
        places.append(body.place)
    assert all(each.by_floor for each in places)
    assert places[-1].away == pytest.approx(4.0, abs=0.2)
    assert places[-1].right == pytest.approx(0.3 * 4.9, abs=0.1)
