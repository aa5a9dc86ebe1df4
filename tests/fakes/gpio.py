"""A relay, a button and a tone without hardware, and libgpiod's Python package without libgpiod."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from edge_agent.pause.press import Edge


class FakeContact:
    """A relay; `broken` makes it unreachable."""

    def __init__(self) -> None:
        self.closed = False
        self.released = False
        self.broken = False
        self.moves: list[str] = []

    def close(self) -> None:
        self._move("close", closed=True)

    def open(self) -> None:
        self._move("open", closed=False)

    def release(self) -> None:
        self._move("release", closed=False)
        self.released = True

    def _move(self, name: str, *, closed: bool) -> None:
        if self.broken:
            raise OSError(5, "Input/output error")
        self.moves.append(name)
        self.closed = closed


class FakeTone:
    """A tone that is counted."""

    def __init__(self) -> None:
        self.fault: str | None = None
        self.sounding = False
        self.tests = 0

    def play(self, now: float) -> None:
        self.sounding = True

    def stop(self) -> None:
        self.sounding = False

    def test(self) -> str | None:
        self.tests += 1
        return self.fault


class FakeButton:
    """A button that a test pushes."""

    def __init__(self) -> None:
        self.waiting: list[Edge] = []
        self.broken = False

    def push(self, t: float, held_s: float = 0.2) -> None:
        self.waiting += [Edge(t, down=True), Edge(t + held_s, down=False)]

    def edges(self) -> Sequence[Edge]:
        if self.broken:
            raise OSError(19, "No such device")
        found, self.waiting = tuple(self.waiting), []
        return found


class Direction(Enum):
    INPUT = 2
    OUTPUT = 3


class Value(Enum):
    INACTIVE = 0
    ACTIVE = 1


class Bias(Enum):
    AS_IS = 1
    PULL_UP = 4
    PULL_DOWN = 5


class EdgeDetection(Enum):
    NONE = 1
    BOTH = 4


class EventClock(Enum):
    MONOTONIC = 1


class _Line:
    Direction, Value, Bias, Edge, Clock = Direction, Value, Bias, EdgeDetection, EventClock


@dataclass(frozen=True)
class Settings:
    direction: Direction
    active_low: bool = False
    bias: Bias = Bias.AS_IS
    edge_detection: EdgeDetection = EdgeDetection.NONE
    event_clock: EventClock = EventClock.MONOTONIC
    output_value: Value = Value.INACTIVE
    debounce_period: timedelta = timedelta(0)


class EventType(Enum):
    RISING_EDGE = 1
    FALLING_EDGE = 2


@dataclass(frozen=True)
class EdgeEvent:
    event_type: EventType
    timestamp_ns: int
    Type = EventType


@dataclass
class Request:
    board: FakeGpiod
    place: tuple[str, int]
    settings: Settings
    events: list[EdgeEvent] = field(default_factory=list)

    def set_value(self, line: int, value: Value) -> None:
        assert self.board.requests[self.place] is self
        assert line == self.place[1]
        assert self.settings.direction is Direction.OUTPUT
        self.board.drive(self.place, self.settings, value)

    def wait_edge_events(self, timeout: float | None) -> bool:
        assert timeout == 0
        return bool(self.events)

    def read_edge_events(self) -> list[EdgeEvent]:
        assert self.events, "the real one would block here"
        found, self.events = self.events, []
        return found

    def release(self) -> None:
        del self.board.requests[self.place]


class FakeGpiod:
    """The part of gpiod 2 that is used, on a board with one chip."""

    line = _Line
    LineSettings = Settings
    EdgeEvent = EdgeEvent

    def __init__(self, chip: str = "/dev/gpiochip0", lines: int = 54) -> None:
        self.chip = chip
        self.lines = lines
        self.requests: dict[tuple[str, int], Request] = {}
        self.consumers: list[str] = []
        self.levels: dict[int, list[int]] = {}
        """By line, each level that it was driven to."""

    def request_lines(self, path: str, *, consumer: str, config: dict[int, Settings]) -> Request:
        ((line, settings),) = config.items()
        if path != self.chip:
            raise FileNotFoundError(2, "No such file or directory")
        if line >= self.lines:
            raise ValueError("Invalid argument")
        if (path, line) in self.requests:
            raise OSError(16, "Device or resource busy")
        self.consumers.append(consumer)
        request = self.requests[path, line] = Request(self, (path, line), settings)
        if settings.direction is Direction.OUTPUT:
            self.drive((path, line), settings, settings.output_value)
        return request

    def drive(self, place: tuple[str, int], settings: Settings, value: Value) -> None:
        self.levels.setdefault(place[1], []).append(int((value is Value.ACTIVE) != settings.active_low))

    def change(self, line: int, t: float, *, down: bool) -> None:
        kind = EventType.RISING_EDGE if down else EventType.FALLING_EDGE
        self.requests[self.chip, line].events.append(EdgeEvent(kind, round(t * 1e9)))
