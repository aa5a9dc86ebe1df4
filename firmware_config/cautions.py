"""What is no fault and may be one on the box: `edge-config validate` may run on a laptop."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from firmware_config.field import SECRET, facts
from firmware_config.schema import Broker, Configuration
from firmware_config.section import Section


def cautions(configuration: Configuration) -> tuple[str, ...]:
    """A sentence each; a secret file's path is not said."""
    return (*_absent(configuration, ()), *_in_clear(configuration.broker))


def _absent(section: Section, above: tuple[str, ...]) -> Iterator[str]:
    for name, info in type(section).model_fields.items():
        value, told, where = getattr(section, name), facts(info), (*above, info.alias or name)
        if isinstance(value, Section):
            yield from _absent(value, where)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Section):
                    yield from _absent(item, (*where, str(index)))
        elif told.names_file and isinstance(value, Path) and not _there(value):
            named = "the file" if told.privacy is SECRET else str(value)
            yield f"{'.'.join(where)}: {named} does not exist on this machine"


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _in_clear(broker: Broker) -> Iterator[str]:
    if broker.tls is None and broker.password_file is not None and not _on_this_machine(broker.host):
        yield "broker: the password crosses the network unencrypted; `tls` encrypts it"


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
