"""The formats by which systems are told, as files beside the bundle. Pure: settings in, texts out."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from hashlib import sha256

import yaml

from firmware_config.errors import InstallerError
from firmware_config.system.settings import System

FIRST_RUN = "firstrun.sh"
KERNEL_WORDS = (
    "systemd.run=/boot/firmware/firstrun.sh systemd.run_success_action=reboot systemd.unit=kernel-command-line.target"
)
"""On the kernel's command line they make systemd run the script once."""


def cloud_init(system: System) -> dict[str, str]:
    """Raspberry Pi OS trixie and Ubuntu: `user-data`, `network-config` and `meta-data`."""
    user: dict[str, object] = {"hostname": system.hostname, "preserve_hostname": False}
    if system.time_zone:
        user["timezone"] = system.time_zone
    if system.ntp:
        user["ntp"] = {"enabled": True, "servers": list(system.ntp)}
    told = {
        "user-data": f"#cloud-config\n{_yaml(user)}",
        "network-config": _yaml({"network": {"version": 2, **_netplan(system)}}),
    }
    # cloud-init does its work once for each name: another network is another name.
    name = sha256("".join(told.values()).encode()).hexdigest()[:16]
    return {**told, "meta-data": _yaml({"instance-id": f"carepose-{name}"})}


def _netplan(system: System) -> dict[str, object]:
    link: dict[str, object] = {"dhcp4": system.static is None, "optional": True}
    if static := system.static:
        link["addresses"] = [str(static.address)]
        link["routes"] = [{"to": "default", "via": str(static.gateway)}]
        link["nameservers"] = {"addresses": [str(server) for server in static.name_servers]}
    if not (wifi := system.wifi):
        return {"ethernets": {"eth0": link}}
    point = {"password": wifi.psk, **({"hidden": True} if wifi.hidden else {})}
    return {"wifis": {"wlan0": {**link, "regulatory-domain": wifi.country, "access-points": {wifi.ssid: point}}}}


def first_run(system: System) -> dict[str, str]:
    """Raspberry Pi OS bookworm: a script that its first start runs, and that removes itself."""
    lines = [
        "#!/bin/sh",
        "# Tells the system its network and time once, then removes itself. $ROOT is for tests.",
        "set -eu",
        'etc="${ROOT:-}/etc" boot="${ROOT:-}/boot/firmware"',
        "umask 022",
        f'printf "%s\\n" {shlex.quote(system.hostname)} >"$etc/hostname"',
        f'printf "127.0.1.1\\t%s\\n" {shlex.quote(system.hostname)} >>"$etc/hosts"',
    ]
    if system.time_zone:
        lines.append(f'ln -sf /usr/share/zoneinfo/{shlex.quote(system.time_zone)} "$etc/localtime"')
        lines.append(f'printf "%s\\n" {shlex.quote(system.time_zone)} >"$etc/timezone"')
    if system.ntp:
        lines.append('mkdir -p "$etc/systemd/timesyncd.conf.d"')
        text = f"[Time]\nNTP={' '.join(system.ntp)}\n"
        lines.append(f'printf "%s" {shlex.quote(text)} >"$etc/systemd/timesyncd.conf.d/carepose.conf"')
    if system.wifi:
        lines.append(
            f"command -v raspi-config >/dev/null && raspi-config nonint do_wifi_country {system.wifi.country} || true"
        )
    profile = '"$etc/NetworkManager/system-connections/carepose.nmconnection"'
    lines += [
        'mkdir -p "$etc/NetworkManager/system-connections"',
        f'(umask 077; printf "%s" {shlex.quote(_network_manager(system))} >{profile})',
        f'sed -i "s# {KERNEL_WORDS}##" "$boot/cmdline.txt"',
        f'rm -f "$boot/{FIRST_RUN}"',
        "exit 0",
    ]
    return {FIRST_RUN: "\n".join(lines) + "\n"}


def _network_manager(system: System) -> str:
    wifi, static = system.wifi, system.static
    sections: list[tuple[str, dict[str, str]]] = [
        ("connection", {"id": "carepose", "type": "wifi" if wifi else "ethernet", "autoconnect": "true"})
    ]
    if wifi:
        # As a list of bytes a name needs no quotes, whatever is in it.
        name = "".join(f"{byte};" for byte in wifi.ssid.encode())
        sections.append(("wifi", {"mode": "infrastructure", "ssid": name, "hidden": str(wifi.hidden).lower()}))
        sections.append(("wifi-security", {"key-mgmt": "wpa-psk", "psk": wifi.psk}))
    own = {"method": "auto"}
    if static:
        own = {"method": "manual", "address1": f"{static.address},{static.gateway}"}
        own |= {"dns": "".join(f"{server};" for server in static.name_servers)} if static.name_servers else {}
    sections += [("ipv4", own), ("ipv6", {"method": "auto"})]
    return "\n".join(
        "\n".join([f"[{title}]", *(f"{key}={value}" for key, value in values.items()), ""])
        for title, values in sections
    )


def rpi_preseed(system: System) -> dict[str, str]:
    """Raspberry Pi's newest: `rpi-preseed.toml`.

    Raises:
        InstallerError: a static address, for which the format has no documented key.
    """
    if system.static:
        raise InstallerError(
            "rpi-preseed cannot set a static address: use cloud-init or firstrun, or a DHCP reservation"
        )
    lines = ['config_version = "1.0"', "", "[system]", f"hostname = {_toml(system.hostname)}"]
    if system.time_zone:
        lines += ["", "[locale]", f"timezone = {_toml(system.time_zone)}"]
    if system.ntp:
        lines += ["", "[time]", f"ntp = [{', '.join(_toml(server) for server in system.ntp)}]"]
    if wifi := system.wifi:
        lines += ["", "[wlan]", f"ssid = {_toml(wifi.ssid)}", f"password = {_toml(wifi.psk)}"]
        lines += [
            "password_encrypted = true",
            f"hidden = {str(wifi.hidden).lower()}",
            f"country = {_toml(wifi.country)}",
        ]
    return {"rpi-preseed.toml": "\n".join(lines) + "\n"}


ADAPTERS: Mapping[str, Callable[[System], dict[str, str]]] = {
    "cloud-init": cloud_init,
    "firstrun": first_run,
    "rpi-preseed": rpi_preseed,
}
FILES = frozenset({"user-data", "network-config", "meta-data", FIRST_RUN, "rpi-preseed.toml"})
"""All that any of them may make."""


def with_kernel_words(line: str) -> str:
    """The kernel's command line with the words that run `firstrun.sh`, once."""
    return line if KERNEL_WORDS in line else f"{line.strip()} {KERNEL_WORDS}\n"


def _yaml(data: object) -> str:
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
    return text


def _toml(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for those beyond 16 bits, which are not escaped here."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
