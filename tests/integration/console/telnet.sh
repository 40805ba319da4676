#!/usr/bin/env bash
# telnet.sh: consoles that are reached by Telnet: logins, levels, crowds, clients that are deaf or
# never end a line, sessions that rest, and an agent that is killed.
. "$(dirname "$0")/../../support/ordinary.sh"
need python3
here=$(dirname "$(readlink -f "$0")")
. "$here/console.lib.sh"

# plays SCENE [NODE]: of telnet_client.py, at sw1 or at NODE.
plays() {
	local at=$sw1_at port=23

	[ "${2:-sw1}" = sw1 ] || at=$sw2_at port=2323
	beside python3 "$here/telnet_client.py" "$patience" "$1" "$at" "$port" "$sw2_at" 2323 ||
		fails "$1: see above"
}

for scene in login levels onward crowd long_line deaf; do
	plays $scene
done
plays idle sw2
"$CWMPLAB" logs "$lab" >logs 2>&1
grep -q '3 logins to its console from 10\.0\.0\.11 failed' logs ||
	fails "nobody is told of logins that fail"
grep -q 'all 16 lines of its console are taken' logs ||
	fails "nobody is told that all lines are taken"
no_password_is_told

# ---- an agent that is killed leaves nothing, and is there again -----------------------------
plays held >held &
holder=$!
is_held() {
	grep -qx ready held
}
wait_until is_held || fails "no session is held"
"$CWMPLAB" stop "$lab" sw1 --now >said 2>&1 || { fails "sw1 is not killed"; cat said; }
wait $holder
"$CWMPLAB" start "$lab" sw1 >said 2>&1 ||
	{ fails "sw1 does not start anew"; cat said; }
has_an_address() {
	sw1_at=$(address_of sw1)
}
wait_until has_an_address || fails "sw1 has no address any more"
plays back
no_password_is_told
exit $status
