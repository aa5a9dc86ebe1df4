from __future__ import annotations

from datetime import datetime

import pytest

from edge_agent.messages.incident import IncidentMessage
from edge_agent.types import Kind, Phase
from facility_recommender import alerts as alerting
from facility_recommender.alerts import Action, Alert, Standing
from facility_recommender.limits import Limits
from tests.fakes import care

LIMITS = Limits()
HOUR = 3600.0


def heard(*phases: tuple[IncidentMessage, datetime]) -> Alert:
    alerts: alerting.Alerts = {}
    for message, at in phases:
        alerts = alerting.heard(LIMITS, alerts, care.DEVICE, message, at)
    (alert,) = alerts.values()
    return alert


def acted(alert: Alert, action: Action, seconds: float) -> Alert:
    return alerting.acted({alert.key: alert}, alert.key, action, care.later(seconds))[alert.key]


def stands(alert: Alert, seconds: float = 1.0, *, still_open: bool = False) -> Standing:
    return alerting.standing(LIMITS, alert, care.later(seconds), still_open=still_open)


def live(phase: Phase, seq: int = 1, seconds: float = 0.0) -> tuple[IncidentMessage, datetime]:
    at = care.later(seconds)
    return care.incident(seq, phase, at, since=care.NOON), at


def late(phase: Phase, seq: int = 1) -> tuple[IncidentMessage, datetime]:
    at = care.later(-HOUR)
    return care.incident(seq, phase, at, since=at, replayed=True), care.NOON


def test_a_fall_is_suspected_then_an_alarm_then_to_be_checked_then_closed() -> None:
    suspected = heard(live(Phase.SUSPECTED))
    assert stands(suspected) is Standing.SUSPECTED
    confirmed = heard(live(Phase.SUSPECTED), live(Phase.CONFIRMED, 2, 15))
    assert stands(confirmed, 16) is Standing.ALARM
    cleared = heard(live(Phase.SUSPECTED), live(Phase.CONFIRMED, 2, 15), live(Phase.CLEARED, 3, 60))
    assert stands(cleared, 61) is Standing.CHECK
    assert stands(cleared, 100 * HOUR) is Standing.CHECK
    assert stands(acted(cleared, Action.CLOSE, 90), 91) is Standing.OVER


def test_a_suspicion_dropped_at_once_needs_nobody() -> None:
    message = care.incident(2, Phase.CLEARED, care.later(5), check_required=False)
    assert stands(heard(live(Phase.SUSPECTED), (message, care.later(5))), 6) is Standing.OVER


def test_an_acknowledgement_does_not_silence_a_person_still_down_after_five_minutes() -> None:
    answered = acted(heard(live(Phase.CONFIRMED)), Action.ACKNOWLEDGE, 10)
    assert stands(answered, 11) is Standing.ANSWERED
    assert stands(answered, 309) is Standing.ANSWERED
    assert stands(answered, 310) is Standing.ALARM


def test_closing_holds_unless_the_device_still_sees_the_person_down() -> None:
    closed = acted(heard(live(Phase.CONFIRMED)), Action.CLOSE, 10)
    assert stands(closed, 200, still_open=True) is Standing.OVER
    assert stands(closed, 311, still_open=True) is Standing.ALARM
    assert stands(closed, 100 * HOUR) is Standing.OVER


def test_closing_is_undone_by_later_news_that_it_goes_on() -> None:
    closed = acted(heard(live(Phase.CONFIRMED)), Action.CLOSE, 10)
    alerts = alerting.heard(LIMITS, {closed.key: closed}, care.DEVICE, *live(Phase.ESCALATED, 2, 400))
    assert stands(alerts[closed.key], 401) is Standing.ALARM
    alerts = alerting.heard(LIMITS, {closed.key: closed}, care.DEVICE, *live(Phase.CLEARED, 2, 400))
    assert stands(alerts[closed.key], 401) is Standing.OVER


def test_what_was_over_before_we_heard_of_it_is_a_check_and_never_pages() -> None:
    arriving = heard(late(Phase.CONFIRMED))
    assert stands(arriving, 1) is Standing.ARRIVING
    assert stands(heard(late(Phase.CONFIRMED), late(Phase.CLEARED, 2)), 1) is Standing.CHECK
    assert stands(heard(late(Phase.SUSPECTED), late(Phase.CLEARED, 2)), 1) is Standing.CHECK


def test_a_late_fall_that_is_still_open_pages() -> None:
    arriving = heard(late(Phase.CONFIRMED))
    assert stands(arriving, 1, still_open=True) is Standing.ALARM
    assert stands(arriving, LIMITS.settle_s) is Standing.ALARM
    again = heard(late(Phase.CONFIRMED), live(Phase.ESCALATED, 2, 1))
    assert stands(again, 2) is Standing.ALARM
    assert again.since == care.later(-HOUR)


def test_without_a_set_clock_only_a_replayed_message_is_late() -> None:
    old = care.incident(at=care.later(-HOUR), time_quality="free")
    assert stands(heard((old, care.NOON))) is Standing.ALARM
    replayed = care.incident(at=care.NOON, time_quality="free", replayed=True)
    assert stands(heard((replayed, care.NOON))) is Standing.ARRIVING


@pytest.mark.parametrize("kind", [Kind.SLUMP, Kind.IMMOBILITY, Kind.WANDERING, Kind.BED_EXIT, Kind.CAMERA_BLIND])
def test_the_like_of_slump_goes_to_the_work_list(kind: Kind) -> None:
    alert = heard((care.incident(kind=kind), care.NOON))
    assert stands(alert) is Standing.WORK
    assert stands(acted(alert, Action.CLOSE, 2), 3) is Standing.OVER
    over = care.incident(2, Phase.CLEARED, kind=kind, check_required=False)
    assert stands(heard((care.incident(kind=kind), care.NOON), (over, care.NOON))) is Standing.OVER


@pytest.mark.parametrize("kind", [Kind.FORWARD_HEAD, Kind.PROLONGED_SITTING])
def test_trends_go_to_the_report(kind: Kind) -> None:
    assert stands(heard((care.incident(kind=kind), care.NOON))) is Standing.REPORT


def test_a_bed_exit_pages_only_where_opted_in() -> None:
    alert = heard((care.incident(kind=Kind.BED_EXIT), care.NOON))
    rooms = frozenset({care.ROOM})
    now = care.later(1)
    assert alerting.standing(LIMITS, alert, now, still_open=False, bed_exit_rooms=rooms) is Standing.ALARM


def test_the_same_id_of_another_boot_or_camera_is_another_incident() -> None:
    keys = {
        alerting.key(device, care.incident(boot_id=boot, camera=camera))
        for device in ("room-1", "room-2")
        for boot in ("b1", "b2")
        for camera in ("corner", "door")
    }
    assert len(keys) == 8


def test_only_what_is_long_over_is_forgotten() -> None:
    cleared = acted(heard(live(Phase.CONFIRMED), live(Phase.CLEARED, 2)), Action.CLOSE, 10)
    assert not alerting.forgotten(LIMITS, cleared, Standing.OVER, care.later(23 * HOUR))
    assert alerting.forgotten(LIMITS, cleared, Standing.OVER, care.later(25 * HOUR))
    assert not alerting.forgotten(LIMITS, cleared, Standing.CHECK, care.later(1000 * HOUR))
