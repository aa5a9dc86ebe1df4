"""Whatever the order, and however often it is sent: each event once, and a watermark without a hole."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from edge_agent.messages.envelope import Lane
from facility_recommender.ingest import Event, Gap
from facility_recommender.store import read, schema
from facility_recommender.store.write import write
from facility_recommender.watermark import LaneKey, Spans, cover, missing, upto
from tests.fakes import care

RANGES = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1])))


def covered(ranges: list[tuple[int, int]]) -> Spans:
    spans: Spans = ()
    for first, last in ranges:
        spans = cover(spans, first, last)
    return spans


@given(RANGES)
def test_spans_are_the_set_of_numbers(ranges: list[tuple[int, int]]) -> None:
    spans = covered(ranges)
    numbers = {number for first, last in ranges for number in range(first, last + 1)}
    assert {number for first, last in spans for number in range(first, last + 1)} == numbers
    assert all(before[1] + 1 < after[0] for before, after in pairwise(spans))
    highest = max(numbers, default=0)
    assert upto(spans) == next(number for number in range(highest + 2) if number + 1 not in numbers)
    holes = {number for first, last in missing(spans) for number in range(first, last + 1)}
    assert holes == set(range(1, highest + 1)) - numbers


@given(RANGES, st.randoms())
def test_order_does_not_matter(ranges: list[tuple[int, int]], random: Random) -> None:
    shuffled = ranges * 2
    random.shuffle(shuffled)
    assert covered(shuffled) == covered(ranges)


ROUTINE = st.sampled_from(["b1", "b2"]).flatmap(
    lambda boot: st.one_of(
        st.integers(1, 8).map(lambda seq: (boot, Lane.ROUTINE, seq, seq, "event")),
        st.integers(1, 8).map(lambda seq: (boot, Lane.ALARM, seq, seq, "event")),
        st.tuples(st.integers(1, 8), st.integers(0, 3)).map(
            lambda pair: (boot, Lane.ALARM, pair[0], pair[0] + pair[1], "gap")
        ),
    )
)
Sent = tuple[str, Lane, int, int, str]


def arrival(sent: Sent) -> Event | Gap:
    boot, lane, first, last, kind = sent
    key = LaneKey(care.DEVICE, boot, lane)
    if kind == "gap":
        return Gap(
            key, care.gap(first, last, lane, boot_id=boot, event_id=f"{care.DEVICE}-{boot}-{lane}-{first}-{last}")
        )
    if lane is Lane.ALARM:
        return Event(key, care.incident(first, boot_id=boot))
    return Event(key, care.observation(first, boot_id=boot))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(ROUTINE, max_size=5), max_size=6))
def test_any_interleaving_is_stored_once_and_acknowledged_without_a_hole(batches: list[list[Sent]]) -> None:
    engine = create_engine("sqlite://")
    schema.metadata.create_all(engine)
    seen: list[Sent] = []
    for batch in batches:
        with engine.begin() as connection:
            written = write(connection, [(arrival(sent), care.NOON) for sent in batch])
        news = {arrival(sent).message.event_id for sent in batch if sent[4] == "event"} - {
            arrival(sent).message.event_id for sent in seen if sent[4] == "event"
        }
        assert written.new == news
        seen += batch
        for lane in {LaneKey(care.DEVICE, sent[0], sent[1]) for sent in batch}:
            numbers = {
                number
                for boot, name, first, last, _ in seen
                if (boot, name) == (lane.boot_id, lane.lane)
                for number in range(first, last + 1)
            }
            assert written.watermarks[lane] == next(number for number in range(20) if number + 1 not in numbers)
    with engine.connect() as connection:
        lines = list(read.export(connection))
    expected = list(dict.fromkeys(arrival(sent).message.to_json() for sent in seen if sent[4] == "event"))
    assert lines == expected
    engine.dispose()
