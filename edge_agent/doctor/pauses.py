"""How people stop the cameras: the file, the schedule and its time zone, the button."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from edge_agent import box
from edge_agent.doctor.configuration import BROKEN, NOT_ASKED
from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from firmware_config.values import UTC


def file(situation: Situation) -> Finding:
    """Whether the pause file lies there now, or could."""
    configuration = situation.configuration
    if configuration is None or configuration.pause.file is None:
        return _nothing(situation, "no file pauses it")
    path = configuration.pause.file
    if path.exists():
        return warn(f"{path} lies there: all cameras are paused", f"when nobody needs the pause: sudo rm {path}")
    if not path.parent.is_dir():
        return warn(f"{path.parent} does not exist, so nobody can pause by file", f"sudo mkdir {path.parent}")
    return ok(f"{path} does not lie there: no pause by file")


def schedule(situation: Situation) -> Finding:
    """Whether the windows of the day go by the right clock."""
    configuration = situation.configuration
    if configuration is None or not configuration.pause.schedule:
        return _nothing(situation, "no part of the day is paused")
    windows = len(configuration.pause.schedule)
    count = f"{windows} window{'s' * (windows != 1)}"
    zone = configuration.time_zone
    local = situation.world.clock.utc().astimezone(ZoneInfo(zone))
    said = f"{count}, by {zone}, where it is {local:%H:%M} now"
    if zone == UTC:
        return warn(said, "name the place where the box hangs: `time_zone: Europe/Rome`, or be sure that UTC is meant")
    if not situation.world.clock.synchronised():
        return warn(f"{said}, as far as this clock knows", "see to the clock first: pauses come when it says so")
    return ok(said)


def button(situation: Situation) -> Finding:
    """Whether the button's line can be had."""
    configuration = situation.configuration
    if configuration is None or configuration.pause.button is None:
        return _nothing(situation, "no button pauses it")
    wanted = configuration.pause.button
    if situation.agent is not None:
        return skipped(
            f"the running agent (process {situation.agent}) holds its line", "press it, and see `health` say so"
        )
    found = box.button_of(configuration)
    if found is None:
        return fail("there is no button", "mend `pause.button`")
    found.release()
    return ok(f"line {wanted.line} of {wanted.chip} can be had; whether a button is wired to it, pressing it tells")


def _nothing(situation: Situation, said: str) -> Finding:
    if situation.reading is None:
        return NOT_ASKED
    return BROKEN if situation.configuration is None else ok(said)
