"""Flat colours for a body: skin, hair, clothes and shoes, by bone and place on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.scenes.bodies import Body
from tools.scenes.rig import BLAZEPOSE33, BONES
from tools.scenes.room import Colour

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outfit:
    """Blue, green, red of each part."""

    top: Colour
    trousers: Colour
    shoes: Colour
    hair: Colour
    skin: Colour = (148, 176, 216)


OUTFITS = {
    "resident": Outfit(top=(140, 72, 52), trousers=(92, 88, 84), shoes=(40, 44, 58), hair=(196, 198, 200)),
    "second-resident": Outfit(top=(62, 128, 78), trousers=(60, 66, 88), shoes=(36, 36, 40), hair=(180, 182, 186)),
    "helper": Outfit(top=(206, 196, 120), trousers=(170, 120, 60), shoes=(226, 226, 226), hair=(38, 52, 78)),
}


def painted(body: Body, outfit: Outfit) -> Floats:
    """(F, 3) colour of each triangle."""
    bone = body.bone[body.faces[:, 0], 0]
    at = body.vertices[body.faces].mean(axis=1)
    colour = np.empty((len(body.faces), 3))
    colour[:] = outfit.top
    for names, paint in (
        (("pelvis", "thigh", "shin"), outfit.trousers),
        (("foot",), outfit.shoes),
        (("hand", "head", "neck"), outfit.skin),
    ):
        colour[np.isin(bone, [i for i, name in enumerate(BONES) if name.split(".")[0] in names])] = paint
    hem = at[:, 2] > float(body.heads["thigh.L"][2]) - 0.03
    loins = np.isin(bone, [i for i, name in enumerate(BONES) if name.split(".")[0] in ("pelvis", "thigh", "spine05")])
    colour[loins] = np.where(hem[loins, None], outfit.top, outfit.trousers)
    _face(colour, at, bone == BONES.index("head"), body, outfit)
    return colour


def _face(colour: Floats, at: Floats, head: NDArray[np.bool_], body: Body, outfit: Outfit) -> None:
    """Hair over crown and nape, brows, lips; eyes are their own triangles."""
    mark = {name: body.landmarks[i] for i, name in enumerate(BLAZEPOSE33)}
    eye_z, ear = float(mark["left_eye"][2]), mark["left_ear"]
    behind = at[:, 0] < ear[0] - 0.005 + np.clip(at[:, 2] - eye_z, 0.0, None) * 0.9
    hair = head & behind & (at[:, 2] > ear[2] - 0.06) & (np.abs(at[:, 1]) < 0.2)
    crown = head & (at[:, 2] > eye_z + 0.068)
    colour[hair | crown] = outfit.hair
    front = head & (at[:, 0] > mark["left_eye"][0] - 0.03)
    for side in ("left", "right"):
        dx = np.abs(at[:, 1] - mark[f"{side}_eye"][1])
        brow = front & (dx < 0.022) & (np.abs(at[:, 2] - eye_z - 0.020) < 0.006)
        socket = front & (dx < 0.014) & (np.abs(at[:, 2] - eye_z) < 0.005)
        colour[brow] = np.array(outfit.hair) * 0.45
        colour[socket] = np.array(outfit.skin) * 0.65
    mouth = front & (np.abs(at[:, 1]) < 0.024) & (np.abs(at[:, 2] - mark["mouth_left"][2]) < 0.006)
    colour[mouth] = (96, 96, 168)
    colour[body.eyes] = (50, 46, 46)
