"""What a box can say of itself, a file each."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import distributions
from pathlib import Path

from pydantic import ValidationError

from edge_agent.doctor.command import examined_safely
from edge_agent.doctor.report import report
from edge_agent.doctor.situation import Situation
from edge_agent.pushes.pushes import FILE as PUSHED
from edge_agent.pushes.pushes import MOST_BYTES
from edge_agent.pushes.record import Record
from firmware_config.redact import redacted

UNITS = ("edge-agent", "carepose-provision")
LINES = 2000
"""Of each unit's log. [C]"""
NONE = "not to be had on this machine, or not by this user\n"


def gathered(situation: Situation) -> Iterator[tuple[str, str]]:
    """Name and text of each file, in an order that does not change.

    Args:
        situation: of the doctor, with a configuration's file.
    """
    yield "versions.json", _json(_versions(situation))
    yield "configuration.json", _json(_configuration(situation))
    yield "doctor.json", _doctor(situation)
    yield "outbox.json", _json(_outbox(situation))
    yield "pushed.json", _json(_pushed(situation))
    for unit in UNITS:
        words = ("journalctl", "-u", unit, "-n", str(LINES), "--no-pager", "-o", "short-iso")
        yield f"{unit}.log", situation.world.command(words) or NONE
        yield f"{unit}.status", situation.world.command(("systemctl", "show", unit, "--no-pager")) or NONE


def _versions(situation: Situation) -> dict[str, object]:
    packages = {each.metadata["Name"]: each.version for each in distributions()}
    model = situation.world.root / "proc/device-tree/model"
    system = situation.world.root / "etc/os-release"
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "kernel": platform.release(),
        "board": _text(model).rstrip("\0"),
        "system": _text(system).splitlines(),
        "packages": dict(sorted(packages.items())),
    }


def _configuration(situation: Situation) -> object:
    if situation.configuration is not None:
        return redacted(situation.configuration)
    faults = () if situation.reading is None else situation.reading.faults
    return {"faults": [f"line {fault.line}: {fault.where}: {fault.what}" for fault in faults]}


def _doctor(situation: Situation) -> str:
    examined = examined_safely(situation, lambda _: None)
    return report(situation, examined).model_dump_json(by_alias=True, indent=2) + "\n"


def _outbox(situation: Situation) -> object:
    """How many events wait, a lane each; what they say stays here."""
    path = _data(situation, "outbox.sqlite")
    if path is None:
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=2.0)) as db:
            return {
                "bytes": path.stat().st_size,
                "waiting": dict(db.execute("SELECT lane, COUNT(*) FROM entries GROUP BY lane").fetchall()),
            }
    except (sqlite3.Error, OSError) as fault:
        return {"fault": str(fault)}


def _pushed(situation: Situation) -> object:
    """How pushed configurations ended; the configurations themselves stay here."""
    path = _data(situation, PUSHED)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            record = Record.model_validate_json(file.read(MOST_BYTES))
    except (OSError, ValidationError, ValueError) as fault:
        return {"fault": type(fault).__name__}
    answers = [each.model_dump(mode="json") for each in record.answers]
    return {"highest": record.highest, "trying": record.trying is not None, "answers": answers}


def _data(situation: Situation, name: str) -> Path | None:
    if situation.configuration is None or not (path := situation.configuration.data_dir / name).is_file():
        return None
    return path


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
