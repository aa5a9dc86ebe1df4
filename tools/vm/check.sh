#!/bin/bash
# Runs in the virtual machine, as root, once: what `tools/vm_check` is for. A line a check, on the serial console.
exec >/dev/ttyS0 2>&1
failed=0
check() {
    local name=$1
    shift
    if "$@"; then echo "CHECK $name: ok"; else
        echo "CHECK $name: FAILED"
        failed=1
        journalctl -u edge-agent -n 15 --no-pager -o cat
    fi
}
eventually() { # SECONDS WORDS...: until they succeed
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 1
    done
}
pid() { systemctl show -p MainPID --value edge-agent; }
another() { [ "$(pid)" != "$1" ] && [ "$(pid)" != 0 ] && systemctl is-active --quiet edge-agent; }
heard() { timeout 40 mosquitto_sub -t 'care/v1/villa-rosa/box-vm/health' -R -C "${2:-1}" | grep -q "$1"; }
sees() { heard '"status":"ok"\|"status":"degraded"'; }
version() { [ "$(readlink /usr/lib/carepose/current)" = "releases/$1" ]; }
alone() { ! ss -Htlnp | grep -q edge-agent; }
sealed() { systemd-analyze security --no-pager edge-agent | grep -o 'exposure level.*'; systemd-analyze security --threshold=15 edge-agent >/dev/null; }

echo "CHECK kernel $(uname -r), $(. /etc/os-release && echo "$PRETTY_NAME"), $(python3 --version)"
modprobe vivid
eventually 20 test -e /dev/video0
systemctl start mosquitto
check provision systemctl start carepose-provision
check start systemctl start edge-agent
check 'streams from a virtual camera, publishes' eventually 90 sees
check 'runs as nobody of ours' test "$(ps -o user= -p "$(pid)")" != root
check 'exposure' sealed
check 'listens to nothing' alone
check 'no picture on the disk' test -z "$(find /var/lib/private/carepose -name '*.jpg' -o -name '*.png' -o -name '*.avi')"

before=$(pid)
kill -9 "$before"
check 'killed: started again' eventually 60 another "$before"
check 'killed: sees again' eventually 90 sees
before=$(pid)
kill -STOP "$before"
check 'hangs: the watchdog starts it again' eventually 120 another "$before"
check 'hangs: sees again' eventually 90 sees
before=$(pid)
# Whatever it leaks: from here on it has no room.
systemctl set-property --runtime edge-agent MemoryMax=40M
check 'out of memory: ended and started again' eventually 120 another "$before"
systemctl set-property --runtime edge-agent MemoryMax=768M
check 'out of memory: sees again' eventually 120 sees

cd /root/updates || exit 1
sed -i 's/^WATCH_S, LOOK_S = 120.0/WATCH_S, LOOK_S = 30.0/' /usr/lib/carepose/updater/firmware_config/update/debian.py
check 'a good update is taken' carepose-update carepose-app-0.1.1*.json
check 'a good update is in use' version 0.1.1
check 'a good update sees' eventually 90 sees
sabotaged() { ! carepose-update carepose-app-0.1.2*.json; }
check 'a sabotaged update is undone' sabotaged
check 'a sabotaged update: the one before is in use' version 0.1.1
check 'a sabotaged update: sees' eventually 90 sees
tampered() { sed 's/0.1.2/0.1.3/' carepose-app-0.1.2*.json >t.json && cp carepose-app-0.1.2*.sig t.sig && ! carepose-update t.json; }
check 'a tampered update is refused' tampered
older() { ! carepose-update carepose-app-0.1.1*.json; }
check 'the same version is refused' older
echo "CHECK all: $([ $failed = 0 ] && echo ok || echo FAILED)"
sync
systemctl poweroff --force --force
