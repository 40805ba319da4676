#!/usr/bin/env bash
# The server is killed and started again: it knows the lease, and the client renews it.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

our_server
"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
client_pid=$!
wait_for "$work/client.log" '^bound address=10\.77\.0\.100/24 '
kill -KILL "$server"
wait "$server" || true
printf '10.77.0.1' >>"$work/leases" # as a crash of the machine would leave it
our_server
grep -q '^10\.77\.0\.100 02:00:00:00:00:01 ' "$work/leases" || fail "the lease is lost"
kill -USR1 $client_pid
wait_for "$work/client.log" '^renewed address=10\.77\.0\.100/24 '
grep -q '"event":"ack"' "$work/server.log" || fail "no ack"
kill -TERM "$server"
wait "$server" || fail "the server ended with status $?"
