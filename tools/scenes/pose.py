"""A posture as a choreographer writes it, and the bones it comes to.

A `Key` places the pelvis, bends the trunk and says where hands and feet are; arms and legs follow by two-bone inverse
kinematics, so a planted foot stays where it is whatever the body does above it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.scenes.bodies import Body, Posed, bone_index
from tools.scenes.rig import BONES, PARENT, SIDES, SPINE
from tools.scenes.rotations import Matrix, Vector, between, bow, frame, pitch

Triple = tuple[float, float, float]
UPRIGHT: Final = np.eye(3)
LEVEL: Final = np.zeros(4)


class Frame(StrEnum):
    """What a hand's or foot's place is measured from."""

    WORLD = "world"
    PELVIS = "pelvis"
    CHEST = "chest"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a wrist or an ankle is, metres, and which way the elbow or knee points."""

    point: Triple
    frame: Frame
    pole: Triple
    """In the chest's frame for an arm, in the pelvis's for a leg."""
    turn: Matrix | None = field(default=None, compare=False)
    """A foot's own rotation in the world; None: it follows the shin."""
    droop: float = 0.0
    """Degrees a foot that follows the shin points its toes."""


@dataclass(frozen=True, slots=True)
class Support:
    """What the body lies or sits on: the pelvis is lowered or raised until it touches."""

    height: float
    """Metres above the floor."""
    seat_only: bool = False
    """Only the buttocks rest on it (a chair), not the whole body."""


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One posture in the room."""

    pelvis: Vector
    """(3,) world metres."""
    turn: Matrix
    """(3, 3) of the pelvis, from the rest frame to the world."""
    hands: tuple[Reach, Reach]
    """Left, right."""
    feet: tuple[Reach, Reach]
    bend: Triple = (0.0, 0.0, 0.0)
    """Of the trunk, degrees: forward, right, turned left."""
    nod: Triple = (0.0, 0.0, 0.0)
    """Of neck and head together, the same."""
    support: Support | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """The posture at share u of the way from one key to another."""

    a: Key
    b: Key
    u: float


def solve(body: Body, blend: Blend) -> Posed:
    """The bones of a blend of two keys, resting on what both say they rest on."""
    a, b, u = blend.a, blend.b, blend.u
    pelvis = (1 - u) * a.pelvis + u * b.pelvis
    posed = _place(body, blend, pelvis)
    lift = (1 - u) * _lift(body, posed, a.support) + u * _lift(body, posed, b.support)
    pelvis = pelvis + np.array([0.0, 0.0, lift])
    raised = np.zeros(4)
    for _ in range(3):
        posed = _place(body, blend, pelvis, raised)
        trunk = _sunk(body, posed, _trunk(body))
        sunk = np.array([_sunk(body, posed, limb) for limb in _limb_skins(body)])
        if trunk == 0.0 and not sunk.any():
            break
        pelvis = pelvis + np.array([0.0, 0.0, trunk])
        raised += sunk
    return posed


def _sunk(body: Body, posed: Posed, limb: NDArray[np.int64]) -> float:
    """How far a part is under the floor, metres: where keys are blended, a foot may swing through it."""
    return max(0.0, -float(posed.skin(body, limb)[:, 2].min()) - 0.004)


@cache
def _limb_skins(body: Body) -> tuple[NDArray[np.int64], ...]:
    """Skin of left forearm and hand, left shin and foot, and the same of the right."""
    main = body.bone[body.touch, 0]
    return tuple(
        body.touch[np.isin(main, [BONES.index(f"{bone}.{side}") for bone in bones])]
        for side in SIDES
        for bones in (("forearm", "hand"), ("shin", "foot"))
    )


def _lift(body: Body, posed: Posed, support: Support | None) -> float:
    if support is None:
        return 0.0
    touch = _seat(body) if support.seat_only else _trunk(body)
    return support.height - float(posed.skin(body, touch)[:, 2].min())


@cache
def _seat(body: Body) -> NDArray[np.int64]:
    return body.touch[np.isin(body.bone[body.touch, 0], bone_index("pelvis"))]


@cache
def _trunk(body: Body) -> NDArray[np.int64]:
    limbs = bone_index("foot", "shin", "hand", "forearm")
    return body.touch[~np.isin(body.bone[body.touch, 0], limbs)]


def _place(body: Body, blend: Blend, pelvis: Vector, raised: Vector = LEVEL) -> Posed:
    a, b, u = blend.a, blend.b, blend.u
    rotation = {"pelvis": between(a.turn, b.turn, u)}
    place = {"pelvis": pelvis}

    def grow(bone: str, local: Matrix) -> None:
        parent = PARENT[bone]
        assert parent is not None  # noqa: S101
        place[bone] = place[parent] + rotation[parent] @ (body.heads[bone] - body.heads[parent])
        rotation[bone] = rotation[parent] @ local

    bend = _mix(a.bend, b.bend, u)
    nod = _mix(a.nod, b.nod, u)
    for bone in SPINE:
        grow(bone, bow(*(bend / len(SPINE))))
    for bone in ("neck", "head"):
        grow(bone, bow(*(nod / 2)))
    origin = {
        Frame.WORLD: (np.zeros(3), UPRIGHT),
        Frame.PELVIS: (place["pelvis"], rotation["pelvis"]),
        Frame.CHEST: (place["neck"], rotation["spine01"]),
    }
    for i, side in enumerate(SIDES):
        grow(f"clavicle.{side}", UPRIGHT)
        for j, (limb, reaches, home) in enumerate(
            (
                (("upperarm", "forearm", "hand"), (a.hands[i], b.hands[i]), Frame.CHEST),
                (("thigh", "shin", "foot"), (a.feet[i], b.feet[i]), Frame.PELVIS),
            )
        ):
            upper, lower, end = (f"{bone}.{side}" for bone in limb)
            grow(upper, UPRIGHT)
            target = np.array([0.0, 0.0, raised[2 * i + j]])
            for share, reach in zip((1 - u, u), reaches, strict=True):
                start, turn = origin[reach.frame]
                target = target + share * (start + turn @ np.array(reach.point))
            pole = origin[home][1] @ _mix(reaches[0].pole, reaches[1].pole, u)
            rest = _rest_limb(body, (upper, lower, end))
            rotation[upper], rotation[lower], joint, tip = _two_bones(rest, place[upper], target, pole)
            place[lower], place[end] = joint, tip
            rotation[end] = between(_end(reaches[0], rotation[lower]), _end(reaches[1], rotation[lower]), u)
    return Posed(np.stack([rotation[bone] for bone in BONES]), np.stack([place[bone] for bone in BONES]))


def _mix(a: Triple, b: Triple, u: float) -> Vector:
    mixed: Vector = (1 - u) * np.array(a) + u * np.array(b)
    return mixed


def _end(reach: Reach, lower: Matrix) -> Matrix:
    return lower @ pitch(reach.droop) if reach.turn is None else reach.turn


def _rest_limb(body: Body, bones: tuple[str, str, str]) -> tuple[Vector, Vector, Vector, Vector]:
    """Start, middle joint and end at rest, and which way the middle joint points there."""
    start, joint, end = (body.heads[bone] for bone in bones)
    if bones[0].startswith("thigh"):
        return start, joint, end, np.array([1.0, 0.0, 0.0])
    line = end - start
    return start, joint, end, joint - start - line * float((joint - start) @ line / (line @ line))


def _two_bones(
    rest: tuple[Vector, Vector, Vector, Vector], start: Vector, target: Vector, pole: Vector
) -> tuple[Matrix, Matrix, Vector, Vector]:
    """Upper and lower rotation, the middle joint and the end, which stops short of a target out of reach."""
    rest_start, rest_joint, rest_end, rest_pole = rest
    upper = float(np.linalg.norm(rest_joint - rest_start))
    lower = float(np.linalg.norm(rest_end - rest_joint))
    reach = target - start
    distance = float(np.clip(np.linalg.norm(reach), abs(upper - lower) + 0.02, (upper + lower) * 0.9995))
    basis = frame(reach, pole)
    along = (upper**2 - lower**2 + distance**2) / (2 * distance)
    joint = start + basis[:, 0] * along + basis[:, 1] * np.sqrt(max(upper**2 - along**2, 0.0))
    end = start + basis[:, 0] * distance
    rotations = [
        frame(to - at, basis[:, 1]) @ frame(rest_to - rest_at, rest_pole).T
        for at, to, rest_at, rest_to in (
            (start, joint, rest_start, rest_joint),
            (joint, end, rest_joint, rest_end),
        )
    ]
    return rotations[0], rotations[1], joint, end
