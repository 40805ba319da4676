#!/usr/bin/env bash
# Another host has the first address of the pool: the client finds it by ARP, declines, and
# gets the next one.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

ip address add 10.77.0.100/24 dev eth-s
our_server
"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
wait_for "$work/client.log" '^declined another host has the address'
wait_for "$work/client.log" '^bound address=10\.77\.0\.101/24 '
grep -q '^10\.77\.0\.100 .* 0$' "$work/leases" || fail "the declined lease was not taken back"
cat "$work/client.log"
