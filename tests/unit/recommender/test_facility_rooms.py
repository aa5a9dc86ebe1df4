from __future__ import annotations

from datetime import timedelta
from typing import Any

from edge_agent.messages.availability import Availability
from edge_agent.messages.stamp import utc_text
from facility_recommender.ingest import Present, PresentMessage
from facility_recommender.limits import Limits
from facility_recommender.rooms import Device, Room, Status, natural, open_now, present, rooms
from tests.fakes import care

LIMITS = Limits()


def device(*messages: PresentMessage, retained: bool = False, at: float = 0.0) -> Device:
    known: Device | None = None
    for message in (Availability.ONLINE, care.info(), *messages):
        known = present(known, Present(care.DEVICE, message), care.later(at), retained=retained)
    assert known is not None
    return known


def room(one: Device, seconds: float = 1.0, *, reached: bool = True, urgent: Status | None = None) -> Room:
    (only,) = rooms(
        LIMITS,
        {one.id: one},
        care.later(seconds),
        reached=reached,
        urgent={care.ROOM: urgent} if urgent else {},
    )
    return only


def health(**changes: Any) -> PresentMessage:  # noqa: ANN401 - any field
    return care.health(care.NOON, care.camera_health(**changes))


def test_nothing_detected_says_when_it_was_last_seen() -> None:
    quiet = room(device(care.health(), care.state(people=(care.seated(),))))
    assert quiet.status is Status.NOTHING_DETECTED
    assert quiet.seen_at == care.NOON
    assert [person.posture for person in quiet.people] == ["sitting"]


def test_no_status_says_safe() -> None:
    assert not any("safe" in status or "ok" in status for status in Status)


def test_offline_silent_blind_and_paused_are_told_apart() -> None:
    assert room(device(care.health(), Availability.OFFLINE)).reasons == ("offline",)
    silent = room(device(care.health()), LIMITS.silent_s + 1)
    assert (silent.status, silent.reasons, silent.since) == (Status.OFFLINE, ("silent",), care.NOON)
    blind = room(device(health(status="blind", reasons=("covered",)), care.state(people=(care.seated(),))))
    assert (blind.status, blind.reasons, blind.people) == (Status.BLIND, ("covered",), ())
    paused = room(device(health(status="paused", until=utc_text(care.later(600)))))
    assert (paused.status, paused.until) == (Status.PAUSED, care.later(600))
    assert room(device(health(status="paused", until=utc_text(care.later(-1))))).reasons == ("pause_overdue",)
    assert room(device(health(status="stopping"))).status is Status.OFFLINE
    assert room(device(health(status="degraded", reasons=("dark",)))).status is Status.DEGRADED


def test_a_camera_that_never_reported_is_blind() -> None:
    assert room(device()).status is Status.BLIND


def test_an_unset_clock_is_said_and_its_times_are_not_believed() -> None:
    unsure = room(device(care.health(care.later(-99_999), clock="free")))
    assert (unsure.status, unsure.seen_at) == (Status.CLOCK_UNSURE, care.NOON)


def test_an_unset_clock_still_tells_how_long_ago_it_saw() -> None:
    began = care.later(-99_999)
    blind = care.camera_health(began - timedelta(seconds=40), status="blind", reasons=("recording_ended",))
    unsure = device(care.health(began, blind, clock="free"))
    assert room(unsure).seen_at == care.later(-40)
    assert room(device(care.health(began, blind, clock="free"), retained=True)).seen_at is None


def test_what_the_broker_had_kept_is_not_a_sign_of_life() -> None:
    old = care.health(care.later(-600))
    assert room(device(old, retained=True)).status is Status.OFFLINE
    assert room(device(old)).status is Status.NOTHING_DETECTED
    assert room(device(care.health(), retained=True)).status is Status.NOTHING_DETECTED


def test_a_last_will_is_not_a_sign_of_life() -> None:
    gone = device(care.health())
    gone = present(gone, Present(care.DEVICE, Availability.OFFLINE), care.later(500), retained=False)
    assert gone.heard_at == care.NOON


def test_an_alert_outranks_everything_and_keeps_the_reasons() -> None:
    lost = room(device(care.health(), Availability.OFFLINE), urgent=Status.ALARM)
    assert (lost.status, lost.reasons) == (Status.ALARM, ("offline",))


def test_cut_off_from_the_broker_no_room_is_known() -> None:
    cut = room(device(care.health(), care.state(people=(care.seated(),))), reached=False)
    assert (cut.status, cut.people) == (Status.UNREACHED, ())
    assert "no_broker" in cut.reasons


def test_of_two_cameras_the_worse_and_the_one_furthest_behind_count() -> None:
    both = care.info(((care.ROOM, ("corner", "door")),))
    cameras = (care.camera_health(), care.camera_health(care.later(-30), camera="door", status="blind"))
    seen = room(device(both, care.health(care.NOON, *cameras)))
    assert (seen.status, seen.seen_at) == (Status.BLIND, care.later(-30))


def test_a_room_known_from_events_alone_is_offline() -> None:
    (only,) = rooms(LIMITS, {}, care.NOON, reached=True, urgent={}, heard_of=["room-9"])
    assert (only.status, only.reasons) == (Status.OFFLINE, ("unknown",))


def test_a_lost_device_says_nothing_is_open() -> None:
    fallen = care.incident()
    known = device(care.health(), care.state(still_open=(fallen,)))
    assert open_now(LIMITS, known, care.later(1)) == {(care.BOOT, care.CAMERA, fallen.incident_id)}
    assert not open_now(LIMITS, known, care.later(LIMITS.silent_s + 1))


def test_rooms_sort_as_people_count() -> None:
    assert sorted(["room-12", "room-3", "hall"], key=natural) == ["hall", "room-3", "room-12"]
