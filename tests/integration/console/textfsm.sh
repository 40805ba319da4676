#!/usr/bin/env bash
# textfsm.sh: templates of TextFSM, written from the vendor's layouts, read what a switch of a lab
# shows; lines that they do not know are errors.
. "$(dirname "$0")/../../support/ordinary.sh"
. "$(dirname "$0")/python.lib.sh"
need_module textfsm
here=$(dirname "$(readlink -f "$0")")
. "$here/console.lib.sh"

# A neighbour for display arp, and counts for the ports.
beside "$python" "$here/telnet_client.py" "$patience" levels "$sw1_at" 23 || fails "no session"
"$CWMPLAB" cli "$lab" sw1 >shown 2>refused <<'END'
system-view
interface ge1/0/1
description to the core
return
display clock
display version
display interface brief
display interface
display arp
display vlan brief
display mac-address
END
"$python" "$here/textfsm_tables.py" "$here/templates" shown "$sw1_at" ||
	{ fails "textfsm: see above"; cat shown; }
exit $status
