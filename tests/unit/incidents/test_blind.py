from __future__ import annotations

import pytest

from edge_agent import incidents
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.messages.texts import incident_text
from edge_agent.types import Camera, Incident, Kind, Phase, PictureQuality, Severity

CAMERA = Camera("corner", "r12")
SEES = PictureQuality()


def blind(*reasons: str) -> PictureQuality:
    return PictureQuality(usable=False, reasons=reasons)


def play(*stretches: tuple[float, PictureQuality]) -> tuple[incidents.State, list[Incident]]:
    """Each stretch of so many seconds, an instant a second."""
    state, said, t = incidents.State(), list[Incident](), 0.0
    for seconds, quality in stretches:
        end = t + seconds
        while t < end:
            t += 1.0
            state, news = incidents.step(IncidentLimits(), state, CAMERA, t, quality, (), (640, 480))
            said += news
    return state, said


def test_a_blind_camera_is_said_after_a_minute_and_over_when_it_sees_again() -> None:
    state, said = play((30, SEES), (70, blind("dark")), (10, SEES))
    assert [(each.kind, each.phase, each.severity) for each in said] == [
        (Kind.CAMERA_BLIND, Phase.CONFIRMED, Severity.WARNING),
        (Kind.CAMERA_BLIND, Phase.CLEARED, Severity.INFO),
    ]
    assert said[0].id == said[1].id
    assert (said[0].onset, said[0].t) == (30.0, 90.0)
    assert said[0].reasons[1].value == "dark"
    assert state.open == ()


def test_it_is_open_while_it_lasts_and_escalates_once() -> None:
    state, said = play((5, SEES), (2000, blind("unreachable")))
    assert [each.phase for each in said] == [Phase.CONFIRMED, Phase.ESCALATED]
    assert [each.id for each in state.open] == ["camera-blind-corner-1"]


def test_a_moment_and_a_flicker_are_no_news() -> None:
    assert play((5, SEES), (50, blind("covered")), (20, SEES), (50, blind("covered")))[1] == []
    _, said = play((5, SEES), *[(20, blind("no_pictures")), (1, SEES)] * 5)
    assert [each.phase for each in said] == [Phase.CONFIRMED]


@pytest.mark.parametrize("reason", ["paused", "starting", "recording_ended"])
def test_what_is_wanted_or_has_only_begun_is_no_incident(reason: str) -> None:
    assert play((5, SEES), (4000, blind(reason)))[1] == []


def test_a_pause_does_not_end_it() -> None:
    state, said = play((5, SEES), (70, blind("dark")), (600, blind("paused")))
    assert [each.phase for each in said] == [Phase.CONFIRMED]
    assert len(state.open) == 1


def test_it_is_said_in_words() -> None:
    (said,) = play((5, SEES), (70, blind("dark")))[1]
    assert incident_text(said, "en") == (
        "The camera cannot see: nobody is being watched over here. For 1 min. Seen: picture: too dark."
    )
