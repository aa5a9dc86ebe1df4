"""What was told against what really happened, second by second."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from tools.month.script import CAMERAS, SEEN
from tools.month.truth import LIMITS, PASSING, PIECES, STARTING_S, Boot, Episode, Fall, Truth

ROUNDING_S = 0.01
"""Of times in messages (ms) and of their sums in a minute."""
GRAIN_S = 0.6
"""A turn of the script, with which the end of a loss is noted."""
PERIOD_S = 1.1
"""Between two pictures: a loss counts from the last one on."""
GROWTH_BYTES = 8 * 1024 * 1024
"""By how much the last third may lie above the second one: caches and the allocator's play; a leak of a picture an
hour would be more within days."""
FALL_LATE_S = 6.0
"""After the end of the recording, a fall belongs to it still."""


@dataclass(frozen=True, slots=True)
class Told:
    """One minute of one camera, as told; times go on through suspends."""

    camera: str
    boot: Boot
    start: float
    end: float
    observed_s: float
    lost_s: dict[str, float]


@dataclass(slots=True)
class Ledger:
    """The result."""

    misses: list[str] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)


def balanced(truth: Truth, heard: dict[str, Any]) -> Ledger:
    """Hold everything that was heard against the truth."""
    ledger = Ledger(misses=list(truth.faults))
    boots = {boot.id: boot for boot in truth.boots}
    minutes = [_told(body, boots[body["boot_id"]]) for body in heard["events"] if "observed_s" in body]
    ledger.misses += [*_continuous(truth, minutes), *_accounted(truth, minutes)]
    ledger.misses += [*_falls(truth, heard, boots), *_delivered(truth, heard), *_flat(truth)]
    ledger.misses += [*_said(truth, heard, boots), *_box(truth, heard, boots)]
    ledger.numbers |= _numbers(truth, heard, minutes)
    return ledger


def _told(body: dict[str, Any], boot: Boot) -> Told:
    end = boot.start + body["uptime_ms"] / 1000
    length = body["observed_s"] + sum(body["lost_s"].values())
    return Told(body["camera"], boot, end - length, end, body["observed_s"], body["lost_s"])


def _continuous(truth: Truth, minutes: list[Told]) -> Iterator[str]:
    """From each start to each end of the agent, one minute follows the other."""
    for boot in truth.boots:
        for camera in CAMERAS:
            mine = sorted((each for each in minutes if each.boot is boot and each.camera == camera), key=_start)
            at = boot.start
            for each in mine:
                if abs(each.start - at) > ROUNDING_S * 2 + (0.1 if at == boot.start else 0.0):
                    yield f"{camera}: {each.start - at:+.3f} s told twice or not at all at {at:.1f}"
                at = each.end
            if abs(boot.end - at) > 2.0 + GRACE_S:
                yield f"{camera}: the minutes of boot {boot.id} end {boot.end - at:+.1f} s before it at {boot.end:.1f}"


GRACE_S = 3.0
"""From the order to end until the pipeline has ended; real time passes then."""


def _start(told: Told) -> float:
    return told.start


def _windows(truth: Truth, camera: str) -> list[tuple[Episode, float, float, float, float]]:
    """Of each loss: when it must be counted from and until, and when it may be from and until."""
    found = []
    for each in truth.episodes:
        if each.camera == camera:
            limit = LIMITS[each.kind]
            must_until = each.end - GRAIN_S
            found.append(
                (each, each.start + limit.notice_s, must_until, each.start - PERIOD_S, each.end + limit.recover_s)
            )
    return found


def _overlap(start: float, end: float, other_start: float, other_end: float) -> float:
    return max(0.0, min(end, other_end) - max(start, other_start))


def _accounted(truth: Truth, minutes: list[Told]) -> Iterator[str]:
    """In each minute, what is lost is lost for its reason, and nothing else is."""
    windows = {camera: _windows(truth, camera) for camera in CAMERAS}
    for told in minutes:
        most: dict[str, float] = defaultdict(float)
        passing_most = _overlap(told.start, told.end, told.boot.start, told.boot.start + STARTING_S)
        passing = sum(seconds for reason, seconds in told.lost_s.items() if reason in PASSING)
        for each, must_from, must_until, may_from, may_until in windows[told.camera]:
            least = _overlap(told.start, told.end, must_from, must_until)
            may = _overlap(told.start, told.end, may_from, may_until)
            passing_most += may
            if may == 0.0:
                continue
            named = sum(told.lost_s.get(reason, 0.0) for reason in PIECES[each.kind] - PASSING)
            for reason in PIECES[each.kind]:
                most[reason] += may
            if named + passing < least - ROUNDING_S:
                missing = least - named - passing
                yield f"{told.camera}: {missing:.2f} s of {each.kind} not told, minute at {told.start:.1f}"
        for reason, seconds in told.lost_s.items():
            allowed = passing_most if reason in PASSING else most[reason]
            if seconds > allowed + ROUNDING_S:
                more = seconds - allowed
                yield f"{told.camera}: {more:.2f} s told as {reason} that were not, minute at {told.start:.1f}"


def _falls(truth: Truth, heard: dict[str, Any], boots: dict[str, Boot]) -> Iterator[str]:
    """Every fall that can be seen is one incident, confirmed; there are no others."""
    phases: dict[str, list[tuple[str, float, str]]] = defaultdict(list)
    for body in heard["events"]:
        if body.get("kind") == "fall":
            at = boots[body["boot_id"]].start + body["uptime_ms"] / 1000
            phases[f"{body['boot_id']} {body['incident_id']}"].append((body["phase"], at, body["camera"]))
    theirs: dict[int, list[str]] = defaultdict(list)
    for name, said in phases.items():
        begun, camera = min(at for _, at, _ in said), said[0][2]
        fall = next((number for number, each in enumerate(truth.falls) if _belongs(each, camera, begun)), None)
        if fall is None:
            yield f"{camera}: a fall was invented at {begun:.1f} ({[phase for phase, _, _ in said]})"
        else:
            theirs[fall].append(name)
        words = Counter(phase for phase, _, _ in said)
        if any(words[phase] > 1 for phase in ("suspected", "confirmed", "cleared")):
            yield f"{camera}: a phase of one fall was said twice at {begun:.1f}: {dict(words)}"
    for number, happened in enumerate(truth.falls):
        names = theirs[number]
        confirmed = [name for name in names if "confirmed" in {phase for phase, _, _ in phases[name]}]
        most = 2 if happened.kind == "fall-restart" else 1
        where = f"{happened.camera}: {happened.kind} at {happened.start:.1f}"
        if happened.kind in SEEN and (not confirmed or len(names) > most):
            yield f"{where} became {len(names)} incidents, {len(confirmed)} of them confirmed"
        if happened.kind not in SEEN and names:
            yield f"{where} was seen though it could not be"


def _belongs(fall: Fall, camera: str, at: float) -> bool:
    return fall.camera == camera and fall.start <= at <= fall.end + FALL_LATE_S


def _delivered(truth: Truth, heard: dict[str, Any]) -> Iterator[str]:
    """Everything, once, as it was."""
    yield from (f"never arrived: {name}" for name in heard["holes"])
    yield from (f"dropped: {gap['event_id']}" for gap in heard["gaps"])
    yield from (f"came again with another body: {name}" for name in heard["altered"])
    names = Counter(body["event_id"] for body in heard["events"])
    yield from (f"two events of one name: {name}" for name, count in names.items() if count > 1)
    if truth.committed is not None:
        yield from (f"committed and never heard: {name}" for name in truth.committed - names.keys())


def _flat(truth: Truth) -> Iterator[str]:
    """Memory, descriptors and threads of the last third are those of the second."""
    third = len(truth.usage) // 3
    if third < 2:
        return
    before, after = truth.usage[third : 2 * third], truth.usage[-third:]
    if (grown := fmean(u[1] for u in after) - fmean(u[1] for u in before)) > GROWTH_BYTES:
        yield f"memory grew by {grown / 2**20:.1f} MB in the last third"
    for place, name in ((2, "descriptors"), (3, "threads")):
        # One that leaks stays, and is in the median; one that is open while dialling is in the maximum alone.
        was, became = median(u[place] for u in before), median(u[place] for u in after)
        if became > was:
            yield f"{name} grew: {was:g} to {became:g}"


def _said(truth: Truth, heard: dict[str, Any], boots: dict[str, Boot]) -> Iterator[str]:
    """`health` says each loss in time, and says none that is not."""
    told: dict[str, list[tuple[float, str, list[str]]]] = {camera: [] for camera in CAMERAS}
    for body in heard["health"]:
        at = boots[body["boot_id"]].start + body["uptime_ms"] / 1000
        for camera in body["cameras"]:
            told[camera["camera"]].append((at, camera["status"], camera["reasons"]))
    for camera, said in told.items():
        said.sort(key=lambda each: each[0])
        for each in truth.episodes:
            limit = LIMITS[each.kind]
            if each.camera != camera or each.end - each.start < limit.said_s:
                continue
            if not any(_names(each, status, reasons) for at, status, reasons in said
                       if each.start - PERIOD_S <= at <= each.start + limit.said_s):  # fmt: skip
                yield f"{camera}: health did not say {each.kind} within {limit.said_s:g} s at {each.start:.1f}"
        for at, status, reasons in said:
            if status in ("ok", "stopping") or _may_be(truth, camera, at, status, reasons):
                continue
            yield f"{camera}: health said {status} {reasons} at {at:.1f}, and it was not so"


def _names(episode: Episode, status: str, reasons: list[str]) -> bool:
    if episode.kind == "paused":
        return status == "paused"
    return status == "blind" and bool(set(reasons) & PIECES[episode.kind])


def _may_be(truth: Truth, camera: str, at: float, status: str, reasons: list[str]) -> bool:
    if status == "degraded":
        return set(reasons) <= {"hot"} and any(start <= at <= end for start, end in truth.warm)
    if any(boot.start <= at <= boot.start + STARTING_S for boot in truth.boots):
        return True
    return any(may_from <= at <= may_until + 1.0 for _, _, _, may_from, may_until in _windows(truth, camera))


def _box(truth: Truth, heard: dict[str, Any], boots: dict[str, Boot]) -> Iterator[str]:
    """`health` says heat, clocks and naps in time."""
    bodies = sorted(heard["health"], key=lambda body: boots[body["boot_id"]].start + body["uptime_ms"] / 1000)
    times = [boots[body["boot_id"]].start + body["uptime_ms"] / 1000 for body in bodies]
    for word, start, until in truth.told:
        first, last = bisect_right(times, start - ROUNDING_S), bisect_right(times, until)
        if not any(_tells(word, body) for body in bodies[first:last]):
            yield f"health did not say {word} within {until - start:.1f} s at {start:.1f}"


def _tells(word: str, body: dict[str, Any]) -> bool:
    if word == "clock_jump":
        return body["clock_jump"] is not None
    if word == "suspended":
        return bool(body["suspended_s"] > 0.0)
    return word in body["reasons"]


def _numbers(truth: Truth, heard: dict[str, Any], minutes: list[Told]) -> dict[str, Any]:
    lost: dict[str, float] = defaultdict(float)
    for told in minutes:
        for reason, seconds in told.lost_s.items():
            lost[reason] += seconds
    scripted: dict[str, float] = defaultdict(float)
    for each in truth.episodes:
        scripted[each.kind] += each.end - each.start
    incidents = Counter(f"{body['kind']} {body['phase']}" for body in heard["events"] if "kind" in body)
    used = [each for each in truth.usage if each[0] > truth.usage[0][0]]
    return {
        "box_hours": round((truth.boots[-1].end - truth.boots[0].start) / 3600, 2),
        "pictures": truth.pictures,
        "boots": Counter(boot.code for boot in truth.boots),
        "acts": dict(sorted(truth.acts.items())),
        "observed_s": round(sum(told.observed_s for told in minutes), 1),
        "lost_s": {reason: round(seconds, 1) for reason, seconds in sorted(lost.items())},
        "scripted_loss_s": {kind: round(seconds, 1) for kind, seconds in sorted(scripted.items())},
        "falls": Counter(fall.kind for fall in truth.falls),
        "incidents": dict(sorted(incidents.items())),
        "events": len(heard["events"]),
        "copies": heard["copies"],
        "memory_mb": [round(each[1] / 2**20, 1) for each in (used[:1] + used[-1:])],
        "descriptors": [min((each[2] for each in used), default=0), max((each[2] for each in used), default=0)],
        "threads": [min((each[3] for each in used), default=0), max((each[3] for each in used), default=0)],
    }
