"""`facility.yaml`: what holds for the whole facility, and which box is in which room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from firmware_config.emit import emit
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.layout import Layout, write
from firmware_config.field import NO_UNIT, PERSONAL, PLAIN, field
from firmware_config.load import read
from firmware_config.section import Section
from firmware_config.values import UTC, Host, Identifier, Text, TimeZone, Whole

HEAD = """\
# A facility of Carepose, written by edge-config. Values may be edited by hand; comments of yours are not kept.
"""
Link = Literal["wired", "wifi"]
Profile = Literal["pi4", "pi5", "jetson", "usb-pc", "demo"]


class BrokerPlace(Section):
    """The facility's broker."""

    host: Host = field(unit=NO_UNIT, privacy=PLAIN, about="What boxes dial.")
    port: Whole = field(8883, unit=NO_UNIT, privacy=PLAIN, ge=1, le=65535, about="Where it listens with TLS.")
    names: Annotated[tuple[Host, ...], Field(max_length=16)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, about="Further names and addresses in its certificate."
    )


class Network(Section):
    """What the boxes' system is told of the network."""

    gateway: Host | None = field(None, unit=NO_UNIT, privacy=PLAIN, about="For boxes with a static address.")
    dns: Annotated[tuple[Host, ...], Field(max_length=4)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, about="Name servers, for boxes with a static address."
    )
    ntp: Annotated[tuple[Host, ...], Field(max_length=4)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, about="Time servers."
    )
    wifi_ssid: Text | None = field(None, unit=NO_UNIT, privacy=PLAIN, about="The Wi-Fi of boxes whose link is `wifi`.")


class Box(Section):
    """A room's box."""

    room: Identifier = field(unit=NO_UNIT, privacy=PERSONAL, about="The room.")
    device: Identifier = field(unit=NO_UNIT, privacy=PLAIN, about="Its box; once per facility, never used again.")
    link: Link = field("wired", unit=NO_UNIT, privacy=PLAIN, about="How the box is in the network.")
    ip: Text | None = field(
        None, unit=NO_UNIT, privacy=PLAIN, about="A static address as 10.0.4.50/24; null: the network gives one."
    )


class Facility(Section):
    """The whole of it."""

    version: Annotated[Whole, Field(ge=1, le=1)] = field(
        1, unit=NO_UNIT, privacy=PLAIN, live=False, about="Of this file's format."
    )
    facility: Identifier = field(unit=NO_UNIT, privacy=PLAIN, live=False, about="The facility's id, in every topic.")
    name: Text | None = field(None, unit=NO_UNIT, privacy=PLAIN, live=False, about="Its name, for labels.")
    language: Literal["en", "it"] = field("en", unit=NO_UNIT, privacy=PLAIN, live=False, about="Of the boxes.")
    time_zone: TimeZone = field(UTC, unit=NO_UNIT, privacy=PLAIN, live=False, about="Where the boxes hang.")
    profile: Profile = field("pi5", unit=NO_UNIT, privacy=PLAIN, live=False, about="Of boxes that say no other.")
    consumer: Identifier = field(
        "recommender", unit=NO_UNIT, privacy=PLAIN, live=False, about="Who acknowledges events."
    )
    broker: BrokerPlace = field(unit=NO_UNIT, privacy=PLAIN, live=False, about="The facility's broker.")
    network: Network = field(Network(), unit=NO_UNIT, privacy=PLAIN, live=False, about="The boxes' network.")
    rooms: Annotated[tuple[Box, ...], Field(max_length=10_000)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, live=False, about="The boxes, a room each."
    )


def load(root: Path) -> Facility:
    """Read a facility's file.

    Raises:
        InstallerError: the folder is none of `edge-config init`.
        InvalidConfigurationError: the file cannot be used.
    """
    path = Layout(root).facility
    if not path.exists():
        raise InstallerError(
            f"{root} is no facility: it has no facility.yaml (`edge-config init` makes one)", Exit.INVALID
        )
    return read(path, Facility)


def save(root: Path, facility: Facility) -> None:
    """Write a facility's file, whole."""
    write(Layout(root).facility, HEAD + emit(facility.model_dump(mode="json")))
