"""Which falls nobody's system has acknowledged, whatever became of them on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import encode
from edge_agent.messages.envelope import Lane
from edge_agent.mqtt import unheard
from edge_agent.mqtt.unheard import FORGOTTEN_S, Unheard, waiting_alarms
from edge_agent.outbox import Outbox, OutboxLimits
from edge_agent.types import Incident, Kind, Phase
from tests.fakes.events import CONTEXT, fall, minute, stamp, state

BOOT = CONTEXT.boot_id
UTC = "2026-01-01T00:00:00.000Z"


def draft(event: Incident) -> Draft:
    return encode(event, CONTEXT, stamp)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox.open(tmp_path / "outbox.sqlite", "room-12", OutboxLimits(), 0.0)
    yield opened
    opened.close()


def said(falls: Unheard, now: float = 10.0) -> list[str]:
    return [found.news for found in falls.falls(now)]


def test_only_a_confirmed_fall_and_its_escalations_wait() -> None:
    falls = Unheard(())
    for phase in Phase:
        if phase is not Phase.CLEARED:
            falls.put(draft(fall(phase)), 1.0)
    falls.put(draft(replace(fall(), kind=Kind.SLUMP)), 2.0)
    falls.put(encode(minute(), CONTEXT, stamp), 2.0)
    falls.put(encode(state(fall()), CONTEXT, stamp), 2.0)
    assert sorted(said(falls)) == ["confirmed at 100000 ms", "escalated at 100000 ms"]
    assert {found.at for found in falls.falls(10.0)} == {1.0}


def test_a_fall_that_is_over_waits_no_more() -> None:
    falls = Unheard(())
    falls.put(draft(fall()), 1.0)
    falls.put(draft(replace(fall(), id="fall-corner-2")), 2.0)
    falls.put(draft(fall(Phase.CLEARED)), 3.0)
    assert [found.incident_id for found in falls.falls(10.0)] == ["5f3a-fall-corner-2"]


def test_a_watermark_settles_what_it_covers(outbox: Outbox) -> None:
    falls = Unheard(())
    drafts = [draft(fall()), draft(replace(fall(), id="fall-corner-2"))]
    for each in drafts:
        falls.put(each, 1.0)
    falls.settled({(BOOT, Lane.ALARM): 9})
    assert len(said(falls)) == 2, "what has no number yet is covered by none"
    falls.stored(drafts, outbox.append(BOOT, drafts, 1.0, UTC))
    falls.settled({(BOOT, Lane.ROUTINE): 9, ("other", Lane.ALARM): 9})
    assert len(said(falls)) == 2
    falls.settled({(BOOT, Lane.ALARM): 1})
    assert [found.incident_id for found in falls.falls(10.0)] == ["5f3a-fall-corner-2"]
    falls.settled({(BOOT, Lane.ALARM): 2})
    assert said(falls) == []


def test_a_person_who_knows_settles_it_until_there_is_news() -> None:
    falls = Unheard(())
    falls.put(draft(fall()), 1.0)
    assert falls.attended("5f3a-fall-corner-1")
    assert not falls.attended("5f3a-fall-corner-1")
    falls.put(draft(fall(Phase.ESCALATED, t=130.0)), 2.0)
    assert said(falls) == ["escalated at 130000 ms"]


def test_what_an_earlier_run_left_behind_waits_from_when_it_was_stored(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    first = Outbox.open(path, "room-12", OutboxLimits(), 1000.0)
    first.append(BOOT, [draft(fall())], 1000.0, UTC)
    first.append(BOOT, [encode(minute(), CONTEXT, stamp)], 1300.0, UTC)
    first.close()
    second = Outbox.open(path, "room-12", OutboxLimits(), 50.0)
    falls = Unheard(waiting_alarms(second))
    assert [(found.incident_id, found.at) for found in falls.falls(50.0)] == [("5f3a-fall-corner-1", -250.0)]
    falls.settled({(BOOT, Lane.ALARM): 1})
    assert said(falls) == []
    second.close()


def test_what_was_over_before_the_restart_does_not_wait(outbox: Outbox) -> None:
    outbox.append(BOOT, [draft(fall()), draft(fall(Phase.CLEARED))], 1.0, UTC)
    assert said(Unheard(waiting_alarms(outbox))) == []


def test_a_long_backlog_is_read_as_a_whole_and_gaps_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unheard, "PAGE", 2)
    outbox = Outbox.open(tmp_path / "small.sqlite", "room-12", OutboxLimits(rows=5), 0.0)
    outbox.append(BOOT, [draft(replace(fall(), id=f"fall-{n}")) for n in range(8)], 1.0, UTC)
    found = Unheard(waiting_alarms(outbox)).falls(10.0)
    assert [each.incident_id for each in found] == [f"5f3a-fall-{n}" for n in range(3, 8)]
    outbox.close()


def test_an_old_fall_is_forgotten() -> None:
    falls = Unheard(())
    falls.put(draft(fall()), 1.0)
    assert falls.falls(FORGOTTEN_S) != ()
    assert falls.falls(FORGOTTEN_S + 1.0) == ()
    falls.put(draft(replace(fall(), id="fall-corner-2")), FORGOTTEN_S + 1.0)
    assert [found.incident_id for found in falls.falls(2.0)] == ["5f3a-fall-corner-2"]
