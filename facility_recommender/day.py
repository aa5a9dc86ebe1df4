"""What was seen in a room today, and how much of today was seen at all. Pure.

Minutes are the room's, not a resident's: only time in which one person was seen alone and without doubt is classed, and
nobody says here who it was. With several cameras in a room, each minute is taken from the one that saw most of it, so
that nobody is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType

from edge_agent.messages.observation import ObservationMessage
from edge_agent.types import Intensity, PostureKind
from facility_recommender.instant import instant

MINUTE_S = 60.0
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Seconds:
    """Seconds of some stretch of time, by what was seen."""

    observed: float = 0.0
    occupied: float = 0.0
    attributable: float = 0.0
    """One person alone; all below is of this."""
    sedentary: float = 0.0
    light: float = 0.0
    moderate: float = 0.0
    vigorous: float = 0.0
    sitting: float = 0.0
    lying: float = 0.0
    standing: float = 0.0
    walking: float = 0.0
    steps: float = 0.0

    @property
    def active(self) -> float:
        """Light activity or more."""
        return self.light + self.moderate + self.vigorous

    @property
    def on_feet(self) -> float:
        """Standing or walking."""
        return self.standing + self.walking

    @property
    def shared(self) -> float:
        """Somebody was there, but several, or a doubtful track: nobody's minutes."""
        return max(0.0, self.occupied - self.attributable)

    @property
    def unclassed(self) -> float:
        """One person, but how active could not be told (under a blanket, too far away)."""
        return max(0.0, self.attributable - self.sedentary - self.active)

    def __add__(self, other: Seconds) -> Seconds:
        return Seconds(*(getattr(self, name) + getattr(other, name) for name in _NAMES))

    def scaled(self, factor: float) -> Seconds:
        """All of it, times `factor`."""
        return Seconds(*(getattr(self, name) * factor for name in _NAMES))


_NAMES = tuple(item.name for item in fields(Seconds))


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation, as far as the day and the recommender need it."""

    camera: str
    start: datetime
    subject: str | None
    """Of everybody seen in it; None when nobody is named, or several are."""
    people: int
    seconds: Seconds


@dataclass(frozen=True, slots=True)
class RoomDay:
    """The observations of one room today, by the minute they began in and their event id."""

    minutes: Mapping[int, Mapping[str, Seen]] = field(default_factory=lambda: MappingProxyType({}))
    """By minutes since the epoch."""
    hours: Mapping[int, Seconds] = field(default_factory=lambda: MappingProxyType({}))
    """Sums by hours since the epoch."""


@dataclass(frozen=True, slots=True)
class Day:
    """Today's observations of every room."""

    date: date
    zone: tzinfo
    rooms: Mapping[str, RoomDay] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def start(self) -> datetime:
        """Local midnight."""
        return datetime(self.date.year, self.date.month, self.date.day, tzinfo=self.zone)

    @property
    def end(self) -> datetime:
        """The next one: 23 or 25 hours later when the clocks change."""
        following = self.date + timedelta(days=1)
        return datetime(following.year, following.month, following.day, tzinfo=self.zone)


def at(day: Day, now: datetime) -> Day:
    """The day `now` is in: the same one, or an empty one after midnight."""
    today = now.astimezone(day.zone).date()
    return day if today == day.date else Day(today, day.zone)


def observe(day: Day, message: ObservationMessage) -> Day:
    """Take in an observation; one of another day, or one already taken in, changes nothing."""
    start = instant(message.start)
    if start.astimezone(day.zone).date() != day.date:
        return day
    room = day.rooms.get(message.room, RoomDay())
    minute = int(start.timestamp() // MINUTE_S)
    before = room.minutes.get(minute, {})
    if message.event_id in before:
        return day
    after = {**before, message.event_id: _seen(message, start)}
    hour = int(minute // 60)
    hours = {
        **room.hours,
        hour: room.hours.get(hour, Seconds()) + merged(before.values()).scaled(-1) + merged(after.values()),
    }
    room = RoomDay({**room.minutes, minute: after}, hours)
    return replace(day, rooms={**day.rooms, message.room: room})


def _seen(message: ObservationMessage, start: datetime) -> Seen:
    subjects = {person.subject for person in message.persons}
    return Seen(
        message.camera, start, subjects.pop() if len(subjects) == 1 else None, message.people, _seconds(message)
    )


def _seconds(message: ObservationMessage) -> Seconds:
    def intensity(kind: Intensity) -> float:
        return sum(person.intensity_s.get(kind, 0.0) for person in message.persons)

    def posture(kind: PostureKind) -> float:
        return sum(person.posture_s.get(kind, 0.0) for person in message.persons)

    return Seconds(
        observed=message.observed_s,
        occupied=message.occupied_s,
        attributable=sum(person.attributable_s for person in message.persons),
        sedentary=intensity(Intensity.SEDENTARY),
        light=intensity(Intensity.LIGHT),
        moderate=intensity(Intensity.MODERATE),
        vigorous=intensity(Intensity.VIGOROUS),
        sitting=posture(PostureKind.SITTING),
        lying=posture(PostureKind.LYING),
        standing=posture(PostureKind.STANDING),
        walking=posture(PostureKind.WALKING),
        steps=sum(person.steps for person in message.persons),
    )


def merged(minute: Iterable[Seen]) -> Seconds:
    """What is known of one minute: of the camera that saw most of one person alone, its pieces added up.

    The pieces of a minute that a restart cut in two may touch the minute beside it: together they never make more than
    a minute.
    """
    cameras: dict[str, Seconds] = {}
    for seen in minute:
        cameras[seen.camera] = cameras.get(seen.camera, Seconds()) + seen.seconds
    if not cameras:
        return Seconds()
    best = max(sorted(cameras.items()), key=lambda item: (item[1].attributable, item[1].occupied, item[1].observed))[1]
    best = best.scaled(min(1.0, MINUTE_S / best.observed)) if best.observed else best
    longest = min(MINUTE_S, max(seconds.observed for seconds in cameras.values()))
    occupied = min(MINUTE_S, max(seconds.occupied for seconds in cameras.values()))
    return replace(best, observed=longest, occupied=occupied)


def total(room: RoomDay) -> Seconds:
    """Today's sums of a room."""
    return sum(room.hours.values(), Seconds())


def by_hour(day: Day, room: RoomDay) -> tuple[Seconds, ...]:
    """Sums by local hour of the day, from midnight to midnight: 24 of them, 23 or 25 when the clocks change."""
    first, last = int(day.start.timestamp() // HOUR_S), int((day.end.timestamp() - 1) // HOUR_S)
    return tuple(room.hours.get(hour, Seconds()) for hour in range(first, last + 1))
