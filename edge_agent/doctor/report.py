"""The findings for programs: one JSON object, whose schema is docs/schemas/doctor.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from edge_agent.doctor.examination import Examined
from edge_agent.doctor.finding import Verdict
from edge_agent.doctor.situation import Situation
from edge_agent.errors import Exit


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


class CheckReport(_Part):
    """One check."""

    id: str
    """Stable: `topic.question`, of a camera `camera.<id>.question`."""
    verdict: Verdict
    said: str
    remedy: str
    """What to do next; empty where there is nothing to do."""
    details: tuple[str, ...]
    measured: dict[str, float]
    """Numbers by name; the name ends in the unit."""


class DoctorReport(_Part):
    """What `edge-agent doctor --json` prints."""

    schema_: Literal["care/doctor/1"] = Field(alias="schema")
    facility: str | None
    device: str | None
    profile: str | None
    exit_code: int
    counts: dict[Verdict, int]
    checks: tuple[CheckReport, ...]


def exit_code(situation: Situation, examined: Sequence[Examined]) -> Exit:
    """0 where nothing failed; 78 where the configuration is broken, whatever else was found; else 9."""
    if situation.reading is not None and situation.configuration is None:
        return Exit.CONFIGURATION
    return Exit.UNFIT if any(each.finding.verdict is Verdict.FAIL for each in examined) else Exit.OK


def report(situation: Situation, examined: Sequence[Examined]) -> DoctorReport:
    """Everything that was found."""
    configuration = situation.configuration
    found = Counter(each.finding.verdict for each in examined)
    return DoctorReport(
        schema="care/doctor/1",
        facility=None if configuration is None else configuration.facility,
        device=None if configuration is None else configuration.device,
        profile=None if configuration is None else configuration.profile,
        exit_code=int(exit_code(situation, examined)),
        counts={verdict: found[verdict] for verdict in Verdict},
        checks=tuple(
            CheckReport(
                id=each.id,
                verdict=each.finding.verdict,
                said=each.finding.said,
                remedy=each.finding.remedy,
                details=each.finding.details,
                measured=dict(each.finding.measured),
            )
            for each in examined
        ),
    )
