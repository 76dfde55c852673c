#!/bin/sh
# check_purity.sh ARCHIVE - fail if a pure library calls anything outside the list: no I/O, no clock, no malloc.
set -eu
allowed='__assert_fail|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|mem(cpy|move|set|cmp|chr)|__mem(cpy|move|set)_chk|str(len|nlen|cmp|ncmp)|(vs|s)nprintf|__(vs|s)nprintf_chk|wm_.*'
count=$(nm --defined-only --format=posix "$1" | wc -l)
[ "$count" -gt 0 ] || { echo "$1 holds nothing"; exit 1; }
bad=$(nm --undefined-only --format=posix "$1" | awk 'NF >= 2 && $2 == "U" {print $1}' | sort -u | grep -Evx "$allowed" || true)
writable=$(nm --defined-only --format=posix "$1" | awk 'NF >= 2 && $2 ~ /^[BbDC]$/ {print $1}' || true)
if [ -n "$bad$writable" ]; then
    printf '%s is not pure, it calls or keeps:\n%s\n%s\n' "$1" "$bad" "$writable"
    exit 1
fi
echo "$1: pure"
