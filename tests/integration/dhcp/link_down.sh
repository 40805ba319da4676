#!/usr/bin/env bash
# The server's link goes down and comes back: it serves on.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

our_server
ip link set eth-s down
until ip link show eth-s | grep -q 'state DOWN'; do :; done
ip link set eth-s up
"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
wait_for 15 "$work/client.log" '^bound address=10\.77\.0\.100/24 '
