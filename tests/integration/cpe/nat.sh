#!/usr/bin/env bash
# A CPE behind a NAT of nft: it learns its public address by STUN, tells it, and is called by UDP,
# where nobody comes through by HTTP. With the argument "lifetime" the NAT forgets a binding after
# four seconds, and the CPE may leave it alone for one to eight: it finds out how long it lives.
#
#   cpe 192.168.1.2 ── 192.168.1.1 nat 10.0.0.1 ── 10.0.0.11 acs
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
PATH=$PATH:/usr/sbin:/sbin
command -v nft >/dev/null || { echo "skipped: nft is not installed"; exit 77; }
. "$source_dir/tests/support/sandbox.sh"
wait_for() { wait_until grep -sq -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }

# The sandbox is the NAT; the CPE and the ACS have a namespace each, which ends with a process.
unshare --net sleep infinity &
inside=$!
unshare --net sleep infinity &
outside=$!
has_left() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
wait_until has_left $inside && wait_until has_left $outside || fail "namespaces"
in_cpe() { nsenter --net="/proc/$inside/ns/net" "$@"; }
in_acs() { nsenter --net="/proc/$outside/ns/net" "$@"; }

ip link add lan type veth peer name eth0 netns $inside
ip link add wan type veth peer name eth0 netns $outside
ip address add 192.168.1.1/24 dev lan
ip address add 10.0.0.1/24 dev wan
in_cpe ip address add 192.168.1.2/24 dev eth0
in_acs ip address add 10.0.0.11/24 dev eth0
ip link set lan up
ip link set wan up
for side in in_cpe in_acs; do
	$side ip link set lo up
	$side ip link set eth0 up
done
in_cpe ip route add default via 192.168.1.1
echo 1 >/proc/sys/net/ipv4/ip_forward
keep=2 after=5s
if [ "${1:-}" = lifetime ]; then
	keep=8 after=25s
	for sort in timeout timeout_stream; do
		echo 4 2>/dev/null >/proc/sys/net/netfilter/nf_conntrack_udp_$sort ||
			{ echo "skipped: this kernel lets nobody set the time-outs of a NAT"; exit 77; }
	done
fi
nft -f - <<-END || { echo "skipped: this kernel has no NAT of nft"; exit 77; }
	table ip nat {
		chain out { type nat hook postrouting priority 100; oifname "wan" masquerade random; }
	}
	table ip filter {
		chain forward {
			type filter hook forward priority 0; policy drop;
			iifname "lan" accept
			ct state established,related accept
		}
	}
END

cat >"$work/policy.yaml" <<-END
	rules:
	  - on: [0 BOOTSTRAP]
	    steps:
	      - set:
	          ManagementServer.ConnectionRequestUsername: acs
	          ManagementServer.ConnectionRequestPassword: call-me
	          ManagementServer.STUNUsername: stun-user
	          ManagementServer.STUNPassword: stun-secret
	          ManagementServer.STUNMinimumKeepAlivePeriod: {type: unsignedInt, value: 1}
	          ManagementServer.STUNMaximumKeepAlivePeriod: {type: int, value: $keep}
	          ManagementServer.STUNEnable: true
END
cat >"$work/acs.yaml" <<-END
	url: http://10.0.0.11:7547/cwmp
	listen: 10.0.0.11:7547
	policy: $work/policy.yaml
	connection-request:
	  {username: acs, password: call-me, after: $after, by: udp, stun-port: 3478,
	   stun-username: stun-user, stun-password: stun-secret}
END
in_acs "$cwmplab" acs --config "$work/acs.yaml" >"$work/acs.events" 2>"$work/acs.log" &
wait_for "$work/acs.events" '"ready"'
cat >"$work/cpe.yaml" <<-END
	model: $source_dir/topologies/models/${MODEL:-hp5920}.yaml
	acs: {url: "http://10.0.0.11:7547/cwmp"}
	cpes: [{name: cpe, netns: /proc/$inside/ns/net, address: 192.168.1.2, interface: eth0}]
END
"$cwmplab" cpe --config "$work/cpe.yaml" >"$work/cpe.events" 2>"$work/cpe.log" &

# On the wire: asked after five seconds the binding is dead, after three alive, after four perhaps.
if [ "${1:-}" = lifetime ]; then
	wait_for "$work/cpe.events" '"event":"binding","lives_s":[34][,}]'
fi
# The address is told as it changes; some seconds after the first session the call comes by UDP.
wait_for "$work/cpe.events" '"session-start".*"4 VALUE CHANGE"'
wait_for "$work/acs.events" '"event":"call".*"by":"udp"'
grep -q '"event":"call".*"by":"udp","ok":true,"outcome":"came"' "$work/acs.events" || fail "the call"
wait_for "$work/cpe.events" '"event":"call","address":"10.0.0.11","by":"udp"'
wait_for "$work/cpe.events" '"session-start".*"6 CONNECTION REQUEST"'
[ "$(grep -c '"6 CONNECTION REQUEST"' "$work/cpe.events")" = 1 ] || fail "three copies, more than one session"

# By HTTP nobody comes through, and the NAT keeps the binding open for the ACS alone.
url=$(sed -n 's/.*"reachable","url":"\([^"]*\)".*/\1/p' "$work/cpe.events" | tail -n 1)
[ "$url" != "${url#http://192.168.1.2:7547/}" ] || fail "the CPE listens at $url"
