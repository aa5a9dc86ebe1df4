"""The kinds of box: what each is asked to do by default, and the budgets that `edge-agent doctor` holds it to.

Nothing here was measured on the hardware that it is for: the numbers are reasoned from measurements on x86_64 and from
what others published, and `doctor` and `bench` are there to correct them on the box itself. Per analysed picture, the
two int8 models took 5 to 7 ms of one thread on a recent x86_64 core; both and OpenCV together held 127 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from firmware_config.parts import ANY, sections


@dataclass(frozen=True, slots=True)
class Profile:
    """Defaults and budgets of one kind of box."""

    analysis_fps: float
    """Pictures analysed per second and camera."""
    threads: int
    """Of the pose models; at least one core is left to capture and sending."""
    camera_width: int
    """Pixels asked of a camera; a person needs about 250 px of height, more only costs decoding."""
    camera_height: int
    camera_fps: int
    """Above `analysis_fps`, so that the newest picture is fresh; not the camera's most, which only costs decoding."""
    picture_ms: float
    """Budget for one analysed picture, all stages: with one camera a fifth of the time and more is left over."""
    warn_c: float
    limit_c: float
    """The processor's temperature from which the box warns, and from which the hardware is about to slow down."""
    rss_mb: float
    """Budget for resident memory, with two cameras: twice what the models and OpenCV held, and pictures."""


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        # Cortex-A72, no dot-product instructions: others report 95 ms for a smaller int8 model on 4 threads. The
        # firmware slows down from 80 degrees on.
        "pi4": Profile(5.0, 3, 640, 480, 15, 160.0, 75.0, 80.0, 300.0),
        # Cortex-A76 with dot products: others report 6 pictures/s with the float models as shipped, of which ours
        # take a third of the time. 80 degrees as well.
        "pi5": Profile(10.0, 3, 1280, 720, 15, 80.0, 75.0, 80.0, 400.0),
        # Six Cortex-A78AE (Orin Nano); the GPU is not used. The kernel's own limits begin at about 99 degrees.
        "jetson": Profile(10.0, 4, 1280, 720, 15, 80.0, 85.0, 95.0, 400.0),
        # A small PC, some four times slower than what was measured. Intel's and AMD's limits lie at 95 to 105.
        "usb-pc": Profile(10.0, 1, 1280, 720, 15, 80.0, 85.0, 95.0, 400.0),
        # Recordings, three at once, on whatever machine somebody has at hand.
        "demo": Profile(8.0, 1, 640, 480, 15, 40.0, 90.0, 100.0, 500.0),
    }
)
DEFAULT = "usb-pc"


def with_profile(written: object) -> object:
    """Fill in, where nothing was written, what the profile says; in place, for `plain` has made a copy."""
    for _, box in sections(written):
        name = box.get("profile", DEFAULT)
        profile = PROFILES.get(name, PROFILES[DEFAULT]) if isinstance(name, str) else PROFILES[DEFAULT]
        box.setdefault("analysis_fps", profile.analysis_fps)
        box.setdefault("threads", profile.threads)
        for kind in ("v4l2", "picamera2"):
            for _, camera in sections(written, "cameras", ANY, "source", kind):
                camera.setdefault("width", profile.camera_width)
                camera.setdefault("height", profile.camera_height)
                camera.setdefault("fps", profile.camera_fps)
    return written
