from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from edge_agent.messages.availability import Availability
from edge_agent.messages.stamp import utc_text
from facility_recommender.devices import Device, cut_off, open_now, present, spoke
from facility_recommender.ingest import Present, PresentMessage
from facility_recommender.limits import Limits
from facility_recommender.rooms import Room, Status, natural, rooms
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
    assert room(device(health(status="stopping"))).status is Status.OFFLINE
    degraded = room(device(health(status="degraded", reasons=("dark",))))
    assert (degraded.status, degraded.reasons) == (Status.DEGRADED, ("dark",))


def test_it_is_said_who_paused() -> None:
    paused = room(device(health(status="paused", until=utc_text(care.later(600)), paused_by="schedule")))
    assert paused.reasons == ("schedule",)


def test_what_is_wrong_with_the_box_is_said_in_each_of_its_rooms() -> None:
    full = room(device(care.health(reasons=("disk_low", "fan_worn"))))
    assert (full.status, full.reasons) == (Status.NOTHING_DETECTED, ("disk_low", "fan_worn"))
    stuck = room(device(care.health(reasons=("stalled",), stalled=("pipeline",))))
    assert (stuck.status, stuck.reasons) == (Status.DEGRADED, ("stalled",))


@pytest.mark.parametrize("until", [care.later(0.5), None], ids=["over", "endless"])
def test_a_pause_that_should_be_over_is_a_blind_camera(until: datetime | None) -> None:
    paused = device(health(status="paused", reasons=("paused",), until=utc_text(until) if until else None))
    overdue = room(paused, 1.0)
    assert (overdue.status, overdue.reasons, overdue.until) == (Status.BLIND, ("paused", "pause_overdue"), None)


def test_a_camera_that_never_reported_is_blind() -> None:
    assert room(device()).status is Status.BLIND


def test_events_alone_do_not_tell_that_a_camera_sees() -> None:
    talking = spoke(device(care.health()), care.DEVICE, care.later(200))
    assert (room(talking, 200).status, room(talking, 200).reasons) == (Status.BLIND, ("no_report",))


def test_a_room_is_watched_only_for_a_while_after_its_last_usable_picture() -> None:
    watched = device(care.health(care.NOON, care.camera_health(care.later(-5))))
    assert room(watched, LIMITS.seen_s - 6).status is Status.NOTHING_DETECTED
    unseen = room(watched, LIMITS.seen_s - 4)
    assert (unseen.status, unseen.reasons, unseen.seen_at) == (Status.BLIND, ("not_seen",), care.later(-5))
    assert room(device(health(seen_at=None))).status is Status.BLIND


def test_an_unset_or_a_wrong_clock_is_said_and_ages_are_ours() -> None:
    for clock, reason, off in (
        ("free", "clock_free", -99_999),
        ("synced", "clock_wrong", -7200),
        ("synced", "clock_wrong", 7200),
    ):
        began = care.later(off)
        known = device(
            care.health(began, care.camera_health(began - timedelta(seconds=4)), clock=clock),
            care.state(people=(care.seated(),)),
        )
        unsure = room(known)
        assert (unsure.status, unsure.reasons, unsure.seen_at) == (Status.CLOCK_UNSURE, (reason,), care.later(-4))
        assert len(unsure.people) == 1


def test_a_pause_ends_by_our_clock_however_wrong_the_devices() -> None:
    began = care.later(-99_999)
    paused = care.camera_health(began, status="paused", until=utc_text(began + timedelta(seconds=30)))
    known = device(care.health(began, paused, clock="free"))
    assert (room(known).status, room(known).until) == (Status.PAUSED, care.later(30))
    assert room(known, 31).status is Status.BLIND


def test_an_unset_clock_still_tells_how_long_ago_it_saw() -> None:
    began = care.later(-99_999)
    blind = care.camera_health(began - timedelta(seconds=40), status="blind", reasons=("recording_ended",))
    unsure = device(care.health(began, blind, clock="free"))
    assert room(unsure).seen_at == care.later(-40)
    assert room(device(care.health(began, blind, clock="free"), retained=True)).seen_at is None


def test_what_the_broker_had_kept_is_not_a_sign_of_life() -> None:
    for at in (-600.0, -1.0, 3600.0):
        kept = room(device(care.health(care.later(at)), retained=True))
        assert (kept.status, kept.reasons) == (Status.OFFLINE, ("silent",))
    assert kept.since is None, "a clock ahead of ours is not believed"
    assert room(device(care.health(care.later(-600)), retained=True)).seen_at == care.later(-600)


def test_a_report_sent_again_is_as_old_as_it_was() -> None:
    known = device(care.health())
    for retained in (False, True):
        again = present(known, Present(care.DEVICE, care.health()), care.later(50), retained=retained)
        assert again.health_heard_at == care.NOON
        alive = spoke(again, care.DEVICE, care.later(LIMITS.seen_s))
        assert room(alive, LIMITS.seen_s + 1).reasons == ("not_seen",)


def test_our_own_clock_set_back_proves_nothing() -> None:
    assert room(device(care.health()), -3600).status is Status.OFFLINE


def test_a_last_will_is_not_a_sign_of_life() -> None:
    gone = device(care.health())
    gone = present(gone, Present(care.DEVICE, Availability.OFFLINE), care.later(500), retained=False)
    assert gone.heard_at == care.NOON


def test_after_we_lost_the_broker_a_device_must_show_itself_again() -> None:
    assert room(cut_off(device(care.health()))).reasons == ("offline",)


def test_people_of_an_earlier_run_are_not_shown() -> None:
    left_over = care.state(people=(care.seated(),), boot_id="0ld")
    assert room(device(care.health(), left_over)).people == ()


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


def test_a_room_that_no_device_names_any_more_is_offline() -> None:
    (only,) = rooms(LIMITS, {}, care.NOON, reached=True, urgent={}, heard_of=["room-9"])
    assert (only.status, only.reasons) == (Status.OFFLINE, ("unknown",))


def test_a_lost_device_says_nothing_is_open() -> None:
    fallen = care.incident()
    known = device(care.health(), care.state(still_open=(fallen,)))
    assert open_now(LIMITS, known, care.later(1)) == {(care.BOOT, care.CAMERA, fallen.incident_id)}
    assert not open_now(LIMITS, known, care.later(LIMITS.silent_s + 1))


def test_rooms_sort_as_people_count() -> None:
    assert sorted(["room-12", "room-3", "hall"], key=natural) == ["hall", "room-3", "room-12"]
