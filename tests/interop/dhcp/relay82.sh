#!/usr/bin/env bash
# Option 82 through relays and servers of others: our relay before Kea and dnsmasq, dhcrelay of
# Debian before our server. Leases come from the pool of that circuit, option 43 arrives, and
# what is between relay and server is as tshark reads it.
#
#     server eth-s 10.77.0.2 ---- eth0 10.77.0.1, relay, eth1 10.78.0.1 ---- far0, client
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need tshark
on_relay=("${on_client[@]}")

unshare --net sleep infinity &
far=$!
wait_until has_left $far || fail "no network namespace for the client"
on_far=(nsenter --net=/proc/$far/ns/net)
"${on_relay[@]}" ip address add 10.77.0.1/24 dev eth0
"${on_relay[@]}" ip link add eth1 address 02:00:00:00:01:01 type veth \
	peer name far0 address 02:00:00:00:01:02 netns $far
"${on_relay[@]}" ip address add 10.78.0.1/24 dev eth1
"${on_relay[@]}" ip link set eth1 up
"${on_relay[@]}" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
"${on_far[@]}" ip link set lo up
"${on_far[@]}" ip link set far0 up
ip route add 10.78.0.0/24 via 10.77.0.1

cat >"$work/record.yaml" <<EOF2
file: $work/seen.pcapng
ports: [{name: eth-s, interface: eth-s}]
EOF2

# start NAME PATTERN COMMAND...: in the background; its pid is $started, once a line shows it.
start() {
	local name=$1 pattern=$2

	shift 2
	rm -f "$work/$name.log" # of an earlier one
	"$@" >"$work/$name.log" 2>&1 &
	started=$!
	wait_for "$work/$name.log" "$pattern"
}
end() {
	kill -TERM "$1"
	wait "$1" || true
}

# leases NAME: a lease of the second pool, with option 43, by what runs now.
leases() {
	start client '^bound address=10\.78\.0\.20[0-9]/24 .*url=http://acs\.lab:7547/cwmp1 ' \
		"${on_far[@]}" "$dhcp_client" far0
	end $started
	echo "$1: $(head -1 "$work/client.log")"
}

# stands N CIRCUIT REMOTE: N times of each message between relay and server, as tshark reads them in
# the file "seen".
stands() {
	local type

	for type in 1 2 3 5; do
		[ "$(grep -cE "^$type [01] $2${3:+ $3}\$" "$work/seen")" = "$1" ] ||
			fail "not $1 messages $type with $2 $3 in: $(cat "$work/seen")"
	done
}

start record '"event":"ready"' "$cwmplab" record --config "$work/record.yaml"
recorder=$started
n_ours=0 n_theirs=0
cat >"$work/relay.yaml" <<'EOF2'
node: edge1
servers: 10.77.0.2
circuit-id: "{port}"
remote-id: "{router}"
ports: [{interface: eth1, address: 10.78.0.1/24}]
EOF2

start relay '"event":"ready"' "${on_relay[@]}" "$cwmplab" relay --config "$work/relay.yaml"
relay=$started

# dnsmasq, behind our relay.
if command -v dnsmasq >/dev/null; then
	start server 'DHCP, IP range' dnsmasq --no-daemon --port=0 --conf-file=/dev/null --pid-file= \
		--interface=eth-s --no-ping --dhcp-authoritative --dhcp-leasefile="$work/dnsmasq.leases" \
		--dhcp-circuitid=set:one,65:74:68:31 --dhcp-circuitid=set:two,65:74:68:32 \
		--dhcp-remoteid=set:edge,65:64:67:65:31 \
		--dhcp-range=tag:two,set:p1,10.78.0.100,10.78.0.109,255.255.255.0,600 \
		--dhcp-range=tag:one,tag:edge,set:p2,10.78.0.200,10.78.0.209,255.255.255.0,600 \
		--dhcp-option-force=tag:p2,43,"$(sed 's/../&:/g;s/:$//' <<<"$tr069")"
	server=$started
	leases dnsmasq
	end $server
	n_ours=$((n_ours + 1))
else
	echo "no dnsmasq"
fi

# Kea, behind our relay.
if command -v kea-dhcp4 >/dev/null; then
	cat >"$work/kea.json" <<CONF
{"Dhcp4": {
  "interfaces-config": {"interfaces": ["eth-s"], "dhcp-socket-type": "raw"},
  "lease-database": {"type": "memfile", "persist": false},
  "valid-lifetime": 120,
  "client-classes": [
    {"name": "one", "test": "relay4[1].hex == 0x65746831 and relay4[2].hex == 0x6564676531"},
    {"name": "two", "test": "relay4[1].hex == 0x65746832"}],
  "subnet4": [
    {"id": 1, "subnet": "10.77.0.0/24", "pools": []},
    {"id": 2, "subnet": "10.78.0.0/24",
     "pools": [{"pool": "10.78.0.100-10.78.0.109", "client-class": "two"},
       {"pool": "10.78.0.200-10.78.0.209", "client-class": "one"}],
     "option-data": [{"code": 43, "csv-format": false, "always-send": true, "data": "$tr069"}]}],
  "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}]
}}
CONF
	export KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=none
	start server 'DHCP4_STARTED' kea-dhcp4 -c "$work/kea.json"
	server=$started
	leases kea
	end $server
	n_ours=$((n_ours + 1))
else
	echo "no kea-dhcp4"
fi
end $relay

# dhcrelay before our server: it calls its port by its name, and writes no remote id.
if command -v dhcrelay >/dev/null; then
	cat >"$work/dhcpd.yaml" <<'EOF2'
interface: eth-s
address: 10.77.0.2/24
pools:
  - {range: 10.78.0.100-10.78.0.109, subnet: 10.78.0.0/24, for: {circuit-id: eth2}}
  - range: 10.78.0.200-10.78.0.209
    subnet: 10.78.0.0/24
    for: {circuit-id: eth1, vendor-class: dslforum}
    acs: {format: tr069, url: "http://acs.lab:7547/cwmp1"}
EOF2
	start server '"event":"ready"' "$cwmplab" dhcpd --config "$work/dhcpd.yaml"
	server=$started
	start relay 'Sending on' "${on_relay[@]}" dhcrelay -4 -d --no-pid -a -iu eth0 -id eth1 10.77.0.2
	relay=$started
	leases dhcrelay
	end $relay
	end $server
	n_theirs=1
else
	echo "no dhcrelay"
fi

kill -INT $recorder
wait $recorder || fail "the recorder ended with status $?"
[ $((n_ours + n_theirs)) -gt 0 ] || skip "neither dnsmasq, nor Kea, nor dhcrelay"
tshark -r "$work/seen.pcapng" -Y 'dhcp && dhcp.ip.relay == 10.78.0.1' -T fields \
	-e dhcp.option.dhcp -e dhcp.hops -e dhcp.option.agent_information_option.agent_circuit_id \
	-e dhcp.option.agent_information_option.agent_remote_id -e _ws.malformed 2>/dev/null |
	tr '\t' ' ' | sed 's/ *$//' >"$work/seen"
# "eth1" and "edge1"
stands $n_ours 65746831 6564676531
stands $n_theirs 65746831 ''
