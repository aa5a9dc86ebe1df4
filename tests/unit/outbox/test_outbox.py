"""Nothing leaves the outbox unless acknowledged or said as a gap."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge_agent.errors import Exit, StorageError
from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import encode
from edge_agent.messages.envelope import Lane
from edge_agent.outbox import CorruptError, DiskFullError, Entry, Outbox, OutboxLimits
from tests.fakes.events import CONTEXT, fall, minute, stamp

NOON = "2026-01-01T12:00:00.000Z"
ALARM = encode(fall(), CONTEXT, stamp)
ROUTINE = encode(minute(), CONTEXT, stamp)
AMPLE = OutboxLimits()

Opener = Callable[..., Outbox]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Opener]:
    boxes: list[Outbox] = []

    def opener(limits: OutboxLimits = AMPLE, now_s: float = 0.0) -> Outbox:
        boxes.append(Outbox.open(path, "room-12", limits, now_s))
        return boxes[-1]

    yield opener
    for box in boxes:
        box.close()


def append(box: Outbox, *drafts: Draft, boot: str = "b1", now_s: float = 0.0) -> list[Entry]:
    return box.append(boot, drafts, now_s, NOON)


def ack(box: Outbox, lane: Lane, upto: int, boot: str = "b1") -> int:
    return box.acknowledge({(boot, lane): upto}, NOON)


def spans(box: Outbox, lane: Lane) -> list[tuple[str, int, int, bool]]:
    return [(e.boot_id, e.first, e.last, e.is_gap) for e in box.pending(lane, 1000)]


def test_each_lane_is_numbered_from_one_per_boot(opened: Opener) -> None:
    box = opened()
    append(box, ROUTINE, ALARM, ROUTINE)
    append(box, ROUTINE)
    append(box, ALARM, boot="b2")
    assert spans(box, Lane.ROUTINE) == [("b1", n, n, False) for n in (1, 2, 3)]
    assert spans(box, Lane.ALARM) == [("b1", 1, 1, False), ("b2", 1, 1, False)]


def test_the_stored_body_is_final(opened: Opener) -> None:
    box = opened()
    (entry,) = append(box, ALARM)
    body = json.loads(entry.body)
    assert (body["event_id"], body["seq"], body["lane"]) == ("room-12-b1-alarm-1", 1, "alarm")
    assert box.pending(Lane.ALARM, 1) == [entry]


def test_what_was_committed_survives_and_goes_on_counting(opened: Opener) -> None:
    box = opened()
    append(box, ROUTINE, ROUTINE)
    ack(box, Lane.ROUTINE, 1)
    box.close()
    again = opened()
    assert spans(again, Lane.ROUTINE) == [("b1", 2, 2, False)]
    append(again, ROUTINE)
    assert spans(again, Lane.ROUTINE)[-1] == ("b1", 3, 3, False)


def test_a_fully_acknowledged_lane_still_tells_what_was_committed(opened: Opener) -> None:
    box = opened()
    append(box, ROUTINE, ROUTINE)
    ack(box, Lane.ROUTINE, 2)
    box.close()
    (status,) = opened().lanes()
    assert (status.boot_id, status.lane, status.last_seq, status.acked_upto, status.dropped) == (
        "b1",
        "routine",
        2,
        2,
        0,
    )


def test_an_acknowledgement_forgets_up_to_its_watermark(opened: Opener) -> None:
    box = opened()
    append(box, *[ROUTINE] * 5)
    assert ack(box, Lane.ROUTINE, 3) == 1
    assert spans(box, Lane.ROUTINE) == [("b1", 4, 4, False), ("b1", 5, 5, False)]
    assert box.counts().routine == 2


@pytest.mark.parametrize(
    ("boot", "lane", "upto"), [("b9", Lane.ROUTINE, 2), ("b1", Lane.ALARM, 2), ("b1", Lane.ROUTINE, 0)]
)
def test_an_acknowledgement_of_what_never_was_changes_nothing(opened: Opener, boot: str, lane: Lane, upto: int) -> None:
    box = opened()
    append(box, ROUTINE, ROUTINE)
    assert ack(box, lane, upto, boot) == 0
    assert len(spans(box, Lane.ROUTINE)) == 2


def test_a_watermark_never_goes_back_nor_beyond_what_was_committed(opened: Opener) -> None:
    box = opened()
    append(box, ROUTINE, ROUTINE, ROUTINE)
    ack(box, Lane.ROUTINE, 2)
    assert ack(box, Lane.ROUTINE, 1) == 0
    assert ack(box, Lane.ROUTINE, 1_000_000) == 1
    append(box, ROUTINE)
    assert spans(box, Lane.ROUTINE) == [("b1", 4, 4, False)]


def test_routine_is_dropped_before_alarm_oldest_first(opened: Opener) -> None:
    box = opened(OutboxLimits(rows=3))
    append(box, ALARM, ROUTINE, ROUTINE, ALARM)
    assert spans(box, Lane.ROUTINE) == [("b1", 1, 1, True), ("b1", 2, 2, False)]
    append(box, ALARM, ALARM)
    assert spans(box, Lane.ROUTINE) == [("b1", 1, 2, True)]
    assert spans(box, Lane.ALARM) == [("b1", 1, 1, True), *(("b1", n, n, False) for n in (2, 3, 4))]
    assert (box.counts().alarm, box.counts().routine, box.counts().dropped) == (3, 0, 3)


def test_bytes_are_bounded_too(opened: Opener) -> None:
    size = len(append(opened(), ALARM)[0].body.encode())
    box = opened(OutboxLimits(bytes=3 * size + 10))
    append(box, *[ALARM] * 4)
    assert box.counts().bytes <= 3 * size + 10
    assert spans(box, Lane.ALARM)[0] == ("b1", 1, 2, True)


def test_the_gap_is_said_on_the_topic_of_what_was_dropped(opened: Opener) -> None:
    box = opened(OutboxLimits(rows=1))
    append(box, ROUTINE, ROUTINE, ROUTINE)
    entry = box.pending(Lane.ROUTINE, 1)[0]
    body = json.loads(entry.body)
    assert entry.topic == ROUTINE.topic
    assert (body["schema"], body["from"], body["to"], body["reason"]) == ("care/gap/1", 1, 2, "full")


def test_old_events_expire(opened: Opener) -> None:
    box = opened(OutboxLimits(age_s=60.0))
    append(box, ALARM, now_s=0.0)
    append(box, ROUTINE, now_s=30.0)
    append(box, now_s=61.0)
    assert spans(box, Lane.ALARM) == [("b1", 1, 1, True)]
    assert spans(box, Lane.ROUTINE) == [("b1", 1, 1, False)]
    assert json.loads(box.pending(Lane.ALARM, 1)[0].body)["reason"] == "expired"


def test_a_gap_for_two_reasons_says_so(opened: Opener) -> None:
    box = opened(OutboxLimits(rows=2, age_s=60.0))
    append(box, ROUTINE, now_s=0.0)
    append(box, ROUTINE, ROUTINE, ROUTINE, now_s=61.0)
    assert spans(box, Lane.ROUTINE) == [("b1", 1, 2, True), ("b1", 3, 3, False), ("b1", 4, 4, False)]
    assert json.loads(box.pending(Lane.ROUTINE, 1)[0].body)["reason"] == "several"


def test_age_is_running_time_whatever_the_clock_of_the_next_run_begins_with(opened: Opener) -> None:
    limits = OutboxLimits(age_s=60.0)
    box = opened(limits, now_s=1000.0)
    append(box, ROUTINE, now_s=1000.0)
    box.close()
    later = opened(limits, now_s=5.0)
    append(later, boot="b2", now_s=64.0)
    assert spans(later, Lane.ROUTINE) == [("b1", 1, 1, False)]
    append(later, boot="b2", now_s=66.0)
    assert spans(later, Lane.ROUTINE) == [("b1", 1, 1, True)]


def test_a_watermark_within_a_gap_leaves_its_rest(opened: Opener) -> None:
    box = opened(OutboxLimits(rows=1))
    append(box, *[ROUTINE] * 5)
    ack(box, Lane.ROUTINE, 2)
    assert spans(box, Lane.ROUTINE) == [("b1", 3, 4, True), ("b1", 5, 5, False)]
    assert json.loads(box.pending(Lane.ROUTINE, 1)[0].body)["event_id"] == "room-12-b1-routine-3-4"


def test_each_boot_has_its_own_gap(opened: Opener) -> None:
    box = opened(OutboxLimits(rows=1))
    append(box, ROUTINE, ROUTINE)
    append(box, ROUTINE, ROUTINE, boot="b2")
    assert spans(box, Lane.ROUTINE) == [("b1", 1, 2, True), ("b2", 1, 1, True), ("b2", 2, 2, False)]


def test_pending_goes_on_after_a_position(opened: Opener) -> None:
    box = opened()
    append(box, *[ROUTINE] * 3)
    append(box, ROUTINE, boot="b2")
    first = box.pending(Lane.ROUTINE, 2)
    assert [entry.first for entry in first] == [1, 2]
    rest = box.pending(Lane.ROUTINE, 9, after=first[-1].position)
    assert [(entry.boot_id, entry.first) for entry in rest] == [("b1", 3), ("b2", 1)]


def test_a_batch_with_a_faulty_draft_stores_nothing(opened: Opener) -> None:
    box = opened()
    faulty = Draft(Lane.ALARM, ALARM.topic, {**ALARM.body, "confidence": 7.0})
    with pytest.raises(ValueError, match="confidence"):
        append(box, ALARM, faulty)
    assert (box.pending(Lane.ALARM, 9), box.counts().alarm, box.lanes()) == ([], 0, [])


def test_a_full_disk_is_said_and_work_goes_on_when_there_is_room(opened: Opener) -> None:
    box = opened()
    append(box, ROUTINE)
    (pages,) = box._db.execute("PRAGMA page_count").fetchone()
    box._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError, match="full") as caught:
        append(box, *[ALARM] * 50)
    assert caught.value.exit_code is Exit.STORAGE
    assert (spans(box, Lane.ALARM), box.counts().alarm) == ([], 0)
    box._db.execute("PRAGMA max_page_count = 100000")
    append(box, ALARM)
    assert spans(box, Lane.ALARM) == [("b1", 1, 1, False)]


@pytest.mark.parametrize("damage", [lambda b: b"not a database" * 100, lambda b: b[:4096] + b"\x5a" * (len(b) - 4096)])
def test_a_damaged_file_is_set_aside_and_said(
    path: Path, opened: Opener, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    box = opened()
    append(box, *[ROUTINE] * 20)
    box.close()
    content = damage(path.read_bytes())
    path.write_bytes(content)
    with caplog.at_level(logging.ERROR):
        fresh = opened()
    assert spans(fresh, Lane.ROUTINE) == []
    assert path.with_name("outbox.db.damaged-1").read_bytes()[4096:] == content[4096:]
    assert "damaged-1" in caplog.text


def test_a_second_damaged_file_does_not_replace_the_first(path: Path, opened: Opener) -> None:
    for _ in range(2):
        path.write_bytes(b"rubbish" * 1000)
        opened().close()
    assert sorted(p.name for p in path.parent.glob("*.damaged-*")) == ["outbox.db.damaged-1", "outbox.db.damaged-2"]


def test_damage_found_while_running_is_told_apart(path: Path, opened: Opener) -> None:
    box = opened()
    append(box, *[ROUTINE] * 50)
    box.close()
    box = opened()
    box._db.execute("PRAGMA cache_size = 0")
    with path.open("r+b") as file:  # the pages after the first, under SQLite's feet
        file.seek(4096)
        file.write(b"\x5a" * (path.stat().st_size - 4096))
    with pytest.raises(CorruptError):
        box.pending(Lane.ROUTINE, 100)


def test_a_later_format_is_refused_not_overwritten(path: Path, opened: Opener) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StorageError, match="later version"):
        opened()
    assert not list(path.parent.glob("*.damaged*"))


def test_a_missing_folder_is_said_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="folder exists"):
        Outbox.open(tmp_path / "nowhere" / "outbox.db", "room-12", AMPLE, 0.0)


def test_each_commit_is_synced(opened: Opener) -> None:
    box = opened()
    assert box._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert box._db.execute("PRAGMA synchronous").fetchone() == (2,)
