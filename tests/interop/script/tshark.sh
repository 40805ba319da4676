#!/usr/bin/env bash
# A script's capture as tshark reads it: every message is there, every checksum is right,
# nothing is malformed. 77: no tshark here.
set -u
cd "$(dirname "$0")"
command -v tshark >/dev/null || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$MKCAP" all.script "$dir/all.pcap" || exit 1

checks=(-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE)
tshark -n -r "$dir/all.pcap" "${checks[@]}" -T fields -E separator=' ' \
	-e dhcp.option.dhcp -e dhcpv6.msgtype -e dns.qry.name -e arp.opcode -e icmp.type \
	-e http.request.method -e http.response.code -e tls.handshake.type \
	-e tls.handshake.extensions_server_name \
	-Y 'dhcp || dhcpv6 || dns || arp || icmp || http || tls.handshake.type in {1,2}' \
	2>/dev/null | tr -s ' ' | sed 's/^ //; s/ $//' >"$dir/got"
diff -u all.expected "$dir/got" || exit 1

# Severity 8388608 is an error, 6291456 a warning; a reset is one, and is meant.
bad=$(tshark -n -r "$dir/all.pcap" "${checks[@]}" \
	-Y '(_ws.expert.severity >= 6291456 && !tcp.flags.reset) || _ws.malformed' 2>/dev/null)
[ -z "$bad" ] || { echo "$bad"; exit 1; }
