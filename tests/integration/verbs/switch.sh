#!/usr/bin/env bash
# switch.sh: a switch is the CPE. What its ACS takes down is down in the kernel, and what goes
# through it stops; what its console brings up again is up, and the ACS is told. Its displays
# are what the kernel says.
#
#   acs 10.0.0.11 ── core ── sw1 ── a 10.0.0.21     sw1: port 1 to core, port 2 to a
#                      └── sw2 10.0.0.31, which leases no address
. "$(dirname "$0")/../../support/ordinary.sh"

need dnsmasq ip
cp "$CWMPLAB_SOURCE/topologies/models/managed-switch.yaml" . || exit 1
cat >topology.yaml <<END
name: $lab
nodes:
  core: {kind: switch}
  dns: {kind: dns, attach: core, address: 10.0.0.3/24}
  dhcp:
    kind: dhcp
    attach: core
    address: 10.0.0.2/24
    pools:
      - range: 10.0.0.100-10.0.0.109
        dns: [dns]
        acs: {url: "http://acs.lab:7547/cwmp"}
  acs: {kind: acs, attach: core, address: 10.0.0.11/24, url: "http://acs.lab:7547/cwmp"}
  sw1:
    kind: switch
    attach: core
    cwmp: {model: ./managed-switch.yaml, console: {sysname: sw1}}
  a: {kind: host, attach: sw1, address: 10.0.0.21/24}
  sw2:
    kind: switch
    attach: core
    cwmp:
      model: ./managed-switch.yaml
      address: 10.0.0.31/24
      router: 10.0.0.2
      acs: {url: "http://acs.lab:7547/cwmp"}
      console: {}
END
"$CWMPLAB" up topology.yaml --out out >up 2>&1 || { cat up; exit 1; }
grep -q "cli $lab sw1" up || fails "up names no console"

port=InternetGatewayDevice.LANDevice.1.LANEthernetInterfaceConfig.2

# types STATUS LINE...: at the console; what is shown is in "shown".
types() {
	local wanted=$1
	shift
	printf '%s\n' "$@" | "$CWMPLAB" cli "$lab" sw1 >shown 2>refused
	[ $? = "$wanted" ] || { fails "$*: not exit $wanted"; cat shown refused; }
}

# asks METHOD ARGUMENT...: the ACS asks sw1; its answer is in "said".
asks() {
	"$CWMPLAB" rpc "$lab/acs" sw1 "$@" >said 2>&1 || { fails "$*: failed"; cat said; }
}

# in_kernel WORD: the flags of the port to a have it.
in_kernel() {
	"$CWMPLAB" exec "$lab" sw1 -- ip -o link show dev a | grep -q "<[^>]*\\b$1\\b[^>]*>"
}

# passes: a reaches the ACS through the switch.
passes() {
	"$CWMPLAB" exec "$lab" a -- timeout 2 bash -c 'exec 3<>/dev/tcp/10.0.0.11/7547' \
		2>/dev/null
}

# changes N: the ACS was told of changes so often, well.
changes() {
	[ "$(grep '"node":"sw1","event":"session-start"' out/events.jsonl |
		grep -c '"4 VALUE CHANGE"')" -ge "$1" ]
}

count_changes() {
	grep '"node":"sw1","event":"session-start"' out/events.jsonl |
		grep -c '"4 VALUE CHANGE"'
}

settled() {
	grep -q '"node":"sw1","event":"settled"' out/events.jsonl
}
wait_until settled || fails "sw1 does not settle"
passes || fails "nothing passes before"

# ---- what there is ---------------------------------------------------------------------------
asks GetParameterValues "$port.Name" "$port.Status" \
	InternetGatewayDevice.LANDevice.1.LANEthernetInterfaceNumberOfEntries
grep -q 'GE1/0/2' said && grep -q 'Up' said || { fails "port 2 is not there"; cat said; }
types 0 'dis int br' 'dis mac-a' 'dis vlan br' 'dis arp'
grep -q '^GE1/0/1  *UP ' shown && grep -q '^GE1/0/2  *UP ' shown ||
	{ fails "the ports are not up"; cat shown; }
"$CWMPLAB" exec "$lab" a -- ip -o link show dev eth0 |
	sed 's/.*ether \([^ ]*\).*/\1/' >mac
mac=$(sed 's/://g; s/\(....\)\(....\)\(....\)/\1-\2-\3/' mac)
grep -q "^$mac 1  *Learned  *GigabitEthernet1/0/2 " shown ||
	{ fails "the MAC address of a ($mac) is not behind port 2"; cat shown; }

# Its counters stand between two looks at the kernel's.
packets() {
	"$CWMPLAB" exec "$lab" sw1 -- cat /proc/net/dev |
		awk '{ sub(/:/, " ") } $1 == "a" { print $3 }'
}
before=$(packets)
types 0 'dis int ge1/0/2'
shown_packets=$(sed -n 's/^Input (total): \([0-9]*\) packets.*/\1/p' shown)
after=$(packets)
[ "$before" -le "$shown_packets" ] && [ "$shown_packets" -le "$after" ] ||
	fails "$shown_packets packets, and the kernel counts $before to $after"

# ---- the ACS takes the port down -----------------------------------------------------------
n=$(count_changes)
asks SetParameterValues "$port.Enable=false"
in_kernel UP && fails "the port that the ACS has disabled is up"
passes && fails "what the ACS has disabled lets frames pass"
wait_until changes $((n + 1)) || fails "the ACS is not told that the link is down"
asks GetParameterValues "$port.Status"
grep -q Disabled said || { fails "the port is not Disabled"; cat said; }
types 0 'dis int br' 'sys' 'int ge1/0/2' 'dis this'
grep -q '^GE1/0/2  *ADM ' shown && grep -qx ' shutdown' shown ||
	{ fails "the console does not show it"; cat shown; }

# ---- the console brings it up ---------------------------------------------------------------
n=$(count_changes)
types 0 'sys' 'int ge1/0/2' 'undo shutdown'
in_kernel UP || fails "undo shutdown leaves the port down"
wait_until passes || fails "nothing passes after undo shutdown"
wait_until changes $((n + 1)) || fails "the ACS is not told that the port is up"
asks GetParameterValues "$port.Enable" "$port.Status"
grep -q Up said || { fails "the ACS does not read Up"; cat said; }

# ---- a cable that is pulled out --------------------------------------------------------------
n=$(count_changes)
"$CWMPLAB" exec "$lab" a -- ip link set eth0 down
wait_until changes $((n + 1)) || fails "the ACS is not told of a link that is lost"
asks GetParameterValues "$port.Status"
grep -q NoLink said || { fails "the link is not NoLink"; cat said; }
types 0 'dis logbuffer'
grep -q 'IFNET/3/PHY_UPDOWN: .* GigabitEthernet1/0/2 changed to down\.$' shown ||
	{ fails "the log does not have it"; cat shown; }
"$CWMPLAB" exec "$lab" a -- ip link set eth0 up

# ---- what was saved holds when the program starts anew ---------------------------------------
types 0 'sys' 'int ge1/0/2' 'shut' 'save force'
"$CWMPLAB" exec "$lab" sw1 -- ip link set dev a up
"$CWMPLAB" stop "$lab" sw1 >said 2>&1 && "$CWMPLAB" start "$lab" sw1 >said 2>&1 ||
	{ fails "sw1 does not start anew"; cat said; }
types 0 'dis int br'
grep -q '^GE1/0/2  *ADM ' shown || { fails "the saved shutdown is forgotten"; cat shown; }
in_kernel UP && fails "the saved shutdown is not in the kernel"

# ---- out of its box a switch has no port that is shut down ------------------------------------
asks FactoryReset
wait_until in_kernel UP || fails "a port is down after a factory reset"

# ---- a switch with an address of its own ---------------------------------------------------------
informed() {
	grep -q '"node":"sw2","event":"session-end".*"ok":true' out/events.jsonl
}
wait_until informed || fails "sw2 does not inform"
printf '%s\n' 'dis cur' 'dis ip int br' 'sys' 'int vlan1' 'ip address dhcp' |
	"$CWMPLAB" cli "$lab" sw2 >shown 2>refused
[ $? = 1 ] || fails "sw2 leases an address all the same"
grep -qx ' ip address 10\.0\.0\.31 255\.255\.255\.0' shown &&
	grep -q '^Vlan1  *up  *up  *10\.0\.0\.31' shown ||
	{ fails "sw2 does not show its address"; cat shown; }
wan=InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1
"$CWMPLAB" rpc "$lab/acs" sw2 GetParameterValues "$wan.SubnetMask" "$wan.DefaultGateway" \
	>said 2>&1 && grep -q '255\.255\.255\.0' said && grep -q '10\.0\.0\.2 ' said ||
	{ fails "the ACS does not read the netmask and the router of sw2"; cat said; }

# ---- what is refused ---------------------------------------------------------------------------
types 1 'sys' 'int ge1/0/2' 'port access vlan 2' 'int ge1/0/3'
grep -q 'The VLAN does not exist' shown && grep -q 'The interface does not exist' shown ||
	{ fails "what is not there is not refused"; cat shown; }
exit $status
