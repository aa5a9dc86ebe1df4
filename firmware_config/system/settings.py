"""What a system can be told, whatever its format."""

from __future__ import annotations

from hashlib import pbkdf2_hmac
from ipaddress import IPv4Address, IPv4Interface
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from firmware_config.field import NO_UNIT, PLAIN, SECRET, field
from firmware_config.section import Section
from firmware_config.values import Flag, Host, Identifier, TimeZone, refusal, words


def _seen(text: str) -> str:
    if not text.isprintable():
        raise refusal("a character that cannot be seen")
    return text


def _ssid(text: str) -> str:
    if not 1 <= len(text.encode()) <= 32:
        raise refusal("too short or too long")
    return text


Ssid: TypeAlias = Annotated[
    str,
    Field(json_schema_extra=words("1 to 32 bytes, none of them a character that cannot be seen")),
    AfterValidator(_seen),
    AfterValidator(_ssid),
]
Password: TypeAlias = Annotated[
    str,
    Field(min_length=8, max_length=63, pattern=r"^[ -~]+$", json_schema_extra=words("8 to 63 characters of ASCII")),
]
Country: TypeAlias = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$", json_schema_extra=words("two capital letters of ISO 3166, as IT"))
]


class Wifi(Section):
    """A network protected by WPA2, or by WPA2 and WPA3 together."""

    ssid: Ssid = field(unit=NO_UNIT, privacy=PLAIN, about="What it is called.")
    password: Password = field(unit=NO_UNIT, privacy=SECRET, about="What opens it.")
    country: Country = field(
        unit=NO_UNIT, privacy=PLAIN, about="Whose rules the radio keeps; without it the radio stays off."
    )
    hidden: Flag = field(default=False, unit=NO_UNIT, privacy=PLAIN, about="Whether it does not say its name.")

    @property
    def psk(self) -> str:
        """What WPA2 makes of the password (IEEE 802.11i): the card need not hold the password itself."""
        return pbkdf2_hmac("sha1", self.password.encode(), self.ssid.encode(), 4096, 32).hex()


class Address(Section):
    """A static one; without it the network gives one (DHCP)."""

    address: IPv4Interface
    """With its prefix, as 10.0.4.20/24."""
    gateway: IPv4Address
    name_servers: Annotated[tuple[IPv4Address, ...], Field(max_length=3)] = ()

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.gateway not in self.address.network:
            raise ValueError(f"the gateway {self.gateway} is not in {self.address.network}")
        return self


class System(Section):
    """Of one box."""

    device: Identifier
    time_zone: TimeZone | None = None
    ntp: Annotated[tuple[Host, ...], Field(max_length=4)] = ()
    wifi: Wifi | None = None
    """None: wired."""
    static: Address | None = None

    @property
    def hostname(self) -> str:
        """The device's id, as far as it may be one (RFC 1123)."""
        return self.device.strip("-") or "carepose"
