"""The schema for others: the JSON Schema, and the page `docs/configuration.md`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import time
from pathlib import PurePath

from pydantic import BaseModel

from firmware_config.profiles import PROFILES, Profile
from firmware_config.schema import Configuration
from firmware_config.section import Section
from firmware_config.table import Row, rows

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INTRODUCTION = """\
# Configuration

One YAML file tells a box everything: `edge-agent run --config FILE`. This page is made by `edge-config schema
--markdown` from the table that also checks the file; [`schemas/configuration.json`](schemas/configuration.json) is
the same for editors and programs (`edge-config schema`). Do not edit either by hand.

```yaml
facility: villa-rosa
device: box-7
profile: pi5
time_zone: Europe/Rome
data_dir: /var/lib/carepose
broker:
  host: broker.villa-rosa.example
  username: box-7
  password_file: /run/credentials/edge-agent.service/secret_broker-password
  tls: {ca: /etc/carepose/ca.pem}
  consumer: recommender
cameras:
  - id: cam-1
    room: room-12
    source:
      v4l2: {device: /dev/video0}
    zones:
      - {name: bed, kind: bed, polygon: [[0.1, 0.5], [0.6, 0.5], [0.6, 0.9], [0.1, 0.9]]}
pause:
  schedule:
    - {from: 13:00, to: 13:30, days: [mon, wed, fri]}
```

## Checking a file

`edge-config validate FILE...` says all faults at once, each with line, column, key, what was found, what is allowed
and, where one is near, what was probably meant; exit code 0, or 78 when a file cannot be used. Files that the
configuration names and that are not on this machine are a caution, no fault: the check may run on a laptop. The
agent refuses what `validate` refuses, with the same words and code. No fault shows the value of a secret or of an
unknown key, and of a URL only what is not a login.

## How it is read

- YAML, UTF-8, up to 256 KiB, one document. `true` and `false` are the only booleans: `off`, `yes` and `no` are
  text. Numbers are decimal and written plainly: `8883`, `0.5`. `13:00` is text. Tags (`!...`) and merge keys (`<<`)
  are refused; anchors and aliases may be used.
- Types are strict: `"8883"` is no number and `12` is no id; `"12"` is. A whole number will do where any number
  will.
- An unknown key is a fault. So is a key that is there twice.
- Paths count from the folder of the file. `~` is not expanded.
- What is left out has its default. Where that is "profile", the profile's is taken (below).
- `null` stands for "none" where "or null" is said.

## What must hold between fields

- A camera has exactly one of `recording`, `v4l2`, `rtsp` and `picamera2`; `start_after_s` and `repeat` go with a
  recording, `rotate_deg` with a live camera. At most two cameras are live, and no two have the same id, device,
  address or index.
- `width` and `height` are written together; so are `certificate` and `key`. A `password_file` needs a `username`.
- A polygon has 3 to 32 corners in the order of a walk around it, does not close itself with a repeated corner, and
  its sides do not cross or touch. Beds, sofas and chairs of a camera may touch but not overlap, by more than a slip
  of 1 % of the smaller one: a body is on one of them. Floor, door and bathroom zones and masks may lie anywhere.
- A zone has exactly one of `polygon` (in the picture) and `floor` (metres on the floor). The latter needs a measured
  `view`: `tilt_deg`, `height_m` and `intrinsics` ([geometry.md](geometry.md)). Only zones that are marked the same way
  are checked for overlap.
- `view.distortion` needs `view.intrinsics`.
- `care.wandering_by_day` needs `care.wandering_s`.
- Names of zones, and of masks, are used once per camera. `alerts.subjects` names each resident once, and only those
  that the camera or one of its zones has for a `subject`.
- A pause window may cross midnight. Neither it nor windows that follow each other without a break may be longer
  than `pause.longest_s`. It names only cameras that there are.
- `fail_safe` has a `relay`, a `tone` or both. Relay and pause button do not share a GPIO line.
- The steps of `prolonged_sitting_s` rise.

## The columns

**Unit**: of the number; `fraction`: of the picture's width (x, from the left) and height (y, from the top), or of
the most.
**Privacy**: `plain` may stand in a log; `personal` can lead to a resident or caregiver; `secret` opens something.
Support bundles, `doctor` and logs show `(personal)` and `***` in their place.
**Live**: whether a running agent takes a change over on SIGHUP; else it must be started again.
"""
PROFILES_SAID = """
## Profiles

Defaults of each kind of box, and the budgets that `edge-agent doctor` checks. They are reasoned from measurements
on x86_64 and published ones; none was measured on the hardware that it is for, so let `doctor` and `bench` tell
about yours.
"""


def json_schema() -> str:
    """The JSON Schema of a configuration: types, bounds and keys; what holds between fields is beyond it."""
    schema = {"$schema": DIALECT, **Configuration.model_json_schema(by_alias=True)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def markdown() -> str:
    """The whole page `docs/configuration.md`."""
    return "\n".join([INTRODUCTION, *_sections(), PROFILES_SAID, *_profiles()]) + "\n"


def _sections() -> Iterator[str]:
    yield "## Fields"
    yield from _table("The top of the file", Configuration, "")
    for row in rows():
        if row.section is not None:
            inside = next(inner for inner in rows() if inner.path[: len(row.path)] == row.path and inner is not row)
            yield from _table(f"`{inside.key.rpartition('.')[0]}`", row.section, inside.key.rpartition(".")[0])


def _table(title: str, section: type[Section], key: str) -> Iterator[str]:
    yield f"\n### {title}\n\n{section.__doc__}\n"
    yield "| key | what for | allowed | default | unit | privacy | live |\n|---|---|---|---|---|---|---|"
    for row in rows():
        if row.key.rpartition(".")[0] == key:
            live = "yes" if row.live else "no"
            cells = (f"`{row.path[-1]}`", row.facts.about, _allowed(row), _default(row), row.facts.unit)
            yield f"| {' | '.join(cells)} | {row.facts.privacy} | {live} |"


def _allowed(row: Row) -> str:
    return row.allowed.replace("|", "\\|")


def _default(row: Row) -> str:
    if row.required:
        return "**must be given**"
    if row.facts.by_profile is not None:
        return "profile"
    return f"`{json.dumps(_plain(row.default))}`"


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return {}
    if isinstance(value, (PurePath, time)):
        return str(value)
    return value


def _profiles() -> Iterator[str]:
    yield f"| | {' | '.join(PROFILES)} |\n|---|{'---|' * len(PROFILES)}"
    for said in fields(Profile):
        cells = (f"{getattr(profile, said.name):g}" for profile in PROFILES.values())
        yield f"| {_PROFILE_WORDS[said.name]} | {' | '.join(cells)} |"


_PROFILE_WORDS = {
    "analysis_fps": "`analysis_fps`, 1/s",
    "threads": "`threads`",
    "camera_width": "`width` of a live camera, px",
    "camera_height": "`height`, px",
    "camera_fps": "`fps`, 1/s",
    "picture_ms": "budget per analysed picture, ms",
    "warn_c": "warns from, °C",
    "limit_c": "limit, °C",
    "rss_mb": "budget of memory, MB",
}
