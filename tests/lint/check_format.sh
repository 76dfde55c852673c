#!/bin/sh
# check_format.sh ROOT - fail if clang-format would change anything.
set -eu
cd "$1"
git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror
