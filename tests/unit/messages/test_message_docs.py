"""The examples in docs/mqtt.md are messages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from edge_agent.messages.ack import Ack
from edge_agent.messages.base import Message
from edge_agent.messages.decode import BY_SCHEMA, decode_as
from edge_agent.messages.request import Acknowledge, Rebirth
from edge_agent.messages.schemas import MODELS

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "mqtt.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)


def model_of(body: dict[str, object]) -> type[Message]:
    if body["schema"] == "care/request/1":
        return Acknowledge if "incident_id" in body else Rebirth
    return BY_SCHEMA[str(body["schema"])]


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_valid(example: str) -> None:
    body = json.loads(example)
    model = model_of(body)
    decode_as(model, example)
    (name,) = (name for name, known in MODELS.items() if known is model)
    jsonschema.validate(body, json.loads((DOCS / "schemas" / f"{name}.json").read_text()))


def test_there_is_an_example_of_each_message() -> None:
    assert {model_of(json.loads(example)) for example in EXAMPLES} == {*BY_SCHEMA.values(), Ack, Acknowledge, Rebirth}


def test_every_schema_file_is_linked() -> None:
    linked = set(re.findall(r"\(schemas/([a-z-]+\.json)\)", TEXT))
    assert linked == {path.name for path in (DOCS / "schemas").iterdir()}
