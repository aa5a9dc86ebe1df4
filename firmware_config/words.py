"""What is allowed, and what was found, in words for installers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any

LONGEST = 60
"""Characters of a value that a fault shows. [C]"""
_PASSWORD = re.compile(r"((?:pass(?:w(?:or)?d)?|pwd|secret|token)\s*[=:]\s*)\S+", re.IGNORECASE)


def allowed(schema: Mapping[str, Any], definitions: Mapping[str, Any], unit: str = "") -> str:
    """What a JSON Schema lets pass.

    >>> allowed({"type": "integer", "minimum": 1, "maximum": 8}, {})
    'a whole number from 1 to 8'
    >>> allowed({"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 10}, {"type": "null"}]}, {}, "m")
    'a number above 0 and up to 10 m, or null'
    """
    if "x-allowed" in schema:
        return str(schema["x-allowed"])
    if "anyOf" in schema:
        each = [allowed(choice, definitions, unit) for choice in schema["anyOf"]]
        return ", or ".join(each)
    if "$ref" in schema:
        section = definitions[schema["$ref"].rsplit("/", 1)[-1]]
        return f"a section of {', '.join(section['properties'])}"
    if "enum" in schema:
        return f"one of {', '.join(str(choice) for choice in schema['enum'])}"
    return _typed(schema, definitions, unit)


def _typed(schema: Mapping[str, Any], definitions: Mapping[str, Any], unit: str) -> str:
    match schema.get("type"):
        case "null":
            return "null"
        case "boolean":
            return "true or false"
        case "integer" | "number":
            if schema.get("minimum") == schema["maximum"]:
                return str(schema["maximum"])
            what = "a whole number" if schema["type"] == "integer" else "a number"
            return f"{what} {_range(schema)}{unit and f' {unit}'}"
        case "array":
            least, most = schema.get("minItems", 0), schema.get("maxItems")
            items = schema.get("items", {})
            item = "a section" if "$ref" in items else allowed(items, definitions, unit)
            return f"a list of {least} to {most}: each {item}"
        case _:
            return f"text of {schema.get('minLength', 0)} to {schema.get('maxLength')} characters"


def _range(schema: Mapping[str, Any]) -> str:
    most = f"{schema['maximum']:g}" if isinstance(schema["maximum"], float) else str(schema["maximum"])
    if "exclusiveMinimum" in schema:
        return f"above {schema['exclusiveMinimum']:g} and up to {most}"
    least = schema["minimum"]
    return f"from {f'{least:g}' if isinstance(least, float) else least} to {most}"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant.

    >>> nearest("analysis-FPS", ["analysis_fps", "threads"])
    'analysis_fps'
    """
    folded = {_folded(known): known for known in words}
    close = get_close_matches(_folded(word), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def found(value: object) -> str:
    """A value as a fault shows it: on one line, shortened, without a login.

    >>> found("rtsp://admin:se/cret@10.0.0.5/live")
    '"rtsp://***@10.0.0.5/live"'
    """
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (str, PurePath)):
        return f'"{printable(str(value))}"'
    return kind(value)


def kind(value: object) -> str:
    """What sort of value it is, without the value."""
    if isinstance(value, dict):
        return "a section"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, (str, PurePath)):
        return "text"
    return found(value) if value is None or isinstance(value, bool) else "a number"


def printable(text: str) -> str:
    """Text that any terminal and log takes, without what may be a login: before an @, after a ?, after `password=`."""
    login, at, rest = text.rpartition("@")
    if at:
        scheme, divided, _ = login.rpartition("://")
        text = f"{scheme}{divided}***@{rest}"
    asked, mark, _ = text.partition("?")
    text = _PASSWORD.sub(r"\1***", f"{asked}?***" if mark else text)
    seen = "".join(sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}" for sign in text)
    return seen if len(seen) <= LONGEST else f"{seen[: LONGEST - 3]}..."


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
