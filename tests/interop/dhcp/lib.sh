# Sourced first by each test: goes into namespaces of its own (no root is needed), with a
# server's and a client's network joined by a wire, and brings what the tests share.
#
#     this shell: eth-s 10.77.0.2/24 ---------- eth0, in $client

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../../.." && pwd)
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
dhcp_client=${DHCP_CLIENT:-$source_dir/build/interop_dhcp_client}
PATH=$PATH:/usr/sbin:/sbin

skip() { echo "skipped: $*"; exit 77; }
need() {
	local program

	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}
need unshare nsenter ip
[ -x "$cwmplab" ] && [ -x "$dhcp_client" ] || skip "the programs are not built"

. "$source_dir/tests/support/sandbox.sh"

unshare --net sleep infinity &
client=$!
has_left() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
wait_until has_left $client || fail "no network namespace for the client"
ip link set lo up
ip link add eth-s address 02:00:00:00:00:fe type veth peer name eth0 address 02:00:00:00:00:01 netns $client
ip address add 10.77.0.2/24 dev eth-s
ip link set eth-s up

# Put before a command. No function, so that "&" gives the PID of the command itself.
on_client=(nsenter --net=/proc/$client/ns/net)
"${on_client[@]}" ip link set lo up
"${on_client[@]}" ip link set eth0 up
# All namespaces of a machine share one neighbour table: a large lab beside this test may
# have filled it.
"${on_client[@]}" ip neighbour add 10.77.0.2 lladdr 02:00:00:00:00:fe nud permanent dev eth0

# wait_for FILE PATTERN: until a line of the file matches.
wait_for() { wait_until grep -sqE -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }

# our_server FLAG...: starts the server; its events are in server.log.
our_server() {
	rm -f "$work/server.log" # of an earlier one
	"$cwmplab" dhcpd --interface eth-s --address 10.77.0.2/24 \
		--range 10.77.0.100-10.77.0.199 --router 10.77.0.1 --dns 10.77.0.3 \
		--acs-url http://10.77.0.2:9090/acs --acs-username user --acs-password pass \
		--lease-file "$work/leases" "$@" >"$work/server.log" 2>&1 &
	server=$!
	wait_for "$work/server.log" '"event":"ready"'
}

# "01 23 http://10.77.0.2:9090/acs user pass" as hex digits.
option_43=0123$(printf '%s' 'http://10.77.0.2:9090/acs user pass' | od -An -tx1 | tr -d ' \n')

# The TR-069 layout as hex digits, in ascending order.
text_hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }
tr069=0119$(text_hex http://acs.lab:7547/cwmp1)0209$(text_hex PROV-0001)0301350404$(text_hex 2000)

# our_client: starts the client; it says what happens in client.log. Its address is checked
# on the interface, then it renews and releases.
our_client_leases() {
	local expected=$1

	"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
	local pid=$!
	wait_for "$work/client.log" "^bound address=10\.77\.0\.1[0-9]{2}/24 .*$expected"
	"${on_client[@]}" ip -4 address show dev eth0 | grep -q 'inet 10\.77\.0\.1' ||
		fail "the address is not on the interface"
	kill -USR1 $pid
	wait_for "$work/client.log" "^renewed address=10\.77\.0\.1[0-9]{2}/24 .*$expected"
	kill -TERM $pid
	wait $pid || fail "the client ended with status $?"
	wait_for "$work/client.log" '^lost stopped'
	"${on_client[@]}" ip -4 address show dev eth0 | grep -q 'inet ' && fail "the address stayed"
	cat "$work/client.log"
}
