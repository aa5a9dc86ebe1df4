"""The sheet of labels: A4, a QR code for each box that opens its test page."""

from __future__ import annotations

import io
from collections.abc import Iterable
from html import escape

import segno

from firmware_config.facility.model import Box, Facility

HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
@page {{ size: A4; margin: 10mm }}
body {{ margin: 0; font: 10pt sans-serif; display: grid; grid-template-columns: repeat(3, 60mm); gap: 4mm }}
.label {{ border: 0.2mm dashed #888; padding: 2mm; height: 34mm; display: flex; gap: 2mm; break-inside: avoid }}
.label svg {{ width: 28mm; height: 28mm; flex: none }}
.room {{ font-size: 13pt; font-weight: bold; overflow-wrap: anywhere }}
.device {{ font-family: monospace; overflow-wrap: anywhere }}
</style></head><body>
"""


def address(box: Box, port: int) -> str:
    """Where a box's test page is: at its static address, or by its name in the local network.

    >>> address(Box(room="room-1", device="box-a"), 8443)
    'https://box-a.local:8443/'
    """
    host = box.ip.partition("/")[0] if box.ip else f"{box.device}.local"
    return f"https://{f'[{host}]' if ':' in host else host}:{port}/"


def sheet(facility: Facility, boxes: Iterable[Box], port: int) -> str:
    """One HTML page that needs nothing else, to print on A4."""
    title = escape(facility.name or facility.facility)
    return HEAD.format(title=title) + "".join(_label(title, box, port) for box in boxes) + "</body></html>\n"


def _label(title: str, box: Box, port: int) -> str:
    picture = io.BytesIO()
    segno.make_qr(address(box, port), error="m").save(picture, kind="svg", xmldecl=False, omitsize=True, border=2)
    return (
        f'<div class="label">{picture.getvalue().decode()}<div><div class="room">{escape(box.room)}</div>'
        f'<div class="device">{escape(box.device)}</div><div>{title}</div></div></div>\n'
    )
