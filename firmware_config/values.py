"""The types of values: strict, and in words where their bounds cannot be read from a JSON Schema.

A refusal is a `PydanticCustomError` whose type `refused` carries what is wrong and, where that helps, what to write.
"""

from __future__ import annotations

import re
from datetime import time
from ipaddress import AddressValueError, IPv6Address
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from firmware_config.polygons import Polygon as Corners
from firmware_config.polygons import crosses_itself, repeats_a_corner, signed_area

UTC = "UTC"
SMALLEST_AREA = 1e-4
"""Share of the picture; a hundredth of its width and height is nothing anyone meant to mark. [C]"""
SMALLEST_FLOOR_M2 = 0.04
"""Of a zone on the floor: a stool."""
IDENTIFIER = re.compile(r"[a-z0-9-]{1,32}")
_PASSWORD_IN_QUERY = re.compile(r"(pass(w(or)?d)?|pwd|secret|token)\s*=", re.IGNORECASE)


def refusal(what: str, allowed: str = "") -> PydanticCustomError:
    """A value that no bound of a JSON Schema describes."""
    return PydanticCustomError("refused", "{what}", {"what": what, "allowed": allowed})


def words(allowed: str) -> dict[str, str]:
    """What is allowed, for people, where a pattern is all that a schema says."""
    return {"x-allowed": allowed}


def _no_quarters(value: object) -> object:
    """`False` is 0 and 90.0 is 90 to a set of integers."""
    if type(value) is not int:
        raise PydanticCustomError("int_type", "not a whole number")
    return value


def _path(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip():
        raise refusal("an empty path")
    if "://" in value:
        raise refusal("a URL where a file belongs")
    if value.startswith("~"):
        raise refusal("`~` does not stand for a home folder here", "the whole path")
    if "\\" in value:
        raise refusal("a backslash in a path", "folders divided by /")
    return value


def _anchored(path: Path, info: ValidationInfo) -> Path:
    """A path counts from the folder in the context: that of the configuration file."""
    folder: Path | None = (info.context or {}).get("folder")
    return path if folder is None else folder / path


def _polygon(corners: Corners) -> Corners:
    if repeats_a_corner(corners):
        raise refusal("the same corner twice in a row", "each corner once; the last side closes by itself")
    if abs(signed_area(corners)) == 0.0 and not _spans(corners):
        raise refusal("a polygon without area: all corners on one line")
    if crosses_itself(corners):
        raise refusal("a polygon whose sides cross or touch each other", "corners in the order of a walk around it")
    if abs(signed_area(corners)) < SMALLEST_AREA:
        raise refusal("a polygon with next to no area", f"at least {SMALLEST_AREA:g} of the picture")
    return corners


def _floor_polygon(corners: Corners) -> Corners:
    if repeats_a_corner(corners):
        raise refusal("the same corner twice in a row", "each corner once; the last side closes by itself")
    if crosses_itself(corners):
        raise refusal("a polygon whose sides cross or touch each other", "corners in the order of a walk around it")
    if abs(signed_area(corners)) < SMALLEST_FLOOR_M2:
        raise refusal("a polygon with next to no area", f"at least {SMALLEST_FLOOR_M2:g} m2")
    return corners


def _spans(corners: Corners) -> bool:
    """Whether the corners do not all lie on one line."""
    (x0, y0), (x1, y1) = corners[0], corners[1]
    return any(abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) > 1e-12 for x, y in corners)


def _time(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "not a text")
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value) is None:
        raise refusal("not a time of day")
    return time.fromisoformat(value)


def _time_zone(name: str) -> str:
    if name == UTC:
        return name
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refusal("a time zone that this machine does not know") from None
    return name


def _host(host: str) -> str:
    if "://" in host:
        raise refusal("a URL where a name belongs")
    if "@" in host:
        raise refusal("a user or a password in the name", "`username` and `password_file`")
    if ":" in host:
        try:
            IPv6Address(host)
        except AddressValueError:
            raise refusal("a `:` in the name", "a name or address; the port has a key of its own") from None
    elif re.fullmatch(r"[^\s/?#\[\]]+", host) is None:
        raise refusal("not a name or address")
    return host


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and re.search(r"\s", url) is None
    except ValueError:
        return False


def _rtsp_url(url: str) -> str:
    wrong = []
    if "@" in url:  # anywhere: a password may hold a slash
        wrong.append("a user or a password in the URL")
    if _PASSWORD_IN_QUERY.search(url):
        wrong.append("a password in the URL")
    if not url.lower().startswith(("rtsp://", "rtsps://")):
        wrong.append("a URL of another kind")
    if not wrong and not _has_host(url):
        wrong.append("not a URL")
    if wrong:
        raise refusal(" and ".join(wrong), "rtsp://host[:port]/path; `username` and `password_file` beside it")
    return url


Whole: TypeAlias = Annotated[int, Strict()]
Number: TypeAlias = Annotated[float, Strict()]
Flag: TypeAlias = Annotated[bool, Strict()]
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=128)]
Identifier: TypeAlias = Annotated[
    str, Field(pattern=rf"^{IDENTIFIER.pattern}$", json_schema_extra=words("1 to 32 of the characters a-z, 0-9 and -"))
]
Fraction: TypeAlias = Annotated[Number, Field(ge=0.0, le=1.0)]
_Pixels: TypeAlias = Annotated[Number, Field(gt=0.0, le=1e5)]
Quarters: TypeAlias = Annotated[Literal[0, 90, 180, 270], BeforeValidator(_no_quarters)]
Intrinsics: TypeAlias = Annotated[
    tuple[_Pixels, _Pixels, _Pixels, _Pixels],
    Field(json_schema_extra=words("4 numbers above 0 and up to 100000: fx, fy, cx, cy")),
]
_Coefficient: TypeAlias = Annotated[Number, Field(ge=-10.0, le=10.0)]
Distortion: TypeAlias = Annotated[
    tuple[_Coefficient, _Coefficient, _Coefficient, _Coefficient, _Coefficient],
    Field(json_schema_extra=words("5 numbers from -10 to 10: k1, k2, p1, p2, k3")),
]
FilePath: TypeAlias = Annotated[
    Path,
    BeforeValidator(_path),
    AfterValidator(_anchored),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(?!~)(?!.*://)[^\\]*[^\\\s][^\\]*$"}
        | words("a path; a relative one counts from this file's folder")
    ),
]
Polygon: TypeAlias = Annotated[
    tuple[tuple[Fraction, Fraction], ...],
    Field(
        min_length=3,
        max_length=32,
        json_schema_extra=words("3 to 32 corners [x, y], each a fraction 0 to 1 of the picture's width and height"),
    ),
    AfterValidator(_polygon),
]
_Metres: TypeAlias = Annotated[Number, Field(ge=-30.0, le=30.0)]
FloorPolygon: TypeAlias = Annotated[
    tuple[tuple[_Metres, _Metres], ...],
    Field(
        min_length=3,
        max_length=32,
        json_schema_extra=words("3 to 32 corners [right, away], each from -30 to 30 m"),
    ),
    AfterValidator(_floor_polygon),
]
TimeOfDay: TypeAlias = Annotated[
    time,
    BeforeValidator(_time),
    WithJsonSchema(
        {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$"} | words("a time from 00:00 to 23:59")
    ),
]
TimeZone: TypeAlias = Annotated[
    str,
    Field(json_schema_extra=words("an IANA name as Europe/Rome; UTC where there is none")),
    AfterValidator(_time_zone),
]
Host: TypeAlias = Annotated[
    str,
    Field(
        min_length=1, max_length=253, json_schema_extra={"pattern": r"^[^\s/@?#\[\]]+$"} | words("a name or address")
    ),
    AfterValidator(_host),
]
RtspUrl: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2048,
        json_schema_extra={"pattern": r"^[Rr][Tt][Ss][Pp][Ss]?://[^\s@/]+(/[^\s@]*)?$"}
        | words("rtsp://host[:port]/path, without user and password"),
    ),
    AfterValidator(_rtsp_url),
]
VideoDevice: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^/dev(/[A-Za-z0-9_:+-][A-Za-z0-9._:+-]*)+$",
        json_schema_extra=words("the path of a device, as /dev/video0 or one of /dev/v4l/by-id/"),
    ),
]
GpioChip: TypeAlias = Annotated[
    str, Field(pattern=r"^/dev/gpiochip[0-9]{1,3}$", json_schema_extra=words("/dev/gpiochip0, or another number"))
]
Program: TypeAlias = Annotated[
    str, Field(pattern=r"^/[^\s\\]+$", json_schema_extra=words("the whole path of a program"))
]
AlsaName: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_:=,.-]{0,127}$",
        json_schema_extra=words("a name that `aplay -L` lists, as plughw:1,0"),
    ),
]
TopicPrefix: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^[^\s+#/$][^\s+#/]*(/[^\s+#/]+)*$",
        max_length=128,
        json_schema_extra=words("a topic without +, # and / at its ends"),
    ),
]
