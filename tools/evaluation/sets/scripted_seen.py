"""Scripts of what a camera can and cannot see: people who come, cross and leave, blankets, distance, dark, pauses.

Joints are exact but for a pixel of jitter, flat before one camera and with their depth before the others; what hides
them is written into their scores, and what blinds the camera into the picture's quality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Layout, Observation, PictureQuality, Pose, View, Zone, ZoneKind
from tools.scenes.acts import Move, Performance, perform
from tools.scenes.bed import Bed, supine
from tools.scenes.bodies import load
from tools.scenes.camera import Camera
from tools.scenes.gait import walk
from tools.scenes.keypoints import hip_centred, order
from tools.scenes.seated import Seat, seated
from tools.scenes.stances import Spot
from tools.scenes.still import stand, stay

Floats = NDArray[np.float64]
Spell = tuple[float, float]
"""From when until when, s."""

FPS: Final = 5.0
NAMES: Final = KEYPOINTS[Layout.COCO17]
TRUNK: Final = [NAMES.index(f"{side}_{joint}") for side in ("left", "right") for joint in ("shoulder", "hip")]
UNDER_BLANKET: Final = [
    NAMES.index(f"{side}_{joint}") for side in ("left", "right") for joint in ("elbow", "wrist", "hip", "knee", "ankle")
]
SEEN, UNSEEN, WEAK = 0.9, 0.05, 0.4
JITTER_PX: Final = 1.0
JITTER_M: Final = 0.01
FLAT: Final = "wall"
"""The camera whose model tells no depth."""
CAMERAS: Final = {
    "corner": Camera((0.0, 0.0, 2.4), yaw_deg=0.0, tilt_deg=25.0, fov_deg=74.0),
    "wall": Camera((0.0, 0.0, 1.9), yaw_deg=0.0, tilt_deg=15.0, fov_deg=74.0),
    "shelf": Camera((0.0, 0.0, 1.3), yaw_deg=0.0, tilt_deg=5.0, fov_deg=74.0),
}
BODIES: Final = ("resident", "older_man", "helper")
BED: Final = Zone("bed", ZoneKind.BED, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)), "bed-a")


@dataclass(frozen=True, slots=True)
class Script:
    """One recording, and what is to be said of it."""

    name: str
    camera: str
    seconds: float
    parts: tuple[Performance, ...]
    covered: Spell | None = None
    """A blanket lies over everything below the shoulders."""
    weak: Spell | None = None
    """Joints score low."""
    blind: tuple[str, Spell] | None = None
    """Why nothing can be seen, and when."""
    doubtful: tuple[str, Spell] | None = None
    """What is wrong with a picture that stays usable."""
    hole: Spell | None = None
    """No picture comes at all."""
    reason: tuple[str, Spell] | None = None
    """What should be said to hinder the judgement, and while what lasts."""
    lost: str | None = None
    """Why time is lost, as the minutes should name it."""
    zones: tuple[Zone, ...] = ()
    seed: int = 1

    @property
    def view(self) -> View:
        """As an installer measured it."""
        lens = CAMERAS[self.camera]
        return View(lens.tilt_deg, lens.roll_deg, lens.position[2], lens.intrinsics)


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One instant of a script."""

    observation: Observation
    in_view: tuple[bool, ...]
    """Of each person, whether the trunk is within the picture and the picture can be believed."""


def shots(script: Script) -> Iterator[Shot]:
    """Every instant that is analysed."""
    chance = np.random.default_rng(script.seed)
    lens = CAMERAS[script.camera]
    chosen = order(Layout.COCO17)
    for index in range(int(script.seconds * FPS) + 1):
        t = index / FPS
        if _within(t, script.hole):
            continue
        quality = PictureQuality()
        if script.blind is not None and _within(t, script.blind[1]):
            quality = PictureQuality(usable=False, reasons=(script.blind[0],))
        elif script.doubtful is not None and _within(t, script.doubtful[1]):
            quality = PictureQuality(usable=True, reasons=(script.doubtful[0],))
        bodies = [part.at(t).landmarks(part.body)[chosen] for part in script.parts]
        points = [lens.project(body) + chance.normal(0.0, JITTER_PX, (len(chosen), 2)) for body in bodies]
        away = [float(lens.to_camera(body)[:, 2].mean()) for body in bodies]
        poses, in_view = [], []
        for place, px in enumerate(points):
            inside = lens.sees(px)
            before = [other for nearer, other in zip(away, points, strict=True) if nearer < away[place] - 0.1]
            hidden = np.array([any(_behind(point, other) for other in before) for point in px])
            shown = WEAK if _within(t, script.weak) else SEEN
            score = np.where(inside & ~hidden, shown, np.where(inside, UNSEEN, 0.0))
            if _within(t, script.covered):
                score[UNDER_BLANKET] = np.minimum(score[UNDER_BLANKET], UNSEEN)
            in_view.append(bool(inside[TRUNK].all()) and quality.usable)
            if (score > UNSEEN).sum() >= 3 and quality.usable:
                keypoints = np.column_stack((np.nan_to_num(px), score)).astype(np.float32)
                world = hip_centred(bodies[place], lens, Layout.COCO17) + chance.normal(
                    0.0, JITTER_M, bodies[place].shape
                )
                solid = None if script.camera == FLAT else world.astype(np.float32)
                poses.append(Pose(keypoints, Layout.COCO17, SEEN, solid))
        yield Shot(Observation("cam", t, (lens.width, lens.height), tuple(poses), quality=quality), tuple(in_view))


def _within(t: float, spell: Spell | None) -> bool:
    return spell is not None and spell[0] <= t < spell[1]


def _behind(point: Floats, other: Floats) -> bool:
    """Whether another's trunk is in front of a point."""
    low, high = np.nanmin(other[TRUNK], axis=0), np.nanmax(other[TRUNK], axis=0)
    return bool((point >= low).all() and (point <= high).all())


def scripts(*, fast: bool = False) -> Iterator[Script]:
    """Every script before every camera, with another body each time."""
    for index, camera in enumerate(CAMERAS):
        if fast and index:
            return
        for number, make in list(enumerate(_MAKERS))[1::3] if fast else enumerate(_MAKERS):
            made = make(BODIES[(index + number) % 3], BODIES[(index + number + 1) % 3])
            yield replace(made, camera=camera, seed=100 * index + number)


def _stands(body: str, seconds: float, x: float = 3.5, y: float = 0.3, heading: float = 160.0) -> Performance:
    own = load(body)
    return perform(own, stand(own, Spot(x, y, heading)), [stay(seconds, "standing", "light", seed=2)], 2)


def _sits(body: str, seconds: float) -> Performance:
    own, seat = load(body), Seat(Spot(3.5, 0.3, 200.0), 0.46)
    return perform(own, seated(own, seat), [stay(seconds, "sitting", seed=3)], 3)


def _lies(body: str, seconds: float) -> Performance:
    own, bed = load(body), Bed(Seat(Spot(3.2, -0.4, 180.0), 0.52))
    return perform(own, supine(own, bed), [stay(seconds, "lying", seed=4)], 4)


def _walks(body: str, start: Spot, moves: list[Move], wait_s: float) -> Performance:
    own = load(body)
    return perform(own, stand(own, start), [stay(wait_s, "standing", "light", restless=0.0), *moves], 5)


def _by(body: str, x: float, stays_s: float = 0.0) -> Performance:
    """Comes in by one edge of the picture after 30 s and leaves by the other, or stops in between and goes back."""
    start = Spot(x, -4.0, 90.0)
    ways: list[Move] = [walk(start, [(x, 4.0)], speed=0.8)]
    if stays_s:
        halt = Spot(x, -1.0, 90.0)
        ways = [
            walk(start, [(halt.x, halt.y)], speed=0.8),
            stay(stays_s, "standing", "light", seed=6),
            walk(halt, [(x, -4.0)], speed=0.8),
        ]
    return _walks(body, start, ways, 30.0)


def _alone(body: str, _: str) -> Script:
    return Script("sits alone", "", 90.0, (_sits(body, 90.0),))


def _beside(body: str, other: str) -> Script:
    return Script("another comes and goes", "", 120.0, (_stands(body, 120.0), _by(other, 3.5, stays_s=30.0)))


def _crossing(body: str, other: str) -> Script:
    return Script("another crosses in front", "", 90.0, (_stands(body, 90.0), _by(other, 2.6)))


def _leaves(body: str, _: str) -> Script:
    start = Spot(3.5, 0.0, 90.0)
    out = Spot(3.5, 4.0, 90.0)
    ways = [
        walk(start, [(3.5, 4.0)], speed=0.8),
        stay(30.0, "standing", "light", restless=0.0),
        walk(out, [(3.5, 0.0)], 180.0, speed=0.8),
    ]
    return Script("leaves and comes back", "", 120.0, (_walks(body, start, ways, 30.0),))


def _blanket(body: str, _: str) -> Script:
    spell = (40.0, 110.0)
    part = _lies(body, 150.0)
    return Script("under a blanket", "", 150.0, (part,), covered=spell, reason=("blanket", spell), zones=(BED,))


def _far(body: str, _: str) -> Script:
    return Script("far away", "", 60.0, (_stands(body, 60.0, x=25.0, y=0.0),), reason=("too_far", (0.0, 60.0)))


def _weak(body: str, _: str) -> Script:
    spell = (30.0, 90.0)
    return Script("hardly made out", "", 130.0, (_sits(body, 130.0),), weak=spell, reason=("weak_keypoints", spell))


def _dark(body: str, _: str) -> Script:
    spell = (40.0, 70.0)
    made = Script("dark for a while", "", 110.0, (_sits(body, 110.0),), blind=("dark", spell), reason=("dark", spell))
    return replace(made, lost="dark")


def _frozen(body: str, _: str) -> Script:
    spell = (40.0, 110.0)
    made = Script("frozen for a while", "", 150.0, (_stands(body, 150.0),), blind=("frozen", spell))
    return replace(made, reason=("frozen", spell), lost="frozen")


def _paused(body: str, _: str) -> Script:
    spell = (30.0, 90.0)
    made = Script("paused", "", 120.0, (_sits(body, 120.0),), blind=("paused", spell), reason=("paused", spell))
    return replace(made, lost="paused")


def _moved(body: str, _: str) -> Script:
    spell = (30.0, 90.0)
    return Script("moved camera", "", 120.0, (_sits(body, 120.0),), doubtful=("moved", spell), reason=("moved", spell))


def _hole(body: str, _: str) -> Script:
    return Script("no pictures for a while", "", 120.0, (_sits(body, 120.0),), hole=(40.0, 80.0), lost="gap")


_MAKERS: Final[tuple[Callable[[str, str], Script], ...]] = (
    _alone, _beside, _crossing, _leaves, _blanket, _far, _weak, _dark, _frozen, _paused, _moved, _hole,
)  # fmt: skip
