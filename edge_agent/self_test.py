"""Whether the device can do its work now, in one line: the answer to `request/self-test`."""

from __future__ import annotations

from collections.abc import Sequence

from edge_agent.messages.health import CameraHealth, CameraStatus


def verdict(cameras: Sequence[CameraHealth], *, storage: str | None, fail_safe: str | None) -> str:
    """Say `fit`, or everything that is not.

    Args:
        cameras: as in the last health.
        storage: why events cannot be stored or sent (`Status.fault`).
        fail_safe: why the fail-safe would not be heard (`FailSafe.fault`); None also where there is none.
    """
    ailing = [
        f"camera {camera.camera} {camera.status.value}" + (f" ({', '.join(camera.reasons)})" if camera.reasons else "")
        for camera in cameras
        if camera.status is not CameraStatus.OK
    ]
    wrong = [*ailing, *(fault for fault in (storage, fail_safe and f"fail-safe: {fail_safe}") if fault)]
    return f"not fit: {'; '.join(wrong)}" if wrong else f"fit: {len(cameras)} camera(s) watching"
