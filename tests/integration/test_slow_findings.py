"""What builds up slowly, through the whole pure flow with its default limits: found, explained and over in time.

The sitters are choreographed and their joints exact but for mild noise: this proves the flow, the timing and the
geometry, not the accuracy of a pose model. Seen flat (COCO-17 without world landmarks) a slump is not looked for: from
the side the trunk of this one, which sinks to its right, keeps its direction in the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest

from edge_agent import pipeline
from edge_agent.incidents import IncidentLimits
from edge_agent.messages.decode import decode_as
from edge_agent.messages.draft import seal
from edge_agent.messages.encode import encode
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.texts import Language
from edge_agent.messages.texts.languages import WORDS
from edge_agent.settings import Settings
from edge_agent.trace import trace_line
from edge_agent.types import Camera, Incident, Kind, Layout, Observation, Person, Phase, View
from tests.fakes import sitters
from tests.fakes.events import CONTEXT, stamp
from tests.fakes.sitters import CAMERA, FRONT, OBLIQUE, SIDE, Film, seen
from tools.scenes.camera import Camera as Lens

LIMITS = IncidentLimits()
MEDIAN_S = 30.0
"""A change shows in a 60 s median after half of its window."""
SETTLING_S = 5.0
"""Instants of doubt while somebody changes posture."""

FLAT = pytest.param(Layout.COCO17, False, id="flat")
SOLID = pytest.param(Layout.COCO17, True, id="coco")
BLAZEPOSE = pytest.param(Layout.BLAZEPOSE33, True, id="blazepose")


@dataclass(frozen=True, slots=True)
class Told:
    """What came out: every incident, and whom the flow saw at each instant."""

    incidents: list[Incident]
    persons: list[Person]

    @property
    def kinds(self) -> set[Kind]:
        return {incident.kind for incident in self.incidents}

    def traced(self, metric: str) -> list[bool | str]:
        """What a trace says of a metric at each instant: valid, or why not."""
        return [trace_line(CAMERA, person)["valid"][metric] for person in self.persons]

    def life(self, kind: Kind) -> tuple[Incident, Incident]:
        """The one confirmation of a kind, and its end."""
        confirmed, cleared = (incident for incident in self.incidents if incident.kind is kind)
        assert (confirmed.phase, cleared.phase) == (Phase.CONFIRMED, Phase.CLEARED)
        assert confirmed.id == cleared.id
        return confirmed, cleared


def view_of(lens: Lens) -> View:
    return View(lens.tilt_deg, lens.roll_deg, lens.position[2], lens.intrinsics)


def watch(observations: Iterable[Observation], view: View) -> Told:
    settings = Settings(Camera(CAMERA, CAMERA, view))
    state, told = pipeline.State(), Told([], [])
    for observation in observations:
        state, events, _ = pipeline.step(settings, state, observation)
        told.incidents.extend(event for event in events if isinstance(event, Incident))
        told.persons.extend(person for person in state.persons if person.track.confirmed)
    return told


def filmed(film: Film, lens: Lens, layout: Layout, *, world: bool, until: float = float("inf")) -> Told:
    return watch(seen(film.joints, lens, layout, world=world, until=until), view_of(lens))


def explained(incident: Incident, features: set[str]) -> None:
    """Its reasons name feature and limit; both languages put each that is no duration into words."""
    assert {reason.feature for reason in incident.reasons} == features
    assert all(reason.limit is not None and reason.value is not None for reason in incident.reasons)
    texts = []
    languages: tuple[Language, ...] = ("en", "it")
    for language in languages:
        draft = encode(incident, replace(CONTEXT, language=language), stamp)
        message = decode_as(IncidentMessage, seal(draft, CONTEXT.device, CONTEXT.boot_id, 1))
        assert {reason.feature for reason in message.reasons} == features
        words = WORDS[language]
        assert words.unknown_feature.split("{")[0] not in message.text
        put = [words.reason(reason) for reason in incident.reasons if not reason.feature.endswith("_for")]
        assert all(phrase in message.text for phrase in put)
        texts.append(message.text)
    assert texts[0] != texts[1]


@pytest.mark.parametrize(("layout", "world"), [FLAT, SOLID, BLAZEPOSE])
def test_a_lasting_lean_is_found_from_the_front_and_over_after_sitting_up(layout: Layout, *, world: bool) -> None:
    film = sitters.leaning()
    told = filmed(film, FRONT, layout, world=world)
    assert told.kinds == {Kind.LATERAL_LEAN}
    confirmed, cleared = told.life(Kind.LATERAL_LEAN)
    assert 0.0 <= confirmed.t - film.held_from - LIMITS.lateral_lean_s <= MEDIAN_S + SETTLING_S
    assert 0.0 <= cleared.t - film.given_up_at - LIMITS.anomaly_over_s <= MEDIAN_S + SETTLING_S
    explained(confirmed, {"leaning_for", "trunk_lateral"})
    explained(cleared, {"gone_for", "trunk_lateral"})


@pytest.mark.parametrize(("layout", "world"), [FLAT, SOLID, BLAZEPOSE])
def test_a_hanging_head_is_found_from_the_side_and_over_after_sitting_up(layout: Layout, *, world: bool) -> None:
    film = sitters.hanging_head()
    told = filmed(film, SIDE, layout, world=world)
    assert told.kinds == {Kind.FORWARD_HEAD}
    confirmed, cleared = told.life(Kind.FORWARD_HEAD)
    assert 0.0 <= confirmed.t - film.held_from - LIMITS.forward_head_s <= MEDIAN_S + SETTLING_S
    assert 0.0 <= cleared.t - film.given_up_at - LIMITS.anomaly_over_s <= MEDIAN_S + SETTLING_S
    explained(confirmed, {"held_for", "neck_forward"})
    explained(cleared, {"gone_for", "neck_forward"})


@pytest.mark.parametrize("lens", [SIDE, OBLIQUE], ids=["side", "oblique"])
@pytest.mark.parametrize(
    ("layout", "measured"),
    [(Layout.COCO17, True), (Layout.BLAZEPOSE33, True), (Layout.BLAZEPOSE33, False)],
    ids=["coco", "blazepose", "view-unknown"],
)
def test_a_slump_is_found_and_over_after_standing_up(layout: Layout, lens: Lens, *, measured: bool) -> None:
    film = sitters.slumping()
    told = watch(seen(film.joints, lens, layout, world=True), view_of(lens) if measured else View())
    assert told.kinds == {Kind.SLUMP}
    confirmed, cleared = told.life(Kind.SLUMP)
    # The limits are passed while it still sinks, or at the latest when the smoothing has followed.
    sinks_s = 12.0
    assert -sinks_s <= confirmed.t - film.held_from - LIMITS.slump_s <= 2 * LIMITS.steady_s
    assert 0.0 <= cleared.t - film.given_up_at - LIMITS.anomaly_over_s <= SETTLING_S
    explained(confirmed, {"slumped_for", "hip_shift", "trunk_change", "head_below_baseline"})
    explained(cleared, {"gone_for"})


def test_half_an_hour_of_ordinary_sitting_is_said_once_and_is_nothing_else() -> None:
    film = sitters.sitting()
    told = filmed(film, SIDE, Layout.BLAZEPOSE33, world=True)
    assert told.kinds == {Kind.PROLONGED_SITTING}
    assert told.traced("neck_forward_deg").count(True) > 0.9 * len(told.persons)
    confirmed, cleared = told.life(Kind.PROLONGED_SITTING)
    assert 0.0 <= confirmed.t - LIMITS.prolonged_sitting_s[0] <= SETTLING_S
    assert 0.0 <= cleared.t - film.given_up_at - LIMITS.sitting_break_s <= SETTLING_S
    explained(confirmed, {"sitting_for"})
    explained(cleared, {"gone_for"})


@pytest.mark.parametrize(
    ("lens", "layout"),
    [(FRONT, Layout.COCO17), (FRONT, Layout.BLAZEPOSE33), (SIDE, Layout.COCO17)],
    ids=["front-flat", "front-blazepose", "side-flat"],
)
def test_sitting_ordinarily_for_as_long_raises_nothing(lens: Lens, layout: Layout) -> None:
    longest_s = LIMITS.lateral_lean_s if lens is FRONT else LIMITS.forward_head_s
    until = longest_s + 2 * MEDIAN_S
    told = filmed(sitters.sitting(), lens, layout, world=layout is Layout.BLAZEPOSE33, until=until)
    assert told.kinds == set()
    measured = "trunk_lateral_deg" if lens is FRONT else "neck_forward_deg"
    assert told.traced(measured).count(True) > 0.9 * len(told.persons)


@pytest.mark.parametrize(
    ("film_of", "metric"),
    [(sitters.leaning, "trunk_lateral_deg"), (sitters.hanging_head, "neck_forward_deg")],
    ids=["lean", "head"],
)
@pytest.mark.parametrize(("layout", "world"), [FLAT, BLAZEPOSE])
def test_from_a_view_that_shows_neither_plane_it_is_said_why_and_nothing_is_raised(
    film_of: Callable[[], Film], metric: str, layout: Layout, *, world: bool
) -> None:
    film = film_of()
    told = filmed(film, OBLIQUE, layout, world=world, until=film.given_up_at)
    assert told.incidents == []
    assert set(told.traced(metric)) == {"view_insufficient"}
