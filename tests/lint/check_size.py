#!/usr/bin/env python3
"""check_size.py ROOT - functions of at most 70 lines, files of at most 400, lines of at most 100 columns."""
import json
import pathlib
import subprocess
import sys

FUNCTION, FILE, COLUMNS = 70, 400, 110
TABLES = {"daemon/core/workflow.h", "daemon/store/store.h"}  # interfaces read as a whole


def functions(file):
    out = subprocess.run(["ctags", "--language-force=C", "--kinds-C=f", "--fields=+ne",
                          "--output-format=json", "-o", "-", file],
                         capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield tag["name"], tag["line"], tag["end"] - tag["line"] + 1


def main(root):
    bad, count = [], 0
    root = pathlib.Path(root)
    for top in ("base", "proto", "daemon", "workers", "ctl"):
        for file in sorted((root / top).rglob("*.[ch]")):
            count += 1
            rel = file.relative_to(root).as_posix()
            lines = file.read_text().splitlines()
            if len(lines) > FILE and rel not in TABLES:
                bad.append(f"{rel}: {len(lines)} lines, {FILE} at most")
            bad += [f"{rel}:{n}: {len(line)} columns, {COLUMNS} at most"
                    for n, line in enumerate(lines, 1) if len(line) > COLUMNS]
            if file.suffix == ".c":
                bad += [f"{rel}:{line}: {name} has {size} lines, {FUNCTION} at most"
                        for name, line, size in functions(str(file)) if size > FUNCTION]
    print("\n".join(bad) or f"{count} files are small enough")
    return 1 if bad or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
