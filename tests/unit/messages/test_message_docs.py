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
from edge_agent.messages.request import Acknowledge, Config, Pause, Rebirth, Resume, SelfTest
from edge_agent.messages.schemas import MODELS

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "mqtt.md").read_text(encoding="utf-8")
REQUESTS: dict[str, type[Message]] = {
    "acknowledge": Acknowledge,
    "config": Config,
    "pause": Pause,
    "rebirth": Rebirth,
    "resume": Resume,
    "self-test": SelfTest,
}


def examples() -> list[tuple[str, str]]:
    """Each example, and the request that the text before it speaks of."""
    parts = re.split(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    asked = [re.findall(r"^`request/([a-z-]+)`:", prose, re.MULTILINE) for prose in parts[0:-1:2]]
    return [(names[-1] if names else "", example) for names, example in zip(asked, parts[1::2], strict=True)]


EXAMPLES = examples()


def model_of(request_name: str, example: str) -> type[Message]:
    schema = json.loads(example)["schema"]
    return REQUESTS[request_name] if schema == "care/request/1" else BY_SCHEMA[schema]


@pytest.mark.parametrize(("request_name", "example"), EXAMPLES)
def test_each_example_is_valid(request_name: str, example: str) -> None:
    body = json.loads(example)
    model = model_of(request_name, example)
    decode_as(model, example)
    (name,) = (name for name, known in MODELS.items() if known is model)
    jsonschema.validate(body, json.loads((DOCS / "schemas" / f"{name}.json").read_text()))


def test_there_is_an_example_of_each_message() -> None:
    assert {model_of(*example) for example in EXAMPLES} == {*BY_SCHEMA.values(), Ack, *REQUESTS.values()}


def test_every_schema_file_is_linked() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    linked = set(re.findall(r"\(schemas/([a-z-]+\.json)\)", text))
    assert linked == {path.name for path in (DOCS / "schemas").iterdir()}
