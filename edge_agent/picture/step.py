"""The quality of each picture of one camera, steadied over seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from edge_agent.picture import exposure, hold, scene, stillness
from edge_agent.picture.hold import Hold
from edge_agent.picture.limits import PictureLimits
from edge_agent.picture.scene import Learnt
from edge_agent.picture.sketch import LEAST, Mask, Sketch, sketch
from edge_agent.picture.stillness import Stillness
from edge_agent.types import Image, PictureQuality

_LEAST_SEEN = 0.05
"""Share of the picture that privacy must leave for anything to be said of it; [C]."""


class Fault(StrEnum):
    """What is wrong with a camera, the most important first."""

    FROZEN = "frozen"
    DARK = "dark"
    OVER_EXPOSED = "over_exposed"
    COVERED = "covered"
    MOVED = "moved"
    BLURRED = "blurred"


BLINDING = frozenset({Fault.FROZEN, Fault.DARK, Fault.OVER_EXPOSED, Fault.COVERED})
"""With one of these nobody can be seen; the others leave the picture usable."""


class Light(StrEnum):
    """What the camera sees by: pictures of the two look too different to share what is learnt."""

    DAY = "day"
    INFRA_RED = "infra_red"


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is remembered of one camera; no picture but the rows sampled from the last one."""

    stillness: Stillness | None = None
    """None before the first picture."""
    light: Light | None = None
    """None until a picture shows it."""
    settled_at: float = float("-inf")
    """When the camera will have found its exposure after the last switch of the light."""
    learnt: Mapping[Light, Learnt] = field(default_factory=dict)
    holds: Mapping[Fault, Hold] = field(default_factory=lambda: dict.fromkeys(Fault, Hold()))


def step(
    limits: PictureLimits, state: State, t: float, image: Image, ignored: Mask | None = None
) -> tuple[State, PictureQuality]:
    """Judge one picture.

    `frozen`, `dark`, `over_exposed` and `covered` are found from nothing. `blurred` and `moved` need the camera's own
    scene, learnt from `learn_s` seconds of good pictures, apart for day and infra-red. What is learnt stands still
    while a fault is there: `moved` stays until the old scene is back or a new state is begun (a restart, a reload),
    and `blurred` until the edges are.

    Args:
        limits: the thresholds.
        state: what the picture before left, or `State()`.
        t: time of the picture on the sensor's clock, s; after that of the one before.
        image: (H, W, 3) blue, green, red. Nothing is said of one smaller than 192 x 144.
        ignored: (h, w) of any size, laid over the whole picture: True where privacy blacked it out.

    Raises:
        ValueError: `t` is not later than that of the picture before.
    """
    if image.shape[1] < LEAST[0] or image.shape[0] < LEAST[1]:
        return State(), PictureQuality()
    last = state.stillness
    if last is not None and t <= last.t:
        raise ValueError(f"a picture at {t} s after one at {last.t} s")
    if last is not None and t - last.t < limits.look_s:
        return state, _quality(state)
    now = sketch(image, ignored)
    if last is not None and last.samples.shape != now.samples.shape:
        state, last = State(), None  # another resolution is another picture of the room
    if np.count_nonzero(now.seen) < _LEAST_SEEN * now.seen.size:
        return replace(_resumed(state), stillness=stillness.begin(last, now, t)), PictureQuality()
    if last is None or t - last.t > limits.gap_s:
        state = replace(_resumed(state), stillness=stillness.begin(last, now, t))
        return _judge(limits, _lit(limits, state, now, t), now, t, 0.0, unchanged=None)
    followed, unchanged = stillness.follow(limits, last, now, t)
    state = replace(_lit(limits, state, now, t), stillness=followed)
    return _judge(limits, state, now, t, t - last.t, unchanged=unchanged)


def _resumed(state: State) -> State:
    """After a gap: what single pictures show has to be seen anew, what was said against the learnt still holds."""
    kept = {fault: Hold(state.holds[fault].said and fault not in BLINDING) for fault in Fault}
    return replace(state, holds=kept)


def _lit(limits: PictureLimits, state: State, now: Sketch, t: float) -> State:
    """Notice the switch between day and infra-red."""
    if now.colour is None or (state.light and limits.grey_below <= now.colour <= limits.colour_above):
        return state
    light = Light.INFRA_RED if now.colour < limits.colour_above else Light.DAY
    if light is state.light:
        return state
    return replace(state, light=light, settled_at=t if state.light is None else t + limits.settle_s)


def _judge(
    limits: PictureLimits, state: State, now: Sketch, t: float, dt: float, *, unchanged: bool | None
) -> tuple[State, PictureQuality]:
    settled = t >= state.settled_at
    learnt = state.learnt.get(state.light) if state.light else None
    known = learnt if learnt and learnt.seconds >= limits.learn_s else None
    structured = exposure.structured(limits, now)
    black, white = exposure.dark(limits, now), exposure.over_exposed(limits, now)
    usual = known.traits.structured if known else 0.0
    bare = structured < max(limits.covered_share, limits.covered_of_usual * usual) and not (black or white)
    findings: dict[Fault, bool | None] = {
        Fault.FROZEN: unchanged,
        Fault.DARK: black if settled else None,
        Fault.OVER_EXPOSED: white if settled else None,
        Fault.COVERED: bare,
        Fault.MOVED: None,
        Fault.BLURRED: None,
    }
    holds = state.holds
    if settled and not (black or white or bare or unchanged or any(holds[fault].said for fault in BLINDING)):
        traits = scene.traits(now, structured)
        if known:
            findings |= _against(limits, scene.compare(limits, known, traits))
        if state.light and dt and not any(findings.values()) and not any(held.said for held in holds.values()):
            state = replace(state, learnt={**state.learnt, state.light: scene.learn(limits, learnt, traits, dt)})
    state = replace(
        state,
        holds={fault: hold.follow(holds[fault], t, *_seconds(limits, fault), holds=findings[fault]) for fault in Fault},
    )
    return state, _quality(state)


def _quality(state: State) -> PictureQuality:
    said = tuple(fault.value for fault in Fault if state.holds[fault].said)
    return PictureQuality(not BLINDING.intersection(said), said)


def _against(limits: PictureLimits, agreement: scene.Agreement) -> dict[Fault, bool | None]:
    def most(share: float | None) -> bool | None:
        return None if share is None else share >= limits.tiles_share

    return {Fault.MOVED: most(agreement.elsewhere), Fault.BLURRED: most(agreement.soft)}


def _seconds(limits: PictureLimits, fault: Fault) -> tuple[float, float]:
    """How long a fault must be there, and be gone; `stillness` has waited for a frozen picture itself."""
    return {
        Fault.FROZEN: (0.0, limits.frozen_leave_s),
        Fault.DARK: (limits.dark_s, limits.seen_leave_s),
        Fault.OVER_EXPOSED: (limits.bright_s, limits.seen_leave_s),
        Fault.COVERED: (limits.covered_s, limits.seen_leave_s),
        Fault.MOVED: (limits.moved_s, limits.learnt_leave_s),
        Fault.BLURRED: (limits.blurred_s, limits.learnt_leave_s),
    }[fault]
