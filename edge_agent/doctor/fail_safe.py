"""The fail-safe: whether its relay and tone can be had, and, when asked for, whether they move and sound."""

from __future__ import annotations

import time

from edge_agent import box
from edge_agent.doctor.configuration import BROKEN, NOT_ASKED
from edge_agent.doctor.finding import Finding, fail, ok, skipped
from edge_agent.doctor.situation import Situation
from edge_agent.fail_safe import Contact, Tone, try_out
from firmware_config import schema

UNTRIED = "not tried; --try-fail-safe does, with somebody beside the call system"


def relay(situation: Situation) -> Finding:
    """The contact."""
    wanted = _wanted(situation)
    if isinstance(wanted, Finding):
        return wanted
    if wanted.relay is None:
        return ok("no relay is configured")
    if situation.agent is not None:
        return _held(situation.agent)
    contact = box.contact_of(wanted)
    if contact is None:
        return ok("no relay is configured")
    where = f"line {wanted.relay.line} of {wanted.relay.chip}"
    try:
        return _tried(situation, f"{where} can be had", f"{where} was closed for a second", contact, None)
    finally:
        contact.release()


def tone(situation: Situation) -> Finding:
    """The sound."""
    wanted = _wanted(situation)
    if isinstance(wanted, Finding):
        return wanted
    found = box.tone_of(wanted)
    if found is None:
        return ok("no tone is configured")
    return _tried(situation, "aplay is there to play it", "one tone was played", None, found)


def _tried(situation: Situation, had: str, moved: str, contact: Contact | None, tone: Tone | None) -> Finding:
    if not situation.try_fail_safe:
        return ok(f"{had} ({UNTRIED})")
    faults = try_out(contact, tone, time.sleep)
    if faults:
        return fail("; ".join(faults), "check wiring and device: gpioinfo, aplay -L; then try again")
    return ok(f"{moved}: only who stood there knows whether the call system heard it")


def _wanted(situation: Situation) -> schema.FailSafe | Finding:
    configuration = situation.configuration
    if configuration is None:
        return NOT_ASKED if situation.reading is None else BROKEN
    return configuration.fail_safe or ok("off: a fall that nobody's system acknowledges is called out by nothing else")


def _held(agent: int) -> Finding:
    return skipped(f"the running agent (process {agent}) holds its line", "to try it: sudo systemctl stop edge-agent")
