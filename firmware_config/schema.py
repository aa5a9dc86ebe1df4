"""The configuration of one box: every field with its unit, default, bounds, privacy class and what it is for."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from firmware_config import profiles, rules
from firmware_config.between import validated
from firmware_config.cameras import (
    MOST_CAMERAS,
    Camera,
    Mask,
    Picamera2,
    PrivacyOfCamera,
    Rtsp,
    Source,
    V4l2,
    View,
    Zone,
)
from firmware_config.field import NO_UNIT, PLAIN, field
from firmware_config.parts import plain
from firmware_config.section import Section
from firmware_config.services import Broker, Button, FailSafe, HomeAssistant, Pause, Relay, Tls, Tone, Window
from firmware_config.values import UTC, FilePath, Identifier, Number, TimeZone, Whole

__all__ = [
    "Broker", "Button", "Camera", "Configuration", "FailSafe", "HomeAssistant", "Mask", "Pause", "Picamera2",
    "PrivacyOfCamera", "Relay", "Rtsp", "Source", "Tls", "Tone", "V4l2", "View", "Window", "Zone",
]  # fmt: skip

_USUAL = profiles.PROFILES[profiles.DEFAULT]


class Configuration(Section):
    """One box."""

    version: Annotated[Whole, Field(ge=1, le=1)] = field(
        1, unit=NO_UNIT, privacy=PLAIN, live=False, about="Of this format; 1 is the only one there is."
    )
    facility: Identifier = field(
        unit=NO_UNIT, privacy=PLAIN, live=False, about="The facility, as its recommender calls it."
    )
    device: Identifier = field(unit=NO_UNIT, privacy=PLAIN, live=False, about="This box; once per facility.")
    generation: Whole = field(
        1,
        unit=NO_UNIT,
        privacy=PLAIN,
        live=True,
        ge=1,
        le=2**31 - 1,
        about="Counts the versions of this file; `info` says it.",
    )
    profile: Literal["pi4", "pi5", "jetson", "usb-pc", "demo"] = field(
        profiles.DEFAULT, unit=NO_UNIT, privacy=PLAIN, live=False, about="The kind of box, for defaults and budgets."
    )
    language: Literal["en", "it"] = field(
        "en", unit=NO_UNIT, privacy=PLAIN, live=False, about="Of the sentences in its messages."
    )
    time_zone: TimeZone = field(
        UTC, unit=NO_UNIT, privacy=PLAIN, live=True, about="Where the box hangs; the schedule of pauses goes by it."
    )
    cameras: Annotated[tuple[Camera, ...], Field(min_length=1, max_length=MOST_CAMERAS)] = field(
        unit=NO_UNIT,
        privacy=PLAIN,
        live=False,
        about="1 to 8 cameras, at most 2 of them live; no two share an id or a device.",
    )
    broker: Broker = field(unit=NO_UNIT, privacy=PLAIN, live=False, about="The facility's MQTT broker.")
    pause: Pause = field(
        Pause(), unit=NO_UNIT, privacy=PLAIN, live=True, about="How people stop the cameras for a while."
    )
    fail_safe: FailSafe | None = field(
        None,
        unit=NO_UNIT,
        privacy=PLAIN,
        live=False,
        about="What the box does when nobody answers a fall; null: nothing.",
    )
    data_dir: FilePath = field(
        unit=NO_UNIT, privacy=PLAIN, live=False, about="Where the outbox and the state lie; made where it is missing."
    )
    models_dir: FilePath | None = field(
        None,
        unit=NO_UNIT,
        privacy=PLAIN,
        live=False,
        about="Where the built models lie; null: where they were installed.",
    )
    pose_model: Identifier = field(
        "blazepose", unit=NO_UNIT, privacy=PLAIN, live=False, about="Which of the models; `bench` lists them."
    )
    analysis_fps: Number = field(
        _USUAL.analysis_fps, unit="1/s", privacy=PLAIN, live=True, by_profile="analysis_fps", ge=1.0, le=30.0,
        about="Pictures analysed per second and camera.",
    )  # fmt: skip
    threads: Whole = field(
        _USUAL.threads, unit=NO_UNIT, privacy=PLAIN, live=False, by_profile="threads", ge=1, le=8,
        about="Of the pose models.",
    )  # fmt: skip
    minute_s: Number = field(
        60.0,
        unit="s",
        privacy=PLAIN,
        live=True,
        ge=5.0,
        le=60.0,
        about="Length of an `observation`; shorter for demonstrations.",
    )
    prolonged_sitting_s: Annotated[
        tuple[Annotated[Number, Field(ge=10.0, le=14400.0)], ...], Field(min_length=1, max_length=8)
    ] = field(
        (1800.0, 3600.0),
        unit="s",
        privacy=PLAIN,
        live=True,
        about="Sitting without a break that is worth saying, at each of these, rising; 30 and 60 min are convention.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _with_rules(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401  anything at all
        """Say what is wrong between fields together with what is wrong in them; fill in the profile's defaults."""
        written = plain(data)
        return validated(cls.__name__, rules.problems(written), lambda: handler(profiles.with_profile(written)))
