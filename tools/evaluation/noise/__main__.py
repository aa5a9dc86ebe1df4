"""`python -m tools.evaluation.noise`: how far the shipped int8 models are from the truth on rendered people.

Renders hard cases of one seed, takes the pictures through the agent, which looks again where it lost somebody, and fits
the noise model that `noise.seen` puts onto exact joints. Writes `tools/evaluation/noise/int8.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_agent import pipeline
from edge_agent.types import Demand, Frame, Observation, Pose
from tools.evaluation.agent import eye_of
from tools.evaluation.bench import Bench
from tools.evaluation.hard import settings_of
from tools.evaluation.noise.exactly import BODY, LEFT_HIP, RIGHT_HIP, Exact, Held, followed
from tools.evaluation.noise.fit import fitted
from tools.scenes.furnish import read_rooms
from tools.scenes.light import as_seen
from tools.scenes.paint import OVERSAMPLE, canvas, frame
from tools.scenes.variants import Variant, bodies_in, variants

Floats = NDArray[np.float64]
HERE = Path(__file__).with_name("int8.json")
WINDOW_S = 18.0
"""Of each case, around what happens."""
FPS = 10.0
MATCH_TORSOS = 1.5
"""A pose farther from a person than this is another's, or nobody's."""


def main(words: list[str] | None = None) -> int:
    """Measures and writes."""
    parser = argparse.ArgumentParser(prog="python -m tools.evaluation.noise", description=__doc__)
    parser.add_argument("--count", type=int, default=22, help="cases to render (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=900)
    parser.add_argument("--bodies", type=Path, help="folder of bodies (*.npz); default: those committed")
    parser.add_argument("--rooms", type=Path, help="YAML file of rooms; default: drawn by the seed")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--keep", type=Path, help="writes what was seen here (.npz), to fit it again")
    parser.add_argument("--again", type=Path, help="fits what was kept, renders nothing")
    asked = parser.parse_args(words)
    if asked.again:
        with np.load(asked.again) as kept:
            seen = {name: kept[name] for name in kept.files}
    else:
        rooms = read_rooms(asked.rooms) if asked.rooms else None
        drawn = variants(asked.count, asked.seed, bodies_in(asked.bodies), rooms)
        rows: list[dict[str, Any]] = []
        for done, found in enumerate(Bench(Path(), Path(), workers=asked.workers).each(watched, drawn), 1):
            rows += found
            print(f"[{done}/{len(drawn)}] {len(rows)} looks", file=sys.stderr, flush=True)
        seen = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        if asked.keep:
            np.savez_compressed(asked.keep, **seen)
    said = fitted(seen)
    said["measured"] = {
        "command": f"python -m tools.evaluation.noise --count {asked.count} --seed {asked.seed}",
        "models": "pose_detection_int8, pose_landmark_int8, asked as the agent asks them",
        "pictures": f"640x360 and 640x480, {FPS:g} a second, {WINDOW_S:g} s of each of {asked.count} hard cases",
        "looks": len(seen["t"]),
    }
    asked.out.write_text(json.dumps(said, indent=1) + "\n", "utf-8")
    return 0


def watched(variant: Variant) -> list[dict[str, Any]]:
    """One case rendered and looked at: a row per person and instant, and one per instant without anybody."""
    scene = replace(variant.scene(), fps=FPS)
    falls = [fall for part in scene.parts for fall in part.performance.falls]
    middle = falls[0].onset + 0.3 * WINDOW_S if falls else 0.45 * scene.seconds
    start = max(0.0, min(middle, scene.seconds) - WINDOW_S / 2)
    shared, eye = canvas(scene), eye_of()
    settings = settings_of(variant, scene)
    state, demand = pipeline.State(), Demand(FPS)
    depth = shared.room.depth[::OVERSAMPLE, ::OVERSAMPLE]
    rows: list[dict[str, Any]] = []
    for t, people in followed(scene, start, start + WINDOW_S):
        chance = np.random.default_rng((scene.seed, int(t * 1000)))
        picture = as_seen(frame(shared, t), depth, scene.light, t, chance)
        seen = eye.look(Frame("cam", t, picture), demand)
        state, _, demand = pipeline.step(settings, state, seen)
        rows += _rows(variant, t, people, seen)
    eye.estimator.close()
    return rows


def _rows(variant: Variant, t: float, people: tuple[Exact, ...], seen: Observation) -> Iterator[dict[str, Any]]:
    matched = _matched(people, seen.poses)
    usable = seen.quality.usable
    common = {"t": t, "case": variant.number, "light": variant.light, "usable": usable}
    ghosts = len(seen.poses) - len(matched)
    nothing = np.full((33, 3), np.nan, np.float32)
    if not people:
        yield common | _row(nothing, nothing, nothing, np.zeros(33, bool)) | {
            "person": -1, "held": "", "torso_px": np.nan, "score": np.nan, "ghosts": ghosts, "bare": False,
        }  # fmt: skip
    for each in people:
        pose = matched.get(each.person)
        exact = np.column_stack((each.px, np.ones(33))).astype(np.float32)
        given, world = nothing, nothing
        if pose is not None:
            given = pose.keypoints
            world = (pose.world if pose.world is not None else nothing) - each.world.astype(np.float32)
        hip = np.nanmean(each.px[[LEFT_HIP, RIGHT_HIP]], axis=0)
        bare = any(np.hypot(*(np.array(one.hip) - hip)) < 2 * each.torso_px for one in seen.detections)
        yield common | _row(exact, given, world, each.shown) | {
            "person": each.person, "held": each.held.value, "torso_px": each.torso_px,
            "score": np.nan if pose is None else pose.score, "ghosts": ghosts, "bare": bare,
        }  # fmt: skip
        ghosts = 0


def _row(exact: Any, given: Any, world: Any, shown: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"exact": exact[:, :2], "given": given, "world": world, "shown": shown}


def _matched(people: tuple[Exact, ...], poses: tuple[Pose, ...]) -> dict[int, Pose]:
    pairs = sorted(
        (
            float(np.nanmean(np.linalg.norm(pose.keypoints[list(BODY), :2] - one.px[list(BODY)], axis=1)))
            / one.torso_px,
            one.person,
            n,
        )
        for one in people
        for n, pose in enumerate(poses)
    )
    found: dict[int, Pose] = {}
    taken: set[int] = set()
    for away, person, n in pairs:
        if away <= MATCH_TORSOS and person not in found and n not in taken:
            found[person] = poses[n]
            taken.add(n)
    return found


assert set(Held)  # noqa: S101 - the buckets of the fit


if __name__ == "__main__":
    sys.exit(main())
