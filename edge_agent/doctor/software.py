"""Python and the packages the agent runs with."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from edge_agent.doctor.finding import Finding, fail, ok
from edge_agent.doctor.situation import Situation

FROM, BEFORE = (3, 11), (3, 14)
PACKAGES = ("numpy", "opencv-python-headless", "paho-mqtt", "pydantic", "PyYAML")
RUNTIMES = ("ai-edge-litert", "tflite-runtime")
"""One of them."""
AGAIN = "install the agent again: a package is missing from its environment"


def python(situation: Situation) -> Finding:
    """The interpreter."""
    del situation
    said = f"Python {platform.python_version()} on {platform.machine()}"
    if FROM <= sys.version_info[:2] < BEFORE:
        return ok(said)
    return fail(said, "use Python 3.11, 3.12 or 3.13")


def packages(situation: Situation) -> Finding:
    """What is installed beside it."""
    del situation
    found = {name: _version(name) for name in ("carepose", *RUNTIMES, *PACKAGES)}
    missing = [name for name in PACKAGES if found[name] is None]
    if all(found[name] is None for name in RUNTIMES):
        missing.insert(0, RUNTIMES[0])
    if missing:
        return fail(f"not installed: {', '.join(missing)}", AGAIN)
    return ok(", ".join(f"{name} {known}" for name, known in found.items() if known is not None))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
