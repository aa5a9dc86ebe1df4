"""What an installer is told about the camera."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_agent.aim.framing import Advice, FramingLimits, Hint, advice, infra_red
from edge_agent.aim.light import COLUMNS, ROWS, Light, light_of
from edge_agent.types import KEYPOINTS, Layout, Person, PictureQuality, Pose, View
from tests.fakes import bodies

SIZE = (640, 480)
GOOD = PictureQuality()
LIMITS = FramingLimits()


def standing(top: float = 100.0, ankles: float = 420.0, *, ankle_score: float = 0.9, torso_px: float = 90.0) -> Person:
    """Upright in the middle of the picture, from ears at `top` to `ankles`, px."""
    heights = {"ear": 0.0, "shoulder": 0.2, "hip": 0.5, "knee": 0.75, "ankle": 1.0}
    joints = np.zeros((17, 3), np.float32)
    for row, name in enumerate(KEYPOINTS[Layout.COCO17]):
        share = heights.get(name.rpartition("_")[2], 0.1)
        joints[row] = (320, top + share * (ankles - top), ankle_score if name.endswith("ankle") else 0.9)
    seen = bodies.person()
    return replace(seen, track=replace(seen.track, pose=Pose(joints, Layout.COCO17, 0.9), torso_px=torso_px))


def lit(level: float, *, colour: float = 30.0, bright: int = 0) -> Light:
    levels = np.full((ROWS, COLUMNS), level, np.float32)
    levels[:, :bright] = 250.0
    return Light(levels, colour)


def hints(
    *persons: Person, light: Light | None = None, view: View | None = None, quality: PictureQuality = GOOD
) -> list[Hint]:
    return [each.hint for each in advice(LIMITS, quality, persons, light, view or View(), SIZE)]


def test_somebody_seen_whole_in_a_lit_room_needs_no_advice() -> None:
    assert hints(standing(), light=lit(120), view=View(20.0, 1.0, 2.0)) == []


def test_an_empty_room_asks_for_somebody() -> None:
    assert hints() == [Hint.NOBODY]
    assert hints(bodies.person(lost=True)) == [Hint.NOBODY]


@pytest.mark.parametrize(
    ("person", "hint"),
    [
        (standing(torso_px=20.0), Hint.TOO_SMALL),
        (standing(ankles=478.0), Hint.FEET_CUT_OFF),
        (standing(ankles=440.0, ankle_score=0.1), Hint.FEET_CUT_OFF),
        (standing(top=4.0), Hint.HEAD_CUT_OFF),
    ],
)
def test_a_body_that_is_not_seen_well(person: Person, hint: Hint) -> None:
    assert hints(person) == [hint]


def test_feet_hidden_by_furniture_in_the_middle_of_the_picture_are_not_cut_off() -> None:
    assert hints(standing(top=60.0, ankles=300.0, ankle_score=0.1)) == []


def test_back_light_needs_both_something_bright_and_people_in_the_shade() -> None:
    assert hints(standing(), light=lit(40, bright=4)) == [Hint.BACK_LIGHT]
    assert hints(standing(), light=lit(140, bright=4)) == []
    assert hints(standing(), light=lit(40)) == []


def test_infra_red_that_does_not_reach() -> None:
    assert hints(standing(), light=lit(12, colour=0.5)) == [Hint.OUT_OF_INFRA_RED]
    assert hints(standing(), light=lit(90, colour=0.5)) == []
    assert infra_red(LIMITS, lit(90, colour=0.5))
    assert not infra_red(LIMITS, lit(90))
    assert not infra_red(LIMITS, None)


@pytest.mark.parametrize(
    ("view", "hint"),
    [
        (View(20.0, 9.0), Hint.TILTED),
        (View(60.0, 0.0), Hint.LOOKS_TOO_STEEPLY),
        (View(-5.0, 0.0), Hint.LOOKS_TOO_STEEPLY),
    ],
)
def test_a_camera_that_hangs_wrong(view: View, hint: Hint) -> None:
    assert hints(standing(), view=view) == [hint]


def test_a_picture_that_cannot_be_used_says_why_and_nothing_else() -> None:
    assert hints(standing(), quality=PictureQuality(usable=False, reasons=("dark",))) == [Hint.DARK]
    assert hints(quality=PictureQuality(usable=False, reasons=("unreachable",))) == [Hint.NO_PICTURES]


def test_the_most_important_first_and_each_once() -> None:
    small = standing(torso_px=18.0, ankles=478.0)
    assert hints(small, small, view=View(20.0, 8.0)) == [Hint.TOO_SMALL, Hint.FEET_CUT_OFF, Hint.TILTED]
    said = advice(LIMITS, GOOD, (small,), None, View(), SIZE)
    assert said[0] == Advice(Hint.TOO_SMALL, 18.0)


def test_light_is_measured_coarsely() -> None:
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:, 320:] = (30, 60, 90)
    light = light_of(picture)
    assert light.at((0.1, 0.5)) == 0.0
    assert light.at((0.9, 0.5)) == pytest.approx(60.0)
    assert light.at((5.0, -1.0)) == pytest.approx(60.0), "outside is the nearest"
    assert light.colour == pytest.approx(30.0)
    assert "levels" not in repr(light)
