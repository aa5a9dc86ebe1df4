"""What the box has to do with others: the broker, pauses that people ask for, and the call when nobody answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from firmware_config.field import FRACTION, NO_UNIT, PERSONAL, PLAIN, SECRET, field
from firmware_config.section import Section
from firmware_config.values import (
    AlsaName,
    FilePath,
    Flag,
    Fraction,
    GpioChip,
    Host,
    Identifier,
    Number,
    Text,
    TimeOfDay,
    TopicPrefix,
    Whole,
)

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MOST_WINDOWS = 32
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GPIO_CHIP = "/dev/gpiochip0"
_TEXT: JsonDict = {"type": "string"}
_NULL: JsonDict = {"type": "null"}


class Tls(Section):
    """Certificates for the broker connection."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["certificate", "key"], "properties": {"certificate": _TEXT, "key": _TEXT}},
                {"properties": {"certificate": _NULL, "key": _NULL}},
            ]
        }
    )

    ca: FilePath = field(
        unit=NO_UNIT,
        privacy=PLAIN,
        names_file=True,
        about="Who signed the broker's certificate, which must name `host`.",
    )
    certificate: FilePath | None = field(
        None,
        unit=NO_UNIT,
        privacy=PLAIN,
        names_file=True,
        about="This device's own, where the broker asks for one; together with `key`.",
    )
    key: FilePath | None = field(
        None, unit=NO_UNIT, privacy=SECRET, names_file=True, about="The private key of `certificate`."
    )


class HomeAssistant(Section):
    """Home Assistant's device discovery."""

    discovery_prefix: TopicPrefix = field(
        "homeassistant", unit=NO_UNIT, privacy=PLAIN, about="Where Home Assistant looks for devices."
    )


class Broker(Section):
    """The facility's MQTT broker."""

    host: Host = field(
        unit=NO_UNIT, privacy=PLAIN, about="Its name or address alone: no scheme, no port, no user, no password."
    )
    port: Whole = field(
        8883, unit=NO_UNIT, privacy=PLAIN, ge=1, le=65535, about="8883 is the usual one with TLS, 1883 without."
    )
    protocol: Literal["3.1.1", "5"] = field(
        "5", unit=NO_UNIT, privacy=PLAIN, about='Version of MQTT; "5" in quotes, or YAML takes it for a number.'
    )
    keepalive_s: Whole = field(
        15,
        unit="s",
        privacy=PLAIN,
        ge=5,
        le=300,
        about="A dead connection is noticed after about one and a half times this.",
    )
    username: Text | None = field(None, unit=NO_UNIT, privacy=PERSONAL, about="Who logs in at the broker.")
    password_file: FilePath | None = field(
        None,
        unit=NO_UNIT,
        privacy=SECRET,
        names_file=True,
        about="A file with the password alone, readable by the service alone; needs `username`.",
    )
    tls: Tls | None = field(
        None, unit=NO_UNIT, privacy=PLAIN, about="Certificates; null speaks without encryption, on a trusted wire only."
    )
    consumer: Identifier | None = field(
        None,
        unit=NO_UNIT,
        privacy=PLAIN,
        about="Whose `ack` makes the box forget an event; null: the broker's word is enough.",
    )
    home_assistant: HomeAssistant | None = field(
        None, unit=NO_UNIT, privacy=PLAIN, about="Announces the box to Home Assistant; null: not."
    )


class Button(Section):
    """A button on the box, between a GPIO line and ground."""

    chip: GpioChip = field(GPIO_CHIP, unit=NO_UNIT, privacy=PLAIN, about="The GPIO chip.")
    line: Whole = field(unit=NO_UNIT, privacy=PLAIN, ge=0, le=511, about="The line's offset on its chip.")


class Window(Section):
    """A part of the day in which nobody wants to be watched; over midnight where `to` is before `from`."""

    begins: TimeOfDay = field(
        unit=NO_UNIT, privacy=PERSONAL, alias="from", about="When it begins, in `time_zone`."
    )  # fmt: skip
    ends: TimeOfDay = field(unit=NO_UNIT, privacy=PERSONAL, alias="to", about="When it ends; not when it begins.")
    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)] = field(
        DAYS, unit=NO_UNIT, privacy=PERSONAL, about="On which days it begins."
    )
    cameras: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=8)] | None = field(
        None, unit=NO_UNIT, privacy=PLAIN, about="Which cameras are paused, by id; null: all."
    )

    @property
    def length_s(self) -> float:
        """On a day of 24 hours, seconds."""
        begins, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in (self.begins, self.ends))
        return ((ends - begins) % timedelta(days=1)).total_seconds()


class Pause(Section):
    """How people stop the cameras for a while. Every pause ends by itself."""

    longest_s: Number = field(
        3600.0, unit="s", privacy=PLAIN, ge=60.0, le=28800.0, about="An unbroken run of pauses, whoever asks for them."
    )
    file: FilePath | None = field(
        None,
        unit=NO_UNIT,
        privacy=PLAIN,
        about="All cameras are paused while this file is there; null: none is looked for.",
    )
    button: Button | None = field(None, unit=NO_UNIT, privacy=PLAIN, live=False, about="A button on the box.")
    schedule: Annotated[tuple[Window, ...], Field(max_length=MOST_WINDOWS)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, about="Parts of the day, none longer than `longest_s`."
    )


class Relay(Section):
    """A dry contact for the facility's nurse call."""

    chip: GpioChip = field(GPIO_CHIP, unit=NO_UNIT, privacy=PLAIN, about="The GPIO chip.")
    line: Whole = field(unit=NO_UNIT, privacy=PLAIN, ge=0, le=511, about="The line's offset on its chip.")
    active_low: Flag = field(
        default=False, unit=NO_UNIT, privacy=PLAIN, about="Whether the relay closes when the line is low."
    )  # fmt: skip
    hold_s: Number = field(
        60.0, unit="s", privacy=PLAIN, ge=10.0, le=3600.0, about="How long the contact stays closed."
    )


class Tone(Section):
    """A local sound."""

    device: AlsaName | None = field(
        None, unit=NO_UNIT, privacy=PLAIN, about="ALSA's name of the output, as `plughw:1,0`; null: the default one."
    )
    volume: Fraction = field(0.8, unit=FRACTION, privacy=PLAIN, about="Of the loudest.")


class FailSafe(Section):
    """What the box does by itself about a confirmed fall that nobody acknowledges: `relay`, `tone` or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in ("relay", "tone")
            ]
        }
    )  # fmt: skip

    after_s: Number = field(
        60.0, unit="s", privacy=PLAIN, ge=10.0, le=600.0, about="How long a fall may stay unacknowledged."
    )
    relay: Relay | None = field(None, unit=NO_UNIT, privacy=PLAIN, about="A contact for the nurse call; null: none.")
    tone: Tone | None = field(None, unit=NO_UNIT, privacy=PLAIN, about="A local sound; null: none.")
