"""What installers get wrong: every fault of every file is named, with its place, and nothing crashes.

`tests/configurations/broken` holds a file a mistake, or many mistakes a file. A line of what is expected reads
`line:column key: what is wrong`, and what was probably meant behind an arrow.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from firmware_config.cli import main
from firmware_config.load import Fault, InvalidConfigurationError, load
from firmware_config.tree import NoTreeError, parse

ROOT = Path(__file__).parents[2]
BROKEN = ROOT / "tests" / "configurations" / "broken"
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "configuration.json").read_text(encoding="utf-8"))

EXPECTED: dict[str, str] = {
    "a-list": """
1:1: wrong type
""",
    "alias-bomb": """
1:32: more than a configuration can hold, aliases followed
""",
    "alias-of-itself": """
1:10: more than a configuration can hold, aliases followed
""",
    "almost-nothing": """
1:1 broker: missing
1:1 cameras: missing
1:1 data_dir: missing
1:1 device: missing
1:1 facility: missing
""",
    "broker": """
9:9 broker.host: a `:` in the name
10:13 broker.protocol: not allowed
11:13 broker.username: too short
13:13 broker.tls.ca: an empty path
13:30 broker.tls.certificate: `certificate` without `key`
13:39 broker.tls.insecure: unknown key
14:13 broker.consumer: not allowed -> the-recommender
15:38 broker.home_assistant.discovery_prefix: not allowed
""",
    "cameras-as-a-section": """
5:3 cameras: wrong type
""",
    "deep": """
1:33: nested too deep
""",
    "duplicate-keys": """
4:1 device: the same key twice
9:5 cameras.0.room: the same key twice
10:33 broker.port: out of range
10:40 broker.port: the same key twice
""",
    "duplicate-names": """
10:16 cameras.0.zones.1.name: the same name twice
14:18 cameras.0.privacy.masks.1.name: the same name twice
19:9 cameras.2.id: the same id twice
""",
    "empty": """
1:1: the file says nothing
""",
    "fail-safe-of-nothing": """
9:12 fail_safe: a fail-safe that does nothing
""",
    "gpio": """
10:27 fail_safe.relay.line: the same GPIO line twice
10:47 fail_safe.tone.device: not allowed
10:68 fail_safe.tone.volume: wrong type
""",
    "indentation": """
6:4: a line that is not indented like its neighbours
""",
    "latin-1": """
2:10: a character that is not UTF-8
""",
    "missing-inside": """
5:5 cameras.0.id: missing
6:20 cameras.0.source.v4l2.device: missing
8:9 cameras.0.zones.0: a zone that is marked nowhere
8:9 cameras.0.zones.0.name: missing
9:23 cameras.0.privacy.masks.0.polygon: missing
10:5 cameras.1.room: missing
10:5 cameras.1.source: missing
11:9 broker.host: missing
11:15 broker.tls.ca: missing
12:17 pause.button.line: missing
12:32 pause.schedule.0.from: missing
12:32 pause.schedule.0.to: missing
13:20 fail_safe.relay.line: missing
""",
    "nearly-right-words": """
4:12 time_zone: a time zone that this machine does not know -> Europe/Rome
5:10 profile: not allowed -> pi5
6:11 language: not allowed -> it
7:13 pose_model: not allowed -> blaze-pose
""",
    "nine-cameras": """
5:3 cameras: too many
""",
    "no-cameras": """
4:10 cameras: too few
5:9 broker: wrong type
""",
    "no-space": """
8:9 broker.host: missing
8:10 broker.host: no space after the `:`
8:26 broker.password_file: no space after the `:`
""",
    "not-yaml-at-all": """
1:1: wrong type
""",
    "nul": """
2:12: a character that cannot be seen (U+0000)
""",
    "odd-keys": """
4:3: a key that is no word
10:1 <<: unknown key
12:1 7: unknown key -> a decimal point
13:1: a key that is no word
""",
    "only-comments": """
1:1: the file says nothing
""",
    "out-of-range": """
1:10 version: out of range
4:13 generation: out of range
6:15 analysis_fps: out of range
7:10 threads: out of range
8:11 minute_s: out of range
9:23 prolonged_sitting_s.0: out of range
9:26 prolonged_sitting_s.1: out of range
13:33 cameras.0.source.picamera2.index: out of range
13:43 cameras.0.source.picamera2.width: out of range
13:56 cameras.0.source.picamera2.height: out of range
13:67 cameras.0.source.picamera2.fps: out of range
14:17 cameras.0.rotate_deg: not allowed
15:22 cameras.0.view.tilt_deg: out of range
15:36 cameras.0.view.roll_deg: out of range
15:52 cameras.0.view.height_m: out of range
15:68 cameras.0.view.intrinsics.0: out of range
15:81 cameras.0.view.intrinsics.3: out of range
16:33 broker.port: out of range
16:53 broker.keepalive_s: out of range
17:20 pause.longest_s: out of range
17:42 pause.button.line: out of range
18:22 fail_safe.after_s: out of range
18:39 fail_safe.relay.line: out of range
18:52 fail_safe.relay.hold_s: out of range
18:74 fail_safe.tone.volume: out of range
""",
    "overlapping-zones": """
10:43 cameras.0.zones.1.polygon: zone sofa (sofa) overlaps zone bed (bed) by 25 % of the smaller one
11:45 cameras.0.zones.2.polygon: zone stool (chair) overlaps zone bed (bed) by 100 % of the smaller one
""",
    "passwords-in-urls": """
7:26 cameras.0.source.rtsp.url: a user or a password in the URL
10:26 cameras.1.source.rtsp.url: a password in the URL
13:25 cameras.2.source.recording: a URL where a file belongs
14:16 broker.host: a URL where a name belongs
""",
    "paths": """
3:11 data_dir: `~` does not stand for a home folder here
4:13 models_dir: a backslash in a path
""",
    "pause-windows": """
12:7 pause.schedule.0: a window of 9000 s
13:14 pause.schedule.1.from: not a time of day
13:24 pause.schedule.1.to: not a time of day
14:25 pause.schedule.2.to: a window that ends when it begins
15:39 pause.schedule.3.days.0: not allowed -> mon
15:52 pause.schedule.3.days.2: the same day twice
15:68 pause.schedule.3.cameras.0: no such camera
15:82 pause.schedule.3.cameras.2: the same camera twice
17:7 pause.schedule.5: windows that follow each other pause camera cam-1 for 4800 s
18:14 pause.schedule.6.from: wrong type -> "13"
18:35 pause.schedule.6.days: too few
18:48 pause.schedule.6.cameras: wrong type
19:7 pause.schedule.7.from: missing
19:7 pause.schedule.7.to: missing
19:8 pause.schedule.7.start: unknown key
19:22 pause.schedule.7.end: unknown key
20:7 pause.schedule.8: wrong type
""",
    "polygons": """
9:45 cameras.0.zones.0.polygon: a polygon whose sides cross or touch each other
10:43 cameras.0.zones.1.polygon: a polygon without area: all corners on one line
11:46 cameras.0.zones.2.polygon: the same corner twice in a row
12:43 cameras.0.zones.3.polygon: too few
13:48 cameras.0.zones.4.polygon.0.0: out of range
13:52 cameras.0.zones.4.polygon.0.1: out of range
14:45 cameras.0.zones.5.polygon.0: wrong type
14:50 cameras.0.zones.5.polygon.1: wrong type
14:55 cameras.0.zones.5.polygon.2: wrong type
14:60 cameras.0.zones.5.polygon.3: wrong type
14:65 cameras.0.zones.5.polygon.4: wrong type
14:70 cameras.0.zones.5.polygon.5: wrong type
15:46 cameras.0.zones.6.polygon.0: too many
15:63 cameras.0.zones.6.polygon.1.1: missing
15:76 cameras.0.zones.6.polygon.2.1: wrong type -> 0.5
16:45 cameras.0.zones.7.polygon: a polygon with next to no area
17:44 cameras.0.zones.8.polygon: too few
18:48 cameras.0.privacy.masks.0.polygon: a polygon whose sides cross or touch each other
""",
    "rtsp-urls": """
7:26 cameras.0.source.rtsp.url: a URL of another kind
10:26 cameras.1.source.rtsp.url: not a URL
10:66 cameras.1.source.rtsp.transport: not allowed
10:87 cameras.1.source.rtsp.password_file: a password without `username`
11:5 cameras.2: too many live cameras
11:60 cameras.2.source.rtsp: a second source
11:66 cameras.2.source.rtsp.url: not a URL
12:5 cameras.3: too many live cameras
12:60 cameras.3.source.rtsp: a second source
12:66 cameras.3.source.rtsp.url: a URL of another kind
""",
    "same-devices": """
6:55 cameras.1.source.v4l2.device: the same device twice
7:5 cameras.2: too many live cameras
8:5 cameras.3: too many live cameras
8:51 cameras.3.source.picamera2: the same camera of the board twice
9:5 cameras.4: too many live cameras
10:5 cameras.5: too many live cameras
10:52 cameras.5.source.rtsp.url: the same address twice
""",
    "sections-left-empty": """
4:9 cameras: wrong type
5:8 broker: wrong type
6:7 pause: wrong type
""",
    "sources": """
5:38 cameras.0.source: no source
6:66 cameras.1.source.v4l2: a second source
7:54 cameras.2.source.v4l2.device: the same device twice
7:54 cameras.2.source.v4l2.device: not allowed
7:81 cameras.2.source.v4l2.width: `width` without `height`
7:95 cameras.2.source.repeat: goes with a recording only
8:42 cameras.3.source: no source
9:44 cameras.4.rotate_deg: goes with a live camera only
10:37 cameras.5.source: no source
10:38 cameras.5.source.file: unknown key
11:39 cameras.6.source: wrong type
""",
    "star": """
8:57: an alias without its anchor
""",
    "tab": """
5:1: a tab
""",
    "tags": """
8:9 broker: a YAML tag (!...)
9:13 generation: a YAML tag that does not fit
10:11 language: a YAML tag (!...)
""",
    "two-documents": """
9:1: a second document
""",
    "unclosed-brace": """
8:9: a bracket or brace that is not closed, or a missing comma
""",
    "unclosed-quote": """
1:11: a quote that is not closed
""",
    "unknown-keys": """
1:1 data_dir: missing
1:1 facility: missing
1:1 facilty: unknown key -> facility
3:1 datadir: unknown key -> data_dir
8:9 broker.host: missing
8:10 broker.hostname: unknown key -> host
8:31 broker.Port: unknown key -> port
8:43 broker.password: unknown key -> password_file
9:1 colour: unknown key
""",
    "unseen-characters": """
6:11 cameras.0.room: a character that cannot be seen (U+00A0)
7:25 cameras.0.source.recording: a character that cannot be seen (U+200B)
""",
    "utf-16": """
1:1: text in UTF-16
""",
    "wrong-types": """
1:11 facility: wrong type -> "12"
2:9 device: wrong type -> "true"
3:13 generation: wrong type -> 2
4:11 language: not allowed
5:11 data_dir: wrong type -> "5"
6:15 analysis_fps: wrong type
7:10 threads: wrong type
8:11 minute_s: wrong type -> 60
12:18 cameras.0.shared_room: wrong type -> false
13:50 cameras.0.source.start_after_s: wrong type
13:64 cameras.0.source.repeat: wrong type
14:17 cameras.0.rotate_deg: wrong type -> 90
15:25 cameras.0.view.5: unknown key -> a decimal point
15:38 cameras.0.view.height_m: wrong type
16:16 broker.host: wrong type -> "10.5"
16:28 broker.port: wrong type -> 8883
16:46 broker.protocol: not allowed -> "5"
16:62 broker.keepalive_s: wrong type
""",
}
ONLY_BETWEEN_FIELDS = {"duplicate-names", "overlapping-zones", "same-devices"}
"""What is beyond our JSON Schema: these files pass it."""


def faults_of(file: Path) -> tuple[Fault, ...]:
    with pytest.raises(InvalidConfigurationError) as invalid:
        load(file)
    return invalid.value.faults


def data_of(file: Path) -> object:
    """What a schema would look at; None where the file is no YAML."""
    try:
        return parse(file.read_text(encoding="utf-8")).data
    except (NoTreeError, UnicodeDecodeError):
        return None


def told(fault: Fault) -> str:
    key = f" {fault.where}" if fault.where else ""
    meant = f" -> {fault.suggestion}" if fault.suggestion else ""
    return f"{fault.line}:{fault.column}{key}: {fault.what}{meant}"


def test_every_file_is_expected_and_there_are_thirty() -> None:
    assert set(EXPECTED) == {path.stem for path in BROKEN.iterdir()}
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_fault_is_named_with_its_place(name: str) -> None:
    assert [told(fault) for fault in faults_of(BROKEN / f"{name}.yaml")] == EXPECTED[name].strip().splitlines()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_fault_is_one_line_that_says_what_is_allowed_and_no_password(name: str) -> None:
    for fault in faults_of(BROKEN / f"{name}.yaml"):
        assert str(fault).startswith(f"{BROKEN / name}.yaml:{fault.line}:{fault.column}: {fault.where}")
        assert fault.allowed
        assert fault.allowed in str(fault)
        assert str(fault).isprintable()
        assert "hunter2" not in str(fault)


def test_the_schema_refuses_what_we_refuse_as_far_as_it_can_say() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    readable = {file.stem: data for file in BROKEN.iterdir() if (data := data_of(file)) is not None}
    assert len(readable) >= 25
    assert {name for name, data in readable.items() if validator.is_valid(data)} == ONLY_BETWEEN_FIELDS


def test_the_command_tells_all_files_and_ends_with_78(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(BROKEN.iterdir())
    assert main(["validate", *map(str, files)]) == 78
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("cannot be used: ") == len(files)
    assert "Traceback" not in said.err
    assert "hunter2" not in said.err


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text("#" * 300_000)
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    expected = {
        "absent.yaml": "cannot be read: No such file or directory",
        "absent/there.yaml": "cannot be read: No such file or directory",
        "long.yaml": "too long for a configuration",
        "loop.yaml": "cannot be read: Too many levels of symbolic links",
        "long.yaml/inside.yaml": "cannot be read: Not a directory",
        "pipe.yaml": "not a file",
        ".": "a folder, not a file",
        "x" * 300: "cannot be read: File name too long",
    }
    for name, what in expected.items():
        (fault,) = faults_of(tmp_path / name)
        assert (fault.line, fault.column, fault.where, fault.what) == (None, None, "", what)
        assert str(fault).startswith(f"{tmp_path / name}: {what}")


def test_a_file_whose_name_is_no_text_can_be_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tmp_path / os.fsdecode(b"b\xf6x.yaml"))]) == 78
    assert "b\\udcf6x.yaml" in capsys.readouterr().err
