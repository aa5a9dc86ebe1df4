"""`python -m tools.train_seated`: learns how people sit and writes `edge_agent/posture/seated.json`.

From `sitting_posture/dev.csv` alone. What is learned are weights of curves over sixteen features of a figure, not
recordings; models/seated_posture.md is the card. The measuring bench learns anew for each block that it leaves out, by
`learn`, so that its figures are of people who were not learned from.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from edge_agent.box import SEATED
from edge_agent.posture import sitter
from edge_agent.posture.additive import Additive
from edge_agent.types import SeatedKind
from tools.evaluation.bench import data_folder
from tools.evaluation.sets.sitting import Sitters, blocks, read

Floats = NDArray[np.float64]

SHAPES: Final = (1.0, 1.2, 1.4, 1.6)
"""Width over height of the pictures: not given, so that each figure is learned from in all of these."""
DRAWS: Final = 4
"""Copies in each shape: with one the chance of the jitter shows in the weights."""
JITTER: Final = 0.05
"""Spread put on each joint, torso lengths: a pose model's own (half of PCK@.1); [C]."""
KNOTS: Final = 4
"""Of each feature's curve, evenly over its quantiles."""
QUANTILES: Final = (3.0, 97.0)
PAIRS: Final = (("trunk_forward", "head_forward"),)
"""What is judged together: how a trunk is held means another thing with the head up than with the head down."""
STRENGTHS: Final = (0.2, 0.5, 1.5)
"""Of the fit; which is chosen within what is learned from."""
INNER: Final = 4
"""Blocks for that choice."""
LEGS_HIDDEN: Final = 0.5
"""Of the copies without feet, the share without knees."""
_NAMES: Final = [name for name, _ in sitter.FEATURES]
_KNEES, _FEET = slice(5, 7), slice(7, 9)


def learn(people: Sitters, seed: int = 0) -> Additive:
    """Fit weights, their strength chosen by leaving out blocks of these people."""
    block = blocks(people.kinds, INNER)
    scores = []
    for strength in STRENGTHS:
        right = 0
        for number in range(INNER):
            fitted = fit(people.taken(block != number), strength, seed)
            held = people.taken(block == number)
            right += int((said(fitted, held.joints) == held.kinds).sum())
        scores.append(right)
    return fit(people, STRENGTHS[int(np.argmax(scores))], seed)


def fit(people: Sitters, strength: float, seed: int = 0) -> Additive:
    """Fit weights of one strength."""
    described, kinds = _copies(people, np.random.default_rng(seed))
    cuts = np.linspace(*QUANTILES, KNOTS)
    knots = np.nanpercentile(described, cuts, axis=0).T + 1e-6 * np.arange(KNOTS)
    pairs = tuple((_NAMES.index(one), _NAMES.index(other)) for one, other in PAIRS)
    upright = described[kinds == SeatedKind.UPRIGHT.value]
    bare = Additive((), tuple(_NAMES), knots, pairs, np.zeros(0), np.zeros((0, 0)), np.nanmedian(upright, axis=0))
    fitted = LogisticRegression(C=strength, max_iter=3000).fit(bare.spread(described), kinds)
    return Additive(
        tuple(str(name) for name in fitted.classes_), bare.features, knots, pairs, fitted.intercept_,
        fitted.coef_.T, bare.usual,
    )  # fmt: skip


def said(learned: Additive, joints: Floats, shape: float = 4 / 3) -> NDArray[np.str_]:
    """What the bare weights say of (N, 9, 2) figures."""
    odds = learned.odds(sitter.describe(joints * np.array([shape, 1.0])))
    best: NDArray[np.str_] = np.array(learned.classes)[odds.argmax(axis=1)]
    return best


def _copies(people: Sitters, chance: np.random.Generator) -> tuple[Floats, NDArray[np.str_]]:
    """Each figure in several shapes, jittered; and with its legs hidden unless they are crossed."""
    described, kinds = [], []
    legged = people.kinds != SeatedKind.CROSSED_LEGS.value
    for shape in SHAPES * DRAWS:
        joints = people.joints * np.array([shape, 1.0])
        joints = joints + chance.normal(0.0, JITTER, joints.shape) * _torso(joints)[:, None, None]
        hidden = joints[legged]
        hidden[:, _FEET] = np.nan
        hidden[chance.random(len(hidden)) < LEGS_HIDDEN, _KNEES] = np.nan
        described += [sitter.describe(joints), sitter.describe(hidden)]
        kinds += [people.kinds, people.kinds[legged]]
    return np.concatenate(described), np.concatenate(kinds)


def _torso(joints: Floats) -> Floats:
    """(N,) lengths; the middle one where it was not seen."""
    trunk = (joints[:, 1] + joints[:, 2] - joints[:, 3] - joints[:, 4]) / 2
    length = np.hypot(trunk[:, 0], trunk[:, 1])
    return np.where(np.isnan(length), np.nanmedian(length), length)


def main() -> int:
    """Learn from the whole of `dev.csv`."""
    parser = argparse.ArgumentParser(prog="python -m tools.train_seated", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_folder() / "sitting_posture" / "dev.csv")
    parser.add_argument("--out", type=Path, default=SEATED)
    asked = parser.parse_args()
    if not asked.data.is_file():
        print(f"{asked.data} is not present", file=sys.stderr)
        return 2
    people = read(asked.data)
    learned = learn(people)
    digest = hashlib.sha256(asked.data.read_bytes()).hexdigest()
    about = {"version": 1, "learned_from": f"{asked.data.name}, sha256 {digest}", "people": len(people.kinds)}
    text = json.dumps(about | learned.as_json(), separators=(",", ":")).replace('],"', '],\n"')
    asked.out.write_text(text + "\n", "utf-8")
    print(f"{asked.out}: {len(text)} bytes, {learned.weights.size} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
