"""A trial ends, and ends right; what is kept of pushes never becomes good without having been proven."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge_agent.messages.request import Result
from edge_agent.pushes.record import ANSWERS, Record
from edge_agent.pushes.trial import Trial, TrialLimits, Verdict, look, owed
from firmware_config.bundle.pushed import Push

LIMITS = TrialLimits(limit_s=60.0, hold_s=8.0)
PARTS = frozenset({"door", "corner", "the broker"})
parts = st.frozensets(st.sampled_from(sorted(PARTS)))


@given(parts, st.lists(st.tuples(st.floats(2.0, 5.0), parts), min_size=36, max_size=36))
def test_a_trial_ends_in_time_and_keeps_only_what_was_well_for_long_enough(
    due: frozenset[str], looks: list[tuple[float, frozenset[str]]]
) -> None:
    trial, t, unwell_at = Trial(0.0, due), 0.0, 0.0
    for after, well in looks:
        t += after
        trial, verdict = look(LIMITS, trial, t, well)
        if verdict is Verdict.KEEP:
            assert due <= well
            assert t - unwell_at >= LIMITS.hold_s
            return
        if verdict is Verdict.GIVE_UP:
            assert t >= LIMITS.limit_s
            return
        if not due <= well:
            unwell_at = t
        assert t < LIMITS.limit_s + LIMITS.hold_s
    raise AssertionError("it never ended")


@given(parts, parts, parts)
def test_whoever_was_not_well_before_need_not_be_well_after(
    new: frozenset[str], old: frozenset[str], well: frozenset[str]
) -> None:
    due = owed(new, old, well)
    assert due <= new
    assert not due & (old - well)
    assert new - old <= due


def push(number: int) -> Push:
    return Push(f"manifest {number}".encode(), bytes([number % 256]) * 64, f"configuration {number}".encode())


class Pushed(RuleBasedStateMachine):
    """The record against a plain account of what happened."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        self.good: int | None = None
        self.trying: int | None = None
        self.number = 0
        self.ended: list[tuple[str, Result]] = []

    @precondition(lambda self: self.trying is None)
    @rule()
    def begun(self) -> None:
        self.number += 1
        self.record = self.record.begun(push(self.number), f"t-{self.number}", self.number)
        self.trying = self.number

    @rule()
    def proven(self) -> None:
        self.record = self.record.proven("in use")
        if self.trying is not None:
            self.ended.append((f"t-{self.trying}", Result.DONE))
            self.good, self.trying = self.trying, None

    @rule()
    def given_up(self) -> None:
        self.record = self.record.given_up("dark")
        if self.trying is not None:
            self.ended.append((f"t-{self.trying}", Result.ROLLED_BACK))
            self.trying = None

    @rule()
    def written_and_read(self) -> None:
        self.record = Record.model_validate_json(self.record.model_dump_json())

    @rule(number=st.integers(1, 12))
    def told(self, number: int) -> None:
        self.record = self.record.told(f"t-{number}")

    @invariant()
    def it_is_as_it_happened(self) -> None:
        assert (None if self.record.good is None else self.record.good.push()) == (
            None if self.good is None else push(self.good)
        )
        assert (self.record.trying is None) == (self.trying is None)
        assert self.record.highest == self.number
        assert [(each.transaction, each.result) for each in self.record.answers] == self.ended[-ANSWERS:]


TestPushed = Pushed.TestCase
