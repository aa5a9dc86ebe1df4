"""Cameras: where their pictures come from, how they look into the room, and what is marked in the picture."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from firmware_config.care import Alerts, Care
from firmware_config.field import FRACTION, NO_UNIT, PERSONAL, PLAIN, SECRET, field
from firmware_config.parts import ANY
from firmware_config.profiles import DEFAULT, PROFILES
from firmware_config.section import Section
from firmware_config.values import (
    Distortion,
    FilePath,
    Flag,
    FloorPolygon,
    Identifier,
    Intrinsics,
    Number,
    Polygon,
    Program,
    Quarters,
    RtspUrl,
    Text,
    VideoDevice,
    Whole,
)

CAMERA = ("cameras", ANY)
"""Where cameras are."""
MOST_CAMERAS, MOST_ZONES = 8, 32
KINDS = ("recording", "v4l2", "rtsp", "picamera2")
LIVE = KINDS[1:]
WAYS = ("polygon", "floor")
"""To mark a zone."""
FURNITURE = frozenset({"bed", "sofa", "chair"})
"""Kinds of zone that a body is on or off, so that two of them may not share a place."""
_USUAL = PROFILES[DEFAULT]


class V4l2(Section):
    """A USB camera, or whatever else Linux shows as a video device."""

    device: VideoDevice = field(
        unit=NO_UNIT,
        privacy=PLAIN,
        about="The camera's device; a name of /dev/v4l/by-id/ stays the same whatever else is plugged in.",
    )
    width: Whole = field(
        _USUAL.camera_width, unit="px", privacy=PLAIN, by_profile="camera_width", ge=160, le=3840,
        about="Width asked of the camera; written together with `height`.",
    )  # fmt: skip
    height: Whole = field(
        _USUAL.camera_height, unit="px", privacy=PLAIN, by_profile="camera_height", ge=120, le=2160,
        about="Height asked of the camera; written together with `width`.",
    )  # fmt: skip
    fps: Whole = field(
        _USUAL.camera_fps, unit="1/s", privacy=PLAIN, by_profile="camera_fps", ge=1, le=60,
        about="Pictures per second asked of the camera.",
    )  # fmt: skip
    format: Literal["MJPG", "YUYV"] | None = field(
        None,
        unit=NO_UNIT,
        privacy=PLAIN,
        about="Pixel format asked of the camera; null leaves the choice to its driver.",
    )


class Rtsp(Section):
    """A camera in the network."""

    url: RtspUrl = field(
        unit=NO_UNIT,
        privacy=PERSONAL,
        about="Where the stream is; user and password have keys of their own, since an address ends up in logs.",
    )
    username: Text | None = field(None, unit=NO_UNIT, privacy=PERSONAL, about="Who logs in at the camera.")
    password_file: FilePath | None = field(
        None,
        unit=NO_UNIT,
        privacy=SECRET,
        names_file=True,
        about="A file with the password alone, readable by the service alone; needs `username`.",
    )
    transport: Literal["tcp", "udp"] = field(
        "tcp",
        unit=NO_UNIT,
        privacy=PLAIN,
        about="How the pictures travel; udp loses some of them on a busy network.",
    )


class Picamera2(Section):
    """A camera at the ribbon cable of a Raspberry Pi."""

    index: Whole = field(0, unit=NO_UNIT, privacy=PLAIN, ge=0, le=7, about="Which of the board's cameras.")
    width: Whole = field(
        _USUAL.camera_width, unit="px", privacy=PLAIN, by_profile="camera_width", ge=160, le=4608,
        about="Width asked of the camera; written together with `height`.",
    )  # fmt: skip
    height: Whole = field(
        _USUAL.camera_height, unit="px", privacy=PLAIN, by_profile="camera_height", ge=120, le=2592,
        about="Height asked of the camera; written together with `width`.",
    )  # fmt: skip
    fps: Whole = field(
        _USUAL.camera_fps, unit="1/s", privacy=PLAIN, by_profile="camera_fps", ge=1, le=60,
        about="Pictures per second asked of the camera.",
    )  # fmt: skip
    python: Program = field(
        "/usr/bin/python3",
        unit=NO_UNIT,
        privacy=PLAIN,
        about="The system's Python, for which picamera2 is installed.",
    )


class Source(Section):
    """Where a camera's pictures come from: exactly one of `recording`, `v4l2`, `rtsp` and `picamera2`."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": [kind], "properties": {kind: {"not": {"type": "null"}}}} for kind in KINDS
            ]
        }
    )  # fmt: skip

    recording: FilePath | None = field(
        None,
        unit=NO_UNIT,
        privacy=PERSONAL,
        names_file=True,
        about="A video, a folder of pictures or a keypoint recording.",
    )
    start_after_s: Number = field(
        0.0, unit="s", privacy=PLAIN, ge=0.0, le=86400.0, about="When the recording begins, after the agent's start."
    )
    repeat: Flag = field(
        default=False,
        unit=NO_UNIT,
        privacy=PLAIN,
        about="Whether the recording starts again from its beginning for ever.",
    )
    v4l2: V4l2 | None = field(None, unit=NO_UNIT, privacy=PLAIN, about="A USB camera.")
    rtsp: Rtsp | None = field(None, unit=NO_UNIT, privacy=PLAIN, about="A camera in the network.")
    picamera2: Picamera2 | None = field(
        None, unit=NO_UNIT, privacy=PLAIN, about="A camera at the ribbon cable of a Raspberry Pi."
    )


class View(Section):
    """How the camera looks into the room; leave out what nobody measured."""

    tilt_deg: Number | None = field(
        None, unit="°", privacy=PLAIN, ge=-90.0, le=90.0, about="How far the camera looks down; up is negative."
    )
    roll_deg: Number | None = field(
        None,
        unit="°",
        privacy=PLAIN,
        ge=-180.0,
        le=180.0,
        about="How far the camera is turned about its viewing axis, clockwise seen from behind it.",
    )
    height_m: Number | None = field(
        None, unit="m", privacy=PLAIN, gt=0.0, le=10.0, about="The lens above the floor."
    )  # fmt: skip
    intrinsics: Intrinsics | None = field(
        None,
        unit="px",
        privacy=PLAIN,
        about="fx, fy, cx and cy of the analysed picture, as a calibration says them.",
    )
    distortion: Distortion | None = field(
        None,
        unit=NO_UNIT,
        privacy=PLAIN,
        about="How the lens bends: k1, k2, p1, p2 and k3, as a calibration says them; needs `intrinsics`.",
    )


class Zone(Section):
    """A marked part of the picture or of the floor: exactly one of `polygon` and `floor`.

    Beds, sofas and chairs may touch but not overlap; other kinds may lie anywhere.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [way], "properties": {way: {"not": {"type": "null"}}}} for way in WAYS]
        }
    )

    name: Identifier = field(unit=NO_UNIT, privacy=PLAIN, about="What the zone is called; once per camera.")
    kind: Literal["bed", "sofa", "chair", "floor", "door", "bathroom"] = field(
        unit=NO_UNIT, privacy=PLAIN, about="What the zone is."
    )
    polygon: Polygon | None = field(
        None, unit=FRACTION, privacy=PLAIN, about="Its corners in the picture, from the left and from the top."
    )
    floor: FloorPolygon | None = field(
        None,
        unit="m",
        privacy=PLAIN,
        about="Its corners on the floor, to the right of the point below the camera and away from it, as the camera "
        "looks; needs a measured `view`.",
    )
    subject: Identifier | None = field(
        None, unit=NO_UNIT, privacy=PERSONAL, about="Whose place it is, where it is one person's: a slot, never a name."
    )


class Mask(Section):
    """A part of the picture that nothing in the box ever sees."""

    name: Identifier = field(unit=NO_UNIT, privacy=PLAIN, about="What the mask is called; once per camera.")
    polygon: Polygon = field(
        unit=FRACTION, privacy=PLAIN, about="What is blacked out, from the left and from the top; masks may overlap."
    )


class PrivacyOfCamera(Section):
    """What is removed from each picture before anything else sees it."""

    masks: Annotated[tuple[Mask, ...], Field(max_length=16)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, about="Parts of the picture that are blacked out."
    )
    face_blur: Literal["off", "head", "detector"] = field(
        "off",
        unit=NO_UNIT,
        privacy=PLAIN,
        about="Whether faces are blurred: where the last pose had its head, or where a face detector finds one.",
    )


class Camera(Section):
    """One camera and its room."""

    id: Identifier = field(unit=NO_UNIT, privacy=PLAIN, live=False, about="What the camera is called; once per box.")
    room: Identifier = field(
        unit=NO_UNIT, privacy=PERSONAL, live=False, about="Which room it looks into; two cameras may share one."
    )
    source: Source = field(unit=NO_UNIT, privacy=PLAIN, live=False, about="Where its pictures come from.")
    rotate_deg: Quarters = field(
        0,
        unit="°",
        privacy=PLAIN,
        live=False,
        about="How far its pictures are turned clockwise to be upright; for live cameras.",
    )
    view: View = field(View(), unit=NO_UNIT, privacy=PLAIN, live=True, about="How it looks into the room.")
    zones: Annotated[tuple[Zone, ...], Field(max_length=MOST_ZONES)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, live=True, about="Marked parts of the picture."
    )
    subject: Identifier | None = field(
        None,
        unit=NO_UNIT,
        privacy=PERSONAL,
        live=True,
        about="The only resident of a single room: a slot as `resident`, never a name.",
    )
    shared_room: Flag = field(
        default=False,
        unit=NO_UNIT,
        privacy=PLAIN,
        live=True,
        about="Whether several residents live here; then another person never softens a fall.",
    )
    care: Care = field(
        Care(), unit=NO_UNIT, privacy=PERSONAL, live=True, about="What the care plan asks to be watched in the room."
    )
    alerts: Alerts = field(Alerts(), unit=NO_UNIT, privacy=PERSONAL, live=True, about="How readily findings are said.")
    privacy: PrivacyOfCamera = field(
        PrivacyOfCamera(),
        unit=NO_UNIT,
        privacy=PLAIN,
        live=True,
        about="What is removed from each picture before anything else sees it.",
    )
