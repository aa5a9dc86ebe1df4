"""Zones in metres on the floor: whoever lies in the bed, stands in the door or sits on the chair is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import pipeline
from edge_agent.kinematics import KinematicsLimits, marked
from edge_agent.settings import Settings
from edge_agent.types import Camera, Layout, View, Zone, ZoneKind
from tests.fakes.skeletons import SITTING, SIZE, Eye, Stance, film

EYE = Eye(tilt=28.0, height=2.4, focal=420.0)
LIMITS = KinematicsLimits()


def on_floor(kind: ZoneKind, left: float, right: float, near: float, far: float) -> Zone:
    corners = ((left, near), (right, near), (right, far), (left, far))
    return Zone(kind.value, kind, (), floor=corners)


BED = on_floor(ZoneKind.BED, -1.0, 1.0, 4.0, 5.0)
DOOR = on_floor(ZoneKind.DOOR, -2.0, -1.1, 3.0, 4.0)
CHAIR = on_floor(ZoneKind.CHAIR, 1.2, 1.8, 3.4, 4.0)
FLOOR = on_floor(ZoneKind.FLOOR, -2.0, 2.0, 2.5, 3.9)
ZONES = (BED, DOOR, CHAIR, FLOOR)


def zone(stance: Stance, eye: Eye = EYE, view: View | None = None, zones: tuple[Zone, ...] = ZONES) -> str | None:
    camera = Camera("cam", "room", eye.view if view is None else view, zones)
    state = pipeline.State()
    for observation in film(lambda _: stance, 1.6, 5.0, eye=eye, layout=Layout.COCO17, world=False):
        state, _, _ = pipeline.step(Settings(camera), state, observation)
    (person,) = state.persons
    return person.posture.zone


def test_whoever_lies_in_the_bed_is_in_it() -> None:
    assert zone(Stance(flat="left", x=0.4, z=4.5, lift=0.5)) == "bed"


def test_whoever_lies_on_the_floor_before_it_is_not() -> None:
    assert zone(Stance(flat="left", x=0.4, z=3.5)) == "floor"


def test_whoever_stands_before_the_bed_is_not_in_it_although_their_hips_are_seen_there() -> None:
    stance = Stance(x=0.0, z=3.6)
    in_picture = replace(marked(LIMITS, ZONES, EYE.view, SIZE)[0], floor=(), footprint=())
    assert zone(stance, zones=(in_picture,)) == "bed"  # what a zone in the picture would say
    assert zone(stance) == "floor"


def test_whoever_stands_in_the_door_is_there_by_their_feet() -> None:
    assert zone(Stance(x=-1.5, z=3.5)) == "door"


def test_whoever_sits_on_the_chair_is_there_by_their_hips() -> None:
    assert zone(replace(SITTING, x=1.5, z=3.8, heading=20.0)) == "chair"


@pytest.mark.parametrize(
    "view",
    [
        View(height_m=2.4, intrinsics=EYE.view.intrinsics),
        View(28.0, intrinsics=EYE.view.intrinsics),
        View(28.0, height_m=2.4),
        replace(EYE.view, estimated=True),
    ],
)
def test_a_zone_on_the_floor_is_nowhere_without_a_measured_view(view: View) -> None:
    assert all(each.polygon == each.footprint == () for each in marked(LIMITS, ZONES, view, SIZE))


def test_a_zone_in_the_picture_stays_as_it_is() -> None:
    drawn = Zone("sofa", ZoneKind.SOFA, ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5)))
    assert marked(LIMITS, (drawn,), View(), SIZE) == (drawn,)


@settings(deadline=None, max_examples=50)
@given(st.floats(-10.0, 60.0), st.floats(-30.0, 30.0), st.floats(0.8, 3.0), st.floats(-1.0, 1.0), st.floats(2.5, 6.0))
def test_feet_within_the_corners_are_within_what_is_seen_of_them(
    tilt: float, roll: float, height: float, x: float, z: float
) -> None:
    """Also of a zone that reaches behind the camera."""
    eye = Eye(tilt=tilt, roll=roll, height=height, focal=420.0)
    around = on_floor(ZoneKind.FLOOR, x - 0.5, x + 0.5, -1.0, z + 0.5)
    away = on_floor(ZoneKind.DOOR, x + 0.7, x + 1.5, z - 0.5, z + 0.5)
    inside, outside = marked(LIMITS, (around, away), eye.view, SIZE)
    keypoints = eye.pose(Stance(x=x, z=z), layout=Layout.BLAZEPOSE33).keypoints
    feet = tuple((keypoints[[29, 30], :2].mean(axis=0) / SIZE).tolist())
    if not all(-1.0 < each < 2.0 for each in feet):
        return
    assert _holds(inside.footprint, feet)
    assert not _holds(outside.footprint, feet)


def _holds(polygon: tuple[tuple[float, float], ...], point: tuple[float, ...]) -> bool:
    x, y = point
    crossings = 0
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], *polygon[:1]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0):
            crossings += 1
    return crossings % 2 == 1
