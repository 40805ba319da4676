#!/usr/bin/env bash
# Our client leases from dnsmasq, which sends option 43 in descending order with an end
# option inside.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need dnsmasq

dnsmasq --no-daemon --user=root --group=root --conf-file=/dev/null --port=0 --no-ping \
	--interface=eth-s --dhcp-leasefile="$work/leases" --pid-file \
	--dhcp-range=10.77.0.100,10.77.0.199,2m --dhcp-option=option:router,10.77.0.1 \
	--dhcp-vendorclass=set:cpe,dslforum.org \
	--dhcp-option=vendor:dslforum.org,1,http://acs.lab:7547/cwmp1 \
	--dhcp-option=vendor:dslforum.org,2,PROV-0001 \
	--dhcp-option=vendor:dslforum.org,3,35:30 \
	--dhcp-option=vendor:dslforum.org,4,32:30:30:30 >"$work/server.log" 2>&1 &
wait_for "$work/server.log" 'DHCP, IP range'
our_client_leases 'layout=tr069 url=http://acs.lab:7547/cwmp1 user= provisioning=PROV-0001 deviations=136 '
wait_for "$work/server.log" 'DHCPRELEASE'
