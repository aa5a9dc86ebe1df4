"""What was probably meant by a value that cannot be used."""

from __future__ import annotations

import re
import unicodedata
from zoneinfo import available_timezones

from firmware_config import words
from firmware_config.table import Row
from firmware_config.values import IDENTIFIER

TIME_ZONE = ("time_zone",)
AN_IDENTIFIER = "1 to 32 of"
_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def meant(kind: str, found: object, row: Row) -> str:
    """A better value in words, or nothing; `kind` is pydantic's name of the error."""
    if row.path == TIME_ZONE and isinstance(found, str):
        return words.nearest(found, available_timezones()) or ""
    if kind == "literal_error":
        return _choice(found, row)
    if kind == "string_pattern_mismatch" and isinstance(found, str) and row.allowed.startswith(AN_IDENTIFIER):
        return "" if row.path[-1] == "subject" else _identifier(found)  # a person's name must not become a slot
    if kind in {"string_type", "path_type"} and isinstance(found, (bool, int, float)):
        return _quoted(found, row)
    if isinstance(found, str):
        return _plain(kind, found)
    return ""


def _choice(found: object, row: Row) -> str:
    if isinstance(found, str):
        return words.nearest(found, row.choices) or ""
    return f'"{found}"' if str(found) in row.choices else ""


def _quoted(found: object, row: Row) -> str:
    """A number that was meant as a name."""
    if row.path[-2:] == ("v4l2", "device"):
        return f"/dev/video{found}" if type(found) is int else ""
    quoted = words.found(found)
    is_identifier = row.allowed.startswith(AN_IDENTIFIER)
    return f'"{quoted}"' if IDENTIFIER.fullmatch(quoted) or not is_identifier else ""


def _identifier(found: str) -> str:
    plain = unicodedata.normalize("NFKD", found).encode("ascii", "ignore").decode()
    better = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:32]
    return better if IDENTIFIER.fullmatch(better) else ""


def _plain(kind: str, found: str) -> str:
    """A number or a boolean that was written as text."""
    if kind == "bool_type":
        return _WORDS.get(found.lower(), found.lower() if found.lower() in {"true", "false"} else "")
    if kind in {"int_type", "float_type"}:
        number = re.fullmatch(r"\s*(-?[0-9]{1,9})(?:[.,]([0-9]{1,9}))?\s*", found)
        if number and (kind == "float_type" or number[2] is None):
            return number[1] if number[2] is None else f"{number[1]}.{number[2]}"
    return ""
