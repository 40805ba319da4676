#!/usr/bin/env bash
# A renewal brings another router and another ACS: the route changes, the address stays.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

our_server
"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
client_pid=$!
wait_for "$work/client.log" '^bound address=10\.77\.0\.100/24 '
kill -TERM "$server"
wait "$server" || fail "the server ended with status $?"
"${on_client[@]}" ip -4 monitor address >"$work/monitor.log" &
"$cwmplab" dhcpd --interface eth-s --address 10.77.0.2/24 --range 10.77.0.100-10.77.0.199 \
	--router 10.77.0.9 --acs-url http://10.77.0.2:9091/acs --lease-file "$work/leases" \
	>"$work/second.log" 2>&1 &
wait_for "$work/second.log" '"event":"ready"'
kill -USR1 $client_pid
wait_for "$work/client.log" '^renewed address=10\.77\.0\.100/24 router=10\.77\.0\.9 .*url=http://10\.77\.0\.2:9091/acs '
routes() { "${on_client[@]}" ip -4 route show default; }
is_new_route() { [ "$(routes | tr -d '\n')" = 'default via 10.77.0.9 dev eth0 ' ]; }
wait_until is_new_route || fail "the routes are: $(routes)"
[ ! -s "$work/monitor.log" ] || fail "the address went and came"
