#!/usr/bin/env bash
# textfsm_real.sh: the templates read what real devices have shown, where outputs of such are at
# hand: each line of theirs is one that a template knows, and makes rows.
set -u
. "$(dirname "$0")/python.lib.sh"
data=$CWMPLAB_SOURCE/../shared/data/comware
[ -d "$data" ] || { echo "skipped: no outputs of real devices here"; exit 77; }
need_module textfsm
"$python" - "$(dirname "$0")/templates" "$data" <<'END'
import pathlib
import sys

import textfsm

templates, data = map(pathlib.Path, sys.argv[1:])
n_rows = 0
for name in ("clock", "arp", "mac-address", "vlan_brief", "interface_brief"):
    for path in sorted((data / f"display_{name}").glob("*.raw")):
        with open(templates / f"display_{name}.textfsm", encoding="utf-8") as template:
            rows = textfsm.TextFSM(template).ParseText(path.read_text())
        if not rows:
            sys.exit(f"{path.name}: no rows")
        n_rows += len(rows)
print(f"{n_rows} rows of real devices")
END
