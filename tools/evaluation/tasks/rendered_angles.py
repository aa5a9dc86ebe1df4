"""Angles through the whole agent: rendered people held at known angles, from pictures to the trace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge_agent.types import View
from tools.evaluation import exact
from tools.evaluation.agent import eye_of, settings_of, watch
from tools.evaluation.angle_errors import Judged, by_azimuth, compared, error_of, figures, said_of
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Section, Sense, Target
from tools.evaluation.report import table_of
from tools.evaluation.sets.rendered_people import BODIES, CAMERAS, Staged, people_held, recorded, truth_of, view_of

ERROR = Target(Sense.AT_MOST, 5.0)
ABOUT = (
    "Three rendered people, standing or on a stool, upright, bowed, leaning to either side and with the head sunk, "
    "facing eight ways before cameras in the corner (2.4 m), on a wall (1.9 m) and on a shelf (1.2 m): pictures "
    "through the shipped int8 models, with the view measured, and once more with it unknown. Scored are the angles of "
    "the agent's trace against the bodies' own joints. One camera in a care home was published with 7.7 degrees. The "
    "simple rule: the angle as a level camera square to the plane would show it, from exact joints."
)


@dataclass(frozen=True, slots=True)
class Filmed:
    """One person before one camera."""

    staged: Staged
    cache: Path
    measured: bool


def measure(bench: Bench) -> list[Section]:
    """Error and share said, by metric, camera and body."""
    people = list(people_held(fast=bench.fast))
    filmed = [
        Filmed(each, bench.cache, known) for each in people for known in ((True,) if bench.fast else (True, False))
    ]
    judged = dict(zip(filmed, bench.each(judge, filmed), strict=True))
    listed: list[Figure] = []
    for known, view in ((True, "measured"), (False, "unknown")):
        own = [each for each in judged.values() if each.measured == known]
        if own:
            listed += figures(f"rendered people, view {view}", own, bench.seed, ERROR)
    measured = [each for each in judged.values() if each.measured]
    rows = [
        (group, metric, error_of(metric, own), said_of(metric, own))
        for group in (*CAMERAS, *(name for name, _ in BODIES))
        for metric in exact.METRICS
        if (own := [each for one, each in judged.items() if one.measured and group in one.staged.name])
    ]
    table = table_of("By camera and by body, view measured", ("of", "metric", "MAE", "said within 30"), rows)
    drawn = (by_azimuth("rendered-angle", measured), by_azimuth("rendered-angle", measured, said=True))
    return [Section("posture", "Angles of rendered people", ABOUT, tuple(listed), (table,), drawn)]


def judge(filmed: Filmed) -> Judged:
    """One recording through the agent, beside its truth."""
    staged = filmed.staged
    view = view_of(staged) if filmed.measured else View()
    said = watch(settings_of(view), recorded(staged, filmed.cache), eye_of, trace=True)
    return compared(staged.subject, truth_of(staged), staged.scene.camera, said.trace, measured=filmed.measured)
