# shellcheck shell=bash
# Prints where this machine's own package manager fetches Debian from.
cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -n 's/^URIs: *//p; s/^deb *\(\[[^]]*\]\)\{0,1\} *\(http[^ ]*\).*/\2/p' | awk 'NR == 1'
