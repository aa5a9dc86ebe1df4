"""What a care plan may ask for: leaving the bed or a seat, absence by night, inactivity by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.incidents import IncidentLimits, State, step
from edge_agent.incidents.hours import is_night
from edge_agent.types import (
    Alertness,
    Camera,
    Care,
    Incident,
    Kind,
    Person,
    Phase,
    PictureQuality,
    PostureKind,
    Sensitivity,
    Zone,
    ZoneKind,
)
from tests.fakes.bodies import LYING, SITTING, STANDING, Measured, person

USABLE, DARK = PictureQuality(), PictureQuality(usable=False, reasons=("dark",))
WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
ZONES = tuple(Zone(kind.value, kind, WHOLE) for kind in ZoneKind)
NIGHT, NOON = 3600.0, 43_200.0
Scene = Callable[[float], tuple[Person, ...]]


def room(care: Care | None = None, *, shared: bool = False) -> Camera:
    subject = None if shared else "resident"
    return Camera("cam", "r1", zones=ZONES, subject=subject, shared_room=shared, care=care or Care())


def play(
    camera: Camera,
    scene: Scene,
    seconds: float,
    *,
    at: float | None = NIGHT,
    fps: float = 2.0,
    limits: IncidentLimits | None = None,
    quality: Callable[[float], PictureQuality] = lambda _: USABLE,
) -> tuple[State, list[tuple[float, Incident]]]:
    state, said = State(), list[tuple[float, Incident]]()
    for index in range(int(seconds * fps)):
        t = index / fps
        day_s = None if at is None else at + t
        state, news = step(limits or IncidentLimits(), state, camera, t, quality(t), scene(t), (640, 480), day_s)
        said += [(t, each) for each in news]
    return state, said


def somebody(
    t: float, body: dict[str, Measured], kind: PostureKind, zone: ZoneKind | None, *, number: int = 1, **more: bool
) -> Person:
    made = person(number, t=t, body=body, kind=kind, subject="resident", lost=more.get("lost", False))
    track = replace(made.track, left_by_edge=more.get("left", False))
    return replace(made, track=track, posture=replace(made.posture, zone=zone.value if zone else None))


def in_bed(t: float) -> Person:
    # high enough above the floor for a bed
    return somebody(t, {**LYING, "hip_height": 0.9, "head_height": 1.0}, PostureKind.LYING, ZoneKind.BED)


def seated(t: float, zone: ZoneKind) -> Person:
    return somebody(t, dict(SITTING), PostureKind.SITTING, zone)


def up(t: float, zone: ZoneKind | None = None) -> Person:
    return somebody(t, dict(STANDING), PostureKind.STANDING, zone)


def words(said: list[tuple[float, Incident]]) -> list[tuple[Kind, Phase]]:
    return [(each.kind, each.phase) for _, each in said]


def rises(t: float) -> tuple[Person, ...]:
    """In bed for three minutes, on the edge for ten seconds, up for two minutes, back in bed."""
    if t < 180 or t >= 310:
        return (in_bed(t),)
    return (seated(t, ZoneKind.BED),) if t < 190 else (up(t),)


def test_leaving_the_bed_is_said_within_seconds_of_standing_and_over_when_they_are_back() -> None:
    state, said = play(room(Care(bed_exit=True)), rises, 340)
    assert words(said) == [(Kind.BED_EXIT, Phase.CONFIRMED), (Kind.BED_EXIT, Phase.CLEARED)]
    (left_at, left), (back_at, _) = said
    assert 190 < left_at <= 190 + IncidentLimits().left_s + 1
    assert 310 < back_at <= 310 + IncidentLimits().back_s + 1
    assert {reason.feature: reason.value for reason in left.reasons}["left"] == "bed"
    assert left.subject == "resident"
    assert state.open == ()


def test_sitting_on_the_edge_of_the_bed_is_not_leaving_it() -> None:
    _, said = play(room(Care(bed_exit=True)), lambda t: (in_bed(t) if t < 100 else seated(t, ZoneKind.BED),), 400)
    assert said == []


def test_nobody_is_told_of_a_bed_exit_that_nobody_asked_for() -> None:
    assert play(room(), rises, 340)[1] == []


@pytest.mark.parametrize(("at", "expected"), [(NIGHT, 1), (NOON, 0), (None, 1)])
def test_a_bed_is_watched_by_night_and_while_the_hour_is_unknown(at: float | None, expected: int) -> None:
    _, said = play(room(Care(bed_exit=True)), lambda t: rises(min(t, 300.0)), 300, at=at)
    assert len(said) == expected


def test_whoever_only_passes_the_bed_has_not_left_it() -> None:
    _, said = play(room(Care(bed_exit=True)), lambda t: (in_bed(t) if t < 20 else up(t, ZoneKind.BED),), 200)
    assert said == [], "twenty seconds are no rest"


def test_out_of_sight_an_exit_stays_and_is_given_up_only_after_long() -> None:
    def vanishes(t: float) -> tuple[Person, ...]:
        if t < 250:
            return rises(t)
        return (somebody(t, dict(STANDING), PostureKind.UNKNOWN, None, lost=True),) if t < 260 else ()

    state, said = play(room(Care(bed_exit=True)), vanishes, 800)
    assert words(said) == [(Kind.BED_EXIT, Phase.CONFIRMED)]
    assert [each.kind for each in state.open] == [Kind.BED_EXIT]
    _, later = play(room(Care(bed_exit=True)), vanishes, 900)
    assert words(later)[-1] == (Kind.BED_EXIT, Phase.CLEARED)
    assert later[-1][1].reasons[0].feature == "unseen_for"


@pytest.mark.parametrize("zone", [ZoneKind.CHAIR, ZoneKind.SOFA])
def test_rising_from_a_seat_is_said_at_any_hour(zone: ZoneKind) -> None:
    camera = room(Care(chair_exit=True))
    _, said = play(camera, lambda t: (seated(t, zone) if t < 120 else up(t),), 140, at=NOON)
    assert words(said) == [(Kind.CHAIR_EXIT, Phase.CONFIRMED)]


def leaves(t: float, zone: ZoneKind | None = None, *, edge: bool = True) -> tuple[Person, ...]:
    """Up for a minute, then out; the track is kept for five seconds."""
    if t < 60:
        return (up(t, zone),)
    return (somebody(t, dict(STANDING), PostureKind.UNKNOWN, zone, lost=True, left=edge),) if t < 65 else ()


def test_absence_counts_from_when_somebody_was_seen_to_leave() -> None:
    state, said = play(room(Care(absence_s=300.0)), leaves, 600)
    assert words(said) == [(Kind.ABSENCE, Phase.CONFIRMED)]
    at, missed = said[0]
    assert 355 <= at <= 366
    assert missed.onset == missed.seen_at == 59.5
    assert [each.kind for each in state.open] == [Kind.ABSENCE]


@pytest.mark.parametrize(("zone", "way"), [(ZoneKind.DOOR, "door"), (ZoneKind.BATHROOM, "bathroom")])
def test_the_way_out_is_named(zone: ZoneKind, way: str) -> None:
    _, said = play(room(Care(absence_s=300.0)), lambda t: leaves(t, zone, edge=False), 600)
    assert {reason.feature: reason.value for reason in said[0][1].reasons}["left_by"] == way


def test_whoever_vanished_in_the_middle_of_the_room_is_unseen_and_not_absent() -> None:
    assert play(room(Care(absence_s=300.0)), lambda t: leaves(t, edge=False), 2000)[1] == []


def test_an_empty_room_from_the_start_is_no_absence() -> None:
    assert play(room(Care(absence_s=300.0)), lambda _: (), 2000)[1] == []


@pytest.mark.parametrize("at", [NOON, None])
def test_absence_is_a_matter_of_the_night(at: float | None) -> None:
    assert play(room(Care(absence_s=300.0)), leaves, 600, at=at)[1] == []


def test_a_dark_camera_does_not_count_as_an_empty_room() -> None:
    _, said = play(room(Care(absence_s=300.0)), leaves, 600, quality=lambda t: DARK if t > 100 else USABLE)
    assert all(each.kind is not Kind.ABSENCE for _, each in said)


def test_who_comes_back_ends_it_once_they_stay() -> None:
    def returns(t: float) -> tuple[Person, ...]:
        return leaves(t) if t < 500 else (up(t),)

    _, said = play(room(Care(absence_s=300.0)), returns, 560)
    assert words(said) == [(Kind.ABSENCE, Phase.CONFIRMED), (Kind.ABSENCE, Phase.CLEARED)]
    assert 505 <= said[1][0] <= 515


def test_hours_in_the_chair_by_day_are_unusual_and_over_once_they_are_up() -> None:
    def day(t: float) -> tuple[Person, ...]:
        return (up(t),) if t < 30 or t > 1500 else (seated(t, ZoneKind.CHAIR),)

    _, said = play(room(Care(inactivity_s=1200.0)), day, 1600, at=NOON)
    assert words(said) == [(Kind.UNUSUAL_INACTIVITY, Phase.CONFIRMED), (Kind.UNUSUAL_INACTIVITY, Phase.CLEARED)]
    assert 1225 <= said[0][0] <= 1240
    assert 1500 < said[1][0] < 1520


def test_unseen_is_not_inactive() -> None:
    def seldom(t: float) -> tuple[Person, ...]:
        return (seated(t, ZoneKind.CHAIR),) if t % 100 < 50 else ()

    assert play(room(Care(inactivity_s=1200.0)), seldom, 3000, at=NOON)[1] == []


def test_the_nights_rest_is_no_inactivity_and_a_shared_room_tells_nobodys() -> None:
    still: Scene = lambda t: (in_bed(t),)  # noqa: E731
    assert play(room(Care(inactivity_s=1200.0)), still, 2000, at=NIGHT)[1] == []
    assert play(room(Care(inactivity_s=1200.0), shared=True), still, 2000, at=NOON)[1] == []


ASKED: dict[str, tuple[Care, Scene, float, float]] = {
    "bed_exit": (Care(bed_exit=True), lambda t: rises(min(t, 300.0)), NIGHT, 300.0),
    "chair_exit": (Care(chair_exit=True), lambda t: (seated(t, ZoneKind.SOFA) if t < 120 else up(t),), NOON, 140.0),
    "absence": (Care(absence_s=300.0), leaves, NIGHT, 800.0),
    "unusual_inactivity": (Care(inactivity_s=600.0), lambda t: (seated(t, ZoneKind.CHAIR),), NOON, 1400.0),
}


def readily(kind: str, sensitivity: Sensitivity, **own: Sensitivity) -> Callable[[Camera], Camera]:
    def changed(camera: Camera) -> Camera:
        of = tuple((name, replace(Alertness(), **{kind: each})) for name, each in own.items())
        return replace(camera, alertness=replace(Alertness(), **{kind: sensitivity}), of_subjects=of)

    return changed


@pytest.mark.parametrize("kind", ASKED)
def test_high_says_it_sooner_and_low_later(kind: str) -> None:
    care, scene, at, seconds = ASKED[kind]
    levels = (Sensitivity.HIGH, Sensitivity.NORMAL, Sensitivity.LOW)
    heard = [play(readily(kind, level)(room(care)), scene, seconds, at=at)[1][0] for level in levels]
    assert [each.kind.value for _, each in heard] == [kind] * 3
    high, normal, low = (t for t, _ in heard)
    assert high < normal < low


@pytest.mark.parametrize("kind", ASKED)
def test_off_is_never_said_of_the_room_or_of_the_resident(kind: str) -> None:
    care, scene, at, seconds = ASKED[kind]
    off = readily(kind, Sensitivity.OFF)(room(care))
    assert play(off, scene, seconds, at=at)[1] == []
    theirs = readily(kind, Sensitivity.HIGH, resident=Sensitivity.OFF)(room(care))
    assert play(theirs, scene, seconds, at=at)[1] == []


@pytest.mark.parametrize("kind", ASKED)
def test_what_is_switched_off_while_open_is_over_and_says_so(kind: str) -> None:
    care, scene, at, seconds = ASKED[kind]
    camera = room(care)
    state, said = play(camera, scene, seconds, at=at)
    assert [each.phase for _, each in said] == [Phase.CONFIRMED]
    off = readily(kind, Sensitivity.OFF)(camera)
    after, news = step(IncidentLimits(), state, off, seconds, USABLE, scene(seconds), (640, 480), at + seconds)
    assert [(each.phase, each.reasons[0].feature) for each in news] == [(Phase.CLEARED, "watched")]
    assert after.open == ()


@given(st.floats(0, 86_399), st.floats(0, 86_399), st.floats(0, 86_399))
def test_night_and_day_share_the_day_between_them(begins: float, ends: float, at: float) -> None:
    if begins != ends:
        assert is_night(Care(night=(begins, ends)), at) is not is_night(Care(night=(ends, begins)), at)


@pytest.mark.parametrize("fps", [2.0, 5.0, 10.0])
def test_the_rate_does_not_change_what_is_said(fps: float) -> None:
    _, said = play(room(Care(bed_exit=True)), rises, 340, fps=fps)
    assert words(said) == [(Kind.BED_EXIT, Phase.CONFIRMED), (Kind.BED_EXIT, Phase.CLEARED)]
