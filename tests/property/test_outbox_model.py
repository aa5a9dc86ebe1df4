"""Whatever happens in whatever order: no hole, no duplicate, each committed event delivered or said as a gap."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edge_agent.messages.encode import encode
from edge_agent.messages.envelope import Lane
from edge_agent.outbox import Outbox, OutboxLimits
from tests.fakes.events import CONTEXT, fall, minute, stamp

UTC = "2026-01-01T12:00:00.000Z"
DRAFTS = {Lane.ALARM: encode(fall(), CONTEXT, stamp), Lane.ROUTINE: encode(minute(), CONTEXT, stamp)}
LANES = st.sampled_from(Lane)


class OutboxModel(RuleBasedStateMachine):
    """The outbox beside what must be true of it, and a consumer that stores what it is sent."""

    @initialize(rows=st.integers(1, 8), age_s=st.sampled_from([50.0, 1e9]))
    def begin(self, rows: int, age_s: float) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.limits = OutboxLimits(rows=rows, age_s=age_s)
        self.now = 0.0
        self.boots = ["b1"]
        self.committed: dict[tuple[str, Lane], int] = {}
        self.acked: dict[tuple[str, Lane], int] = {}
        self.delivered: dict[tuple[str, Lane], set[int]] = {}
        self.excused: dict[tuple[str, Lane], set[int]] = {}
        self.box = self.open()

    def open(self) -> Outbox:
        box = Outbox.open(self.folder / "outbox.db", "room-12", self.limits, self.now)
        box._db.execute("PRAGMA synchronous = OFF")  # thousands of commits: the disk is not what is tested here
        return box

    @rule(lanes=st.lists(LANES, max_size=6), passed_s=st.sampled_from([0.0, 1.0, 30.0]))
    def append(self, lanes: list[Lane], passed_s: float) -> None:
        self.now += passed_s
        entries = self.box.append(self.boots[-1], [DRAFTS[lane] for lane in lanes], self.now, UTC)
        assert [entry.lane for entry in entries] == lanes
        for entry in entries:
            key = (self.boots[-1], entry.lane)
            self.committed[key] = self.committed.get(key, 0) + 1
            assert entry.first == entry.last == self.committed[key]

    @rule(lane=LANES, limit=st.integers(1, 5))
    def deliver(self, lane: Lane, limit: int) -> None:
        for entry in self.box.pending(lane, limit):
            key = (entry.boot_id, lane)
            body = json.loads(entry.body)
            numbers = range(entry.first, entry.last + 1)
            if entry.is_gap:
                assert (body["from"], body["to"]) == (entry.first, entry.last)
                self.excused.setdefault(key, set()).update(numbers)
            else:
                assert body["event_id"] == f"room-12-{entry.boot_id}-{lane}-{entry.first}"
                self.delivered.setdefault(key, set()).update(numbers)

    @rule(lane=LANES, boot=st.integers(0, 10))
    def consumer_acknowledges(self, lane: Lane, boot: int) -> None:
        key = (self.boots[boot % len(self.boots)], lane)
        known = self.delivered.get(key, set()) | self.excused.get(key, set())
        upto = self.acked.get(key, 0)
        while upto + 1 in known:
            upto += 1
        self.acknowledge(key, upto)

    @rule(lane=LANES, back=st.integers(0, 3))
    def stale_acknowledgement(self, lane: Lane, back: int) -> None:
        key = (self.boots[-1], lane)
        self.acknowledge(key, self.acked.get(key, 0) - back)

    def acknowledge(self, key: tuple[str, Lane], upto: int) -> None:
        moved = self.box.acknowledge({key: upto}, UTC)
        assert moved == (upto > self.acked.get(key, 0))
        self.acked[key] = max(self.acked.get(key, 0), upto)

    @rule(new_boot=st.booleans())
    def reopen(self, new_boot: bool) -> None:  # noqa: FBT001 - hypothesis passes it by name
        self.box.close()
        if new_boot:
            self.boots.append(f"b{len(self.boots) + 1}")
        self.now = 0.0
        self.box = self.open()

    @invariant()
    def no_hole_and_no_duplicate(self) -> None:
        for lane in Lane:
            waiting: dict[str, list[int]] = {}
            for entry in self.box.pending(lane, 10_000):
                waiting.setdefault(entry.boot_id, []).extend(range(entry.first, entry.last + 1))
            assert list(waiting) == [boot for boot in self.boots if boot in waiting], "oldest boot first"
            for boot in self.boots:
                last, acked = self.committed.get((boot, lane), 0), self.acked.get((boot, lane), 0)
                assert waiting.get(boot, []) == list(range(acked + 1, last + 1))

    @invariant()
    def everything_forgotten_was_delivered_or_excused(self) -> None:
        for key, upto in self.acked.items():
            assert set(range(1, upto + 1)) <= self.delivered.get(key, set()) | self.excused.get(key, set())

    @invariant()
    def bounded_and_counted(self) -> None:
        counts = self.box.counts()
        assert counts.waiting <= self.limits.rows
        events = [entry for lane in Lane for entry in self.box.pending(lane, 10_000) if not entry.is_gap]
        assert counts.waiting == len(events)
        assert counts.bytes == sum(len(entry.body.encode()) for entry in events)
        assert {(s.boot_id, s.lane): s.last_seq for s in self.box.lanes()} == self.committed

    @invariant()
    def one_gap_at_most_and_at_the_head(self) -> None:
        for lane in Lane:
            seen: set[str] = set()
            for entry in self.box.pending(lane, 10_000):
                assert not (entry.is_gap and entry.boot_id in seen)
                seen.add(entry.boot_id)

    def teardown(self) -> None:
        if hasattr(self, "box"):
            self.box.close()
            shutil.rmtree(self.folder)


TestOutboxModel = OutboxModel.TestCase
TestOutboxModel.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
