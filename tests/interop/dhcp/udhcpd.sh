#!/usr/bin/env bash
# Our client leases from busybox udhcpd, which knows no option 43.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need udhcpd

cat >"$work/udhcpd.conf" <<CONF
start 10.77.0.100
end 10.77.0.199
interface eth-s
lease_file $work/leases
pidfile $work/udhcpd.pid
opt router 10.77.0.1
opt subnet 255.255.255.0
opt lease 120
CONF
touch "$work/leases"
udhcpd -f "$work/udhcpd.conf" >"$work/server.log" 2>&1 &
wait_for "$work/server.log" 'started'
our_client_leases 'router=10.77.0.1 .*layout=unknown url= '
