"""Runs checks, each within its limit: neither a hung camera nor a silent broker holds up the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from edge_agent.doctor.finding import Finding, Verdict, fail, failed, skipped
from edge_agent.doctor.situation import Situation
from edge_agent.doctor.visit import VisitError
from edge_agent.errors import UserError

log = logging.getLogger(__name__)

WHOLE_S = 50.0
"""For everything, beside the time each camera is watched. [C]"""
LOAD = "models and heat"
"""The lane of what comes after all."""
BEYOND = Finding(
    Verdict.FAIL, "did not come to an end in time", "something in this box hangs: restart it, and look at its log"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the box."""

    id: str
    """Stable, for programs: `topic.question`; cameras have their own id between the two."""
    look: Callable[[Situation], Finding]
    limit_s: float = 5.0
    """How long it may take; [C]."""
    needs: str | None = None
    """The check that must not have failed before this one is worth asking; of the same lane."""
    lane: str = ""
    """Checks of one lane come one after the other, the lanes side by side; empty: the topic."""
    after_all: bool = False
    """Asked when all else is done, for it measures the box while it works."""

    @property
    def topic(self) -> str:
        """What it is about."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Examined:
    """A check and what it found."""

    id: str
    finding: Finding

    @property
    def topic(self) -> str:
        """What it is about."""
        return self.id.partition(".")[0]


@dataclass(slots=True)
class _Run:
    situation: Situation
    until: float
    found: dict[str, Finding] = field(default_factory=dict)
    working: set[str] = field(default_factory=set)
    """Lanes that are not done yet."""


def examine(
    situation: Situation, checks: Sequence[Check], tell: Callable[[Iterable[str]], None] | None = None
) -> tuple[Examined, ...]:
    """Ask everything; the findings in the order of the checks.

    Args:
        situation: what all checks share.
        checks: an id once.
        tell: told now and then which lanes are still at work.
    """
    run = _Run(situation, time.monotonic() + WHOLE_S + situation.seconds)
    for late in (False, True):
        lanes: dict[str, list[Check]] = {}
        for check in checks:
            if check.after_all == late:
                lanes.setdefault(LOAD if late else check.lane or check.topic, []).append(check)
        _side_by_side(run, lanes, tell)
    return tuple(Examined(check.id, run.found.get(check.id, BEYOND)) for check in checks)


def _side_by_side(run: _Run, lanes: dict[str, list[Check]], tell: Callable[[Iterable[str]], None] | None) -> None:
    threads = [
        threading.Thread(target=_one_after_the_other, args=(run, lane, checks), name=f"doctor-{lane}", daemon=True)
        for lane, checks in lanes.items()
    ]
    run.working |= lanes.keys()
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive() and time.monotonic() < run.until:
            if tell is not None:
                tell(sorted(run.working.copy()))
            thread.join(0.2)


def _one_after_the_other(run: _Run, lane: str, checks: Sequence[Check]) -> None:
    for check in checks:
        before = None if check.needs is None else run.found.get(check.needs)
        if before is not None and before.verdict is Verdict.SKIPPED:
            run.found[check.id] = skipped(before.said)
        elif before is not None and before.verdict is Verdict.FAIL:
            run.found[check.id] = skipped(f"not asked, since {check.needs} failed")
        else:
            run.found[check.id] = _within(min(check.limit_s, run.until - time.monotonic()), check, run.situation)
    run.working.discard(lane)


def _within(limit_s: float, check: Check, situation: Situation) -> Finding:
    """What a check finds, or that it does not come to an end: then it is left behind in a thread of its own."""
    found: list[Finding] = []
    thread = threading.Thread(
        target=lambda: found.append(_looked(check, situation)), name=f"doctor-{check.id}", daemon=True
    )
    thread.start()
    thread.join(max(0.0, limit_s))
    return found[0] if found else BEYOND


def _looked(check: Check, situation: Situation) -> Finding:
    try:
        return check.look(situation)
    except UserError as fault:
        return fail(fault.problem, fault.remedy)
    except VisitError as fault:
        return failed(str(fault))
    except PermissionError as fault:
        return skipped(f"this user may not look at {fault.filename or 'it'}", "run the doctor with sudo")
    except OSError as fault:
        return fail(
            f"{fault.filename or 'the system'}: {fault.strerror or fault}", "look at the system's log: journalctl -k"
        )
    except Exception as fault:
        log.debug("check %s", check.id, exc_info=fault)
        return fail(f"internal fault: {type(fault).__name__}", "run it again with --debug and report what it prints")
