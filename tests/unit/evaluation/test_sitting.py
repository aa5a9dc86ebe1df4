"""The bench's seated people: how they are read, cut into blocks, learned from and filmed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from edge_agent.box import learned_seated
from edge_agent.posture.sitter import FEATURES, JOINTS
from edge_agent.types import KEYPOINTS, Layout, SeatedKind
from tools.evaluation.sets.rendered_sitters import WAYS, Shown, all_round, filmed, shown_at
from tools.evaluation.sets.sitting import SIZE, Sitters, blocks, pose_of, read
from tools.evaluation.sets.static_poses import posture_of
from tools.train_seated import fit, said

DATA = Path(os.environ.get("POSE_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
COLUMNS = [f"{name}_{axis}" for name in (*JOINTS, "shoulder_midpoint") for axis in "xy"]
UPRIGHT = {
    "nose": (0.56, 0.2), "left_shoulder": (0.5, 0.3), "right_shoulder": (0.49, 0.3), "left_hip": (0.5, 0.6),
    "right_hip": (0.49, 0.6), "left_knee": (0.7, 0.62), "right_knee": (0.69, 0.62), "left_ankle": (0.7, 0.9),
    "right_ankle": (0.69, 0.9),
}  # fmt: skip


def figure(lean: float) -> np.ndarray:
    """Seen from the side, the trunk's upper end so far ahead of where it would be upright."""
    at = {name: np.array(place) for name, place in UPRIGHT.items()}
    for name in ("nose", "left_shoulder", "right_shoulder"):
        at[name] = at[name] + np.array([lean * (1.6 if name == "nose" else 1.0), 0.0])
    return np.stack([at[name] for name in JOINTS])


def people(each: int = 40) -> Sitters:
    """Upright, slouching and reclining ones, clearly apart."""
    chance = np.random.default_rng(1)
    kinds = {SeatedKind.UPRIGHT: 0.0, SeatedKind.SLOUCHING: 0.15, SeatedKind.RECLINING: -0.15}
    joints = [
        figure(lean) + chance.normal(0.0, 0.005, (len(JOINTS), 2)) for lean in kinds.values() for _ in range(each)
    ]
    return Sitters(np.stack(joints), np.repeat([kind.value for kind in kinds], each))


def test_a_file_is_read_with_what_is_missing_and_our_words(tmp_path: Path) -> None:
    values = dict.fromkeys(COLUMNS, 0.25) | {"left_ankle_x": 0.0, "left_ankle_y": 0.0}
    path = tmp_path / "some.csv"
    rows = [",".join([*COLUMNS, "class"])]
    rows += [",".join([*map(str, values.values()), name]) for name in ("proper", "slouching")]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    sitters = read(path)
    assert sitters.kinds.tolist() == ["upright", "slouching"]
    ankle = JOINTS.index("left_ankle")
    assert np.isnan(sitters.joints[:, ankle]).all()
    assert np.isfinite(np.delete(sitters.joints, ankle, axis=1)).all()
    pose = pose_of(sitters.joints[0])
    names = KEYPOINTS[Layout.COCO17]
    assert pose.keypoints[names.index("left_ankle"), 2] == 0.0
    assert pose.keypoints[names.index("nose"), :2].tolist() == [0.25 * SIZE[0], 0.25 * SIZE[1]]


def test_each_class_is_cut_in_its_order() -> None:
    kinds = np.array(["a"] * 10 + ["b"] * 5)
    assert blocks(kinds).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 0, 1, 2, 3, 4]


def test_what_is_learned_tells_people_apart_who_were_not_learned_from() -> None:
    sitters = people()
    held = blocks(sitters.kinds) == 2
    learned = fit(sitters.taken(~held), 0.5)
    assert learned.features == tuple(name for name, _ in FEATURES)
    assert (said(learned, sitters.joints[held]) == sitters.kinds[held]).all()
    flipped = sitters.joints[held] * np.array([-1.0, 1.0]) + np.array([1.0, 0.0])
    assert (said(learned, flipped) == sitters.kinds[held]).all()


def test_everybody_filmed_sits_every_way_in_turn() -> None:
    one = next(iter(filmed(fast=True)))
    ways = {shown_at(t)[0].kind for t in np.arange(0.0, one.scene.seconds, 0.5)}
    assert ways == {SeatedKind.UPRIGHT, SeatedKind.SLOUCHING, SeatedKind.RECLINING}
    assert {shown.way.name for shown in all_round(90, 1)} == {way.name for way in WAYS}


def test_noise_is_the_seeds_own() -> None:
    shown = Shown("resident", WAYS[0], "wall", 45.0)
    one, again, other = (next(shown.poses(1, seed, world=True)) for seed in (1, 1, 2))
    assert (one.keypoints == again.keypoints).all()
    assert not (one.keypoints == other.keypoints).all()


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Seated", "sitting"),
        ("Plank", "lying"),
        ("Squat", "other"),
        ("Yoga_Tree_left", "standing"),
        ("Yoga_Warrior2_left", None),
    ],
)
def test_poses_are_put_in_our_words(label: str, kind: str | None) -> None:
    assert posture_of(label) == kind


@pytest.mark.data
def test_the_shipped_weights_know_those_they_were_learned_from() -> None:
    path = DATA / "sitting_posture" / "dev.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not present")
    sitters, learned = read(path), learned_seated()
    assert learned is not None
    assert np.mean(said(learned, sitters.joints) == sitters.kinds) > 0.9
