"""A quiet day of 24 hours in a resident's room, by its seed: nights in bed, sitting, chores, visits, nobody there.

Made for false alarms: nobody falls. Movement is simulated at MOVING_FPS, stillness at STILL_FPS, since a day at the
full rate would take hours; what was simulated at which rate is told with the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from edge_agent.types import Detection, Observation, Pose
from tools.evaluation.ghosts import as_seen_now, ghosts_of
from tools.evaluation.noise.exactly import Exact, Floats, exactly, furniture
from tools.evaluation.noise.seen import Seer, measured
from tools.evaluation.scoring import DAY_S
from tools.scenes.acts import Act, Ease, Move, Performance, perform
from tools.scenes.bed import Bed, leave_bed, lie_down, supine
from tools.scenes.bodies import Body
from tools.scenes.catalogue import Part, Scene
from tools.scenes.chores import kneel_to_clean, pick_up, squat
from tools.scenes.gait import walk
from tools.scenes.pose import Key
from tools.scenes.seated import Seat, sit_down, stand_up, tie_shoes
from tools.scenes.stances import Spot
from tools.scenes.still import stand, stay
from tools.scenes.variants import Variant

MOVING_FPS, STILL_FPS, EMPTY_FPS = 5.0, 0.5, 0.5
GAPS = 6
"""Times a day that nobody is found for 5 to 60 s (turned away, under the blanket, somebody before the lens) [C]."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some time of the day."""

    start: float
    seconds: float
    parts: tuple[Part, ...]
    """Their own clock begins with the block; none: nobody there."""
    fps: float
    fixed: Key | None = None
    """Somebody keeps still like this."""


@dataclass(slots=True)
class Counted:
    """What was simulated, seconds."""

    in_view_s: float = 0.0
    moving_s: float = 0.0
    still_s: float = 0.0
    in_bed_s: float = 0.0
    two_s: float = 0.0
    looks: int = 0


@dataclass(slots=True, eq=False)
class Day:
    """Writes a day's script, block after block."""

    variant: Variant
    scene: Scene
    body: Body
    chance: np.random.Generator
    blocks: list[Block] = field(default_factory=list)
    t: float = 0.0
    key: Key | None = None

    @property
    def door(self) -> Spot:
        """Where one comes in and goes out."""
        return self.scene.room.door

    def act(self, *moves: Move, others: tuple[Part, ...] = ()) -> None:
        """The resident does something from where they are, at the full rate."""
        assert self.key is not None  # noqa: S101
        play = perform(self.body, self.key, moves, self._seed())
        seconds = max([play.end, *(each.performance.end for each in others)])
        if seconds > play.end + 0.5:  # the resident waits for the others
            last = play.keys[-1]
            play = perform(
                self.body, self.key, [*moves, lambda _b, _k: stay(seconds - play.end, "other")(_b, last)], play.seed
            )
        self.blocks.append(Block(self.t, seconds, (Part(play, self.variant.clothes), *others), MOVING_FPS))
        self.t += seconds
        self.key = play.keys[-1]

    def keep_still(self, seconds: float, stirs_every: float = 700.0) -> None:
        """Stays, looked at rarely, and stirs now and then, looked at closely."""
        left = seconds
        while left > 0:
            piece = min(left, float(self.chance.uniform(0.6, 1.4)) * stirs_every)
            self.blocks.append(Block(self.t, piece, (), STILL_FPS, self.key))
            self.t += piece
            left -= piece
            if left > 20:
                self.act(stay(8.0, "other", restless=1.6, seed=self._seed()))
                left -= 8.0

    def absent(self, seconds: float) -> None:
        """Nobody there."""
        self.blocks.append(Block(self.t, seconds, (), EMPTY_FPS))
        self.t += seconds
        self.key = None

    def _seed(self) -> int:
        return int(self.chance.integers(1, 1_000_000))

    # --- what is done ---

    def comes_in(self) -> None:
        """By the door, onto the open floor."""
        self.key = stand(self.body, self.door)
        x, y = self.scene.room.open.x, self.scene.room.open.y
        self.act(walk(self.door, [(x, y)]))

    def goes_out(self) -> None:
        """By the door, from a place on the floor."""
        spot = self._spot()
        out = self.door.ahead(-0.3)
        self.act(walk(spot, [(self.door.x, self.door.y), (out.x, out.y)]))
        self.key = None

    def sits(self, seat: Seat, *, fast: bool = False) -> None:
        """Walks to a seat and sits down."""
        before = seat.before(self.body)
        self.act(walk(self._spot(), [(before.x, before.y)], before.heading), sit_down(seat, 1.0 if fast else 2.4))

    def stands_up(self, seat: Seat) -> None:
        """And takes some steps."""
        before = seat.before(self.body)
        self.act(stand_up(seat), walk(before, [(self.scene.room.open.x, self.scene.room.open.y)]))

    def to_rest(self, bed: Bed) -> None:
        """Sits on the edge, lies down."""
        self.sits(bed.edge)
        self.act(stay(3.0, "sitting", seed=self._seed()), lie_down(bed))

    def from_rest(self, bed: Bed) -> None:
        """Sits up on the edge, stands up."""
        self.act(leave_bed(bed), stay(4.0, "sitting", seed=self._seed()))
        self.stands_up(bed.edge)

    def turns_over(self, bed: Bed) -> None:
        """In bed, onto the side or back again."""
        side = leave_bed(bed)(self.body, supine(self.body, bed))[0].steps[0]
        on_back = supine(self.body, bed)
        was_on_back = self.key is not None and float(np.linalg.norm(self.key.turn - on_back.turn)) < 0.1
        goal = replace(side, seconds=3.0) if was_on_back else replace(side, seconds=3.0, key=on_back)
        self.act(lambda _b, _k: (Act((goal,), "lying", "light"),))

    def chore(self, which: Callable[[Spot], Move]) -> None:
        """Something low on the floor."""
        self.act(which(self._spot()), stay(2.0, "standing", "light", seed=self._seed()))

    def visited(self, helper: Body) -> None:
        """Somebody comes in, walks past close before the resident, stands a while, leaves."""
        place = self._spot()
        beside = place.ahead(0.6, 0.5)
        seed = self._seed()
        out = self.door.ahead(-0.3)
        way = [(beside.x, beside.y), (place.ahead(0.6, -0.6).x, place.ahead(0.6, -0.6).y)]
        after = Spot(*way[-1], 0.0)
        moves: list[Move] = [
            walk(self.door, way, 0.0, speed=0.8),
            stay(float(self.chance.uniform(10, 40)), "standing", "light", seed=seed),
            walk(after, [(self.door.x, self.door.y), (out.x, out.y)], speed=0.8),
        ]
        other = Part(perform(helper, stand(helper, self.door), moves, seed, 1.0), "helper")
        self.act(stay(3.0, "other", seed=seed), others=(other,))

    def _spot(self) -> Spot:
        assert self.key is not None  # noqa: S101
        ahead = self.key.turn @ np.array([1.0, 0.0, 0.0])
        x, y, _ = self.key.pelvis
        return Spot(float(x), float(y), float(np.degrees(np.arctan2(ahead[1], ahead[0]))))


def script(variant: Variant, scene: Scene, body: Body, helper: Body) -> list[Block]:
    """The blocks of one day, from midnight to midnight."""
    day = Day(variant, scene, body, np.random.default_rng((variant.seed, 21)))
    chance, bed, sofa, chair = day.chance, scene.room.bed, scene.room.sofa or scene.room.bed, scene.room.chair
    day.key = supine(body, bed)
    _night(day, bed, float(chance.uniform(5.6, 7.0)) * 3600)
    day.from_rest(bed)
    day.goes_out()
    day.absent(float(chance.uniform(0.7, 1.5)) * 3600)
    bedtime = float(chance.uniform(21.8, 22.8)) * 3600
    while day.t < bedtime - 2 * 3600:
        day.comes_in()
        for _ in range(int(chance.integers(1, 4))):
            _something(day, int(chance.integers(0, 7)), chair, sofa, helper)
        day.goes_out()
        day.absent(min(float(chance.uniform(1.0, 3.4)) * 3600, max(bedtime - day.t, 600.0)))
    day.comes_in()
    _something(day, 0, chair, sofa, helper)
    day.to_rest(bed)
    if day.t < DAY_S:
        day.keep_still(DAY_S - day.t, 1500.0)
    return day.blocks


def _night(day: Day, bed: Bed, until: float) -> None:
    """In bed, turning over now and then; to the bathroom once or twice."""
    trips = sorted(day.chance.uniform(1800, until - 1800, int(day.chance.integers(1, 3))).tolist())
    while day.t < until:
        if trips and day.t > trips[0]:
            trips.pop(0)
            day.from_rest(bed)
            day.goes_out()
            day.absent(float(day.chance.uniform(120, 500)))
            day.comes_in()
            day.to_rest(bed)
        day.keep_still(min(float(day.chance.uniform(1200, 3000)), max(until - day.t, 30.0)), 5000.0)
        day.turns_over(bed)
    if float(np.linalg.norm(day.key.turn - supine(day.body, bed).turn)) > 0.1:  # type: ignore[union-attr]
        day.turns_over(bed)


def _something(day: Day, which: int, chair: Seat, sofa: Bed, helper: Body) -> None:
    chance = day.chance
    if which == 0:
        day.sits(chair, fast=bool(chance.random() < 0.3))
        day.keep_still(float(chance.uniform(600, 1800)))
        day.stands_up(chair)
    elif which == 1:
        day.to_rest(sofa)
        day.keep_still(float(chance.uniform(600, 1500)))
        day.from_rest(sofa)
    elif which == 2:
        day.sits(chair)
        day.act(tie_shoes(chair, 11.0), stay(4.0, "sitting", seed=1))
        day.stands_up(chair)
    elif which == 3:
        day.chore(kneel_to_clean)
    elif which == 4:
        day.chore(pick_up)
        day.chore(squat)
    else:
        day.visited(helper)


def observations(
    blocks: list[Block], variant: Variant, scene: Scene, body: Body, counted: Counted
) -> Iterator[Observation]:
    """The day as the models would see it."""
    chance = np.random.default_rng((variant.seed, 22))
    seer = Seer(measured(), chance, variant.light)
    walls = furniture(scene.room)
    ghosts, gaps = ghosts_of(scene, chance), np.sort(chance.uniform(0, DAY_S, GAPS))
    gap_s = chance.uniform(5, 60, GAPS)
    size = (scene.camera.width, scene.camera.height)
    t = -1.0
    for block in blocks:
        still = _still(block, body, scene, walls)
        night = still is not None and _in_bed(still, scene)
        for n in range(max(1, int(block.seconds * block.fps))):
            now = block.start + n / block.fps
            if now <= t or now >= DAY_S:
                continue
            t = now
            people = (still,) if still is not None else tuple(_moving(block, now, scene, walls))
            _count(counted, block, people, night=night)
            at = int(np.searchsorted(gaps, now)) - 1
            away = at >= 0 and now < gaps[at] + gap_s[at]
            seen = [] if away else [seer.look(now, one) for one in people]
            seen += [ghost for ghost in (as_seen_now(each, now, chance) for each in ghosts) if ghost is not None]
            poses = tuple(each for each in seen if isinstance(each, Pose))
            bare = tuple(each for each in seen if isinstance(each, Detection))
            yield Observation("cam", now, size, poses, bare, day_s=now)


def _still(block: Block, body: Body, scene: Scene, walls: Floats) -> Exact | None:
    if block.fixed is None:
        return None
    play = Performance(body, (block.fixed, block.fixed), (0.0, 1.0), (Ease.EVEN, Ease.EVEN), (), (), 1)
    return exactly(0, play.at(0.5).landmarks(body), scene.camera, walls)


def _moving(block: Block, now: float, scene: Scene, walls: Floats) -> Iterator[Exact]:
    for number, part in enumerate(block.parts):
        play = part.performance
        if play.start <= now - block.start <= play.end:
            joints = play.at(now - block.start).landmarks(play.body)
            yield exactly(number, joints, scene.camera, walls)


def _in_bed(one: Exact, _: Scene) -> bool:
    return one.held.value == "lying"


def _count(counted: Counted, block: Block, people: tuple[Exact, ...], *, night: bool) -> None:
    step = 1.0 / block.fps
    counted.looks += 1
    if not people:
        return
    counted.in_view_s += step
    counted.two_s += step * (len(people) > 1)
    counted.in_bed_s += step * night
    if block.fixed is None:
        counted.moving_s += step
    else:
        counted.still_s += step
