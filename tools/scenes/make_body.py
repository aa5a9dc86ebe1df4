"""Takes a body out of the parametric human `anny`: the only module that needs it (and torch)."""

from __future__ import annotations

import argparse
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from anny import Anny
from anny.face_segmentation import get_face_segmentation_mask
from anny.keypoints import KeypointsRegressor
from numpy.typing import NDArray

from tools.scenes.rig import BLAZEPOSE33, BONES, SIDES

Floats = NDArray[np.float64]

MERGED = {
    "root": "pelvis",
    "pelvis": "pelvis",
    "neck01": "neck",
    "neck02": "neck",
    "neck03": "neck",
    "head": "head",
    "eye": "head",
    "clavicle": "clavicle",
    "shoulder01": "clavicle",
    "upperarm01": "upperarm",
    "upperarm02": "upperarm",
    "lowerarm01": "forearm",
    "lowerarm02": "forearm",
    "upperleg01": "thigh",
    "upperleg02": "thigh",
    "lowerleg01": "shin",
    "lowerleg02": "shin",
    "foot": "foot",
}
HEAD_BONE = {
    "pelvis": "root",
    "neck": "neck01",
    "clavicle": "clavicle",
    "upperarm": "upperarm01",
    "forearm": "lowerarm01",
    "hand": "wrist",
    "thigh": "upperleg01",
    "shin": "lowerleg01",
    "foot": "foot",
}
HIDDEN_PARTS = ("eye_back.L", "eye_back.R", "mouth_cavity", "tongue", "eye_cavity.L", "eye_cavity.R")


@dataclass(frozen=True, slots=True)
class Traits:
    """What the parametric model is asked for, each 0-1 (gender 0 male, 1 female; age 1 old)."""

    gender: float
    age: float
    height: float
    weight: float = 0.55
    muscle: float = 0.35
    proportions: float = 0.5


def _merged(label: str) -> str:
    stem, _, side = label.partition(".")
    if stem.startswith("spine"):
        return stem
    if stem.startswith("toe"):
        stem = "foot"
    bone = MERGED.get(stem, "hand")
    return f"{bone}.{side}" if f"{bone}.{side}" in BONES else bone


def _axes(points: Floats) -> Floats:
    """From the model's axes (x left, y back, z up) to ours (x forward, y left, z up)."""
    return np.stack((-points[..., 1], points[..., 0], points[..., 2]), axis=-1)


def _landmarks(coco: dict[str, Floats], bones: dict[str, Floats]) -> Floats:
    """(33, 3) in the order of BLAZEPOSE33."""
    at = dict(coco)
    for side, word in zip(SIDES, ("left", "right"), strict=True):
        sign = 1.0 if side == "L" else -1.0
        at[f"{word}_eye_inner"] = at[f"{word}_eye"] + (0.002, -0.014 * sign, 0.0)
        at[f"{word}_eye_outer"] = at[f"{word}_eye"] + (-0.006, 0.015 * sign, 0.0)
        at[f"mouth_{word}"] = at["nose"] + (-0.014, 0.023 * sign, -0.047)
        at[f"{word}_pinky"] = bones[f"finger5-1.{side}"]
        at[f"{word}_index"] = bones[f"finger2-1.{side}"]
        at[f"{word}_thumb"] = bones[f"finger1-2.{side}"]
        at[f"{word}_foot_index"] = at[f"{word}_big_toe"]
    return np.stack([at[name] for name in BLAZEPOSE33])


def make(traits: Traits, path: Path) -> None:
    """Writes one body: mesh at rest, skinning weights, bones and landmarks (`bodies.Body` says what they mean)."""
    model = Anny()
    still = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
    shape = {name: torch.tensor([getattr(traits, name)]) for name in model.phenotype_labels}
    with torch.no_grad():
        out = model(pose_parameters=still, phenotype_kwargs=shape)
        regressor = KeypointsRegressor.coco(model)
        coco = dict(zip(regressor.labels, _axes(regressor(out)[0].double().numpy()), strict=True))
    vertices = _axes(out["vertices"][0].double().numpy())
    heads = _axes(out["bone_poses"][0, :, :3, 3].double().numpy())
    bones = dict(zip(model.bone_labels, heads, strict=True))

    weights = np.zeros((len(vertices), len(BONES)))
    rows = np.repeat(np.arange(len(vertices)), model.vertex_bone_indices.shape[1])
    columns = np.array([BONES.index(_merged(label)) for label in model.bone_labels])
    np.add.at(
        weights,
        (rows, columns[model.vertex_bone_indices.numpy().ravel()]),
        model.vertex_bone_weights.double().numpy().ravel(),
    )
    hidden = get_face_segmentation_mask(model, HIDDEN_PARTS).numpy()
    eyes = get_face_segmentation_mask(model, ["eye_front.L", "eye_front.R"]).numpy()
    faces = np.asarray(model.faces)
    keep = ~hidden
    used, compact = np.unique(faces[keep], return_inverse=True)
    top = np.argsort(-weights[used], axis=1)[:, :4]
    share = np.take_along_axis(weights[used], top, axis=1)
    share /= share.sum(axis=1, keepdims=True)
    np.savez_compressed(
        path,
        vertices=np.round(vertices[used] * 1e4).astype(np.int16),
        faces=compact.reshape(-1, 3).astype(np.uint16),
        eyes=eyes[keep],
        bone=top.astype(np.uint8),
        weight=np.round(share * 255).astype(np.uint8),
        heads=np.stack([bones[_head_label(bone)] for bone in BONES]).astype(np.float32),
        landmarks=_landmarks(coco, bones).astype(np.float32),
    )


def _head_label(bone: str) -> str:
    stem, _, side = bone.partition(".")
    label = HEAD_BONE.get(stem, stem)
    return f"{label}.{side}" if side else label


def main() -> None:
    """`python -m tools.scenes.make_body FILE --gender 1 --age 0.95 --height 0.4`."""
    parser = argparse.ArgumentParser(prog="python -m tools.scenes.make_body", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write it (.npz)")
    for trait in fields(Traits):
        needed = trait.default is MISSING
        parser.add_argument(f"--{trait.name}", type=float, required=needed, default=None if needed else trait.default)
    wanted = vars(parser.parse_args())
    path = wanted.pop("file")
    make(Traits(**wanted), path)


if __name__ == "__main__":
    main()
