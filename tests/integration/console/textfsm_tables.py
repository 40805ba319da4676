"""What templates of TextFSM make of displays: textfsm_tables.py TEMPLATES SHOWN ADDRESS

SHOWN is what a terminal shows of the commands, one after the other, at a switch that is named sw1
and has that address.
"""

import pathlib
import re
import sys

import textfsm

FOLDER, ADDRESS = pathlib.Path(sys.argv[1]), sys.argv[3]
SHOWN = pathlib.Path(sys.argv[2]).read_text()

# Of the vendor's layout, with more in it than a switch of a lab has.
LAYOUTS = {
    "display vlan brief": """\
Brief information about all VLANs:
Supported Minimum VLAN ID: 1
Supported Maximum VLAN ID: 4094
Default VLAN ID: 1
VLAN ID   Name                             Port
1         VLAN 0001                        GE1/0/1  GE1/0/2  GE1/0/3
                                           GE1/0/4
10        guests                           GE1/0/5
20        VLAN 0020
""",
    "display mac-address": """\
MAC Address      VLAN ID    State            Port/Nickname            Aging
0000-5e00-5301   1          Learned          GE1/0/1                  Y
0000-5e00-5302   10         Learned          GE1/0/5                  N
""",
}


def parse(command, text):
    """The rows, each a mapping. TextFSM raises an error at a line that the template does not know."""
    name = command.replace(" ", "_") + ".textfsm"
    with open(FOLDER / name, encoding="utf-8") as template:
        table = textfsm.TextFSM(template)
    return [dict(zip(table.header, row)) for row in table.ParseText(text)]


def section(command):
    """What is shown below the command."""
    match = re.search(rf"^<sw1>{re.escape(command)}\n(.*?)^<sw1>", SHOWN, re.M | re.S)
    if not match:
        sys.exit(f"{command}: it was not typed: {SHOWN}")
    return match.group(1)


def rows(command):
    found = parse(command, section(command))
    if not found:
        sys.exit(f"{command}: no rows of {section(command)!r}")
    return found


def expect(holds, command, found):
    if not holds:
        sys.exit(f"{command}: {found}")


[clock] = rows("display clock")
expect(clock["ZONE"] == "UTC" and int(clock["YEAR"]) >= 2024, "display clock", clock)

[version] = rows("display version")
expect(version["VERSION"] == "7.1.045", "display version", version)

brief = {row["INTERFACE"]: row for row in rows("display interface brief")}
expect(brief["Vlan1"]["ADDRESS"] == ADDRESS, "display interface brief", brief)
expect(brief["GE1/0/1"]["LINK"] == "UP", "display interface brief", brief)
expect(brief["GE1/0/1"]["DESCRIPTION"] == "to the core", "display interface brief", brief)
expect(brief["GE1/0/1"]["TYPE"] == "A", "display interface brief", brief)

whole = {row["INTERFACE"]: row for row in rows("display interface")}
vlan, port = whole["Vlan-interface1"], whole["GigabitEthernet1/0/1"]
expect(vlan["ADDRESS"].split("/")[0] == ADDRESS, "display interface", vlan)
expect(vlan["STATE"] == port["STATE"] == "UP", "display interface", whole)
expect(port["DESCRIPTION"] == "to the core", "display interface", port)
expect(port["LINK_TYPE"] == "Access" and port["PVID"] == "1", "display interface", port)
expect(int(port["INPUT_PACKETS"]) > 0, "display interface", port)
expect(int(port["OUTPUT_BYTES"]) > 0, "display interface", port)

arp = rows("display arp")
expect(all(row["TYPE"] == "D" for row in arp), "display arp", arp)
expect("10.0.0.11" in [row["ADDRESS"] for row in arp], "display arp", arp)

vlans = parse("display vlan brief", LAYOUTS["display vlan brief"])
expect([row["VLAN"] for row in vlans] == ["1", "10", "20"], "display vlan brief", vlans)
expect([len(row["PORTS"]) for row in vlans] == [4, 1, 0], "display vlan brief", vlans)
expect(vlans[1]["NAME"] == "guests", "display vlan brief", vlans)
macs = parse("display mac-address", LAYOUTS["display mac-address"])
expect([row["INTERFACE"] for row in macs] == ["GE1/0/1", "GE1/0/5"], "display mac-address", macs)

shown = rows("display vlan brief")
expect([row["VLAN"] for row in shown] == ["1"], "display vlan brief", shown)
expect("GE1/0/1" in shown[0]["PORTS"], "display vlan brief", shown)
shown = rows("display mac-address")
expect(all(row["INTERFACE"] == port["INTERFACE"] for row in shown), "display mac-address", shown)
