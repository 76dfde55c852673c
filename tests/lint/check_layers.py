#!/usr/bin/env python3
"""check_layers.py ROOT - fail if a file includes a header that its layer may not see. The table is the architecture."""
import pathlib
import re
import sys

# layer -> (layers it may include, outside libraries it may include)
LAYERS = {
    "base": ((), ()),
    "proto": (("base",), ("jansson", "sodium")),
    "proto/client": (("base", "proto"), ("jansson", "czmq")),
    "daemon/core": (("base",), ()),
    "daemon/policy": (("base", "daemon/core"), ("libconfig", "libical")),
    "daemon/codec": (("base", "proto", "daemon/core"), ("jansson",)),
    "daemon/store": (("base", "daemon/core", "daemon/codec"), ("sqlite3", "libpq-fe")),
    "daemon/engine": (("base", "proto", "daemon/core", "daemon/codec", "daemon/store"), ("jansson",)),
    "daemon/bus": (("base", "proto"), ("czmq",)),
    "daemon/host": (("base",), ("systemd/",)),
    "daemon": (("base", "proto", "daemon/core", "daemon/policy", "daemon/codec", "daemon/store",
                "daemon/engine", "daemon/bus", "daemon/host"), ("jansson", "czmq")),
    "workers": (("base", "proto"), ("jansson", "libconfig", "sqlite3", "xlsxwriter", "curl/", "microhttpd")),
    "ctl": (("base", "proto", "daemon/core", "daemon/codec", "daemon/policy"), ("czmq", "jansson")),
}
OUTSIDE = ("czmq", "zmq", "libpq-fe", "libconfig", "libical", "systemd/", "jansson", "sqlite3",
           "sodium", "curl/", "xlsxwriter", "microhttpd", "cmocka")
# The engine sees of the store its interface alone; nobody but the codec reads a frame's JSON.
STORE_INTERFACE = "daemon/store/store.h"
CORE_PRIVATE = ("daemon/core/fold.h", "daemon/core/away.h", "daemon/core/officer.h")


def layer(path):
    inside = [name for name in LAYERS if path.startswith(name + "/")]
    return max(inside, key=len, default=None)


def library(header):
    return next((name for name in OUTSIDE if header.startswith(name)), None)


def check(rel, number, quote, header):
    mine = layer(rel)
    inner, outer = LAYERS[mine]
    if quote == '"':
        other = layer(header)
        if other is None:
            return f"{rel}:{number}: include from the root: {header}"
        if other != mine and other not in inner:
            return f"{rel}:{number}: {mine} may not include {header}"
        if other == "daemon/store" and mine != other and header != STORE_INTERFACE:
            return f"{rel}:{number}: of the store only {STORE_INTERFACE} may be included"
        if mine != "daemon/core" and header in CORE_PRIVATE:
            return f"{rel}:{number}: {header} is private to the core"
        return None
    name = library(header)
    if name is not None and name not in outer:
        return f"{rel}:{number}: {mine} may not include <{header}>"
    return None


def main(root):
    root = pathlib.Path(root)
    bad = []
    files = 0
    for top in ("base", "proto", "daemon", "workers", "ctl"):
        for file in sorted((root / top).rglob("*.[ch]")):
            files += 1
            rel = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found = re.match(r'\s*#\s*include\s+(["<])([^">]+)', line)
                if found and layer(rel) and (text := check(rel, number, *found.groups())):
                    bad.append(text)
    print("\n".join(bad) or f"{files} files keep to their layers")
    return 1 if bad or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
