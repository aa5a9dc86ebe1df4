"""An alert is the same whatever order, and however often, its phases arrive in."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.types import Kind, Phase
from facility_recommender import alerts as alerting
from facility_recommender.alerts import Alerts, Standing
from facility_recommender.limits import Limits
from tests.fakes import care

LIVES = st.sampled_from(
    [
        (Phase.SUSPECTED,),
        (Phase.SUSPECTED, Phase.CONFIRMED),
        (Phase.SUSPECTED, Phase.CLEARED),
        (Phase.SUSPECTED, Phase.CONFIRMED, Phase.ESCALATED, Phase.UPDATED),
        (Phase.SUSPECTED, Phase.CONFIRMED, Phase.ESCALATED, Phase.CLEARED),
    ]
)


def heard(phases: tuple[Phase, ...], order: Iterable[int], delay: float) -> Alerts:
    alerts: Alerts = {}
    for index in order:
        at = care.later(10 * index)
        message = care.incident(index + 1, phases[index], at, since=care.NOON)
        alerts = alerting.heard(Limits(), alerts, care.DEVICE, message, care.later(delay, at))
    return alerts


@given(LIVES, st.randoms(), st.sampled_from([0.5, 900.0]))
def test_order_and_repetition_change_nothing(phases: tuple[Phase, ...], random: Random, delay: float) -> None:
    straight = list(range(len(phases)))
    shuffled = straight * 2
    random.shuffle(shuffled)
    assert heard(phases, shuffled, delay) == heard(phases, straight, delay)


@given(LIVES, st.integers(0, 100_000), st.booleans(), st.sampled_from([0.5, 900.0]))
def test_an_open_fall_that_nobody_touched_is_never_over(
    phases: tuple[Phase, ...],
    seconds: int,
    still_open: bool,  # noqa: FBT001 - drawn
    delay: float,
) -> None:
    (alert,) = heard(phases, range(len(phases)), delay).values()
    stands = alerting.standing(Limits(), alert, care.later(seconds, alert.received_at), still_open=still_open)
    if Phase.CLEARED not in phases:
        assert stands in {Standing.ALARM, Standing.SUSPECTED, Standing.ARRIVING}
        assert stands is not Standing.ARRIVING or seconds < Limits().settle_s
    elif Phase.CONFIRMED in phases:
        assert stands is Standing.CHECK


@given(st.sampled_from([kind for kind in Kind if kind is not Kind.FALL]), LIVES, st.integers(0, 10_000))
def test_nothing_but_a_fall_pages(kind: Kind, phases: tuple[Phase, ...], seconds: int) -> None:
    alerts: Alerts = {}
    for index, phase in enumerate(phases):
        message = care.incident(index + 1, phase, kind=kind)
        alerts = alerting.heard(Limits(), alerts, care.DEVICE, message, care.NOON)
    (alert,) = alerts.values()
    stands = alerting.standing(Limits(), alert, care.later(seconds), still_open=True)
    assert stands in {Standing.WORK, Standing.REPORT, Standing.OVER}
