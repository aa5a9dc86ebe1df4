"""Zones are marked in the picture or on the floor, which needs a measured view; a lens needs its intrinsics."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.box import settings_of
from firmware_config.load import InvalidConfigurationError, load

BOX = """\
facility: villa-rosa
device: box-1
data_dir: data
broker: {{host: broker.local, port: 8883, consumer: recommender}}
cameras:
  - id: cam-1
    room: room-1
    source: {{recording: clips/walk.webm}}
    view: {view}
    zones: [{zones}]
    care: {care}
"""
VIEW = "{tilt_deg: 25, height_m: 2.4, intrinsics: [500, 500, 320, 240]}"
BED = "{name: bed, kind: bed, floor: [[-1, 3], [1, 3], [1, 4], [-1, 4]]}"
SQUARE = "[[0.1, 0.5], [0.6, 0.5], [0.6, 0.9]]"


def written(folder: Path, zones: str, view: str = VIEW, care: str = "{}") -> Path:
    path = folder / "agent.yaml"
    path.write_text(BOX.format(view=view, zones=zones, care=care), encoding="utf-8")
    return path


def faults(folder: Path, zones: str, view: str = VIEW, care: str = "{}") -> list[str]:
    with pytest.raises(InvalidConfigurationError) as invalid:
        load(written(folder, zones, view, care))
    return [f"{fault.where}: {fault.what}" for fault in invalid.value.faults]


def test_a_zone_on_the_floor_reaches_the_agent(tmp_path: Path) -> None:
    configuration = load(written(tmp_path, BED))
    (zone,) = settings_of(configuration, configuration.cameras[0]).camera.zones
    assert zone.floor[2] == (1.0, 4.0)
    assert not zone.polygon


@pytest.mark.parametrize(
    ("view", "lacking"),
    [
        ("{}", "`view.tilt_deg`, `view.height_m`, `view.intrinsics`"),
        ("{tilt_deg: 25, height_m: 2.4}", "`view.intrinsics`"),
    ],
)
def test_the_floor_needs_a_measured_view(tmp_path: Path, view: str, lacking: str) -> None:
    assert faults(tmp_path, BED, view) == [f"cameras.0.zones.0.floor: a zone on the floor without {lacking}"]


def test_a_zone_is_marked_exactly_once(tmp_path: Path) -> None:
    both = BED.replace("kind: bed,", f"kind: bed, polygon: {SQUARE},")
    assert faults(tmp_path, both) == ["cameras.0.zones.0.floor: marked a second time"]
    assert faults(tmp_path, "{name: bed, kind: bed}") == ["cameras.0.zones.0: a zone that is marked nowhere"]


def test_furniture_on_the_floor_does_not_overlap(tmp_path: Path) -> None:
    sofa = "{name: sofa, kind: sofa, floor: [[0, 3], [2, 3], [2, 4], [0, 4]]}"
    (said,) = faults(tmp_path, f"{BED}, {sofa}")
    assert said.startswith("cameras.0.zones.1.floor: zone sofa (sofa) overlaps zone bed (bed) by 50 %")
    drawn = f"{{name: chair, kind: chair, polygon: {SQUARE}}}"
    load(written(tmp_path, f"{BED}, {drawn}"))


@pytest.mark.parametrize(
    ("corners", "what"),
    [
        ("[[0, 1], [1, 2], [1, 1], [0, 2]]", "cross"),
        ("[[0, 1], [0.1, 1], [0.1, 1.1]]", "area"),
        ("[[0, 1], [99, 1], [1, 2]]", "out of range"),
        ("[[0, 1], [1, 2]]", "few"),
    ],
)
def test_corners_on_the_floor_are_checked(tmp_path: Path, corners: str, what: str) -> None:
    said = faults(tmp_path, f"{{name: door, kind: door, floor: {corners}}}")
    assert any(what in each for each in said), said


def test_wandering_by_day_is_not_asked_for_alone(tmp_path: Path) -> None:
    assert faults(tmp_path, BED, care="{wandering_by_day: true}") == [
        "cameras.0.care.wandering_by_day: without `wandering_s`"
    ]
    configuration = load(written(tmp_path, BED, care="{wandering_by_day: true, wandering_s: 300}"))
    care = settings_of(configuration, configuration.cameras[0]).camera.care
    assert (care.wandering_s, care.wandering_by_day) == (300.0, True)


def test_a_lens_reaches_the_agent_and_needs_intrinsics(tmp_path: Path) -> None:
    lens = "distortion: [-0.3, 0.1, 0, 0.001, 0]"
    configuration = load(written(tmp_path, BED, VIEW.replace("}", f", {lens}}}")))
    assert settings_of(configuration, configuration.cameras[0]).camera.view.distortion == (-0.3, 0.1, 0, 0.001, 0)
    assert faults(tmp_path, "", f"{{{lens}}}") == ["cameras.0.view.distortion: the lens without `intrinsics`"]
    few = faults(tmp_path, "", "{intrinsics: [500, 500, 320, 240], distortion: [-0.3, 0.1]}")
    assert all(each.startswith("cameras.0.view.distortion") for each in few)
