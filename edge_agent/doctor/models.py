"""Models: whether they are the ones that were built, and how long one picture takes on this box."""

from __future__ import annotations

from edge_agent import box
from edge_agent.bench.chain import Chain, in_turn
from edge_agent.doctor.configuration import BROKEN, NOT_ASKED
from edge_agent.doctor.finding import Finding, fail, ok, warn
from edge_agent.doctor.situation import Situation
from edge_agent.pose import added, blazepose, interpreter
from edge_agent.runtime.memory import resident_bytes
from firmware_config.schema import Camera, Configuration

DRIVE_S = 4.0
"""How long pictures are analysed. [C]"""
BUSY = 0.8
"""Share of the time analysis may take: capture, sending and a hot day need the rest. [C]"""
MB = 1e6


def files(situation: Situation) -> Finding:
    """Whether every model in use is the one that was built or added."""
    configuration = situation.configuration
    folder = box.models_folder(None if configuration is None else configuration.models_dir)
    if configuration is None:
        names = [blazepose.DETECTOR, blazepose.LANDMARKS]
    else:
        names = list(box.model_digests(configuration))
    for name in names:
        if configuration is not None and name == configuration.pose_model:
            added.load(folder, name)
        else:
            interpreter.verified(folder, name)
    return ok(f"{len(names)} models as they were built: {', '.join(names)}")


def speed(situation: Situation) -> Finding:
    """How long one picture takes, from the camera's picture to events."""
    configuration = situation.configuration
    if configuration is None:
        return NOT_ASKED if situation.reading is None else BROKEN
    chain = Chain(configuration, _dearest(configuration))
    in_turn([chain], DRIVE_S)
    whole, budget = chain.laps.whole, situation.profile.picture_ms
    cameras, rate = len(configuration.cameras), configuration.analysis_fps
    load = cameras * rate * whole.mean_ms / 1000.0
    threads = f"{configuration.threads} thread{'s' * (configuration.threads != 1)}"
    width, height = chain.size
    said = (
        f"{whole.median_ms:.0f} ms a picture of {width}x{height} px (95 % within {whole.p95_ms:.0f} ms), "
        f"{threads}; budget {budget:g} ms; {cameras} x {rate:g} pictures/s keep it busy {100 * load:.0f} % of the time"
    )
    measured = {
        "picture_ms": round(whole.median_ms, 2),
        "picture_p95_ms": round(whole.p95_ms, 2),
        "budget_ms": budget,
        "busy_share": round(load, 3),
        "pictures_found_share": round(chain.seen, 3),
    }
    if load > 1.0:
        return fail(
            said, f"set analysis_fps to at most {max(1.0, BUSY * rate / load):.0f}, or use fewer cameras", **measured
        )
    remedy = "close other programs and look at the box's heat; edge-agent bench shows which stage takes it"
    if load > BUSY or whole.median_ms > budget:
        return warn(said, remedy, **measured)
    return ok(said, **measured)


def memory(situation: Situation) -> Finding:
    """What a process that has analysed pictures occupies."""
    if situation.configuration is None:
        return NOT_ASKED if situation.reading is None else BROKEN
    resident, budget = resident_bytes(), situation.profile.rss_mb
    if resident is None:
        return warn("memory in use cannot be told", "mount /proc")
    used = resident / MB
    said = f"{used:.0f} MB with models and pictures; budget {budget:g} MB"
    measured = {"rss_mb": round(used, 1), "budget_mb": budget}
    if used > budget:
        return warn(said, "use smaller pictures, fewer threads, or a smaller pose model", **measured)
    return ok(said, **measured)


def _dearest(configuration: Configuration) -> Camera:
    """The camera whose pictures take longest: one with a face detector, if there is one."""
    return next(
        (each for each in configuration.cameras if each.privacy.face_blur == "detector"), configuration.cameras[0]
    )
