"""How well the view is worked out from people, and places and speeds with it, without it, and with a measured one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from edge_agent.geometry import GeometryLimits, view_in_use
from edge_agent.types import Place, View
from tools.evaluation import four_views
from tools.evaluation.agent import settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Cell, Figure, Section, Table, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import bootstrap
from tools.evaluation.sets import bandai
from tools.evaluation.skeletons import Skeleton
from tools.evaluation.strolls import CAMERAS, Instant, apart, states, strolls, view_of

PEOPLE = 8
SEEDS = 6
NEVER = replace(GeometryLimits(), min_spots=10**9)
"""Estimates nothing."""
SPOTS = ((4, 5), (6, 9), (10, 14), (15, 19), (20, 99))
VIEWS = ("measured", "estimated", "unknown")
ABOUT = (
    "Bandai-Namco's walks in 15 styles, stooped ones among them, one after another in a room before five cameras that "
    "nobody measured: people of 1.66 +- 0.07 m, turned and placed by lot, flat COCO joints with noise of 1.5 px at 7 "
    "instants a second. The view is what the agent has worked out after eight people; places and speeds are those of "
    "the agent's kinematics against the exact hips, with the view measured, as estimated after the eight, and unknown "
    "(by the body's size, as the simple rule would). What is usual of people's lean and the errors believed were "
    "chosen while looking at the same walks from other lots."
)
FOUR = (
    "Pose2Sim's walker before four calibrated cameras, 1.7 s of pictures through the shipped int8 models: how far the "
    "places that each view tells lie from their mean, and how much the four speeds differ. Nothing was tuned on it."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One room, camera and lot."""

    walks: tuple[Skeleton, ...]
    camera: str
    seed: int


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of one."""

    camera: str
    used_after_s: float | None
    tilt_deg: float
    """These three: error of the estimate, signed; NaN where none was certain enough."""
    roll_deg: float
    height: float
    estimates: tuple[tuple[int, float, float, float], ...]
    """Each on the way: spots, and the same errors."""
    places: tuple[tuple[float, ...], ...]
    """Errors of places, metres, by `VIEWS`."""
    speeds: tuple[tuple[float, ...], ...]
    """Errors of speeds, m/s."""


def measure(bench: Bench) -> list[Section]:
    """Errors of the view by camera and number of spots, of places and speeds by how the view is known."""
    return [_walks(bench), _four(bench)]


def _walks(bench: Bench) -> Section:
    title = "View, places and speeds from people who walk"
    folder = bench.folder("bandai_namco_d1")
    if folder is None:
        return Section("posture", title, ABOUT, (absent("bandai_namco_d1"),))
    walks = tuple(clip for clip, act, _ in bandai.clips(folder) if act == "walk")
    shown = [
        Shown(walks, name, bench.seed * 100 + lot) for name in CAMERAS for lot in range(1 if bench.fast else SEEDS)
    ]
    worked = list(bench.each(work, shown))
    tables = (_by_camera(worked), _by_spots(worked))
    return Section("posture", title, ABOUT, tuple(_figures(worked, bench.seed)), tables)


def work(shown: Shown) -> Worked:
    """One room with nobody's measure, then again with each kind of view."""
    camera = CAMERAS[shown.camera]
    truth = view_of(camera)
    instants = list(strolls(shown.walks, camera, shown.seed, PEOPLE))
    used, after, estimates = View(), None, list[tuple[int, float, float, float]]()
    last = None
    for state in states(settings_of(), (each.observation for each in instants)):
        now = state.geometry
        if now.estimate is not None and now.estimate is not last:
            last, found = now.estimate, now.estimate
            estimates.append((now.spots, *_errors(View(found.tilt_deg, found.roll_deg, found.height_m), truth)))
        used = view_in_use(View(), now)
        after = now.estimated_at if after is None and used.estimated else after
    views = (truth, used, View())
    judged = [_judged(view, instants) for view in views]
    errors = _errors(used, truth) if used.estimated else (np.nan, np.nan, np.nan)
    return Worked(
        shown.camera,
        after,
        *errors,
        tuple(estimates),
        tuple(each[0] for each in judged),
        tuple(each[1] for each in judged),
    )


def _errors(view: View, truth: View) -> tuple[float, float, float]:
    """Tilt and roll, degrees, and height as a share."""
    tilt, roll, height = (
        (view.tilt_deg, truth.tilt_deg),
        (view.roll_deg, truth.roll_deg),
        (view.height_m, truth.height_m),
    )
    return (
        (tilt[0] or 0.0) - (tilt[1] or 0.0),
        (roll[0] or 0.0) - (roll[1] or 0.0),
        (height[0] or 0.0) / (height[1] or 1.0) - 1.0,
    )


def _judged(view: View, instants: Sequence[Instant]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    settings = settings_of(view, geometry=NEVER)
    places: list[float] = []
    speeds: list[float] = []
    for instant, state in zip(instants, states(settings, (each.observation for each in instants)), strict=True):
        seen = [person for person in state.persons if person.track.confirmed and not person.track.lost]
        if instant.hip is None or len(seen) != 1:
            continue
        body = seen[0].kinematics
        if isinstance(body.place, Place):
            places.append(apart(body.place, instant.hip))
        if body.speed_mps.value is not None and instant.speed is not None:
            speeds.append(abs(body.speed_mps.value - instant.speed))
    return tuple(places), tuple(speeds)


def _figures(worked: Sequence[Worked], seed: int) -> Iterator[Figure]:
    data = "bandai_namco_d1 walks"
    known = [each for each in worked if each.used_after_s is not None]
    yield Figure(
        f"{data}, view estimated", "cameras whose view is used", len(known) / len(worked), len(worked), "rooms"
    )
    if known:
        rules = [abs(15.0 - CAMERAS[each.camera].tilt_deg) for each in known]
        for name, field, rule in (
            ("tilt MAE deg", "tilt_deg", float(np.mean(rules))),
            ("roll MAE deg", "roll_deg", float(np.mean([abs(CAMERAS[each.camera].roll_deg) for each in known]))),
            ("height MAE share", "height", None),
        ):
            errors = [abs(float(getattr(each, field))) for each in known]
            yield _figure(f"{data}, view estimated", name, errors, seed, rule)
    for index, view in enumerate(VIEWS):
        of = [each for each in worked if view != "estimated" or each.used_after_s is not None]
        for name, rows in (("place MAE m", "places"), ("speed MAE m/s", "speeds")):
            means = [float(np.mean(values)) for each in of if (values := getattr(each, rows)[index])]
            yield _figure(f"{data}, view {view}", name, means, seed, None)


def _figure(data: str, name: str, errors: Sequence[float], seed: int, rule: float | None) -> Figure:
    low, high = bootstrap(list(enumerate(errors)), lambda each: str(each[0]), _mean_of_rooms, seed)
    return Figure(data, name, _mean(errors), len(errors), "rooms", low, high, rule=rule)


def _mean_of_rooms(errors: Sequence[tuple[int, float]]) -> float:
    return _mean([error for _, error in errors])


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _by_camera(worked: Sequence[Worked]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, camera in CAMERAS.items():
        own = [each for each in worked if each.camera == name]
        known = [each for each in own if each.used_after_s is not None]
        errors = [
            float(np.mean(np.abs([getattr(each, field) for each in known]))) if known else None
            for field in ("tilt_deg", "roll_deg", "height")
        ]
        after = float(np.median([each.used_after_s or 0.0 for each in known])) if known else None
        sides = [
            float(np.mean([error for each in own for error in getattr(each, rows_)[index]]))
            for rows_ in ("places", "speeds")
            for index in range(len(VIEWS))
        ]
        rows.append((name, camera.position[2], camera.tilt_deg, f"{len(known)}/{len(own)}", after, *errors, *sides))
    columns = ("camera", "height m", "tilt", "used", "after s", "tilt MAE", "roll MAE", "height MAE")
    sided = tuple(f"{what}, {view}" for what in ("place m", "speed m/s") for view in VIEWS)
    return table_of("By camera", (*columns, *sided), rows)


def _by_spots(worked: Sequence[Worked]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for low, high in SPOTS:
        errors = np.array([each[1:] for one in worked for each in one.estimates if low <= each[0] <= high])
        if len(errors):
            p90 = np.percentile(np.abs(errors), 90, axis=0)
            rows.append((f"{low}-{high}", len(errors), *np.abs(errors).mean(axis=0).tolist(), *p90.tolist()))
    columns = ("spots", "estimates", "tilt MAE", "roll MAE", "height MAE", "tilt p90", "roll p90", "height p90")
    return table_of("By number of floor spots, before any is believed", columns, rows)


def _four(bench: Bench) -> Section:
    title = "The same walker from four views"
    folder = bench.folder("walking_videos_bsd")
    if folder is None:
        return Section("posture", title, FOUR, (absent("walking_videos_bsd"),))
    listed: list[Figure] = []
    for known in (True, False):
        told = list(bench.each(partial(four_views.watched, folder, known=known), four_views.calibrated(folder)))
        data = f"walking_videos_bsd, view {'measured' if known else 'unknown'}"
        agreed = four_views.agreement(told)
        listed.append(Figure(data, "place from the four's mean m", agreed.place_m, len(told), "views"))
        listed.append(Figure(data, "speed from the four's mean m/s", agreed.speed_mps, len(told), "views"))
        listed.append(Figure(data, "mean speed m/s", agreed.mean_mps, len(told), "views"))
    return Section("posture", title, FOUR, tuple(listed))
