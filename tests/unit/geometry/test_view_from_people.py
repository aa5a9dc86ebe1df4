"""A camera's view from the people who walk before it: found, believed only once certain, taken over without a jolt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from edge_agent import geometry, kinematics, pipeline, tracking
from edge_agent.settings import Settings
from edge_agent.types import Camera, Incident, Kind, Layout, Observation, Phase, PictureQuality, View
from tests.fakes.skeletons import SIZE, Eye, Stance, falling, film, standing
from tests.fakes.strollers import filmed, strolling

CORNER = Eye(tilt=24.0, roll=3.0, height=2.2, focal=520.0)
UNKNOWN = View()
SHELF = Eye(tilt=4.0, roll=-2.0, height=1.2, focal=480.0)


def settings(view: View = UNKNOWN) -> Settings:
    return Settings(Camera("cam", "room", view))


def run(
    observations: Iterable[Observation], view: View = UNKNOWN, state: pipeline.State | None = None
) -> tuple[pipeline.State, list[Incident], list[View]]:
    """What came of it, and each view used."""
    state = state or pipeline.State()
    incidents: list[Incident] = []
    used: list[View] = []
    for observation in observations:
        state, events, _ = pipeline.step(settings(view), state, observation)
        incidents += [event for event in events if isinstance(event, Incident)]
        now = geometry.view_in_use(view, state.geometry)
        if not used or used[-1] != now:
            used.append(now)
    return state, incidents, used


@pytest.mark.parametrize("eye", [CORNER, SHELF], ids=["corner", "shelf"])
def test_somebody_who_strolls_about_shows_how_the_camera_looks(eye: Eye) -> None:
    state, _, used = run(filmed(eye, 25.0))
    view = used[-1]
    assert view.estimated
    assert view.tilt_deg == pytest.approx(eye.tilt, abs=4.0)
    assert view.roll_deg == pytest.approx(eye.roll, abs=2.0)
    # the body's ears are 1.46 m above its ankles; residents and staff are taken to have 1.47
    assert view.height_m == pytest.approx(eye.height, rel=0.12)
    estimate = state.geometry.estimate
    assert estimate is not None
    assert abs(estimate.tilt_deg - eye.tilt) <= 3.0 * estimate.tilt_error_deg


def test_what_was_measured_is_never_estimated() -> None:
    state, _, used = run(filmed(CORNER, 15.0), CORNER.view)
    assert used == [CORNER.view]
    assert state.geometry.estimate is None


def test_a_measured_tilt_stays_and_lends_itself_to_the_rest() -> None:
    told = View(tilt_deg=CORNER.tilt, roll_deg=CORNER.roll)
    _, _, used = run(filmed(CORNER, 25.0), told)
    assert (used[-1].tilt_deg, used[-1].roll_deg) == (CORNER.tilt, CORNER.roll)
    assert used[-1].height_m == pytest.approx(CORNER.height, rel=0.1)


def test_somebody_who_stands_in_one_place_shows_too_little() -> None:
    state, _, used = run(film(standing, 30.0, eye=CORNER, layout=Layout.COCO17, world=False))
    assert used == [View()]
    assert state.geometry.spots <= 1


def test_a_moved_camera_begins_anew() -> None:
    state, _, used = run(filmed(CORNER, 25.0))
    assert used[-1].estimated
    moved = Observation("cam", 26.0, SIZE, quality=PictureQuality(reasons=("moved",)))
    _, _, used = run([moved], state=state)
    assert used == [View()]


def test_a_configuration_that_changes_counts_at_once() -> None:
    state, _, _ = run(filmed(CORNER, 25.0))
    assert geometry.view_in_use(CORNER.view, state.geometry) == CORNER.view


def test_the_estimate_keeps_seconds_not_frames() -> None:
    coarse, fine = (run(filmed(CORNER, 25.0, fps=fps))[0].geometry for fps in (4.0, 12.0))
    assert len(fine.observed) == pytest.approx(len(coarse.observed), abs=4)
    assert fine.estimate is not None
    assert coarse.estimate is not None
    assert fine.estimate.tilt_deg == pytest.approx(coarse.estimate.tilt_deg, abs=2.5)


def test_taking_a_view_over_invents_no_fall() -> None:
    """A steep camera is taken for 15 degrees at first: the change moves every body by torso lengths."""
    eye = Eye(tilt=38.0, height=2.6, focal=420.0)
    _, incidents, used = run(filmed(eye, 40.0))
    assert used[-1].estimated
    assert incidents == []


def test_a_view_is_not_taken_over_while_somebody_is_down() -> None:
    state, _, _ = run(filmed(CORNER, 25.0))
    unused = replace(state, geometry=replace(state.geometry, used=None, since={}))
    lying = film(lambda _: Stance(flat="left"), 6.0, eye=CORNER, layout=Layout.COCO17, world=False, start=26.0)
    _, _, used = run(lying, state=unused)
    assert used == [View()]


def test_a_changed_view_drops_the_seconds_measured_in_the_old_one() -> None:
    following, state, drops = tracking.State(), kinematics.State(), []
    for observation in film(standing, 3.0, eye=CORNER, layout=Layout.COCO17, world=False):
        following, tracks = tracking.step(Settings(Camera("cam", "room")).tracking, following, observation)
        view = View() if observation.t < 1.5 else CORNER.view
        limits = kinematics.KinematicsLimits()
        state, (body,) = kinematics.step(limits, view, state, tracks, observation.t, observation.size)
        drops.append(body.hip_drop)
    assert all(drop.value is None or drop.value < 0.05 for drop in drops)
    assert drops[15].why_not == "warming_up"
    assert drops[-1].value is not None


@pytest.mark.parametrize("later_s", [0.2, 0.6, 5.0])
def test_a_fall_just_after_a_view_was_taken_over_is_seen_in_time(later_s: float) -> None:
    taken, state = None, pipeline.State()
    for observation in filmed(CORNER, 25.0, fps=10.0):
        state, _, _ = pipeline.step(settings(), state, observation)
        if state.geometry.used is not None:
            taken = observation.t
            break
    assert taken is not None
    fell_at = taken + later_s

    def scene(t: float) -> Stance:
        at = strolling(min(taken + t, fell_at))
        down = falling(t, at=later_s)
        return at if t <= later_s else replace(down, x=at.x, z=at.z, heading=at.heading)

    seen = film(scene, 12.0, 10.0, eye=CORNER, jitter=1.0, start=taken + 0.1, layout=Layout.COCO17, world=False)
    _, incidents, _ = run(seen, state=state)
    suspected = [each for each in incidents if each.kind is Kind.FALL and each.phase is Phase.SUSPECTED]
    assert suspected
    assert suspected[0].t <= fell_at + 0.1 + 5.0
