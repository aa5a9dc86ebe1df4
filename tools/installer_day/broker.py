"""The broker's machine: Mosquitto, set up by the generated files as their README says, but in a folder."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
from pathlib import Path

from tools.demo.parts import Part, wait_until

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
UP_S = 10.0


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class BrokerMachine:
    """Debian's main file in small, with our drop-in beside it."""

    def __init__(self, folder: Path, port: int) -> None:
        """Set nothing up yet."""
        self.port, self.at, self._drop_ins = port, folder / "carepose", folder / "conf.d"
        for made in (self.at, self._drop_ins, folder / "state"):
            made.mkdir(parents=True)
        main_file = folder / "mosquitto.conf"
        # Started as root it would become another user, who cannot read what is here.
        lines = (f"user {getpass.getuser()}", f"persistence_location {folder}/state/", f"include_dir {self._drop_ins}")
        main_file.write_text("\n".join([*lines, "log_dest stdout"]) + "\n", encoding="utf-8")
        self.part = Part("broker", [str(MOSQUITTO), "-c", str(main_file)], folder.parent)

    def install(self, written: Path) -> None:
        """Copy what `edge-config broker` wrote to where its README.txt says, and start again."""
        for name in ("ca.crt", "ca.crl", "server.crt", "server.key", "acl"):
            shutil.copy(written / name, self.at / name)
        shutil.copy(written / "carepose.conf", self._drop_ins)
        self._restart()

    def take_revocations(self, crl: Path) -> None:
        """Copy the list of revoked certificates, and start again."""
        shutil.copy(crl, self.at / "ca.crl")
        self._restart()

    def _restart(self) -> None:
        self.part.stop()
        self.part.start()
        if not wait_until(self._listens, UP_S, 0.02):
            raise OSError(f"mosquitto does not listen: {self.part.last_words()}")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
