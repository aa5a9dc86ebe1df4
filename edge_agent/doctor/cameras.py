"""Cameras: whether each can be opened, how many pictures it really gives, how fresh they are, and what they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from edge_agent import box, picture
from edge_agent.doctor import processes
from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from edge_agent.errors import UserError
from edge_agent.picture import PictureLimits
from edge_agent.privacy.masks import covered as hidden
from edge_agent.sources.live import LiveSource, SourceLostError
from edge_agent.sources.recording import open_recording
from edge_agent.types import PictureQuality
from firmware_config.schema import Camera

FIRST_S = 12.0
"""Until the first picture; libcamera and some USB drivers take up to 10 s. [C]"""
OPENING_S = 3.0
"""Beside that, for opening and closing. [C]"""
LOOKED_AT = (160, 120)
"""Width and height at which the masked places are told to the judge of the picture, as the agent does."""
STALE_S = 1.0
"""Older pictures come from a queue; an alarm would be late by as much. [C]"""
SLOW = 0.8
"""Share of the rate asked for from which a camera keeps it: many do not in the dark. [C]"""
NEEDED = 0.9
"""The same of the rate that is analysed. [C]"""

REMEDIES = {
    "camera_missing": "plug the camera in and look whether it is listed: ls -l /dev/v4l/by-id, rpicam-hello "
    "--list-cameras; then name it in the configuration",
    "camera_refused": "give the agent's user the right to it (group video), or close the program that uses it; "
    "check user name and password of a network camera",
    "unreachable": "check the camera's power and cable, and its address in the configuration",
    "no_pictures": "try another size or format in the configuration; then another cable or camera",
    "reconnecting": "check cable and power supply: a camera that breaks off often lacks power",
    "camera_stalled": "unplug the camera and plug it in again; where it has no plug, restart the box",
}
QUALITY = {
    "frozen": "the picture does not change: switch the camera off and on",
    "dark": "open the curtains, or use a camera with infra-red light for the night",
    "over_exposed": "turn the camera away from window or lamp",
    "covered": "take away what covers the lens, or clean it",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """What a few seconds of a camera have shown; no picture is kept."""

    pictures: int
    fps: float
    age_s: float
    """Of a picture when it arrives."""
    size: tuple[int, int]
    """Width, height, px."""
    quality: PictureQuality


def pictures(camera: Camera) -> Callable[[Situation], Finding]:
    """The check of one camera's pictures."""
    return lambda situation: _recorded(camera) if camera.source.recording is not None else _live(situation, camera)


def privacy(camera: Camera) -> Callable[[Situation], Finding]:
    """The check of what is taken out of one camera's pictures."""

    def look(situation: Situation) -> Finding:
        del situation
        masks, blur = camera.privacy.masks, camera.privacy.face_blur
        if not masks and blur == "off":
            return ok("nothing is masked and no face blurred; pictures stay in this box's memory either way")
        count = f"{len(masks)} mask{'s' * (len(masks) != 1)}" if masks else "no mask"
        faces = {"off": "faces not blurred", "head": "faces blurred by pose", "detector": "faces blurred by detector"}
        return ok(f"{count}, {faces[blur]}")

    return look


def _recorded(camera: Camera) -> Finding:
    path = camera.source.recording
    if path is None:
        raise ValueError("a live camera is no recording")
    try:
        recording = open_recording(path, camera.id)
    except UserError as fault:
        return fail(f"its recording cannot be read: {fault.problem}", fault.remedy)
    recording.close()
    return warn("plays a recording: it watches no room", "right for a demonstration; else name a live camera")


def _live(situation: Situation, camera: Camera) -> Finding:
    held = _held(situation, camera)
    if held is not None:
        return held
    source = situation.world.source(camera)
    try:
        seen = _watch(camera, source, situation.seconds, situation.world.clock.monotonic)
    except SourceLostError as lost:
        detail = lost.detail.partition(" (")[0]  # its own hint is shorter than the remedy
        return fail(f"{lost.reason.replace('_', ' ')}: {detail}", REMEDIES[lost.reason])
    finally:
        source.close()
    return _judged(situation, camera, seen)


def _held(situation: Situation, camera: Camera) -> Finding | None:
    """What is to be said of a camera that the running agent has; None where it may be opened here."""
    agent, usb = situation.agent, camera.source.v4l2
    if agent is None or camera.source.rtsp is not None or (usb is not None and not Path(usb.device).exists()):
        return None  # a network camera may be asked twice, and one that is not there by anybody
    if usb is not None and processes.holds(situation.world.root, agent, Path(usb.device)) is False:
        return warn(
            f"the running agent (process {agent}) has not got it open: it is paused, or cannot open it",
            "its log tells which: journalctl -u edge-agent -n 20",
        )
    return skipped(
        f"the running agent (process {agent}) holds it",
        "its own `health` tells how it is; to measure it here: sudo systemctl stop edge-agent",
    )


def _watch(camera: Camera, source: LiveSource, seconds: float, monotonic: Callable[[], float]) -> Watched:
    """Watch for some seconds from the first picture on.

    Raises:
        SourceLostError: it cannot be opened, broke off, or gave no picture.
    """
    masks = box.privacy_of(camera).masks
    ignored = hidden(masks, *LOOKED_AT) > 0 if masks else None
    state, quality = picture.State(), PictureQuality()
    times: list[float] = []
    ages: list[float] = []
    size = (0, 0)
    source.open()
    until = monotonic() + FIRST_S
    while monotonic() < until:
        frame = source.read()
        if frame is None or (times and frame.t <= times[-1]):
            continue
        if not times:
            until = monotonic() + seconds
        times.append(frame.t)
        ages.append(monotonic() - frame.t)
        size = (frame.image.shape[1], frame.image.shape[0])
        state, quality = picture.step(PictureLimits(), state, frame.t, frame.image, ignored)
    if not times:
        raise SourceLostError("no_pictures", f"no picture within {FIRST_S:.0f} s")
    lasted = times[-1] - times[0]
    return Watched(len(times), (len(times) - 1) / lasted if lasted > 0 else 0.0, median(ages), size, quality)


def _judged(situation: Situation, camera: Camera, seen: Watched) -> Finding:
    wanted_fps, wanted_size = _asked(camera)
    analysed = situation.profile.analysis_fps
    if situation.configuration is not None:
        analysed = situation.configuration.analysis_fps
    width, height = seen.size
    of = f" of {wanted_fps:g}" if wanted_fps else ""
    said = f"{width}x{height} px, {seen.fps:.1f}{of} pictures/s, {1000 * seen.age_s:.0f} ms old"
    measured = {
        "fps": round(seen.fps, 2),
        "age_ms": round(1000 * seen.age_s, 1),
        "width_px": width,
        "height_px": height,
    }
    for reason in seen.quality.reasons:
        if reason in QUALITY:
            return fail(f"its picture is {reason.replace('_', ' ')} now: {said}", QUALITY[reason], **measured)
    if seen.fps < NEEDED * analysed:
        return fail(
            f"too few pictures for the {analysed:g} analysed a second: {said}",
            "ask for a smaller picture or MJPG, give it more light, or plug it into a faster port",
            **measured,
        )
    if seen.age_s > STALE_S:
        return warn(
            f"its pictures come late: {said}",
            "check the network's load, ask the camera for a sub-stream, or compare its clock with the box's",
            **measured,
        )
    if wanted_size is not None and seen.size != wanted_size:
        return warn(
            f"gives another size than {wanted_size[0]}x{wanted_size[1]}: {said}",
            "ask for a size that the camera has: v4l2-ctl --list-formats-ext lists them",
            **measured,
        )
    if wanted_fps and seen.fps < SLOW * wanted_fps:
        return warn(f"slower than asked for: {said}", "enough for the analysis; more light makes it faster", **measured)
    return ok(said, **measured)


def _asked(camera: Camera) -> tuple[float | None, tuple[int, int] | None]:
    """Pictures per second and size, as they are after the rotation; a network camera is not asked for any."""
    asked = camera.source.v4l2 or camera.source.picamera2
    if asked is None:
        return None, None
    size = (asked.width, asked.height)
    return float(asked.fps), size if camera.rotate_deg in {0, 180} else (size[1], size[0])
