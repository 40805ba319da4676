#!/usr/bin/env bash
# ISC dhclient leases from our server, sees option 43 byte for byte, renews and releases.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need dhclient

cat >"$work/script" <<'SCRIPT'
#!/bin/sh
echo "$reason ip=$new_ip_address routers=$new_routers dns=$new_domain_name_servers lease=$new_dhcp_lease_time opt43=$new_vendor_encapsulated_options" >>/run/work/dhclient.log
case $reason in
PREINIT) ip link set "$interface" up ;;
BOUND) ip address add "$new_ip_address/24" dev "$interface" ;;
esac
SCRIPT
chmod +x "$work/script"
cat >"$work/dhclient.conf" <<'CONF'
send vendor-class-identifier "dslforum.org";
request subnet-mask, routers, domain-name-servers, dhcp-lease-time, vendor-encapsulated-options;
CONF
# dhclient prints the option's bytes as hex pairs without leading zeros, with colons.
expected=$(sed 's/../&:/g; s/:$//' <<<"$option_43" | sed -E 's/(^|:)0/\1/g')
our_server --lease 1h --t1 2s
"${on_client[@]}" dhclient -d -cf "$work/dhclient.conf" -lf "$work/dhclient.leases" \
	-pf "$work/dhclient.pid" -sf "$work/script" eth0 >"$work/out.log" 2>&1 &
pid=$!
wait_for "$work/dhclient.log" \
	"^BOUND ip=10.77.0.100 routers=10.77.0.1 dns=10.77.0.3 lease=3600 opt43=$expected"
wait_for "$work/dhclient.log" "^RENEW ip=10.77.0.100 .*opt43=$expected"
grep -q '"event":"nak"' "$work/server.log" && fail "the server refused"
kill $pid
wait $pid || true
"${on_client[@]}" dhclient -r -cf "$work/dhclient.conf" -lf "$work/dhclient.leases" \
	-pf "$work/dhclient.pid" -sf "$work/script" eth0 >>"$work/out.log" 2>&1 || true
wait_for "$work/leases" '^10\.77\.0\.100 02:00:00:00:00:01 .* 0$'
cat "$work/dhclient.log"
