"""Each set of falls is read as its authors hand it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.evaluation.sets.clips import is_labelled, labelled
from tools.evaluation.sets.public_falls import gmdcsa24, le2i, up_fall, urfd


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_list_of_labels(tmp_path: Path) -> None:
    write(
        tmp_path / "labels.csv",
        "clip,expected,onset_s,note\np1/Fall/1.mp4,fall,0.4,head out of view\n"
        "b.mp4,none,,\nc.mp4,either,3,bed\nd.mp4,,,\n",
    )
    assert is_labelled(tmp_path)
    clips = list(labelled(tmp_path))
    assert [clip.expected for clip in clips] == [True, False, None, None]
    assert clips[0].onset_s == 0.4
    assert clips[0].subject == f"{tmp_path.name}/p1"
    assert clips[1].subject == f"{tmp_path.name}/b.mp4"


def test_a_folder_with_other_labels_is_not_taken_for_falls(tmp_path: Path) -> None:
    write(tmp_path / "labels.csv", "label,posture,intensity\n")
    assert not is_labelled(tmp_path)
    assert not is_labelled(tmp_path / "nowhere")


def test_gmdcsa24(tmp_path: Path) -> None:
    one = tmp_path / "Subject 1"
    write(
        one / "Fall.csv",
        "File Name,Length (seconds),Time of Recording,Attire,Description, Classes\n"
        "01.mp4,06, Day, T-shirt, Falling from the chair, Falling (SW)[3.4 to 6]; Sitting[0 to 3.4]\n"
        "02.mp4,06, Day, T-shirt, Forward fall on the bed, Falling (FW)[0 to 7]\n"
        "03.mp4,06, Day, T-shirt, Not downloaded, Falling (FW)[0 to 7]\n",
    )
    write(one / "ADL.csv", "File Name\n01.mp4,08, Day, T-shirt, Sitting on the bed, Sitting[0 to 1]\n")
    for name in ("Fall/01.mp4", "Fall/02.mp4", "ADL/01.mp4"):
        write(one / name)
    found = {clip.name: (clip.expected, clip.onset_s) for clip in gmdcsa24(tmp_path)}
    assert found == {
        "Subject 1/Fall/01.mp4": (True, 3.4),
        "Subject 1/Fall/02.mp4": (None, 0.0),
        "Subject 1/ADL/01.mp4": (False, None),
    }


def test_urfd(tmp_path: Path) -> None:
    write(tmp_path / "urfall-cam0-falls.csv", "fall-01,1,-1,0.5\nfall-01,31,0,0.5\nfall-01,61,1,0.5\n")
    for name in ("fall-01-cam0-rgb", "fall-01-cam1-rgb", "adl-07-cam0-rgb"):
        write(tmp_path / name / "a.png")
    found = {clip.name: (clip.expected, clip.onset_s) for clip in urfd(tmp_path)}
    assert found == {"fall-01": (True, 1.0), "adl-07": (False, None)}


def test_le2i(tmp_path: Path) -> None:
    place = tmp_path / "Home_01"
    for number, first in ((1, "50\n70\n"), (2, "0\n0\n")):
        write(place / "Videos" / f"video ({number}).avi")
        write(place / "Annotation_files" / f"video ({number}).txt", first)
    write(tmp_path / "Office" / "Videos" / "video (1).avi")
    found = {clip.name: (clip.expected, clip.onset_s) for clip in le2i(tmp_path)}
    assert found == {
        "Home_01/Videos/video (1).avi": (True, 2.0),
        "Home_01/Videos/video (2).avi": (False, None),
        "Office/Videos/video (1).avi": (None, None),
    }


@pytest.mark.parametrize(("activity", "expected"), [(1, True), (5, True), (6, False), (10, False), (11, None)])
def test_up_fall(tmp_path: Path, activity: int, expected: bool | None) -> None:  # noqa: FBT001
    write(tmp_path / "Subject3" / f"Subject3Activity{activity}Trial1Camera2" / "2018-07-04T12_04_17.738369.png")
    (clip,) = up_fall(tmp_path)
    assert clip.expected is expected
    assert clip.subject == "UP-Fall/3"
    assert clip.fps == 18
