"""The self-test names everything that is wrong."""

from __future__ import annotations

from edge_agent.messages.health import CameraHealth, CameraStatus
from edge_agent.self_test import verdict


def camera(name: str, status: CameraStatus, *reasons: str) -> CameraHealth:
    return CameraHealth(
        camera=name,
        room="r12",
        status=status,
        reasons=reasons,
        until=None,
        seen_at=None,
        fps=None,
        latency_ms=None,
        dropped=0,
    )


def test_all_is_well() -> None:
    assert verdict([camera("corner", CameraStatus.OK)], storage=None, fail_safe=None) == "fit: 1 camera(s) watching"


def test_all_that_is_wrong_is_named() -> None:
    cameras = [
        camera("corner", CameraStatus.OK),
        camera("door", CameraStatus.BLIND, "dark", "moved"),
        camera("bed", CameraStatus.PAUSED),
    ]
    assert verdict(cameras, storage="the disk is full", fail_safe="the contact cannot be closed") == (
        "not fit: camera door blind (dark, moved); camera bed paused; the disk is full; "
        "fail-safe: the contact cannot be closed"
    )
