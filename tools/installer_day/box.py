"""A box as a folder: its card, what `carepose-provision` makes of it, and a real agent that plays a recording."""

from __future__ import annotations

import io
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path

import yaml

from firmware_config.bundle.contents import CREDENTIALS
from firmware_config.provision.cli import main as provision
from tools.demo.parts import Part
from tools.installer_day import cards
from tools.installer_day.laptop import DayError, edge_config

BIN = Path(sys.executable).parent
MINUTE_S = 5
"""The shortest that is allowed; a recording's end ends a minute, too."""


class Box:
    """One root; what systemd hands the agent in `/run/credentials` is here read where it lies."""

    def __init__(self, root: Path) -> None:
        """Empty as a box that nobody has started."""
        self.root = root
        self.papers = root / "etc" / "credentials"

    def start_with(self, image: Path) -> dict[str, object]:
        """Put the card in and start: provisioned, the status on the card is read back by `edge-config status`.

        Returns:
            The configuration as it was installed.

        Raises:
            DayError: the bundle was not taken.
        """
        card = self.root / "boot"
        shutil.rmtree(card, ignore_errors=True)
        cards.mount(image, card)
        with redirect_stdout(io.StringIO()) as said:
            where = ("--card", card, "--etc", self.root / "etc", "--state", self.root / "state")
            if provision([str(word) for word in where]) != 0:
                raise DayError(f"{self.root.name} refused its card: {said.getvalue().strip()}")
        edge_config("status", "--mount", card)
        if (card / "carepose" / "files" / "client.key").exists():
            raise DayError(f"{self.root.name} left its key on the card")
        installed = yaml.safe_load((self.root / "etc" / "agent.yaml").read_text(encoding="utf-8"))
        return dict(installed)

    def agent(self, recording: Path, data: Path) -> Part:
        """An agent with the installed configuration, certificate and key, not started.

        Three things are put in the place of the box's: where systemd shows the credentials, where data lie, and a
        recording for the camera.
        """
        text = (self.root / "etc" / "agent.yaml").read_text(encoding="utf-8").replace(CREDENTIALS, f"{self.papers}/")
        told = yaml.safe_load(text)
        told |= {"data_dir": str(self.root / "data"), "minute_s": MINUTE_S}
        told["cameras"][0]["source"] = {"recording": str(recording)}
        path = self.root / "agent.yaml"
        path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
        command = [str(BIN / "edge-agent"), "run", "--config", str(path), "--until-done"]
        return Part(f"agent-{self.root.name}", command, data)
