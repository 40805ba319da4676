#!/usr/bin/env bash
# precedence.sh: what a user or an ACS has set, DHCP and the factory against each other, in a lab:
# the ACS that each gives a switch is the one that it informs, and its console says whose it is.
. "$(dirname "$0")/../../support/ordinary.sh"

need dnsmasq
cp -r "$CWMPLAB_SOURCE/topologies/precedence" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
sed -i "s/^name: .*/name: $lab/; s|model: managed-switch|model: ../models/managed-switch.yaml|" \
	precedence/topology.yaml
"$CWMPLAB" up precedence --out out >up 2>&1 || { cat up; exit 1; }

# types LINE...: in the CWMP view of sw1.
types() {
	printf '%s\n' system-view cwmp "$@" | "$CWMPLAB" cli "$lab" sw1 >shown 2>&1 ||
		{ fails "$*: refused"; cat shown; }
}

# informs ACS SOURCE: sw1 has had a session with it that was well, and calls it that source's.
informs() {
	printf 'display cwmp status\n' | "$CWMPLAB" cli "$lab" sw1 >shown 2>&1
	grep -q "most recent connection  *: https://$1.lab:7548/cwmp" shown &&
		grep -q "information source  *: $2\$" shown &&
		grep -q "Connection status  *: Disconnected" shown &&
		grep '"node":"sw1","event":"session-end"' out/events.jsonl | tail -1 |
		grep -q "\"url\":\"https://$1.lab:7548/cwmp\",\"ok\":true"
}

# comes_to ACS SOURCE: in a while.
comes_to() {
	wait_until informs "$1" "$2" || { fails "sw1 does not come to $1 ($2)"; cat shown; }
}

"$CWMPLAB" stop "$lab" dhcp >said 2>&1 && "$CWMPLAB" cpe "$lab" sw1 boot >said 2>&1 ||
	{ cat said; exit 1; }
types 'cwmp enable'
comes_to acs-default Default
"$CWMPLAB" start "$lab" dhcp >said 2>&1 && "$CWMPLAB" stop "$lab" plain >said 2>&1 &&
	"$CWMPLAB" cpe "$lab" sw1 boot >said 2>&1 || { cat said; exit 1; }
comes_to acs-dhcp DHCP
types 'cwmp acs url https://acs-user.lab:7548/cwmp'
comes_to acs-user User
"$CWMPLAB" rpc "$lab/acs-user" sw1 SetParameterValues \
	InternetGatewayDevice.ManagementServer.URL=https://acs-set.lab:7548/cwmp >said 2>&1 ||
	{ fails "acs-user cannot set"; cat said; }
comes_to acs-set User
types 'undo cwmp acs url'
comes_to acs-dhcp DHCP
exit $status
