"""The outbox: numbered, bounded, forgotten only when acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TypeAlias

from edge_agent.messages.draft import Draft, gap, seal
from edge_agent.messages.envelope import Lane
from edge_agent.messages.gap import GapReason
from edge_agent.outbox.database import connect, transaction
from edge_agent.outbox.entry import Counts, Entry, LaneStatus, Position
from edge_agent.outbox.errors import told
from edge_agent.outbox.limits import OutboxLimits

START: Position = (0, 0)
"""Before everything."""

_Row: TypeAlias = tuple[int, int, int, float]
"""Boot, number, bytes, stored_s of an event."""

_COLUMNS = "boot, boot_id, lane, first, last, topic, body, reason IS NOT NULL, stored_s"


class Outbox:
    """Events in an SQLite file, in two lanes, each numbered from 1 without holes per boot.

    One thread owns it; another may have opened it. `boot_id` must be new at each start of the agent. Time is an
    argument: `now_s` is any clock that only grows while the outbox is open.
    """

    def __init__(self, path: Path, device: str, limits: OutboxLimits, db: sqlite3.Connection, now_s: float) -> None:
        """Use `open`."""
        self._path = path
        self._device = device
        self._limits = limits
        self._db = db
        (latest,) = db.execute("SELECT max(stored_s) FROM entries").fetchone()
        # Age counts running time: what earlier runs stored keeps its distance, the time between runs is not known.
        self._offset_s = (latest or 0.0) - now_s
        self._count()

    @classmethod
    def open(cls, path: Path, device: str, limits: OutboxLimits, now_s: float) -> Outbox:
        """Open or make the file.

        Raises:
            StorageError: it cannot be used. A damaged file is no error: it is set aside, and logged.
        """
        return cls(path, device, limits, connect(path), now_s)

    def close(self) -> None:
        """Leave a file without a journal beside it."""
        self._db.close()

    def append(self, boot_id: str, drafts: Sequence[Draft], now_s: float, observed_at: str) -> list[Entry]:
        """Commit drafts at once, then drop what is beyond the limits.

        Args:
            boot_id: of this run.
            drafts: each on a lane, in the order in which they happened.
            now_s: the clock of `open`.
            observed_at: the same in UTC, for the gaps.

        Returns:
            The events as numbered; with a tight bound some may be in a gap already.

        Raises:
            DiskFullError: nothing was stored; try again later.
            StorageError: nothing was stored.
            MessageError: a draft is no valid message; nothing was stored.
        """
        stored_s = now_s + self._offset_s
        try:
            with transaction(self._db, self._path):
                entries = self._insert(boot_id, drafts, stored_s) if drafts else []
                self._bound(stored_s, observed_at)
        except BaseException:
            self._count()
            raise
        return [self._shifted(entry) for entry in entries]

    def pending(self, lane: Lane, limit: int, after: Position = START) -> list[Entry]:
        """What waits in a lane, oldest boot first, in the order of their numbers."""
        with told(self._path):
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM entries JOIN boots USING (boot) "  # noqa: S608 - a constant
                "WHERE lane = ? AND (boot, first) > (?, ?) ORDER BY boot, first LIMIT ?",
                (lane.value, *after, limit),
            ).fetchall()
        return [self._shifted(_entry(row)) for row in rows]

    def acknowledge(self, watermarks: Mapping[tuple[str, Lane], int], observed_at: str) -> int:
        """Forget all up to the watermark of each boot and lane.

        A watermark beyond what was ever committed counts as far as that goes; an unknown boot, or going back, changes
        nothing.

        Returns:
            How many lanes moved on.

        Raises:
            StorageError: nothing was forgotten.
        """
        moved = 0
        try:
            with transaction(self._db, self._path):
                for (boot_id, lane), upto in watermarks.items():
                    moved += self._forget(boot_id, lane, upto, observed_at)
        except BaseException:
            self._count()
            raise
        return moved

    def lanes(self) -> list[LaneStatus]:
        """Every lane that ever held something: which events were committed, and how far they are acknowledged."""
        rows = self._db.execute(
            "SELECT boot_id, lane, last_seq, acked_upto, dropped FROM lanes JOIN boots USING (boot) ORDER BY lane, boot"
        )
        return [LaneStatus(boot_id, Lane(lane), *numbers) for boot_id, lane, *numbers in rows]

    def counts(self) -> Counts:
        """How full it is."""
        return Counts(self._rows[Lane.ALARM], self._rows[Lane.ROUTINE], sum(self._bytes.values()), self._dropped)

    def _insert(self, boot_id: str, drafts: Sequence[Draft], stored_s: float) -> list[Entry]:
        self._db.execute("INSERT OR IGNORE INTO boots (boot_id) VALUES (?)", (boot_id,))
        boot = self._boot(boot_id)
        found = self._db.execute("SELECT lane, last_seq FROM lanes WHERE boot = ?", (boot,))
        last = {Lane(lane): int(seq) for lane, seq in found}
        entries = []
        for draft in drafts:
            if draft.lane is None:
                raise ValueError("a retained message does not go through the outbox")
            seq = last[draft.lane] = last.get(draft.lane, 0) + 1
            body = seal(draft, self._device, boot_id, seq)
            entries.append(
                Entry(boot, boot_id, draft.lane, seq, seq, draft.topic, body, is_gap=False, stored_s=stored_s)
            )
        self._write(entries, None)
        self._db.executemany(
            "INSERT INTO lanes (boot, lane, last_seq) VALUES (?, ?, ?) "
            "ON CONFLICT (lane, boot) DO UPDATE SET last_seq = excluded.last_seq",
            [(boot, lane.value, seq) for lane, seq in last.items()],
        )
        for entry in entries:
            self._rows[entry.lane] += 1
            self._bytes[entry.lane] += _size(entry.body)
        return entries

    def _bound(self, now: float, observed_at: str) -> None:
        for lane in (Lane.ROUTINE, Lane.ALARM):
            self._expire(lane, now, observed_at)
        for lane in (Lane.ROUTINE, Lane.ALARM):
            self._make_room(lane, observed_at)

    def _expire(self, lane: Lane, now: float, observed_at: str) -> None:
        born = now - self._limits.age_s
        expired = takewhile(lambda row: row[3] < born, self._oldest(lane))
        self._drop(lane, list(expired), GapReason.EXPIRED, observed_at)

    def _make_room(self, lane: Lane, observed_at: str) -> None:
        """Drop the oldest of a lane until the bounds of rows and bytes hold, or the lane is empty."""
        rows_over = sum(self._rows.values()) - self._limits.rows
        bytes_over = sum(self._bytes.values()) - self._limits.bytes
        if rows_over <= 0 and bytes_over <= 0:
            return
        dropped = []
        for row in self._oldest(lane):
            if rows_over <= 0 and bytes_over <= 0:
                break
            dropped.append(row)
            rows_over -= 1
            bytes_over -= row[2]
        self._drop(lane, dropped, GapReason.FULL, observed_at)

    def _oldest(self, lane: Lane) -> Iterator[_Row]:
        """The events of a lane, oldest first; read only as far as is asked."""
        query = (
            "SELECT boot, first, bytes, stored_s FROM entries WHERE lane = ? AND reason IS NULL ORDER BY boot, first"
        )
        cursor: Iterator[_Row] = self._db.execute(query, (lane.value,))
        return cursor

    def _drop(self, lane: Lane, rows: Sequence[_Row], reason: GapReason, observed_at: str) -> None:
        """Put one gap per boot in the place of the oldest events, merged with the gap before them."""
        for boot in sorted({boot for boot, *_ in rows}):
            numbers = [first for of, first, *_ in rows if of == boot]
            self._replace(boot, lane, numbers[0], numbers[-1], reason, observed_at)
            self._db.execute(
                "UPDATE lanes SET dropped = dropped + ? WHERE boot = ? AND lane = ?", (len(numbers), boot, lane.value)
            )
        self._dropped += len(rows)
        self._rows[lane] -= len(rows)
        self._bytes[lane] -= sum(size for _, _, size, _ in rows)

    def _replace(self, boot: int, lane: Lane, first: int, last: int, reason: GapReason, observed_at: str) -> None:
        place = (boot, lane.value)
        boot_id, topic = self._db.execute(
            "SELECT boot_id, topic FROM entries JOIN boots USING (boot) WHERE boot = ? AND lane = ? AND first = ?",
            (*place, first),
        ).fetchone()
        before = self._db.execute(
            "SELECT first, reason FROM entries WHERE boot = ? AND lane = ? AND last = ? AND reason IS NOT NULL",
            (*place, first - 1),
        ).fetchone()
        if before is not None:
            first = before[0]
            reason = reason if reason == before[1] else GapReason.SEVERAL
        (stored_s,) = self._db.execute(
            "SELECT max(stored_s) FROM entries WHERE boot = ? AND lane = ? AND last BETWEEN ? AND ?",
            (*place, first, last),
        ).fetchone()
        self._db.execute(
            "DELETE FROM entries WHERE boot = ? AND lane = ? AND first BETWEEN ? AND ?", (*place, first, last)
        )
        body = gap(self._device, boot_id, lane, first, last, reason, observed_at)
        self._write([Entry(boot, boot_id, lane, first, last, topic, body, is_gap=True, stored_s=stored_s)], reason)

    def _forget(self, boot_id: str, lane: Lane, upto: int, observed_at: str) -> bool:
        known = self._db.execute(
            "SELECT boot, last_seq, acked_upto FROM lanes JOIN boots USING (boot) WHERE boot_id = ? AND lane = ?",
            (boot_id, lane.value),
        ).fetchone()
        if known is None or min(upto, known[1]) <= known[2]:
            return False
        place, upto = (known[0], lane.value), min(upto, known[1])
        self._db.execute("UPDATE lanes SET acked_upto = ? WHERE boot = ? AND lane = ?", (upto, *place))
        # Not `RETURNING reason IS NOT NULL`: SQLite 3.40 answers 1 for a null there.
        gone = self._db.execute(
            "DELETE FROM entries WHERE boot = ? AND lane = ? AND last <= ? RETURNING bytes, reason", (*place, upto)
        ).fetchall()
        events = [size for size, reason in gone if reason is None]
        self._rows[lane] -= len(events)
        self._bytes[lane] -= sum(events)
        self._cut(place[0], boot_id, lane, upto, observed_at)
        return True

    def _cut(self, boot: int, boot_id: str, lane: Lane, upto: int, observed_at: str) -> None:
        """Where the watermark ends within a gap, keep the rest of it."""
        cut = self._db.execute(
            "DELETE FROM entries WHERE boot = ? AND lane = ? AND first <= ? RETURNING last, reason, topic, stored_s",
            (boot, lane.value, upto),
        ).fetchall()
        for last, reason, topic, stored_s in cut:
            body = gap(self._device, boot_id, lane, upto + 1, last, GapReason(reason), observed_at)
            rest = Entry(boot, boot_id, lane, upto + 1, last, topic, body, is_gap=True, stored_s=stored_s)
            self._write([rest], GapReason(reason))

    def _write(self, entries: Sequence[Entry], reason: GapReason | None) -> None:
        self._db.executemany(
            "INSERT INTO entries (boot, lane, first, last, topic, body, bytes, reason, stored_s) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    e.boot,
                    e.lane.value,
                    e.first,
                    e.last,
                    e.topic,
                    e.body,
                    _size(e.body),
                    reason and reason.value,
                    e.stored_s,
                )
                for e in entries
            ],
        )

    def _boot(self, boot_id: str) -> int:
        (boot,) = self._db.execute("SELECT boot FROM boots WHERE boot_id = ?", (boot_id,)).fetchone()
        return int(boot)

    def _count(self) -> None:
        """Take the counters from the file."""
        self._rows = dict.fromkeys(Lane, 0)
        self._bytes = dict.fromkeys(Lane, 0)
        query = "SELECT lane, count(*), sum(bytes) FROM entries WHERE reason IS NULL GROUP BY lane"
        for lane, rows, size in self._db.execute(query):
            self._rows[Lane(lane)], self._bytes[Lane(lane)] = rows, size
        (self._dropped,) = self._db.execute("SELECT coalesce(sum(dropped), 0) FROM lanes").fetchone()

    def _shifted(self, entry: Entry) -> Entry:
        """The entry on the caller's clock."""
        return replace(entry, stored_s=entry.stored_s - self._offset_s)


def _entry(row: tuple[int, str, str, int, int, str, str, int, float]) -> Entry:
    boot, boot_id, lane, first, last, topic, body, is_gap, stored_s = row
    return Entry(boot, boot_id, Lane(lane), first, last, topic, body, is_gap=bool(is_gap), stored_s=stored_s)


def _size(body: str) -> int:
    return len(body.encode())
