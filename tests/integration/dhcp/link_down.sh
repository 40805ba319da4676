#!/usr/bin/env bash
# The server's link goes down and comes back: it serves on.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

our_server
ip link set eth-s down
is_down() { ip link show eth-s | grep -q 'state DOWN'; }
wait_until is_down || fail "the link stays up"
ip link set eth-s up
"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
wait_for "$work/client.log" '^bound address=10\.77\.0\.100/24 '
