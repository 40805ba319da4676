#!/usr/bin/env bash
# busybox udhcpc leases from our server, sees option 43 byte for byte, renews and releases.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need udhcpc

cat >"$work/script" <<'SCRIPT'
#!/bin/sh
echo "$1 ip=$ip subnet=$subnet router=$router dns=$dns lease=$lease opt43=$opt43" >>/run/work/udhcpc.log
case $1 in bound) ip address add "$ip/$subnet" dev "$interface" ;; esac
SCRIPT
chmod +x "$work/script"
our_server --lease 60s
"${on_client[@]}" udhcpc -f -R -i eth0 -O 43 -V dslforum.org -s "$work/script" >"$work/out.log" 2>&1 &
pid=$!
wait_for "$work/udhcpc.log" \
	"^bound ip=10.77.0.100 subnet=255.255.255.0 router=10.77.0.1 dns=10.77.0.3 lease=60 opt43=$option_43"
kill -USR1 $pid
wait_for "$work/udhcpc.log" "^renew ip=10.77.0.100 .*opt43=$option_43"
grep -q '"event":"nak"' "$work/server.log" && fail "the server refused"
kill -TERM $pid
wait_for "$work/leases" '^10\.77\.0\.100 02:00:00:00:00:01 .* 0$'
cat "$work/udhcpc.log"
