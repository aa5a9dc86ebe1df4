"""A body at rest: its bones, landmarks and skin; and the same body posed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.scenes.rig import BLAZEPOSE33, BONES, PARENT, bone_of

Floats = NDArray[np.float64]

HERE = Path(__file__).with_name("bodies")


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One person's shape, in the rest frame of `rig`, metres."""

    name: str
    heads: dict[str, Floats]
    """Where each bone starts."""
    landmarks: Floats
    """(33, 3) in the order of BLAZEPOSE33."""
    vertices: Floats
    """(V, 3) skin at rest."""
    faces: NDArray[np.int64]
    """(F, 3) vertices of each triangle, outside seen counter-clockwise."""
    eyes: NDArray[np.bool_]
    """(F,) the triangle belongs to an eyeball."""
    bone: NDArray[np.int64]
    """(V, 4) bones that move a vertex, as indices into BONES."""
    weight: Floats
    """(V, 4) their shares, summing to 1."""
    touch: NDArray[np.int64]
    """Vertices spread over the skin: enough to say what the body rests on."""

    @property
    def stature(self) -> float:
        """Height standing, metres."""
        return float(np.ptp(self.vertices[:, 2]))

    @property
    def scale(self) -> float:
        """Against the body that the choreography's lengths were written for (1.62 m)."""
        return self.stature / 1.62

    @property
    def hip_height(self) -> float:
        """Of the pelvis's origin above the soles, standing straight, metres."""
        return -float(self.vertices[:, 2].min())


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """A body in the room: one rotation and one place per bone."""

    rotation: Floats
    """(B, 3, 3) from the rest frame to the world."""
    head: Floats
    """(B, 3) metres."""

    def points(self, body: Body, rest: Floats, bone: NDArray[np.int64]) -> Floats:
        """World places of rest points, each fixed to one bone: (N, 3)."""
        start = np.stack([body.heads[name] for name in BONES])
        turned: Floats = np.einsum("nij,nj->ni", self.rotation[bone], rest - start[bone])
        return turned + self.head[bone]

    def landmarks(self, body: Body) -> Floats:
        """(33, 3) world metres, in the order of BLAZEPOSE33."""
        return self.points(body, body.landmarks, LANDMARK_BONES)

    def skin(self, body: Body, which: NDArray[np.int64] | slice = slice(None)) -> Floats:
        """World places of the chosen vertices by linear blend skinning: (N, 3)."""
        start = np.stack([body.heads[name] for name in BONES])
        offset = self.head - np.einsum("bij,bj->bi", self.rotation, start)
        weight, bone = body.weight[which], body.bone[which]
        blend = np.einsum("nk,nkij->nij", weight, self.rotation[bone])
        moved: Floats = np.einsum("nij,nj->ni", blend, body.vertices[which])
        moved += np.einsum("nk,nki->ni", weight, offset[bone])
        return moved


LANDMARK_BONES = np.array([BONES.index(bone_of(name)) for name in BLAZEPOSE33])


@cache
def load(name: str) -> Body:
    """A committed body by name, or any file that `make_body` wrote.

    Raises:
        FileNotFoundError: There is no such body.
    """
    path = Path(name) if name.endswith(".npz") else HERE / f"{name}.npz"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in HERE.glob("*.npz")))
        raise FileNotFoundError(f"no body {name!r}: give one of {known}, or a file from `scenes body`")
    with np.load(path) as z:
        weight = z["weight"].astype(np.float64)
        vertices = z["vertices"] * 1e-4
        return Body(
            name=path.stem,
            heads=dict(zip(BONES, z["heads"].astype(np.float64), strict=True)),
            landmarks=z["landmarks"].astype(np.float64),
            vertices=vertices,
            faces=z["faces"].astype(np.int64),
            eyes=z["eyes"],
            bone=z["bone"].astype(np.int64),
            weight=weight / weight.sum(axis=1, keepdims=True),
            touch=_spread(vertices),
        )


def sized(body: Body, factor: float) -> Body:
    """The same body larger or smaller all over."""
    return replace(
        body,
        heads={name: place * factor for name, place in body.heads.items()},
        landmarks=body.landmarks * factor,
        vertices=body.vertices * factor,
    )


def _spread(vertices: Floats, cell: float = 0.05) -> NDArray[np.int64]:
    """The first vertex of each cell of a grid."""
    _, first = np.unique(np.floor(vertices / cell).astype(int), axis=0, return_index=True)
    return np.sort(first)


def bone_index(*names: str) -> NDArray[np.int64]:
    """Indices into BONES, of both sides where a name has none."""
    return np.array([i for i, bone in enumerate(BONES) if bone in names or bone.split(".")[0] in names])


assert all(parent is None or BONES.index(parent) < i for i, parent in enumerate(PARENT.values()))  # noqa: S101
