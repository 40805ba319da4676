#!/usr/bin/env bash
# vlans.sh: VLANs that are typed at two switches, with a trunk between them, keep their frames apart, and
# do so after a start anew from what was saved. What the trunk carries has tags.
#
#   a1, b1 ── sw1 ── core ── sw2 ── a2, b2       a: VLAN 10, b: VLAN 20; core is no managed switch,
#                     └── w                      and w, at core, hears what is on the trunk
. "$(dirname "$0")/../../support/ordinary.sh"
need ip python3
host=$(dirname "$(readlink -f "$0")")/vlan_host.py
cat >topology.yaml <<END
name: $lab
nodes:
  core: {kind: switch}
  sw1: {kind: switch, attach: core, cwmp: {address: 10.0.0.1/24, console: {sysname: sw1, cwmp: disabled}}}
  sw2: {kind: switch, attach: core, cwmp: {address: 10.0.0.2/24, console: {sysname: sw2, cwmp: disabled}}}
  a1: {kind: host, attach: sw1, address: 10.0.0.11/24}
  b1: {kind: host, attach: sw1, address: 10.0.0.21/24}
  a2: {kind: host, attach: sw2, address: 10.0.0.12/24}
  b2: {kind: host, attach: sw2, address: 10.0.0.22/24}
  w: {kind: host, attach: core, address: 10.0.0.99/24}
END
"$CWMPLAB" up topology.yaml --out out >up 2>&1 || { cat up; exit 1; }
hosts="a1 b1 a2 b2 w"
count=100

# types STATUS SWITCH LINE...: what is shown is in "shown".
types() {
	local wanted=$1 switch=$2
	shift 2
	printf '%s\n' "$@" | "$CWMPLAB" cli "$lab" "$switch" >shown 2>refused
	[ $? = "$wanted" ] || { fails "$switch: $*: not exit $wanted"; cat shown refused; }
}

# heard WHO BY [TAG]: how many frames of WHO were heard by BY.
heard() {
	grep -c "^$1 ${3:-0}\$" "heard.$2"
}
hear_all() {
	[ "$(heard "$1" "$2" "${3:-0}")" -ge "$count" ]
}
are_ready() {
	for h in $hosts; do
		grep -q ready "heard.$h" 2>/dev/null || return 1
	done
}

# apart WHEN: each hears its peer, whole, and nobody of the other VLAN; the trunk has tags.
apart() {
	for h in $hosts; do
		: >"heard.$h"
	done
	for h in a1 b1 a2 b2; do
		"$CWMPLAB" exec "$lab" "$h" -- python3 "$host" say "$h" "$count"
	done
	for pair in "a1 a2" "a2 a1" "b1 b2" "b2 b1" "a1 w 10" "b2 w 20"; do
		# shellcheck disable=SC2086
		wait_until hear_all $pair ||
			fails "$1: of $pair $(heard $pair) of $count frames are heard"
	done
	for pair in "a1 b1" "a1 b2" "b1 a1" "b1 a2" "a2 b2" "b2 a1" "a1 w" "b1 w"; do
		# shellcheck disable=SC2086
		[ "$(heard $pair)" = 0 ] || fails "$1: $pair: a frame is in the other VLAN"
	done
}
hearers=
trap '[ -z "$hearers" ] || kill $hearers 2>/dev/null; "$CWMPLAB" down "$lab" >/dev/null 2>&1
	rm -rf "$dir"' EXIT
for h in $hosts; do
	"$CWMPLAB" exec "$lab" "$h" -- python3 "$host" hear "heard.$h" &
	hearers="$hearers $!"
done

# ---- typed -----------------------------------------------------------------------------------
for switch in sw1 sw2; do
	types 0 "$switch" 'sys' 'vlan 10' 'name sales' 'port ge1/0/2' 'vlan 20' 'int ge1/0/3' \
		'port access vlan 20' 'int ge1/0/1' 'port link-type trunk' \
		'port trunk permit vlan 10 20' 'save force' 'dis int br' 'dis port trunk' \
		'dis vlan br'
	grep -q '^GE1/0/1  *UP .* T  *1$' shown && grep -q '^GE1/0/3  *UP .* A  *20$' shown &&
		grep -q '^GE1/0/1  *1  *1, 10, 20$' shown &&
		grep -q '^10  *sales  *GE1/0/1  GE1/0/2$' shown ||
		{ fails "$switch does not show its VLANs"; cat shown; }
done
"$CWMPLAB" exec "$lab" sw1 -- ip -o link show dev b1 | grep -q 'master br~20' ||
	fails "the port of b1 is not in the bridge of VLAN 20"
wait_until are_ready || fails "nobody hears"
apart "as typed"
types 0 sw1 'dis mac'
[ "$(grep -c ' 10 .*GigabitEthernet1/0/1 ' shown)" = 1 ] &&
	[ "$(grep -c ' 20 .*GigabitEthernet1/0/3 ' shown)" = 1 ] ||
	{ fails "MAC addresses are not shown where they are"; cat shown; }

# A port that goes from VLAN to VLAN loses no link, and no log says so.
types 0 sw1 'sys' 'int ge1/0/3' 'undo port access vlan' 'port access vlan 20' 'dis logb'
grep -q '^Current messages: 0$' shown || { fails "a port has lost its link"; cat shown; }

# ---- the switches start anew, one from its file, and one boots ----------------------------------
types 0 sw2 'reboot' 'y'
"$CWMPLAB" stop "$lab" sw1 >said 2>&1 && "$CWMPLAB" start "$lab" sw1 >said 2>&1 ||
	{ fails "sw1 does not start anew"; cat said; }
types 0 sw1 'dis cur'
grep -qx ' port trunk permit vlan 1 10 20' shown || { fails "VLANs are forgotten"; cat shown; }
apart "after a start anew"

# ---- interfaces of VLANs: an address each, and what is behind it ---------------------------------
"$CWMPLAB" exec "$lab" b2 -- ip address add 10.0.20.22/24 dev eth0
types 0 sw2 'sys' 'vlan 20' 'int vlan 20' 'ip address 10.0.20.1 24' 'ping -c 1 10.0.20.22' \
	'dis ip int br' 'dis vlan 20' 'dis arp'
grep -q ' 0\.0% packet loss' shown && grep -q '^Vlan20  *up  *up  *10\.0\.20\.1' shown &&
	grep -q 'IPv4 address: 10\.0\.20\.1$' shown &&
	grep -q '^10\.0\.20\.22 .* 20  *Vlan20 ' shown ||
	{ fails "the interface of VLAN 20 does not reach b2"; cat shown; }

# A network behind b2, by a route that outlives a start anew.
"$CWMPLAB" exec "$lab" b2 -- ip address add 10.9.0.1/32 dev lo
types 0 sw2 'sys' 'ip route-static 10.9.0.0 255.255.0.0 10.0.20.22' \
	'ip route-static 10.8.0.0 16 10.77.0.1' 'ping -c 1 10.9.0.1' 'dis ip rou' 'save force'
grep -q ' 0\.0% packet loss' shown &&
	grep -q '^10\.9\.0\.0/16  *Static  60  0  *10\.0\.20\.22  *Vlan20$' shown ||
	{ fails "the route to the network behind b2 does not lead there"; cat shown; }
grep -q '^10\.8' shown && fails "a route to nowhere is shown as one that is used"
"$CWMPLAB" stop "$lab" sw2 >said 2>&1 && "$CWMPLAB" start "$lab" sw2 >said 2>&1 ||
	{ fails "sw2 does not start anew"; cat said; }
types 0 sw2 'ping -c 1 10.9.0.1' 'sys' 'undo ip route-static 10.9.0.0 16'
grep -q ' 0\.0% packet loss' shown || { fails "the route is forgotten"; cat shown; }
"$CWMPLAB" exec "$lab" sw2 -- ip route show proto 87 | grep . && fails "a route is left"
types 1 sw2 'sys' 'vlan 20' 'int vlan 20' 'ip address 10.0.0.7 24' 'undo vlan 20'
types 0 sw2 'sys' 'undo int vlan 20'
"$CWMPLAB" exec "$lab" sw2 -- ip -o -4 address show dev br~20 | grep . &&
	fails "VLAN 20 has an address without an interface"
types 0 sw2 'sys' 'undo vlan 20'
has_gone() { ! "$CWMPLAB" exec "$lab" sw2 -- ip -o link | grep -q 'br~20'; }
wait_until has_gone || fails "VLAN 20 is left"
"$CWMPLAB" exec "$lab" sw2 -- ip -o link show dev b2 | grep -q 'master br0' ||
	fails "the port of b2 is not in VLAN 1 again"

# ---- more than there is room for ------------------------------------------------------------------
types 1 sw1 'sys' 'int ge1/0/1' 'port trunk permit vlan all' 'int ge1/0/2' \
	'undo port access vlan' 'port link-type trunk' 'port trunk permit vlan all' \
	'int ge1/0/3' 'port link-type trunk' 'port trunk permit vlan all' 'vlan 2 to 255' 'dis vlan'
grep -q 'the device has room for 512' shown || { fails "512 are not refused"; cat shown; }
grep -q 'Total VLANs: 3$' shown || { fails "refused VLANs are there"; cat shown; }
exit $status
