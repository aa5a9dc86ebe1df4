"""The JSON Schema files of all messages: `python -m edge_agent.messages.schemas --out docs/schemas`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from edge_agent.messages.ack import Ack
from edge_agent.messages.availability import Availability
from edge_agent.messages.base import Message
from edge_agent.messages.commissioning import CommissioningMessage
from edge_agent.messages.discovery import DiscoveryMessage
from edge_agent.messages.gap import GapMessage
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.observation import ObservationMessage
from edge_agent.messages.request import Acknowledge, Config, Pause, Rebirth, Response, Resume, SelfTest
from edge_agent.messages.state import StateMessage

DIALECT = "https://json-schema.org/draft/2020-12/schema"

MODELS: Mapping[str, type[Message]] = {
    "ack": Ack,
    "commissioning": CommissioningMessage,
    "gap": GapMessage,
    "health": HealthMessage,
    "home-assistant": DiscoveryMessage,
    "incident": IncidentMessage,
    "info": InfoMessage,
    "observation": ObservationMessage,
    "request-acknowledge": Acknowledge,
    "request-pause": Pause,
    "request-rebirth": Rebirth,
    "request-resume": Resume,
    "request-self-test": SelfTest,
    "request-config": Config,
    "response": Response,
    "state": StateMessage,
}
"""By file name."""

SCHEMAS = (
    "care/commissioning/1",
    "care/gap/1",
    "care/health/1",
    "care/incident/1",
    "care/info/1",
    "care/observation/1",
    "care/response/1",
    "care/state/1",
)
"""What a device sends, as `info` lists it."""


def schemas() -> dict[str, str]:
    """The text of each schema file by its name."""
    found = {name: {"$schema": DIALECT, **model.model_json_schema(by_alias=True)} for name, model in MODELS.items()}
    found["availability"] = {
        "$schema": DIALECT,
        "title": "Availability",
        "description": "The payload is the bare word, without JSON's quotation marks.",
        "type": "string",
        "enum": [word.value for word in Availability],
    }
    return {
        f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in sorted(found.items())
    }


def main(arguments: list[str] | None = None) -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Write the JSON Schema of every message.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    out: Path = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (out / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
