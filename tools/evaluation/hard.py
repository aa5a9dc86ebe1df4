"""The hard cases through the agent: what it said, what it would have answered, and whether that was right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from edge_agent import pipeline
from edge_agent.box import with_view
from edge_agent.incidents.evidence import judge
from edge_agent.settings import Settings
from edge_agent.types import (
    Camera,
    Demand,
    Detection,
    Frame,
    Incident,
    Kind,
    Observation,
    Phase,
    Pose,
    View,
    Zone,
    ZoneKind,
)
from tools.evaluation.agent import eye_of
from tools.evaluation.noise.exactly import followed
from tools.evaluation.noise.seen import Seer, measured
from tools.scenes.bed import Bed
from tools.scenes.catalogue import Scene
from tools.scenes.light import HUNTING_S, SWITCH_S
from tools.scenes.paint import frames
from tools.scenes.stage import DESCENT, LYING
from tools.scenes.variants import Variant

Instant = TypeVar("Instant")

SUSPECTED_S = 5.0
CONFIRMED_S = (10.0, 20.0)
CLEARED_S = (-4.0, 12.0)
"""Cleared from when the hips have left the floor until well after standing, against the truth's `up_again`."""
EARLY_S = 1.0
QUALITY = 80
"""Of the JPEG pictures a film is kept as, 0 to 100."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one variant."""

    variant: Variant
    pictures: bool
    seconds: float
    onset_s: float | None
    floor_s: float | None
    """When the body is on the floor and in view."""
    up_s: float | None
    falls: tuple[Incident, ...]
    named: tuple[str, ...]
    """Alternatives that the agent held to fit at some time."""
    rule: float | None = None

    @property
    def reported(self) -> bool:
        """A fall was said at all."""
        return bool(self.falls)

    @property
    def early(self) -> bool:
        """A fall was said before there was one."""
        if not self.variant.plot.fall:
            return self.reported
        return self.onset_s is not None and any(each.t < self.onset_s - EARLY_S for each in self.falls)

    def first(self, phase: Phase) -> Incident | None:
        """The first word of a phase."""
        return next((each for each in self.falls if each.phase is phase), None)

    @property
    def suspected_after_s(self) -> float | None:
        """From lying on the floor in view to the first word."""
        first = self.falls[0] if self.falls else None
        return None if first is None or self.floor_s is None else first.t - self.floor_s

    @property
    def confirmed_after_s(self) -> float | None:
        """From suspected to confirmed."""
        suspected, confirmed = self.first(Phase.SUSPECTED), self.first(Phase.CONFIRMED)
        return None if suspected is None or confirmed is None else confirmed.t - suspected.t

    @property
    def confirmed_right(self) -> bool:
        """Confirmed within 10 to 20 s."""
        after = self.confirmed_after_s
        return after is not None and CONFIRMED_S[0] <= after <= CONFIRMED_S[1]

    @property
    def cleared_right(self) -> bool:
        """Cleared once the body is up, asking for a check; never while it is down."""
        cleared = [each for each in self.falls if each.phase is Phase.CLEARED]
        if self.up_s is None:
            return not cleared
        last = cleared[-1] if cleared else None
        ended = last is not None and len({each.id for each in self.falls}) == len(cleared)
        if last is None or not ended or any(each.t < self.up_s + CLEARED_S[0] for each in cleared):
            return False
        return last.check_required and last.t <= self.up_s + CLEARED_S[1]

    @property
    def companion_right(self) -> bool:
        """Another person was told of where one came, and nowhere else."""
        return any(each.another_person for each in self.falls) == self.variant.plot.helped

    @property
    def reasons_right(self) -> bool:
        """A fall names a clue of its case, confirming says how long; what is no fall is taken for what it is."""
        plot = self.variant.plot
        if not plot.fall:
            return not plot.says or bool(plot.says & set(self.named))
        if not self.falls or not plot.says & {reason.feature for reason in self.falls[0].reasons}:
            return False
        confirmed = self.first(Phase.CONFIRMED)
        return confirmed is None or any(reason.feature == "on_floor_for" for reason in confirmed.reasons)

    @property
    def rejected_right(self) -> bool:
        """A suspicion says what it ruled out, and a clue of the way down or of lying stands against each."""
        if not self.falls:
            return False
        first = self.falls[0]
        return bool(first.rejected) and bool({each.feature for each in first.reasons} & (DESCENT | LYING))


def settings_of(variant: Variant, scene: Scene) -> Settings:
    """What an installer told the agent: perhaps the camera's view, perhaps the bed and the sofa."""
    camera = scene.camera
    zones = tuple(_zones(scene)) if variant.marked else ()
    settings = Settings(Camera("cam", "room", zones=zones), analysis_fps=variant.fps)
    if not variant.measured:
        return settings
    return with_view(settings, View(camera.tilt_deg, camera.roll_deg, camera.position[2], camera.intrinsics))


def _zones(scene: Scene) -> Iterator[Zone]:
    """Bed and sofa as an installer draws them in the picture: the mattress, and what lies on it."""
    size = np.array((scene.camera.width, scene.camera.height))
    for name, kind, bed in (("bed", ZoneKind.BED, scene.room.bed), ("sofa", ZoneKind.SOFA, scene.room.sofa)):
        if bed is None:
            continue
        corners = scene.camera.project(np.stack([bed.edge.spot.world(corner) for corner in _block(bed)]))
        if not np.isfinite(corners).all():
            continue
        drawn = cv2.convexHull(corners.astype(np.float32))
        frame = np.array(((0, 0), (size[0], 0), size, (0, size[1])), np.float32)[:, None]
        area, inside = cv2.intersectConvexConvex(drawn, frame)
        if area > 0:
            yield Zone(name, kind, tuple((float(x), float(y)) for x, y in np.asarray(inside)[:, 0] / size))


def _block(bed: Bed) -> Iterator[tuple[float, float, float]]:
    """Corners of the mattress and of what lies on it."""
    for z in (bed.edge.height, bed.edge.height + 0.2):
        for x in (-2.0 * bed.inward - 0.25, 0.12):
            for y in (-0.9, 1.15):
                yield x, y, z


def projected(variant: Variant) -> Answer:
    """One variant by its exact joints and the measured noise."""
    scene = variant.scene()
    chance = np.random.default_rng((variant.seed, 3))
    seer = Seer(measured(), chance, "infrared" if variant.light == "switch" else variant.light)
    blinded = variant.light == "switch"

    def observations() -> Iterator[Observation]:
        for t, people in followed(scene):
            seen = [] if blinded and SWITCH_S <= t < SWITCH_S + HUNTING_S else [seer.look(t, one) for one in people]
            yield _observation(scene, t, seen)

    return answered(variant, scene, observations(), lambda seen, _: seen, pictures=False)


def rendered(variant: Variant, folder: Path) -> Answer:
    """One variant by its pictures, through the real int8 models; the pictures are kept."""
    scene = variant.scene()
    drawn = sha256(repr(variant).encode()).hexdigest()[:12]
    path = folder / f"{variant.name}-{drawn}.avi"
    if not path.is_file():
        _film(scene, path)
    eye = eye_of()

    try:
        return answered(variant, scene, _played(path, scene.fps), eye.look, pictures=True)
    finally:
        eye.estimator.close()


def _played(path: Path, fps: float) -> Iterator[Frame]:
    film = cv2.VideoCapture(str(path))
    n = 0
    while True:
        there, picture = film.read()
        if not there:
            break
        yield Frame("cam", n / fps, np.asarray(picture, np.uint8))
        n += 1
    film.release()


def _film(scene: Scene, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.avi")
    code = cv2.VideoWriter.fourcc(*"MJPG")
    film = cv2.VideoWriter(str(part), code, scene.fps, (scene.camera.width, scene.camera.height))
    film.set(cv2.VIDEOWRITER_PROP_QUALITY, QUALITY)
    for _, picture in frames(scene):
        film.write(picture)
    film.release()
    part.rename(path)


def _observation(scene: Scene, t: float, seen: list[Pose | Detection | None]) -> Observation:
    poses = tuple(each for each in seen if isinstance(each, Pose))
    bare = tuple(each for each in seen if isinstance(each, Detection))
    return Observation("cam", t, (scene.camera.width, scene.camera.height), poses, bare)


def answered(
    variant: Variant,
    scene: Scene,
    instants: Iterable[Instant],
    look: Callable[[Instant, Demand], Observation],
    *,
    pictures: bool,
) -> Answer:
    """One variant through the flow, and what the agent's own judge holds to fit meanwhile."""
    settings = settings_of(variant, scene)
    state, demand = pipeline.State(), Demand(variant.fps)
    falls: list[Incident] = []
    named: set[str] = set()
    last = 0.0
    for instant in instants:
        observation = look(instant, demand)
        state, events, demand = pipeline.step(settings, state, observation)
        last = observation.t
        falls += [each for each in events if isinstance(each, Incident) and each.kind is Kind.FALL]
        for person in state.persons:
            past = state.incidents.pasts.get(person.track.id)
            if past is not None and not variant.plot.fall:
                named |= {each.alternative for each in judge(settings.incidents, past, person).against}
    onset, floor, up = _truth(scene)
    return Answer(variant, pictures, last, onset, floor, up, tuple(falls), tuple(sorted(named)))


def _truth(scene: Scene) -> tuple[float | None, float | None, float | None]:
    """When the fall begins, when the body is on the floor in view, and when it stands again."""
    for part in scene.parts:
        play = part.performance
        if play.falls:
            fall = play.falls[0]
            return fall.onset, fall.impact, fall.up_again
        down = [span for span in play.spans if span.on_floor]
        if scene.fall_expected and down:
            return (
                down[0].start,
                down[0].start,
                next((s.start for s in play.spans if s.posture == "standing" and s.start > down[0].start), None),
            )
    return None, None, None
