from __future__ import annotations

from collections.abc import Iterable

import pytest

from edge_agent.activity import ActivityLimits, minutes
from edge_agent.types import Intensity, Level, Minute, Person, PictureQuality, PostureKind
from tests.fakes.bodies import SITTING, STANDING, WALKING, activity, person

LIMITS = ActivityLimits()
BLIND = PictureQuality(usable=False, reasons=("dark",))
WALKS = activity(met=4.0, intensity=Intensity.MODERATE, level=Level.MODERATE)
Instant = tuple[float, tuple[Person, ...], PictureQuality]


def play(instants: Iterable[Instant]) -> list[Minute]:
    state = minutes.State()
    ended: list[Minute] = []
    for t, persons, quality in instants:
        state, closed = minutes.step(LIMITS, state, "cam", t, quality, persons)
        ended.extend(closed)
    _, closed = minutes.finish(LIMITS, state, "cam")
    return [*ended, *closed]


def times(start: float, end: float, fps: float = 10.0) -> list[float]:
    return [start + index / fps for index in range(round((end - start) * fps))]


def sits(start: float, end: float, fps: float = 10.0) -> list[Instant]:
    return [(t, (person(t=t),), PictureQuality()) for t in times(start, end, fps)]


def walks(start: float, end: float, *, steps: int = 0) -> list[Instant]:
    return [
        (t, (person(t=t, body=WALKING, kind=PostureKind.WALKING, active=WALKS, steps=steps),), PictureQuality())
        for t in times(start, end)
    ]


def test_minutes_are_counted_from_the_first_instant() -> None:
    first, second, rest = play(sits(1000.5, 1150.6))
    assert [(each.start, each.t) for each in (first, second)] == [(1000.5, 1060.5), (1060.5, 1120.5)]
    assert rest.start == 1120.5
    assert rest.t == pytest.approx(1150.5)
    assert (first.observed_s, first.occupied_s, first.people) == (60.0, 60.0, 1)
    assert rest.observed_s == pytest.approx(30.0, abs=0.002)


def test_sums_up_what_one_person_did() -> None:
    (minute,) = play(sits(0.0, 40.0) + walks(40.0, 59.9, steps=1))
    (one,) = minute.persons
    assert one.attributable_s == pytest.approx(59.8, abs=0.002)
    assert one.intensity_s == {"moderate": pytest.approx(19.9, abs=0.002), "sedentary": pytest.approx(39.9, abs=0.002)}
    assert one.level_s == {"moderate": pytest.approx(19.9, abs=0.002), "sedentary": pytest.approx(39.9, abs=0.002)}
    assert one.posture_s == {"sitting": pytest.approx(39.9, abs=0.002), "walking": pytest.approx(19.9, abs=0.002)}
    assert one.met == pytest.approx((39.9 * 1.3 + 19.9 * 4.0) / 59.8, abs=0.01)
    assert one.steps == 199
    assert one.cadence_spm == 95.0
    assert one.sit_to_stands == 1
    assert one.quality.coverage == 1.0
    assert [reason.feature for reason in one.reasons] == ["attributable_share", "dominant_intensity", "met"]
    assert one.reasons[1].value == "sedentary"


def test_an_empty_room_is_observed_and_not_occupied() -> None:
    (minute,) = play([(t, (), PictureQuality()) for t in times(0.0, 30.1)])
    assert minute.observed_s == pytest.approx(30.0, abs=0.002)
    assert (minute.occupied_s, minute.people, minute.persons) == (0.0, 0, ())


def test_a_blind_camera_has_not_observed() -> None:
    (minute,) = play(sits(0.0, 10.1) + [(t, (), BLIND) for t in times(10.1, 30.0)])
    assert minute.observed_s == pytest.approx(10.0, abs=0.002)
    assert minute.t == pytest.approx(29.9)


def test_a_gap_is_lost_and_the_minutes_nobody_looked_at_are_told_as_one() -> None:
    before, between, after = play(sits(0.0, 10.1) + sits(3605.0, 3615.1))
    assert before.observed_s == pytest.approx(10.0, abs=0.002)
    assert before.lost_s == {"gap": pytest.approx(50.0, abs=0.002)}
    assert (before.start, before.t, after.start) == (0.0, 60.0, 3600.0)
    assert (between.start, between.t, between.lost_s, between.observed_s) == (60.0, 3600.0, {"gap": 3540.0}, 0.0)
    assert after.observed_s == pytest.approx(10.0, abs=0.002)


def test_what_is_lost_is_told_by_reason() -> None:
    dark = PictureQuality(usable=False, reasons=("dark", "blurred"))
    paused = PictureQuality(usable=False, reasons=("paused",))
    unseen: list[Instant] = [(t, (), dark) for t in times(10.1, 30.0)]
    unseen += [(t, (), paused) for t in times(30.0, 130.1)]
    first, second, third = play(sits(0.0, 10.1) + unseen)
    assert first.lost_s == {"dark": pytest.approx(19.9, abs=0.01), "paused": pytest.approx(30.1, abs=0.01)}
    assert (second.lost_s, second.observed_s) == ({"paused": 60.0}, 0.0)
    assert third.t - third.start == pytest.approx(10.0, abs=0.01)


def test_rule_7_time_with_several_people_belongs_to_nobody() -> None:
    together: list[Instant] = [(t, (person(1, t=t), person(2, t=t)), PictureQuality()) for t in times(20.0, 40.1)]
    (minute,) = play(sits(0.0, 20.0) + together)
    one, two = minute.persons
    assert minute.people == 2
    assert minute.occupied_s == pytest.approx(40.0, abs=0.002)
    assert one.attributable_s == pytest.approx(19.9, abs=0.002)
    assert one.quality.coverage == 1.0
    assert (two.attributable_s, two.intensity_s, two.met, two.confidence) == (0.0, {}, None, 0.0)
    assert two.reasons[0].relation.value == "<"


def test_rule_7_a_doubtful_or_lost_track_has_no_minutes() -> None:
    doubtful: list[Instant] = [(t, (person(t=t, ambiguous=True),), PictureQuality()) for t in times(20.0, 30.0)]
    lost: list[Instant] = [(t, (person(t=t, lost=True),), PictureQuality()) for t in times(30.0, 40.1)]
    (minute,) = play(sits(0.0, 20.0) + doubtful + lost)
    (one,) = minute.persons
    assert one.attributable_s == pytest.approx(19.9, abs=0.002)
    assert minute.occupied_s == pytest.approx(29.9, abs=0.002)
    assert one.quality.coverage == pytest.approx(29.9 / 40.0, abs=0.002)


def test_what_is_unknown_is_missing_from_the_sums() -> None:
    unknown = activity(met=None, intensity=None, level=None, confidence=0.0)
    blanket: list[Instant] = [(t, (person(t=t, active=unknown),), PictureQuality()) for t in times(10.0, 20.1)]
    (minute,) = play(sits(0.0, 10.0) + blanket)
    (one,) = minute.persons
    assert one.intensity_s == {"sedentary": pytest.approx(9.9, abs=0.002)}
    assert one.attributable_s == pytest.approx(20.0, abs=0.002)
    assert one.met == 1.3


def test_rising_counts_once_even_past_a_posture_in_between() -> None:
    rising = [(t, (person(t=t, body=STANDING, kind=PostureKind.OTHER),), PictureQuality()) for t in times(5.0, 6.0)]
    stands = [(t, (person(t=t, body=STANDING, kind=PostureKind.STANDING),), PictureQuality()) for t in times(6.0, 9.0)]
    (minute,) = play(sits(0.0, 5.0) + rising + stands + walks(9.0, 12.0))
    assert minute.persons[0].sit_to_stands == 1


def stands(start: float, end: float, **seen: float) -> list[Instant]:
    body = {**STANDING, **seen}
    return [(t, (person(t=t, body=body, kind=PostureKind.STANDING),), PictureQuality()) for t in times(start, end)]


def test_who_was_told_to_stand_and_comes_up_over_the_own_feet_has_risen_once() -> None:
    (minute,) = play(stands(0.0, 6.0) + stands(6.0, 8.5, ascent=0.6) + stands(8.5, 12.0))
    assert minute.persons[0].sit_to_stands == 1


def test_coming_up_after_sitting_is_counted_once() -> None:
    (minute,) = play(sits(0.0, 6.0) + stands(6.0, 8.5, ascent=0.6, lift=0.6) + stands(8.5, 12.0))
    assert minute.persons[0].sit_to_stands == 1


def test_who_did_not_come_up_has_not_risen() -> None:
    (minute,) = play(stands(0.0, 6.0, ascent=0.2) + sits(6.0, 8.0) + stands(8.0, 12.0, lift=0.05))
    assert minute.persons[0].sit_to_stands == 0


def test_a_rise_nobody_saw_is_not_counted() -> None:
    unknown = [(t, (person(t=t, kind=PostureKind.UNKNOWN),), PictureQuality()) for t in times(5.0, 6.0)]
    (minute,) = play(sits(0.0, 5.0) + unknown + walks(6.0, 9.0))
    assert minute.persons[0].sit_to_stands == 0


def test_angles_are_medians_with_their_valid_seconds() -> None:
    def leans(t: float) -> Person:
        tilted = 10.0 if t < 20 else None
        return person(t=t, body=SITTING, trunk_lateral_deg=50.0 if t < 3 else tilted)

    (minute,) = play([(t, (leans(t),), PictureQuality()) for t in times(0.0, 30.0)])
    summary = minute.persons[0].angles
    assert set(summary) == {"trunk_lateral_deg"}
    assert summary["trunk_lateral_deg"].median_deg == 10.0
    assert summary["trunk_lateral_deg"].valid_s == pytest.approx(19.9, abs=0.002)


def test_the_posture_vector_is_median_and_spread() -> None:
    def bends(t: float) -> Person:
        return person(t=t, joint_angles=(90.0 + t, *(180.0,) * 14, None))

    (minute,) = play([(t, (bends(t),), PictureQuality()) for t in times(0.0, 40.1)])
    vector = minute.persons[0].vector
    assert len(vector) == 16
    assert vector[0].median_deg == pytest.approx(110.0, abs=0.2)
    assert vector[0].spread_deg == pytest.approx(20.0, abs=0.2)
    assert (vector[1].median_deg, vector[1].spread_deg) == (180.0, 0.0)
    assert (vector[15].median_deg, vector[15].spread_deg) == (None, None)


def test_no_landmarks_no_vector() -> None:
    (minute,) = play(sits(0.0, 10.0))
    assert minute.persons[0].vector == ()


@pytest.mark.parametrize(
    ("yaw", "view"), [(10.0, "frontal"), (170.0, "frontal"), (90.0, "side"), (45.0, "oblique"), (None, "unknown")]
)
def test_names_the_view_most_was_seen_in(yaw: float | None, view: str) -> None:
    (minute,) = play([(t, (person(t=t, yaw_deg=yaw),), PictureQuality()) for t in times(0.0, 5.0)])
    assert minute.persons[0].quality.view == view


def test_a_subject_is_named_only_where_there_is_one() -> None:
    def at(t: float, subject: str | None) -> Instant:
        return t, (person(t=t, subject=subject),), PictureQuality()

    (clear,) = play([at(t, "bed-a" if t < 5 else None) for t in times(0.0, 10.0)])
    (mixed,) = play([at(t, "bed-a" if t < 5 else "bed-b") for t in times(0.0, 10.0)])
    assert clear.persons[0].subject == "bed-a"
    assert mixed.persons[0].subject is None


def test_nothing_begun_nothing_ended() -> None:
    assert play([]) == []
    assert play(sits(0.0, 0.1)) == []
