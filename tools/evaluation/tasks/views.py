"""Postures from any side: the posture vector and the rotation-aligned comparison against exact truth, by viewpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from scipy.stats import mannwhitneyu

from edge_agent.kinematics.vector import EDGES, joint_angles
from edge_agent.posture.comparison import Shape, difference, shape_of
from edge_agent.types import Layout, Observation
from tools.evaluation import exact, plots
from tools.evaluation.agent import follow, settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.filmed import SCORE, Held, everyone
from tools.evaluation.measured import Figure, Plot, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import bootstrap
from tools.evaluation.sets import bandai
from tools.evaluation.sets.rendered_people import people_held, truth_of
from tools.evaluation.skeletons import Skeleton, at_rate, observations, view_of
from tools.scenes.camera import Camera
from tools.scenes.keypoints import hip_centred

Floats = NDArray[np.float64]

LAYOUT = Layout.COCO17
ROUNDING_DEG = Target(Sense.AT_MOST, 0.1)
ROUNDING = Target(Sense.AT_MOST, 0.001)
TURNS = 8
LEAST_S = 3.0
"""Of a clip through the minutes: a body is believed after the first second."""
RESAMPLES = 200
SECTORS = {"front": (0.0, 45.0), "side": (45.0, 135.0), "back": (135.0, 180.1)}
"""Of the true azimuth, without its sign."""
APART = (0.0, 45.0, 90.0, 135.0, 180.1)
"""Between two viewpoints, degrees."""
ABOUT = (
    "Exact: the joints of the rendered people, turned at random, and Bandai-Namco's clips from eight sides and four "
    "tilts as 3D joints through the agent's flow: the vector of its minutes against the clip's own median. Seen: the "
    "rendered people of the angles' task, each posture's median vector and mean shape against the body's own. "
    "Telling postures apart: of any two recordings' postures, whether those of the same name (five bends, standing "
    "or sitting; any body, any camera, another side) are nearer than those of two: area under the ROC curve, .5 is "
    "chance. The simple rule compares the picture's points, turned and scaled likewise. Nothing was tuned on it."
)


def measure(bench: Bench) -> list[Section]:
    """Invariance of the exact, errors of the seen."""
    figures = _invariance(bench.seed, fast=bench.fast)
    folder = bench.folder("bandai_namco_d1")
    if folder is None:
        figures.append(absent("bandai_namco_d1"))
    else:
        long = [clip for clip, _, _ in bandai.clips(folder) if clip.t[-1] >= LEAST_S]
        clips = long[:: 60 if bench.fast else 12]
        figures += _through_minutes(list(bench.each(minute_errors, clips)))
    held = [each for seen in everyone(bench).values() for each in seen.held]
    if not held:
        return [Section("posture", "Postures from any side", ABOUT, tuple(figures))]
    figures += _seen(held, bench.seed)
    tables = (_by_sector(held), _by_separation(held))
    return [Section("posture", "Postures from any side", ABOUT, tuple(figures), tables, (_plot(held),))]


# --- exact -------------------------------------------------------------------------------------------------------


def _invariance(seed: int, *, fast: bool) -> list[Figure]:
    """What turning exact joints changes: nothing but rounding."""
    angle, apart, turned, n = 0.0, 0.0, 0.0, 0
    turns = Rotation.random(TURNS, random_state=seed)
    for staged in people_held(fast=fast):
        world = truth_of(staged).stacked[:: 2 * len(truth_of(staged).t) // 10]
        for place in world:
            straight, one = _exact(place)
            for turn in turns:
                vector, other = _exact(turn.apply(place))
                told = difference(one, other)
                assert told is not None  # noqa: S101 - every joint is seen
                angle = max(angle, float(np.abs(vector - straight).max()))
                apart = max(apart, told.apart)
                turned = max(turned, abs(told.turned_deg - float(np.degrees(turn.magnitude()))))
                n += 1
    data, of = "exact joints of rendered people, turned", "turns"
    return [
        Figure(data, "vector changes by at most, degrees", angle, n, of, target=ROUNDING_DEG),
        Figure(data, "comparison: apart at most, torso lengths", apart, n, of, target=ROUNDING),
        Figure(data, "comparison: turn wrong by at most, degrees", turned, n, of, target=ROUNDING_DEG),
    ]


def _exact(place: Floats) -> tuple[Floats, Shape]:
    world, seen = place.astype(np.float32), np.ones(len(place))
    shape = shape_of(LAYOUT, world, seen, SCORE)
    assert shape is not None  # noqa: S101
    return np.array(joint_angles(LAYOUT, world, seen, SCORE), dtype=float), shape


def minute_errors(clip: Skeleton) -> Floats:
    """(V, 16): how far the agent's vector of the first minute is from the clip's own median, from each viewpoint."""
    skeleton = at_rate(clip, 10.0)
    truth = [joint_angles(LAYOUT, each, np.ones(len(each)), SCORE) for each in skeleton.stacked]
    median = np.median(np.array(truth, dtype=float), axis=0)
    rows = []
    for place in range(8):
        camera = exact.before(skeleton, 45.0 * place + 15.0, (0.0, 10.0, 20.0, 35.0)[place % 4])
        said = follow(settings_of(view_of(skeleton, camera)), _solid(skeleton, camera))
        person = max(said.minutes[0].persons, key=lambda one: one.attributable_s)
        rows.append([entry.median_deg for entry in person.vector])
    errors: Floats = np.array(rows, dtype=float) - median
    return errors


def _solid(skeleton: Skeleton, camera: Camera) -> Iterator[Observation]:
    for index, seen in enumerate(observations(skeleton, camera)):
        world = hip_centred(skeleton.stacked[index], camera, LAYOUT).astype(np.float32)
        yield replace(seen, poses=tuple(replace(pose, world=world) for pose in seen.poses))


def _through_minutes(errors: Sequence[Floats]) -> list[Figure]:
    together = np.concatenate(errors)
    spread = np.concatenate([np.ptp(each, axis=0) for each in errors])
    data, of = "bandai_namco_d1, exact 3D through the minutes", "clips x viewpoints"
    return [
        Figure(data, "vector MAE degrees", float(np.nanmean(np.abs(together))), len(together), of),
        Figure(
            data,
            "vector p95 of the spread over viewpoints, degrees",
            float(np.nanpercentile(spread, 95)),
            len(errors),
            "clips",
        ),
    ]


# --- seen --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """Two postures of two recordings."""

    same: bool
    separation_deg: float
    """Between the two viewpoints, in truth."""
    apart: float
    turn_error_deg: float
    flat_apart: float


def _seen(held: Sequence[Held], seed: int) -> list[Figure]:
    data, of = "rendered people, shipped models", "postures"
    low, high = bootstrap(held, lambda one: one.body, _error, seed, RESAMPLES)
    figures = [Figure(data, "vector MAE degrees", _error(held), len(held), of, low, high)]
    pairs = _pairs(held)
    same = [pair for pair in pairs if pair.same]
    if same and len(same) < len(pairs):
        figures.append(
            Figure(data, "AUC same posture or another", _auc(pairs), len(pairs), "pairs", rule=_auc(pairs, flat=True))
        )
    if same:
        turn = float(np.median([pair.turn_error_deg for pair in same]))
        figures.append(Figure(data, "turn between two views wrong by, median degrees", turn, len(same), "pairs"))
    return figures


def _error(held: Sequence[Held]) -> float:
    return float(np.nanmean(np.abs(np.stack([each.angles - each.true_angles for each in held]))))


def _pairs(held: Sequence[Held]) -> list[Pair]:
    pairs = []
    for one, other in combinations(held, 2):
        if (one.body, one.camera, one.azimuth_deg // 5) == (other.body, other.camera, other.azimuth_deg // 5):
            continue  # of one recording
        seen = difference(one.shape, other.shape)
        flat = difference(one.flat_shape, other.flat_shape)
        true = difference(one.true_shape, other.true_shape)
        if seen is not None and flat is not None and true is not None:
            wrong = abs(seen.turned_deg - true.turned_deg)
            pairs.append(Pair(one.posture == other.posture, true.turned_deg, seen.apart, wrong, flat.apart))
    return pairs


def _auc(pairs: Sequence[Pair], *, flat: bool = False) -> float:
    near, far = (
        [pair.flat_apart if flat else pair.apart for pair in pairs if pair.same == same] for same in (True, False)
    )
    if not near or not far:
        return float("nan")
    return float(mannwhitneyu(far, near).statistic / (len(near) * len(far)))


def _by_sector(held: Sequence[Held]) -> Table:
    rows: list[tuple[str | float, ...]] = []
    for index, edges in enumerate(EDGES):
        errors = [
            _mean(
                [each.angles[index] - each.true_angles[index] for each in held if low <= abs(each.azimuth_deg) < high]
            )
            for low, high in SECTORS.values()
        ]
        rows.append((f"{'-'.join(edges[0])} / {'-'.join(edges[1])}", *errors))
    return table_of("Vector: MAE by viewpoint, degrees", ("angle", *SECTORS), rows)


def _mean(errors: Sequence[float]) -> float:
    known = np.abs(np.asarray(errors, dtype=float))
    return float(np.nanmean(known)) if np.isfinite(known).any() else float("nan")


def _by_separation(held: Sequence[Held]) -> Table:
    pairs = _pairs(held)
    rows = []
    for low, high in pairwise(APART):
        own = [pair for pair in pairs if low <= pair.separation_deg < high]
        same = [pair for pair in own if pair.same]
        rows.append(
            (
                f"{low:.0f} to {min(high, 180.0):.0f}",
                len(same),
                len(own) - len(same),
                _auc(own),
                _auc(own, flat=True),
                _mean([pair.turn_error_deg for pair in same]),
            )
        )
    columns = ("between the views, degrees", "pairs the same", "others", "AUC", "simple rule", "turn wrong by, degrees")
    return table_of("Same posture or another, by how far apart the viewpoints are", columns, rows)


def _plot(held: Sequence[Held]) -> Plot:
    series = {}
    for name, rows in (("limbs", slice(0, 12)), ("neck and girdles", slice(12, 16))):
        middles, values = [], []
        for low in np.arange(0.0, 180.0, 30.0):
            own = [each for each in held if low <= abs(each.azimuth_deg) < low + 30.0]
            if own:
                middles.append(float(low + 15.0))
                values.append(float(np.nanmean(np.abs([each.angles[rows] - each.true_angles[rows] for each in own]))))
        series[name] = (middles, values)
    return plots.lines(
        "vector-error-by-view", "Posture vector of rendered people", "true azimuth, degrees", "MAE, degrees", series
    )
