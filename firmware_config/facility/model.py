"""`facility.yaml`: what holds for the whole facility, and which box is in which room."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from firmware_config.between import validated
from firmware_config.emit import emit
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.layout import SECRET, Layout, write
from firmware_config.field import NO_UNIT, PERSONAL, PLAIN, field
from firmware_config.load import read
from firmware_config.parts import ANY, each, plain
from firmware_config.problem import Problem, twice
from firmware_config.section import Section
from firmware_config.system.settings import Wifi
from firmware_config.values import UTC, Host, Identifier, Text, TimeZone, Whole

HEAD = """\
# A facility of Carepose, written by edge-config. Values may be edited by hand; comments of yours are not kept.
"""
MOST_BOXES = 10_000
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
    wifi: Wifi | None = field(None, unit=NO_UNIT, privacy=PLAIN, about="Of boxes whose link is `wifi`.")


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
    rooms: Annotated[tuple[Box, ...], Field(max_length=MOST_BOXES)] = field(
        (), unit=NO_UNIT, privacy=PLAIN, live=False, about="The boxes, a room each."
    )

    @model_validator(mode="wrap")
    @classmethod
    def _with_rules(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401  anything at all
        """Say what is wrong between fields together with what is wrong in them."""
        return validated(cls.__name__, _problems(plain(data)), lambda: handler(data))


def is_of_a_box(ip: str) -> bool:
    """Whether it is an IPv4 address with its prefix, and not that of the network itself.

    >>> is_of_a_box("10.0.4.50/24"), is_of_a_box("10.0.4.0/24"), is_of_a_box("10.0.4.50")
    (True, False, False)
    """
    try:
        one = IPv4Interface(ip)
    except ValueError:
        return False
    network = one.network
    return "/" in ip and network.prefixlen <= 30 and one.ip not in {network.network_address, network.broadcast_address}


def _problems(data: object) -> Iterator[Problem]:
    """What hands that edit may do to the list of rooms."""
    for what in ("room", "device"):
        yield from twice(what, each(data, "rooms", ANY, what))
    addresses = [(where, ip) for where, ip in each(data, "rooms", ANY, "ip") if isinstance(ip, str)]
    yield from twice("address", [(where, ip.partition("/")[0]) for where, ip in addresses])
    for where, ip in addresses:
        if not is_of_a_box(ip):
            yield Problem(where, "no address of a box", "as 10.0.4.50/24", ip)


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
    """Write a facility's file, whole; its owner's alone, since the Wi-Fi's password is in it."""
    write(Layout(root).facility, HEAD + emit(facility.model_dump(mode="json")), SECRET)
