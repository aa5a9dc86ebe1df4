"""Public sets of falls as their authors hand them out; docs/evaluation.md says where each is and how to unpack it.

Read from the sets' own descriptions; none of the three but GMDCSA24's lists was at hand when this was written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tools.evaluation.sets.clips import Clip

URFD_FPS = 30.0
LE2I_FPS = 25.0
UP_FALL_FPS = 18.0
FALLING = re.compile(r"Falling[^\[]*\[\s*([\d.]+)\s*to")
"""GMDCSA24's lists: `Falling (BW)[3.3 to 10]`, seconds."""
UP_FALL_NAME = re.compile(r"Subject(\d+)Activity(\d+)Trial(\d+)Camera(\d+)$")
UP_FALL_LYING = 11
"""The activity of lying down, which the set doesn't say on what."""


def gmdcsa24(folder: Path) -> Iterator[Clip]:
    """`Subject N/{Fall,ADL}/NN.mp4` with `Fall.csv` and `ADL.csv` beside. A fall onto a bed is not scored."""
    for listed in sorted(folder.rglob("*.csv")):
        kind = listed.stem
        if kind not in {"Fall", "ADL"}:
            continue
        for row in _rows(listed):
            path = listed.parent / kind / row[0]
            if not path.is_file():
                continue
            about = ",".join(row[4:])
            onset = FALLING.search(about)
            bed = kind == "Fall" and " bed" in about.lower()
            expected = None if bed else kind == "Fall"
            name = path.relative_to(folder).as_posix()
            began = float(onset[1]) if onset and kind == "Fall" else None
            yield Clip(path, name, f"GMDCSA24/{listed.parent.name}", expected, began)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.reader(stream) if row and row[0].strip().endswith(".mp4")]


def urfd(folder: Path) -> Iterator[Clip]:
    """`fall-NN-cam0-rgb/` and `adl-NN-cam0-rgb/`, pictures, with `urfall-cam0-falls.csv` for the onsets.

    The second camera hangs at the ceiling and looks straight down, which the product does not claim.
    """
    onsets = _urfd_onsets(folder)
    for path in sorted(folder.rglob("*-cam0-rgb")):
        name = path.name.removesuffix("-cam0-rgb")
        if path.is_dir() and name.startswith(("fall-", "adl-")):
            yield Clip(path, name, f"URFD/{name}", name.startswith("fall-"), onsets.get(name), URFD_FPS)


def _urfd_onsets(folder: Path) -> Mapping[str, float]:
    """The first frame that is neither upright (-1) nor lying (1)."""
    onsets: dict[str, float] = {}
    for listed in folder.rglob("urfall-cam0-falls.csv"):
        with listed.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                if len(row) > 2 and row[2].strip() == "0":
                    onsets.setdefault(row[0].strip(), (int(row[1]) - 1) / URFD_FPS)
    return onsets


def le2i(folder: Path) -> Iterator[Clip]:
    """`PLACE/Videos/video (N).avi` with `PLACE/Annotation_files/video (N).txt`.

    Places without annotations are not scored.
    """
    for path in sorted(folder.rglob("*.avi")):
        place = path.parent.parent
        found = [
            place / notes / f"{path.stem}.txt"
            for notes in ("Annotation_files", "Annotations_files")
            if (place / notes / f"{path.stem}.txt").is_file()
        ]
        begins = _le2i_begin(found[0]) if found else None
        expected = None if begins is None else begins > 0
        onset = begins / LE2I_FPS if begins else None
        yield Clip(path, path.relative_to(folder).as_posix(), f"Le2i/{place.name}", expected, onset)


def _le2i_begin(path: Path) -> int | None:
    """The first line: the frame at which the fall begins, 0 without one; None where the line is no number."""
    first = path.read_text("utf-8", errors="replace").partition("\n")[0].strip()
    return int(first) if first.isdigit() else None


def up_fall(folder: Path) -> Iterator[Clip]:
    """`SubjectSActivityATrialTCameraC/`, pictures, unpacked anywhere below; activities 1-5 are falls."""
    for path in sorted(folder.rglob("Subject*Camera*")):
        named = UP_FALL_NAME.match(path.name)
        if named is None or not path.is_dir():
            continue
        subject, activity = int(named[1]), int(named[2])
        expected = None if activity == UP_FALL_LYING else activity <= 5
        yield Clip(path, path.name, f"UP-Fall/{subject}", expected, fps=UP_FALL_FPS)


PUBLIC: Mapping[str, Callable[[Path], Iterator[Clip]]] = {
    "GMDCSA24": gmdcsa24,
    "URFD": urfd,
    "Le2i": le2i,
    "UP-Fall": up_fall,
}
"""By the name of the folder in which each is looked for."""
