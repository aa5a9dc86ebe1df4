"""The contact and the tone do what the rules say, and the log says what they do."""

from __future__ import annotations

import pytest

from edge_agent.fail_safe import FailSafe, FailSafeLimits, UnheardFall, try_out
from tests.fakes.gpio import FakeContact, FakeTone

LIMITS = FailSafeLimits(after_s=60.0, hold_s=120.0)
FALL = (UnheardFall("5f3a-fall-corner-1", "confirmed", 100.0),)


def faults(fail_safe: FailSafe) -> list[str]:
    return [] if fail_safe.fault is None else [fail_safe.fault]


def test_the_contact_is_closed_and_opened_and_both_are_said(caplog: pytest.LogCaptureFixture) -> None:
    contact = FakeContact()
    fail_safe = FailSafe(LIMITS, contact, None)
    for now in (100.0, 150.0, 160.0, 160.5, 165.0):
        fail_safe.look(now, FALL)
    assert (contact.moves, fail_safe.calling) == (["close"], True)
    fail_safe.look(170.0, ())
    fail_safe.look(170.5, ())
    assert (contact.moves, fail_safe.calling) == (["close", "open"], False)
    assert [record.getMessage() for record in caplog.records] == [
        "fail-safe: contact closed for fall 5f3a-fall-corner-1, unacknowledged for 60 s",
        "fail-safe: contact opened, nothing is called out any more",
    ]


def test_the_tone_sounds_as_long(caplog: pytest.LogCaptureFixture) -> None:
    tone = FakeTone()
    fail_safe = FailSafe(LIMITS, None, tone)
    fail_safe.look(160.0, FALL)
    assert (tone.sounding, fail_safe.calling) == (True, True)
    fail_safe.look(170.0, ())
    assert (tone.sounding, fail_safe.calling) == (False, False)
    assert "fail-safe: tone for fall 5f3a-fall-corner-1, unacknowledged for 60 s" in caplog.text


def test_a_contact_that_cannot_be_reached_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    contact, tone = FakeContact(), FakeTone()
    fail_safe = FailSafe(LIMITS, contact, tone)
    contact.broken = True
    for now in (160.0, 160.5, 161.0):
        fail_safe.look(now, FALL)
    assert tone.sounding
    assert faults(fail_safe) == ["the contact cannot be closed: Input/output error"]
    assert caplog.text.count("cannot be closed") == 1
    contact.broken = False
    fail_safe.look(161.5, FALL)
    assert contact.closed
    assert faults(fail_safe) == []


def test_a_contact_that_failed_to_close_is_not_left_to_close_later() -> None:
    contact = FakeContact()
    fail_safe = FailSafe(LIMITS, contact, None)
    contact.broken = True
    fail_safe.look(160.0, FALL)
    contact.broken = False
    fail_safe.look(170.0, ())
    fail_safe.look(171.0, ())
    assert contact.moves == []


def test_a_tone_that_is_not_heard_is_a_fault() -> None:
    tone = FakeTone()
    fail_safe = FailSafe(LIMITS, None, tone)
    assert faults(fail_safe) == []
    tone.fault = "no such device"
    assert faults(fail_safe) == ["no such device"]


def test_at_the_end_the_contact_is_open_and_the_tone_silent() -> None:
    contact, tone = FakeContact(), FakeTone()
    fail_safe = FailSafe(LIMITS, contact, tone)
    fail_safe.look(160.0, FALL)
    fail_safe.release()
    assert (contact.closed, contact.released, tone.sounding) == (False, True, False)
    contact.broken = True
    fail_safe.release()


def test_a_trial_closes_for_a_second_and_sounds_once() -> None:
    contact, tone = FakeContact(), FakeTone()
    waited: list[tuple[float, bool]] = []
    assert try_out(contact, tone, lambda seconds: waited.append((seconds, contact.closed))) == ()
    assert waited == [(1.0, True)]
    assert (contact.moves, tone.tests) == (["close", "open"], 1)


def test_a_trial_says_what_did_not_work() -> None:
    contact, tone = FakeContact(), FakeTone()
    contact.broken, tone.fault = True, "the tone was not played: no such device"
    assert try_out(contact, tone, lambda _: None) == (
        "the contact cannot be moved: Input/output error",
        "the tone was not played: no such device",
    )
    assert try_out(None, None, lambda _: None) == ()
