#!/bin/sh
# check_names.sh BUILD - fail if two libraries define one name: a linker that meets the wrong one says nothing.
set -eu
libraries=$(find "$1" -name 'lib*.a')
[ -n "$libraries" ] || { echo "no libraries in $1"; exit 1; }
twice=$(for library in $libraries; do
    nm --defined-only --extern-only --format=posix "$library" 2>/dev/null | awk 'NF >= 3 && $2 ~ /^[TDBR]$/ {print $1}' | sort -u
done | sort | uniq -d)
[ -z "$twice" ] || { printf 'defined in two libraries:\n%s\n' "$twice"; exit 1; }
