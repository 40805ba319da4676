#!/usr/bin/env bash
# What "cwmplab opt43 encode --for" prints makes dnsmasq, Kea and ISC dhcpd send the bytes that
# it encodes, in both layouts, to a client that neither has a class nor asks for option 43.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need udhcpc dnsmasq kea-dhcp4 dhcpd

cat >"$work/script" <<'SCRIPT'
#!/bin/sh
[ "$1" != bound ] || echo "opt43=$opt43" >/run/work/client.log
SCRIPT
chmod +x "$work/script"
echo secret >"$work/password"

encode() {
	case $layout in
	comware) "$cwmplab" opt43 encode --url http://10.77.0.2:9090/acs --username cpe \
		--password-file "$work/password" --service-provider LAB.SITE1 --pxe 10.77.0.9 "$@" ;;
	tr069) "$cwmplab" opt43 encode --layout tr069 --url https://acs.lab:7548/cwmp \
		--provisioning-code PROV-0001 --retry-min-wait 5 --retry-multiplier 2000 "$@" ;;
	largest) "$cwmplab" opt43 encode --layout bbf --url http://10.77.0.2:9090/acs \
		--provisioning-code "$(printf 'P%.0s' {1..226})" "$@" ;;
	esac
}

serve_dnsmasq() {
	{
		printf 'port=0\nno-ping\ninterface=eth-s\ndhcp-range=10.77.0.100,10.77.0.199,2m\n'
		encode --for dnsmasq
	} >"$work/dnsmasq.conf"
	exec dnsmasq --no-daemon --user=root --group=root --conf-file="$work/dnsmasq.conf" \
		--dhcp-leasefile="$work/leases" --pid-file
}

serve_kea() {
	cat >"$work/kea.json" <<-CONF
		{"Dhcp4": {
		  "interfaces-config": {"interfaces": ["eth-s"]},
		  "lease-database": {"type": "memfile", "persist": false},
		  "subnet4": [{"subnet": "10.77.0.0/24",
		    "pools": [{"pool": "10.77.0.100 - 10.77.0.199"}]}],
		  "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}],
		  $(encode --for kea)
		}}
	CONF
	KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=none exec kea-dhcp4 -c "$work/kea.json"
}

serve_isc-dhcpd() {
	cat >"$work/dhcpd.conf" <<-CONF
		default-lease-time 120;
		ping-check false;
		subnet 10.77.0.0 netmask 255.255.255.0 {
		  range 10.77.0.100 10.77.0.199;
		  $(encode --for isc-dhcpd)
		}
	CONF
	: >"$work/dhcpd.leases"
	exec dhcpd -4 -f -d -cf "$work/dhcpd.conf" -lf "$work/dhcpd.leases" --no-pid eth-s
}

is_ready='DHCP, IP range|DHCP4_STARTED|Server starting service'
for layout in comware tr069 largest; do
	bytes=$(encode --json | sed -n 's/.*"hex": "\(.*\)".*/\1/p' | tr A-F a-f)
	[ ${#bytes} -gt 60 ] || fail "no bytes of $layout"
	echo "$bytes" | "$cwmplab" opt43 decode - >/dev/null || fail "$layout is refused"
	for name in dnsmasq kea isc-dhcpd; do
		rm -f "$work/server.log" "$work/client.log"
		serve_$name >"$work/server.log" 2>&1 &
		server=$!
		wait_for "$work/server.log" "$is_ready"
		"${on_client[@]}" udhcpc -f -q -i eth0 -s "$work/script" >"$work/udhcpc.log" 2>&1
		grep -qx "opt43=$bytes" "$work/client.log" ||
			fail "$name, $layout: $(cat "$work/client.log"), not $bytes"
		kill $server
		wait $server || true
	done
done
