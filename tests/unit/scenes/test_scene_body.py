"""The body: keys become bones without breaking it, and limbs go where they are told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tools.scenes.bodies import Posed, load
from tools.scenes.pose import Blend, Frame, Key, Reach, Support, solve
from tools.scenes.rig import BLAZEPOSE33, BONES, PARENT
from tools.scenes.rotations import bow
from tools.scenes.stances import Spot, Stance

BODY = load("resident")
UPRIGHT = Stance(BODY, Spot(1.0, 2.0, 30.0)).standing()

Floats = NDArray[np.float64]


def place(posed: Posed, bone: str) -> Floats:
    at: Floats = posed.head[BONES.index(bone)]
    return at


@pytest.mark.parametrize("name", ["resident", "older_man", "helper"])
def test_bodies_are_of_human_size_and_symmetric(name: str) -> None:
    body = load(name)
    assert 1.5 < body.stature < 1.85
    left, right = body.heads["shin.L"], body.heads["shin.R"]
    np.testing.assert_allclose(left * (1, -1, 1), right, atol=0.005)
    np.testing.assert_allclose(body.weight.sum(axis=1), 1.0)


def test_an_unknown_body_is_named_with_what_there_is() -> None:
    with pytest.raises(FileNotFoundError, match="resident"):
        load("nobody")


def test_at_rest_the_skin_is_the_mesh_and_the_landmarks_are_the_bodys() -> None:
    rest = Posed(np.stack([np.eye(3)] * len(BONES)), np.stack([BODY.heads[bone] for bone in BONES]))
    np.testing.assert_allclose(rest.skin(BODY), BODY.vertices, atol=1e-9)
    np.testing.assert_allclose(rest.landmarks(BODY), BODY.landmarks, atol=1e-9)


reaches = st.tuples(st.floats(-0.5, 0.6), st.floats(-0.5, 0.5), st.floats(-0.8, 0.6))


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.floats(-90, 90)] * 3), st.floats(-40, 70), reaches, reaches)
def test_bones_keep_their_lengths_in_any_posture(
    turn: tuple[float, float, float], forward: float, hand: tuple[float, float, float], foot: tuple[float, float, float]
) -> None:
    limb = Reach(hand, Frame.CHEST, (-0.5, 0.5, -0.5))
    leg = Reach(foot, Frame.PELVIS, (1.0, 0.1, 0.0))
    key = Key(np.array([0.0, 0.0, 1.5]), bow(*turn), (limb, limb), (leg, leg), bend=(forward, 5.0, 0.0))
    posed = solve(BODY, Blend(key, key, 0.0))
    for bone, parent in PARENT.items():
        if parent is not None:
            length = np.linalg.norm(BODY.heads[bone] - BODY.heads[parent])
            assert np.linalg.norm(place(posed, bone) - place(posed, parent)) == pytest.approx(length, abs=1e-6)
    np.testing.assert_allclose(
        posed.rotation @ posed.rotation.transpose(0, 2, 1), np.eye(3)[None].repeat(22, 0), atol=1e-6
    )


def test_standing_feet_are_on_the_floor_where_they_were_put() -> None:
    posed = solve(BODY, Blend(UPRIGHT, UPRIGHT, 0.0))
    for side, reach in zip("LR", UPRIGHT.feet, strict=True):
        np.testing.assert_allclose(place(posed, f"foot.{side}"), reach.point, atol=1e-6)
    lowest = posed.skin(BODY)[:, 2].min()
    assert abs(lowest) < 0.01
    head = posed.landmarks(BODY)[BLAZEPOSE33.index("nose")]
    assert 1.3 < head[2] < 1.6


def test_a_supported_body_touches_what_it_rests_on() -> None:
    lying = Key(np.array([0.0, 0.0, 0.3]), bow(-90.0, 0.0, 0.0), UPRIGHT.hands, UPRIGHT.feet, support=Support(0.52))
    posed = solve(BODY, Blend(lying, lying, 0.0))
    trunk = posed.skin(BODY)[np.isin(BODY.bone[:, 0], [BONES.index(b) for b in ("pelvis", "spine03", "head")])]
    assert trunk[:, 2].min() == pytest.approx(0.52, abs=0.02)
