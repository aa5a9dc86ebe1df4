"""One visit of an installer: what the page asks for and what it does, under one lock."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

from edge_agent.aim import guide, live
from edge_agent.aim.glimpse import glimpse
from edge_agent.aim.guide import Glimpse, GuideLimits, Step, Verdict
from edge_agent.aim.proposal import Proposal, ProposalError, kept, proposed
from edge_agent.aim.report import printable, steps
from edge_agent.aim.room import Moment, Room
from edge_agent.aim.server import Answer, Pages, Refused, as_json
from edge_agent.aim.spots import CORNERS, Calibration, SpotLimits, SpotsError, calibrated
from edge_agent.aim.stand import Stand
from edge_agent.errors import StorageError
from edge_agent.messages.commissioning import WHO_MAX, CommissioningMessage, StepTested
from edge_agent.types import Point, View, ZoneKind
from firmware_config.schema import Camera, Configuration

log = logging.getLogger("edge_agent.aim.audit")

WAIT_S = 2.0
"""The longest the page waits for an instant before it is told the old one again: it sees that we live."""
BEDS = frozenset({ZoneKind.BED, ZoneKind.SOFA})


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report is made of."""

    camera: Camera
    who: str
    steps: tuple[StepTested, ...]
    view: View
    proposed: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """A report, and whether the facility has it."""

    report: CommissioningMessage
    sent: bool


@dataclass(slots=True)
class _OfCamera:
    spots: list[Point | None] = field(default_factory=lambda: [None] * len(CORNERS))
    stand: Stand | None = None
    corner: int = 0
    calibration: Calibration | None = None
    test: guide.State | None = None
    verdicts: dict[Step, Verdict] = field(default_factory=dict)
    proposal: Proposal | None = None
    report: CommissioningMessage | None = None


class Session:
    """Called by the server's threads and, with each instant, by the room's."""

    def __init__(
        self,
        path: Path,
        configuration: Configuration,
        folder: Path,
        left_s: Callable[[], float],
        end: Callable[[], None],
        issue: Callable[[Findings], Issued],
    ) -> None:
        """Begin.

        Args:
            path: of the configuration.
            configuration: what it says.
            folder: the only one that is written to.
            left_s: seconds until the page ends by itself.
            end: ends it now.
            issue: makes a signed report, keeps it and sends it.
        """
        self._path, self._configuration, self._folder = path, configuration, folder
        self._left_s, self._end, self._issue = left_s, end, issue
        self._lock = threading.Lock()
        self._cameras = {camera.id: _OfCamera() for camera in configuration.cameras}
        self._limits = GuideLimits()
        self.room: Room

    def pages(self) -> Pages:
        """What the server serves."""
        return Pages(
            asked={
                "/room": self._room,
                "/proposal": self._proposal,
                "/report": self._report,
                "/report.json": self._report_json,
            },
            done={
                "/propose": self._propose,
                "/spot": self._spot,
                "/calibrate": self._calibrate,
                "/test": self._test,
                "/sign": self._sign,
                "/end": self._ended,
            },
            streamed={"/live": self._live},
            audit=audit,
        )

    def heard(self, moment: Moment) -> None:
        """One instant more, in the room's thread."""
        with self._lock:
            known = self._cameras[moment.camera]
            if known.stand is not None:
                known.stand = known.stand.seen(moment.t, moment.persons, moment.size)
                if known.stand.spot is not None:
                    known.spots[known.corner] = known.stand.spot
                if known.stand.over:
                    known.stand = None
            if known.test is not None:
                known.test = guide.seen(self._limits, known.test, self._glimpse(moment))
                if known.test.verdict is not None:
                    known.verdicts[known.test.step], known.test = known.test.verdict, None

    def _glimpse(self, moment: Moment) -> Glimpse:
        beds = frozenset(zone.name for zone in self._camera(moment.camera).zones if zone.kind in BEDS)
        opened = moment.state.incidents.open
        return glimpse(moment.t, moment.quality, moment.persons, opened, moment.light, beds)

    def _room(self, _query: Mapping[str, str]) -> Answer:
        with self._lock:
            configuration = self._configuration
        return as_json(
            {
                "facility": configuration.facility,
                "device": configuration.device,
                "bones": [list(bone) for bone in live.BONES],
                "cameras": [_camera_told(camera) for camera in configuration.cameras],
                "steps": [step.value for step in Step],
                "needed_s": {step.value: seconds for step, seconds in self._limits.needed_s.items()},
            }
        )

    def _live(self, query: Mapping[str, str], after: float) -> tuple[dict[str, Any], float] | None:
        camera = query.get("camera", "")
        if camera not in self._cameras:
            return None
        moment = self.room.moment(camera, after, WAIT_S)
        with self._lock:
            own = self._progress(self._cameras[camera], moment)
        return {**live.told(moment, self.room.seen(camera)), **own, "left_s": round(self._left_s())}, moment.t

    def _progress(self, known: _OfCamera, moment: Moment) -> dict[str, Any]:
        width, height = moment.size
        test = known.test
        return {
            "spots": [None if spot is None else [spot[0] / width, spot[1] / height] for spot in known.spots],
            "standing": None if known.stand is None else {"corner": known.corner, "why": known.stand.why},
            "test": None if test is None else {"step": test.step.value, "held_s": round(test.held_s, 1)},
            "verdicts": {
                step.value: {"passed": each.passed, "reason": each.reason, "held_s": each.held_s}
                for step, each in known.verdicts.items()
            },
        }

    def _propose(self, body: dict[str, Any], address: str) -> Answer:
        camera = self._named(body)
        wanted: dict[str, Any] = {key: body[key] for key in ("zones", "masks") if key in body}
        return self._proposed(camera, wanted, address)

    def _proposed(self, camera: str, wanted: Mapping[str, Any], address: str) -> Answer:
        with self._lock:
            known = self._cameras[camera]
            if known.calibration is not None:
                wanted = {**wanted, "view": _view(known.calibration)}
            try:
                known.proposal = proposed(self._path, camera, wanted)
            except ProposalError as refused:
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, refused.faults) from None
            file = kept(known.proposal, self._folder)
            self._configuration = known.proposal.configuration
            self.room.take_over(self._configuration)
            text = known.proposal.text
        audit(f"camera {camera}: proposed {', '.join(wanted)} ({file})", address)
        return as_json({"file": str(file), "text": text})

    def _proposal(self, query: Mapping[str, str]) -> Answer:
        with self._lock:
            known = self._cameras.get(query.get("camera", ""))
            if known is None or known.proposal is None:
                raise Refused(HTTPStatus.NOT_FOUND, ["nothing was proposed yet"])
            name = f"{self._configuration.device}-{known.proposal.camera}.yaml"
            return Answer(known.proposal.text.encode(), "application/yaml", file_name=name)

    def _spot(self, body: dict[str, Any], address: str) -> Answer:
        camera, corner = self._named(body), body.get("corner")
        if type(corner) is not int or not 0 <= corner < len(CORNERS):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["no such corner"])
        moment = self.room.moment(camera)
        with self._lock:
            known = self._cameras[camera]
            known.corner, known.stand, known.spots[corner] = corner, Stand(moment.t), None
        audit(f"camera {camera}: spot {corner + 1}", address)
        return as_json({})

    def _calibrate(self, body: dict[str, Any], address: str) -> Answer:
        camera = self._named(body)
        sides = tuple(body.get(name) for name in ("width_m", "depth_m"))
        if not all(type(side) in {int, float} for side in sides):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["sides"])
        moment = self.room.moment(camera)
        with self._lock:
            known, view = self._cameras[camera], self.room.configured_view(camera)
            spots = [spot for spot in known.spots if spot is not None]
            width, depth = (float(side) for side in sides if side is not None)
            try:
                known.calibration = found = calibrated(SpotLimits(), view, spots, (width, depth), moment.size)
            except SpotsError as refused:
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [str(refused)]) from None
        audit(f"camera {camera}: calibrated", address)
        return as_json(
            {
                "tilt_deg": round(found.tilt_deg, 1),
                "roll_deg": round(found.roll_deg, 1),
                "height_m": round(found.height_m, 2),
                "tilt_error_deg": round(found.tilt_error_deg, 1),
                "roll_error_deg": round(found.roll_error_deg, 1),
                "height_error_m": round(found.height_error_m, 2),
            }
        )

    def _test(self, body: dict[str, Any], address: str) -> Answer:
        camera = self._named(body)
        try:
            step = Step(str(body.get("step")))
        except ValueError:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["no such step"]) from None
        moment = self.room.moment(camera)
        with self._lock:
            known = self._cameras[camera]
            known.verdicts.pop(step, None)
            known.test = guide.begun(step, moment.t)
        audit(f"camera {camera}: test {step.value}", address)
        return as_json({})

    def _sign(self, body: dict[str, Any], address: str) -> Answer:
        camera, who = self._named(body), str(body.get("who", "")).strip()
        if not 1 <= len(who) <= WHO_MAX or not who.isprintable():
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [f"who: 1 to {WHO_MAX} characters"])
        moment = self.room.moment(camera)
        with self._lock:
            known, configured = self._cameras[camera], self._camera(camera)
            bed = any(zone.kind in BEDS for zone in configured.zones)
            tested = steps(known.verdicts, bed_marked=bed)
            findings = Findings(configured, who, tested, moment.view, proposed=known.proposal is not None)
        try:
            issued = self._issue(findings)
        except StorageError as fault:
            raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, [str(fault)]) from None
        with self._lock:
            known.report = issued.report
        audit(f"camera {camera}: report, passed: {issued.report.passed}, sent: {issued.sent}", address)
        signed = issued.report.signature is not None
        return as_json({"passed": issued.report.passed, "sent": issued.sent, "signed": signed})

    def _report(self, query: Mapping[str, str]) -> Answer:
        texts = json.loads(files("edge_agent.aim").joinpath("page", "texts.json").read_bytes())
        asked = query.get("language", "en")
        language = asked if asked in texts else "en"
        return Answer(printable(self._reported(query), texts[language], language).encode(), "text/html; charset=utf-8")

    def _report_json(self, query: Mapping[str, str]) -> Answer:
        report = self._reported(query)
        return Answer(report.to_json().encode(), file_name=f"{report.device}-{report.camera}-commissioning.json")

    def _reported(self, query: Mapping[str, str]) -> CommissioningMessage:
        with self._lock:
            known = self._cameras.get(query.get("camera", ""))
            if known is None or known.report is None:
                raise Refused(HTTPStatus.NOT_FOUND, ["nothing was signed yet"])
            return known.report

    def _ended(self, _body: dict[str, Any], address: str) -> Answer:
        audit("ended from the page", address)
        self._end()
        return as_json({})

    def _named(self, body: Mapping[str, Any]) -> str:
        camera = body.get("camera")
        if not isinstance(camera, str) or camera not in self._cameras:
            raise Refused(HTTPStatus.NOT_FOUND, ["no such camera"])
        return camera

    def _camera(self, name: str) -> Camera:
        return next(camera for camera in self._configuration.cameras if camera.id == name)


def audit(done: str, address: str) -> None:
    """Who did what: a line of the journal, which has the time."""
    log.info("%s [from %s]", done, address)


def _camera_told(camera: Camera) -> dict[str, Any]:
    return {
        "id": camera.id,
        "room": camera.room,
        "zones": [
            {"name": zone.name, "kind": zone.kind, "polygon": [list(corner) for corner in zone.polygon]}
            for zone in camera.zones
            if zone.polygon
        ],
        "masks": [
            {"name": mask.name, "polygon": [list(corner) for corner in mask.polygon]} for mask in camera.privacy.masks
        ],
    }


def _view(found: Calibration) -> dict[str, Any]:
    """What was calibrated; intrinsics that were measured stay as they are in the file."""
    return {
        "tilt_deg": round(found.tilt_deg, 2),
        "roll_deg": round(found.roll_deg, 2),
        "height_m": round(found.height_m, 3),
    }
