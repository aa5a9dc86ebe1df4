"""How far a body seen only flat is turned from the camera."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, hypot, inf

import numpy as np

from edge_agent.kinematics.figure import Figure, minus
from edge_agent.kinematics.gravity import Vector

SHOULDERS = 0.60
HIPS = 0.39
"""Distance of the two shoulders' and hips' centres, torso lengths: rather narrow people seen from the front. 52 COCO
persons have .73 and .46 in the upper quarter; [C]."""
NARROW = 0.9
"""Share of the two above that a body is taken for until it has shown itself; [C]: narrower than the bodies measured
here but one (rendered 1.03 to 1.12, CAD-60 1.18, UTD-MHAD 1.27, an actor in motion capture 0.87)."""
BREADTHS = (0.75, 1.4)
"""Least and greatest share that is believed; [C]."""
BREADTH_SPREAD = 0.12
"""Of that share among people; [C], from the same."""
BREADTH_SETTLES_S = 2.0
"""Time constant of what is learned of it; [C]."""
SHOWN_ERROR = 0.05
"""Of the breadth shown, as a share: arms held forward or back; [C]."""
LEVEL_ERROR = 0.09
"""Tangent of the 5 degrees by which shoulders and hips together are seldom level; [C]."""
STEEP_ENOUGH = 0.05
"""Tangent of the angle looked down upon below which that says nothing of the turn; [C]."""
SIDE_COST = 3.0
"""Of facing the other side than nose or knees say, in squared standard errors; [C]."""
AHEAD = 0.03
"""How far nose or knees must be ahead to tell the side, torso lengths; [C]."""

_TURNS = np.radians(np.arange(-180.0, 180.0, 2.0))
_AHEAD, _ASIDE = np.cos(_TURNS), np.sin(_TURNS)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a flat body has shown of itself so far; it helps to tell which way it faces."""

    side: float = 1.0
    """Which way it last faced across the picture: right positive."""
    breadth: float = NARROW
    """Of shoulders and hips when seen from the front, as a share of `SHOULDERS` and `HIPS`."""
    t: float = -inf
    """When that was."""


def turned(flat: Figure, trunk: Vector, before: Turn, t: float) -> tuple[float | None, Turn]:
    """How far a flat body is turned from the camera, degrees, to the picture's right positive; and what it showed.

    Two things tell it, and the likeliest turn and breadth are taken. Turned away, the body shows less of its breadth.
    And looked down upon, whichever of the left and right is farther is seen higher, for shoulders and hips are level
    by and large.
    """
    long = hypot(trunk[0], trunk[1])
    if long < 1e-6:
        return None, before
    across = -trunk[1] / long, trunk[0] / long
    turn = replace(before, side=_side(flat, across, before.side), t=t)
    shown = higher = whole = 0.0
    for name, breadth in (("shoulder", SHOULDERS), ("hip", HIPS)):
        left, right = flat.at.get(f"left_{name}"), flat.at.get(f"right_{name}")
        if left is not None and right is not None:
            apart = minus(left, right)
            shown += apart[0] * across[0] + apart[1] * across[1]
            higher -= apart[1]
            whole += breadth
    if whole == 0:
        return None, turn
    shown, higher = shown / whole, higher / whole
    steep = flat.steep if trunk[1] < 0 and abs(trunk[0]) < -trunk[1] else 0.0
    best, breadth = _likeliest(shown, higher, (steep, trunk[0] / trunk[1] if steep else 0.0), turn)
    gain = 1.0 - exp(-max(0.0, t - before.t) / BREADTH_SETTLES_S)
    learned = max(turn.breadth + gain * (breadth - turn.breadth), abs(shown))
    turn = replace(turn, breadth=min(max(learned, BREADTHS[0]), BREADTHS[1]))
    return float(np.degrees(_TURNS[best])), turn


def _likeliest(shown: float, higher: float, seen: tuple[float, float], turn: Turn) -> tuple[int, float]:
    """Index of the turn and the breadth that explain best what is seen: least squares, the breadth being linear.

    `seen` are the tangents of the angle looked down upon and of the trunk's lean in the picture: shoulders and hips of
    who leans sideways are not level, by up to as much.
    """
    weight, depth = 1.0 / SHOWN_ERROR**2, 0.0
    sure, (steep, lean) = 0.0, seen
    if abs(steep) >= STEEP_ENOUGH:
        depth, sure = higher / steep, (steep / hypot(LEVEL_ERROR, lean)) ** 2
    prior = 1.0 / BREADTH_SPREAD**2
    normal = weight * _AHEAD**2 + sure * _ASIDE**2 + prior
    moment = weight * shown * _AHEAD + sure * depth * _ASIDE + prior * turn.breadth
    cost = SIDE_COST * np.maximum(0.0, -turn.side * _ASIDE) - moment**2 / normal
    best = int(np.argmin(np.where(moment > 0, cost, np.inf)))
    return best, float(moment[best] / normal[best])


def _side(flat: Figure, across: tuple[float, float], before: float) -> float:
    """Which way the body faces across the picture: by the nose, or else by the knees, which bend ahead."""
    nose, back = flat.at.get("nose"), flat.mid("ear") or flat.at.get("left_ear") or flat.at.get("right_ear")
    clues = [0.0 if nose is None or back is None else _along(minus(nose, back), across), 0.0]
    for side in ("left", "right"):
        hip, knee, ankle = (flat.at.get(f"{side}_{name}") for name in ("hip", "knee", "ankle"))
        if hip is not None and knee is not None and ankle is not None:
            clues[1] += _along(minus(knee, hip), across) + _along(minus(knee, ankle), across)
    told = next((clue for clue in clues if abs(clue) > AHEAD), 0.0)
    return before if told == 0.0 else (1.0 if told > 0 else -1.0)


def _along(span: Vector, across: tuple[float, float]) -> float:
    return span[0] * across[0] + span[1] * across[1]
