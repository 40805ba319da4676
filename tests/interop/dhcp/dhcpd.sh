#!/usr/bin/env bash
# Our client leases from ISC dhcpd, with the Comware layout.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need dhcpd

colons=$(sed 's/../&:/g; s/:$//' <<<"$option_43")
cat >"$work/dhcpd.conf" <<CONF
default-lease-time 120;
subnet 10.77.0.0 netmask 255.255.255.0 {
  range 10.77.0.100 10.77.0.199;
  option routers 10.77.0.1;
  option domain-name-servers 10.77.0.3;
  option vendor-encapsulated-options $colons;
}
CONF
touch "$work/dhcpd.leases"
dhcpd -4 -f -d -cf "$work/dhcpd.conf" -lf "$work/dhcpd.leases" -pf "$work/dhcpd.pid" \
	--no-pid eth-s >"$work/server.log" 2>&1 &
wait_for "$work/server.log" 'Server starting service'
our_client_leases "layout=comware url=http://10.77.0.2:9090/acs user=user provisioning= deviations=0 option43=$option_43"
wait_for "$work/server.log" 'DHCPRELEASE'
