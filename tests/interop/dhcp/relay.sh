#!/usr/bin/env bash
# dnsmasq relays between a client and our server, which is in another subnet: a lease for ever, a
# renewal through the router, a release.
#
#     server eth-s 10.77.0.2 ---- eth0 10.77.0.1, relay, eth1 10.78.0.1 ---- far0, client
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need dnsmasq
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

cat >"$work/dhcpd.yaml" <<'EOF'
interface: eth-s
address: 10.77.0.2/24
pools:
  - {range: 10.77.0.100-10.77.0.199, router: 10.77.0.1}
  - {range: 10.78.0.100-10.78.0.110, subnet: 10.78.0.0/24, router: 10.78.0.1, lease: infinite}
EOF
"$cwmplab" dhcpd --config "$work/dhcpd.yaml" >"$work/server.events" 2>"$work/server.log" &
server=$!
wait_for "$work/server.events" '"event":"ready"'
"${on_relay[@]}" dnsmasq --no-daemon --port=0 --conf-file=/dev/null --pid-file= \
	--dhcp-relay=10.78.0.1,10.77.0.2 >"$work/relay.log" 2>&1 &

"${on_far[@]}" "$dhcp_client" far0 >"$work/client.log" 2>&1 &
pid=$!
wait_for "$work/client.log" '^bound address=10\.78\.0\.10[0-9]/24 '
"${on_far[@]}" ip route replace default via 10.78.0.1 dev far0
kill -USR1 $pid
wait_for "$work/client.log" '^renewed address=10\.78\.0\.10[0-9]/24 '
kill -TERM $pid
wait $pid || fail "the client ended with status $?"
wait_for "$work/server.events" '"event":"released","mac":"02:00:00:00:01:02","address":"10\.78\.0\.1'

kill -INT $server
wait $server || fail "the server ended with status $?"
grep -q '"event":"stopped","leases":0,"acks":2,"naks":0,"unserved":0' "$work/server.events" ||
	fail "no summary"
cat "$work/client.log"
