"""The service: whether systemd runs the agent, keeps it running, and with this configuration."""

from __future__ import annotations

import re
from pathlib import Path

from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from edge_agent.errors import Exit

UNIT = "edge-agent.service"
ASKED = ("LoadState", "ActiveState", "SubState", "UnitFileState", "NRestarts", "ExecMainStatus", "ExecStart")
OFTEN = 3
"""Restarts since its start that are worth a look. [C]"""
LOG = f"journalctl -u {UNIT} -n 50"
ENDINGS = {
    int(Exit.USAGE): "it was called wrongly: look at ExecStart",
    int(Exit.MODELS): "models are missing or changed",
    int(Exit.STORAGE): "something cannot be written",
    int(Exit.STALLED): "a thread hung",
    int(Exit.WEDGED): "a camera hung",
    int(Exit.CONFIGURATION): "the configuration cannot be used",
}


def unit(situation: Situation) -> Finding:
    """Whether it is installed, runs, and stays."""
    told = _told(situation)
    if isinstance(told, Finding):
        return told
    return _not_running(told) or _running(told)


def _not_running(told: dict[str, str]) -> Finding | None:
    state = told.get("ActiveState", "")
    ended = ENDINGS.get(_number(told.get("ExecMainStatus")), f"exit code {told.get('ExecMainStatus', '?')}")
    if state == "failed":
        return fail(
            f"it ended and is not started again: {ended}", f"{LOG} tells more; then: sudo systemctl restart {UNIT}"
        )
    if told.get("SubState") == "auto-restart":
        return fail(f"it ends again and again: {ended}", f"{LOG} tells why")
    if state not in {"active", "reloading"}:
        return warn(f"installed and {state or 'unknown'}: nobody is watched", f"sudo systemctl start {UNIT}")
    return None


def _running(told: dict[str, str]) -> Finding:
    restarts = _number(told.get("NRestarts"))
    said = f"active, started again {restarts} time{'s' * (restarts != 1)}"
    if told.get("UnitFileState") not in {"enabled", "static", "linked"}:
        return warn("active, but not after the next start of the box", f"sudo systemctl enable {UNIT}")
    if restarts > OFTEN:
        return warn(said, f"{LOG} tells why", restarts=float(restarts))
    return ok(said, restarts=float(restarts))


def configuration(situation: Situation) -> Finding:
    """Whether the service uses the very file that is looked at."""
    told = _told(situation)
    if isinstance(told, Finding):
        return told
    if situation.reading is None:
        return skipped("no configuration was given", "name it: --config FILE")
    found = re.search(r"--config[ =]([^ ;]+)", told.get("ExecStart", ""))
    if found is None:
        return warn("its configuration cannot be told", f"look at ExecStart: systemctl cat {UNIT}")
    if situation.reading.path.resolve() == Path(found[1]).resolve():
        return ok(f"the service uses this file, {found[1]}")
    return warn(f"the service uses another file: {found[1]}", f"examine that one: --config {found[1]}")


def _told(situation: Situation) -> dict[str, str] | Finding:
    if not (situation.world.root / "run/systemd/system").is_dir():
        return skipped("systemd does not run here", "start the agent by what runs here, and let that start it again")
    said = situation.world.command(["systemctl", "show", UNIT, f"--property={','.join(ASKED)}"])
    if said is None:
        return skipped("systemctl does not answer", "run the doctor with sudo")
    told = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    if told.get("LoadState") != "loaded":
        return warn(
            f"{UNIT} is not installed: nothing starts the agent after a power cut",
            "install systemd/edge-agent.service (docs/security.md)",
        )
    return told


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0
