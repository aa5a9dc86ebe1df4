"""Angles through the whole agent: rendered people held at known angles, from pictures to the trace."""

from __future__ import annotations

from tools.evaluation import exact
from tools.evaluation.angle_errors import by_azimuth, error_of, figures, said_of
from tools.evaluation.bench import Bench
from tools.evaluation.filmed import everyone
from tools.evaluation.measured import Figure, Section, Sense, Target
from tools.evaluation.report import table_of
from tools.evaluation.sets.rendered_people import BODIES, CAMERAS

ERROR = Target(Sense.AT_MOST, 5.0)
ABOUT = (
    "Three rendered people, standing or on a stool, upright, bowed, leaning to either side and with the head sunk, "
    "facing eight ways before cameras in the corner (2.4 m), on a wall (1.9 m, straight ahead and 25 degrees beside "
    "its axis) and on a shelf (1.2 m): pictures through the shipped int8 models, with the view measured, and every "
    "other recording once more with it unknown. Scored are the angles of the agent's trace against the bodies' own "
    "joints. One camera in a care home was published with 7.7 degrees. The simple rule: the angle as a level camera "
    "square to the plane would show it, from exact joints. That the model puts ears ahead was measured on "
    "photographs of COCO; turning bodies beside the axis and taking the neck from 3D and picture alike have nothing "
    "fitted, but were kept because they did better here."
)


def measure(bench: Bench) -> list[Section]:
    """Error and share said, by metric, camera and body."""
    judged = {one: seen.judged for one, seen in everyone(bench).items()}
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
