"""Whatever is hidden in a message, wherever, it does not get out."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.messages.draft import Draft
from edge_agent.messages.egress import EgressError, permit
from edge_agent.messages.encode import encode
from edge_agent.types import Event
from tests.fakes.events import CONTEXT, fall, minute, person_minute, stamp, state

EVENTS: tuple[Event, ...] = (fall(), minute(person_minute(), person_minute(4)), minute(observed_s=10.0), state(fall()))
KEYPOINTS = [[10.0 * joint, 20.0, 0.9] for joint in range(17)]
SMUGGLED: list[Any] = [
    KEYPOINTS,
    [value for point in KEYPOINTS for value in point],
    "iVBORw0KGgo" + "A" * 4000,
    b"\xff\xd8\xff\xe0 a jpeg",
    np.zeros((4, 4, 3), np.uint8),
    {"image": "no"},
    1.0,
    "mrs smith",
]


def drafts() -> list[Draft]:
    return [encode(event, CONTEXT, stamp) for event in EVENTS]


def dicts(value: object) -> list[dict[str, Any]]:
    inner: Any = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return ([value] if isinstance(value, dict) else []) + [found for each in inner for found in dicts(each)]


@pytest.mark.parametrize("draft", drafts(), ids=lambda draft: draft.topic.rsplit("/", 1)[1])
def test_what_the_flow_says_may_leave(draft: Draft) -> None:
    permit(draft, "room-12", "5f3a")


@settings(deadline=None)
@given(st.sampled_from(range(len(EVENTS))), st.data())
def test_a_field_that_no_schema_names_is_refused_wherever_it_hides(index: int, data: st.DataObject) -> None:
    draft = drafts()[index]
    body = copy.deepcopy(dict(draft.body))
    named = [each for each in dicts(body) if not set(each) & {"sitting", "sedentary", "neck_forward_deg"}]
    place = data.draw(st.sampled_from(named))
    place["thumbnail"] = data.draw(st.sampled_from(SMUGGLED))
    with pytest.raises(EgressError):
        permit(replace(draft, body=body), "room-12", "5f3a")


@settings(deadline=None)
@given(st.sampled_from(range(len(EVENTS))), st.data())
def test_nor_does_anything_pass_in_place_of_a_field_that_is_named(index: int, data: st.DataObject) -> None:
    draft = drafts()[index]
    body = copy.deepcopy(dict(draft.body))
    place = data.draw(st.sampled_from([each for each in dicts(body) if each]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(st.sampled_from(SMUGGLED[:5]))
    with pytest.raises(EgressError) as refused:
        permit(replace(draft, body=body), "room-12", "5f3a")
    assert "AAAA" not in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("draft", drafts(), ids=lambda draft: draft.topic.rsplit("/", 1)[1])
def test_nor_in_place_of_the_schema(draft: Draft) -> None:
    for smuggled in SMUGGLED[:5]:
        with pytest.raises(EgressError):
            permit(replace(draft, body={**draft.body, "schema": smuggled}), "room-12", "5f3a")


def test_a_message_goes_by_its_own_topic_alone() -> None:
    incident, observation = drafts()[:2]
    with pytest.raises(EgressError, match="not the schema of this topic"):
        permit(replace(incident, topic=observation.topic), "room-12", "5f3a")


def test_a_novel_is_not_an_explanation() -> None:
    draft = drafts()[0]
    with pytest.raises(EgressError, match="text: longer than 2000 characters"):
        permit(replace(draft, body={**draft.body, "text": "a" * 2001}), "room-12", "5f3a")
