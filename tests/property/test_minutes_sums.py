from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.activity import ActivityLimits, minutes
from edge_agent.types import Intensity, Level, Minute, Person, PictureQuality, PostureKind
from tests.fakes.bodies import activity, person

LIMITS = ActivityLimits()
EPSILON = 1e-6
PAUSED = PictureQuality(usable=False, reasons=("paused",))
DARK = PictureQuality(usable=False, reasons=("dark", "blurred"))

ACTIVITIES = st.sampled_from(
    [
        activity(),
        activity(met=3.0, intensity=Intensity.MODERATE, level=Level.MODERATE),
        activity(met=7.0, intensity=Intensity.VIGOROUS, level=Level.VIGOROUS),
        activity(met=None, intensity=None, level=None, confidence=0.0),
    ]
)


@st.composite
def somebody(draw: st.DrawFn, number: int) -> Person:
    active = draw(ACTIVITIES)
    return person(
        number,
        kind=draw(st.sampled_from(PostureKind)),
        active=active,
        lost=draw(st.booleans()),
        ambiguous=draw(st.booleans()),
        trunk_lateral_deg=draw(st.none() | st.floats(-90, 90)),
        steps=draw(st.integers(0, 3)),
    )


@st.composite
def recordings(draw: st.DrawFn) -> list[tuple[float, tuple[Person, ...], PictureQuality]]:
    t = draw(st.floats(0, 1e6))
    instants = []
    for gap in draw(st.lists(st.sampled_from([0.03, 0.1, 0.5, 1.9, 2.1, 30.0, 61.0, 1e4]), max_size=60)):
        t += gap
        numbers = draw(st.sets(st.integers(1, 3), max_size=2))
        quality = draw(st.sampled_from([PictureQuality(), PictureQuality(usable=False), PAUSED, DARK]))
        instants.append((t, tuple(draw(somebody(number)) for number in sorted(numbers)), quality))
    return instants


def play(instants: list[tuple[float, tuple[Person, ...], PictureQuality]], limits: ActivityLimits) -> list[Minute]:
    state = minutes.State()
    ended: list[Minute] = []
    for t, persons, quality in instants:
        state, closed = minutes.step(limits, state, "cam", t, quality, persons)
        ended.extend(closed)
    return [*ended, *minutes.finish(limits, state, "cam")[1]]


@settings(deadline=None)
@given(recordings(), st.sampled_from([5.0, 60.0]))
def test_no_sum_exceeds_what_it_is_part_of(
    instants: list[tuple[float, tuple[Person, ...], PictureQuality]], minute_s: float
) -> None:
    for minute in play(instants, ActivityLimits(minute_s=minute_s)):
        assert 0 <= minute.occupied_s <= minute.observed_s <= minute.t - minute.start + EPSILON
        if minute.observed_s > 0 or minute.lost_s.keys() - {minutes.GAP}:
            assert minute.t - minute.start <= minute_s + EPSILON
        assert sum(one.attributable_s for one in minute.persons) <= minute.occupied_s + EPSILON
        for one in minute.persons:
            for seconds in (one.intensity_s, one.level_s, one.posture_s):
                assert sum(seconds.values()) <= one.attributable_s + EPSILON
            assert all(summary.valid_s <= one.attributable_s for summary in one.angles.values())
            assert 0 <= one.confidence <= 1
            assert 0 <= one.quality.coverage <= 1


@settings(deadline=None)
@given(recordings())
def test_rule_7_every_second_is_either_observed_or_lost_for_a_reason(
    instants: list[tuple[float, tuple[Person, ...], PictureQuality]],
) -> None:
    ended = play(instants, LIMITS)
    for minute in ended:
        assert abs(minute.observed_s + sum(minute.lost_s.values()) - (minute.t - minute.start)) < 0.01
        assert minute.lost_s.keys() <= {minutes.GAP, minutes.UNUSABLE, "paused", "dark"}
    if len(instants) > 1:
        assert abs(sum(minute.t - minute.start for minute in ended) - (instants[-1][0] - instants[0][0])) < 1e-3


@settings(deadline=None)
@given(recordings())
def test_minutes_follow_each_other_on_a_grid(
    instants: list[tuple[float, tuple[Person, ...], PictureQuality]],
) -> None:
    ended = play(instants, LIMITS)
    assert all(later.start >= sooner.t - EPSILON for sooner, later in pairwise(ended))
    for minute in ended:
        offset = (minute.start - instants[0][0]) % LIMITS.minute_s
        assert min(offset, LIMITS.minute_s - offset) < 1e-3


@settings(deadline=None, max_examples=20)
@given(st.integers(4, 30), st.integers(10, 110), st.integers(0, 60))
def test_the_frame_rate_changes_nothing(fps: int, risen_at: int, alone_from: int) -> None:
    def at(t: float) -> tuple[float, tuple[Person, ...], PictureQuality]:
        kind = PostureKind.SITTING if t < risen_at else PostureKind.STANDING
        others = (person(2, t=t),) if t < alone_from else ()
        return t, (person(1, t=t, kind=kind, trunk_lateral_deg=t), *others), PictureQuality()

    def summary(rate: int) -> list[Minute]:
        return play([at(index / rate) for index in range(120 * rate + 1)], LIMITS)

    for one, same in zip(summary(fps), summary(10), strict=True):
        assert abs(one.observed_s - same.observed_s) < 0.01
        first, reference = one.persons[0], same.persons[0]
        assert abs(first.attributable_s - reference.attributable_s) < 0.5
        assert first.sit_to_stands == reference.sit_to_stands
        for kind in PostureKind:
            assert abs(first.posture_s.get(kind, 0.0) - reference.posture_s.get(kind, 0.0)) < 0.5
        assert set(first.angles) == set(reference.angles)
        for name, angle in first.angles.items():
            assert abs(angle.median_deg - reference.angles[name].median_deg) < 0.5
