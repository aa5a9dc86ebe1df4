"""Exact joints as the shipped models would see them: measured errors that last, jitter, drop-outs, scores."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Detection, Pose
from tools.evaluation.noise.exactly import (
    GROUP_OF,
    GROUPS,
    LAYOUT,
    LEFT_HIP,
    RIGHT_HIP,
    SHOULDERS,
    Exact,
    Held,
)
from tools.evaluation.noise.fit import SMALL_PX

Floats = NDArray[np.float64]
HERE = Path(__file__).with_name("int8.json")
JOINTS = len(GROUP_OF)
FEWEST_SHOWN = 6
"""Joints in view below which nobody is found."""
RADIUS_PER_TORSO = 1.9
GONE_S = 2.0
"""Without a look for longer, the errors begin anew."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The errors of one posture, a number a joint."""

    sd: Floats
    sd_hidden: Floats
    world_sd: Floats
    """(33, 3)."""
    score: Floats
    """(33, 2) mean and standard deviation."""
    score_hidden: Floats
    gross_sd: Floats
    lost: tuple[float, float]
    """Share, and seconds an episode lasts."""
    gross: tuple[float, float]
    detected: float


@dataclass(frozen=True, slots=True)
class Model:
    """What `python -m tools.evaluation.noise` measured."""

    postures: dict[Held, Spread]
    lasting: float
    tau_s: float
    shared: float
    by_light: dict[str, float]
    by_size: dict[str, float]
    error_by_size: dict[str, float]
    pose_score: tuple[float, float]


@cache
def measured(path: Path = HERE) -> Model:
    """The noise model of a file."""
    said = json.loads(path.read_text("utf-8"))
    correlation, score = said["correlation"], said["pose_score"]
    return Model(
        {Held(name): _spread(each, said["hidden"]) for name, each in said["postures"].items()},
        correlation["lasting_share"],
        correlation["tau_s"],
        said["shared"],
        said["lost_by_light"],
        said["lost_by_size"],
        said["error_by_size"],
        (score["mean"], score["sd"]),
    )


def _spread(said: dict[str, Any], hidden: dict[str, Any]) -> Spread:
    joints = [said["joints"][GROUPS[group]] for group in GROUP_OF]

    def of(name: str, otherwise: object = None) -> Floats:
        return np.array([joint[name] if joint[name] is not None else otherwise for joint in joints])

    return Spread(
        sd=of("sd"),
        sd_hidden=of("sd_hidden", hidden["sd"]),
        world_sd=of("world_sd"),
        score=of("score"),
        score_hidden=of("score_hidden", hidden["score"]),
        gross_sd=np.array([said["gross_sd"][GROUPS[group]] for group in GROUP_OF]),
        lost=(said["lost"]["share"], said["lost"]["lasts_s"]),
        gross=(said["gross"]["share"], said["gross"]["lasts_s"]),
        detected=said["detected_while_lost"],
    )


@dataclass(slots=True, eq=False)
class Seer:
    """Looks at one person after another instant; the same for the same seed."""

    model: Model
    chance: np.random.Generator
    light: str = "day"
    _t: dict[int, float] = field(default_factory=dict)
    _state: dict[int, str] = field(default_factory=dict)
    _lasting: dict[int, Floats] = field(default_factory=dict)
    """(33, 5): x, y in the picture and x, y, z in the world, of unit variance."""
    _bare: dict[int, bool] = field(default_factory=dict)

    def look(self, t: float, one: Exact) -> Pose | Detection | None:
        """The person as seen at this instant: a pose, the detector's word alone, or nothing."""
        dt = t - self._t.get(one.person, -np.inf)
        self._t[one.person] = t
        spread = self.model.postures[one.held]
        size = "far" if one.torso_px < SMALL_PX else "near"
        state = self._next(one.person, dt, spread, size)
        lasting = self._drifted(one.person, dt)
        if int(one.shown.sum()) < FEWEST_SHOWN or not np.isfinite(one.px).all():
            return None
        if state == "lost":
            return self._detection(one) if self._bare.get(one.person, False) else None
        return self._pose(one, spread, size, lasting, gross=state == "gross")

    def _next(self, person: int, dt: float, spread: Spread, size: str) -> str:
        """Found, gross or lost: episodes begin and end by chance, so often and so long as was measured."""
        model, state = self.model, self._state.get(person, "found")
        harder = model.by_light.get(self.light, 1.0) * model.by_size.get(size, 1.0)
        lost = min(0.9, spread.lost[0] * harder)
        if dt > GONE_S:
            drawn = self.chance.random()
            state = "lost" if drawn < lost else ("gross" if drawn < lost + spread.gross[0] else "found")
        elif state == "found":
            for name, (share, lasts) in (("lost", (lost, spread.lost[1])), ("gross", spread.gross)):
                begins = share / max(1.0 - share, 0.05) / max(lasts, 0.05)
                if self.chance.random() < 1.0 - np.exp(-begins * dt):
                    state = name
                    break
        elif self.chance.random() < 1.0 - np.exp(
            -dt / max((spread.lost if state == "lost" else spread.gross)[1], 0.05)
        ):
            state = "found"
        if state == "lost" != self._state.get(person):
            self._bare[person] = bool(self.chance.random() < spread.detected)
        self._state[person] = state
        return state

    def _drifted(self, person: int, dt: float) -> Floats:
        keep = float(np.exp(-dt / self.model.tau_s)) if dt <= GONE_S * 5 else 0.0
        before = self._lasting.get(person)
        fresh = self._unit()
        after = fresh if before is None else keep * before + np.sqrt(1.0 - keep**2) * fresh
        self._lasting[person] = after
        return after

    def _unit(self) -> Floats:
        """(33, 5) of unit variance, part of it common to all joints."""
        shared = self.model.shared
        own = self.chance.standard_normal((JOINTS, 5))
        common = self.chance.standard_normal((1, 5))
        mixed: Floats = np.sqrt(1.0 - shared) * own + np.sqrt(shared) * common
        return mixed

    def _pose(self, one: Exact, spread: Spread, size: str, lasting: Floats, *, gross: bool) -> Pose:
        model = self.model
        error = np.sqrt(model.lasting) * lasting + np.sqrt(1.0 - model.lasting) * self._unit()
        sd = np.where(one.shown, spread.sd, spread.sd_hidden) * model.error_by_size.get(size, 1.0)
        sd = np.maximum(sd, spread.gross_sd) if gross else sd
        px = one.px + error[:, :2] * (sd * one.torso_px)[:, None]
        world = one.world + error[:, 2:] * spread.world_sd
        world -= (world[LEFT_HIP] + world[RIGHT_HIP]) / 2
        scores = np.where(one.shown[:, None], spread.score, spread.score_hidden)
        score = np.clip(scores[:, 0] + scores[:, 1] * self.chance.standard_normal(JOINTS), 0.0, 1.0)
        keypoints = np.column_stack((px, score)).astype(np.float32)
        mean, spread_of = model.pose_score
        certainty = float(np.clip(mean + spread_of * self.chance.standard_normal(), 0.5, 1.0))
        return Pose(keypoints, LAYOUT, certainty, world.astype(np.float32))

    def _detection(self, one: Exact) -> Detection:
        hip = one.px[[LEFT_HIP, RIGHT_HIP]].mean(axis=0) + 0.15 * one.torso_px * self.chance.standard_normal(2)
        axis = one.px[list(SHOULDERS)].mean(axis=0) - one.px[[LEFT_HIP, RIGHT_HIP]].mean(axis=0)
        axis = axis / max(float(np.linalg.norm(axis)), 1.0) * RADIUS_PER_TORSO * one.torso_px
        top = hip + axis + 0.2 * one.torso_px * self.chance.standard_normal(2)
        return Detection(tuple(hip.tolist()), tuple(top.tolist()), 0.6)
