#!/usr/bin/env bash
# netmiko.sh: netmiko (driver hp_comware_telnet) logs in to a switch of a lab, configures it and reads
# what it is; sw1 has that after a start anew.
. "$(dirname "$0")/../../support/ordinary.sh"
. "$(dirname "$0")/python.lib.sh"
need_module netmiko
here=$(dirname "$(readlink -f "$0")")
. "$here/console.lib.sh"

beside timeout "$patience" "$python" "$here/netmiko_session.py" "$sw1_at" >said 2>&1 ||
	{ fails "netmiko: exit $?"; cat said; }
"$CWMPLAB" stop "$lab" sw1 >said 2>&1 && "$CWMPLAB" start "$lab" sw1 >said 2>&1 ||
	{ fails "sw1 does not start anew"; cat said; }
printf 'display current-configuration\n' | "$CWMPLAB" cli "$lab" sw1 >shown
grep -qx ' description typed by a tool' shown ||
	{ fails "what netmiko has saved is forgotten"; cat shown; }
no_password_is_told
exit $status
