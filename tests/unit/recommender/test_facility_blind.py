"""What becomes of a camera that says it has been blind for a while."""

from __future__ import annotations

from datetime import UTC

from edge_agent.messages.availability import Availability
from edge_agent.types import Kind
from facility_recommender import board as boards
from facility_recommender.board import Link, Settings
from facility_recommender.ingest import Event, Present
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.rooms import Status
from facility_recommender.watermark import LaneKey
from tests.fakes import care

SETTINGS = Settings(care.FACILITY, UTC, catalogue())


def test_its_room_is_blind_and_it_is_on_the_work_list() -> None:
    board = boards.linked(boards.empty(SETTINGS, care.NOON), Link(connected=True, since=care.NOON))
    blind = care.health(cameras=(care.camera_health(status="blind", reasons=("dark",)),))
    for present in (Availability.ONLINE, care.info(), blind):
        board = boards.arrived(SETTINGS, board, Present(care.DEVICE, present), care.NOON)
    said = care.incident(1, kind=Kind.CAMERA_BLIND, severity="warning", id_="camera-blind-1")
    lane = LaneKey(care.DEVICE, care.BOOT, said.lane)
    board = boards.arrived(SETTINGS, board, Event(lane, said), care.NOON)
    now = boards.view(SETTINGS, board, care.later(1))
    (room,) = now.rooms
    assert (room.status, room.reasons) == (Status.BLIND, ("dark",))
    assert [card.alert.kind for card in now.work] == [Kind.CAMERA_BLIND]
