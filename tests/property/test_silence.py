"""Rule 8, silence is not safety: whatever is said, lost, late, kept or repeated, no room looks quiet unless seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.messages.availability import Availability
from edge_agent.messages.envelope import Lane
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.stamp import utc_text
from facility_recommender import board as boards
from facility_recommender.board import Board, Link, Settings
from facility_recommender.ingest import Event, Present, PresentMessage
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.rooms import Room, Status
from facility_recommender.watermark import LaneKey
from tests.fakes import care

SETTINGS = Settings(care.FACILITY, UTC, catalogue())
LIMITS = SETTINGS.limits
CLOCKS = st.sampled_from(
    [(0.0, "synced")] * 6 + [(30.0, "synced"), (-30.0, "synced"), (7200.0, "synced"), (-1e8, "synced"), (0.0, "free")]
)
"""How far the device's clock is ahead, and what it says of it."""
WAYS = st.sampled_from(["live", "live", "retained", "queued", "again"])
"""How a message comes: at once, kept by the broker, held up and then delivered as if new, sent again."""
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([5.0, 29.0, 61.0, 100.0, 4000.0])),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 50.0, 90_000.0])),
    st.tuples(st.just("see"), st.sampled_from([False, False, True])),
    st.tuples(st.just("health"), WAYS, st.just("ok")),
    st.tuples(st.just("health"), WAYS, st.sampled_from(["ok", "degraded", "blind", "paused", "stopping"])),
    st.tuples(st.just("availability"), st.sampled_from(["online", "online", "offline"]), st.booleans()),
    st.tuples(st.just("info"), st.booleans()),
    st.tuples(st.just("state"), st.booleans()),
    st.tuples(st.just("event")),
    st.tuples(st.just("link"), st.booleans()),
)


@dataclass
class World:
    """What is true, what the device knows of it, and what the board was told."""

    offset_s: float
    """How far the device's clock is ahead."""
    clock: str
    now_s: float = 0.0
    sees: bool = False
    seen_s: float | None = None
    kept: list[HealthMessage] = field(default_factory=list)
    seq: int = 0
    board: Board = field(
        default_factory=lambda: boards.linked(boards.empty(SETTINGS, care.NOON), Link(connected=True, since=care.NOON))
    )

    def step(self, kind: str, *how: object) -> None:
        getattr(self, kind)(*how)
        self.seen_s = self.now_s if self.sees else self.seen_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def see(self, sees: bool) -> None:  # noqa: FBT001
        self.sees = sees

    def health(self, way: str, status: str) -> None:
        report = self._report(status)
        self.kept.append(report)
        match way:
            case "queued":
                if self.offset_s == 0:  # a wrong clock could make up for any delay; nobody can tell
                    self._say(self.kept.pop(0))
            case "again":
                self._say(self.kept.pop())
                self._say(self.kept[-1] if self.kept else report)
            case _:
                self._say(report, retained=way == "retained")

    def availability(self, word: str, retained: bool) -> None:  # noqa: FBT001
        self._say(Availability(word), retained=retained)

    def info(self, retained: bool) -> None:  # noqa: FBT001
        self._say(care.info(), retained=retained)

    def state(self, retained: bool) -> None:  # noqa: FBT001
        self._say(care.state(care.later(self.now_s + self.offset_s)), retained=retained)

    def event(self) -> None:
        self.seq += 1
        minute = care.observation(self.seq, care.later(self.now_s))
        lane = LaneKey(care.DEVICE, care.BOOT, Lane.ROUTINE)
        self.board = boards.arrived(SETTINGS, self.board, Event(lane, minute), care.later(self.now_s))

    def link(self, connected: bool) -> None:  # noqa: FBT001
        self.board = boards.linked(self.board, Link(connected, care.later(self.now_s)))

    def room(self) -> Room | None:
        rooms = boards.view(SETTINGS, self.board, care.later(self.now_s)).rooms
        return rooms[0] if rooms else None

    def _report(self, status: str) -> HealthMessage:
        ours = care.later(self.now_s + self.offset_s)
        seen = None if self.seen_s is None else utc_text(care.later(self.seen_s + self.offset_s))
        until = utc_text(ours + timedelta(seconds=600)) if status == "paused" else None
        camera = care.camera_health(ours, status=status, seen_at=seen, until=until)
        return care.health(ours, camera, clock=self.clock, uptime_ms=int(1000 * self.now_s))

    def _say(self, message: PresentMessage, *, retained: bool = False) -> None:
        news = Present(care.DEVICE, message)
        self.board = boards.arrived(SETTINGS, self.board, news, care.later(self.now_s), retained=retained)


@settings(max_examples=250)
@given(CLOCKS, st.lists(STEPS, min_size=4, max_size=20))
def test_rule_8_silence_is_not_safety(device_clock: tuple[float, str], steps: list[tuple[object, ...]]) -> None:
    offset_s, clock = device_clock
    world = World(offset_s, clock)
    for kind, *how in [("availability", "online", False), ("see", True), ("info", False), *steps]:
        world.step(str(kind), *how)
        room = world.room()
        if room is None or room.status is not Status.NOTHING_DETECTED:
            continue
        assert world.board.link.connected
        assert clock == "synced"
        assert abs(offset_s) <= LIMITS.clock_s
        assert world.seen_s is not None
        assert world.now_s - world.seen_s <= LIMITS.seen_s + LIMITS.clock_s, "the one is measured by the other"


@given(st.integers(1, 40))
def test_a_watched_room_does_look_watched(reports: int) -> None:
    """Or the property above would hold of a page that is always in doubt."""
    world = World(0.0, "synced")
    for step in (("info", False), ("availability", "online", False), ("see", True)):
        world.step(*step)
    for _ in range(reports):
        world.step("health", "live", "ok")
        for _ in range(6):
            world.step("wait", 5.0)
            room = world.room()
            assert room is not None
            assert room.status is Status.NOTHING_DETECTED
