#!/usr/bin/env bash
# ipv6.sh: figure 2 by IPv6 alone, step by step for each CPE, and tshark sees the same on every frame: it
# shows no packet of IPv4, no malformed one, the messages of DHCPv6 and DNS that we tell, and the same
# sessions.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq tshark jq

cp -r "$CWMPLAB_SOURCE/topologies/v6-only" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
sed -i -e "s/^name: .*/name: $lab/" -e "s/within: [0-9]*s/within: $((patience * 9 / 10))s/" v6-only/topology.yaml
"$CWMPLAB" run v6-only/topology.yaml --out out >said 2>&1 || fails "the run: status $?: $(cat said)"
"$CWMPLAB" check out/capture.pcapng >said 2>&1 || fails "the rules: $(cat said)"

steps=$(jq -r '.sequences[] | [.steps[] | select(.ok and .step > 0) | .step] | unique | length' out/report.json)
[ "$steps" = $'11\n11\n11' ] || fails "not eleven steps a CPE: $steps"
jq -e '[.nodes[] | select(.kind == "cpe")] | length == 3 and all(.address == null)' out/report.json >/dev/null ||
	fails "a CPE has an address of IPv4"

# The same where addresses are made of MACs, and DHCPv6 tells the ACS alone.
sed -e 's|ports: \[lan 2001:db8:0:1::1/64|ports: [{switch: lan, address: 2001:db8:0:1::1/64, ra: {managed: no, slaac: yes}}|' \
	v6-only/topology.yaml >v6-only/stateless.yaml
"$CWMPLAB" run v6-only/stateless.yaml --out less >said 2>&1 || fails "the run without M: status $?: $(cat said)"
jq -e '[.nodes[] | select(.kind == "cpe").address6] | all(test("ff:fe00:"))' less/report.json >/dev/null ||
	fails "addresses: $(jq -c '[.nodes[].address6]' less/report.json)"

export HOME=$dir
"$CWMPLAB_SOURCE/tests/integration/run/oracle.sh" out none >said 2>&1 || fails "$(cat said)"

# One reading of the capture tells all: tabs between what stands on each frame.
tshark -n -r out/capture.pcapng -T fields -e frame.number -e frame.protocols -e icmpv6.nd.ra.flag.m \
	-e icmpv6.nd.ra.flag.o -e dhcpv6.msgtype -e dhcpv6.iaaddr.ip -e dns.qry.type -e dns.qry.name -e icmpv6.type >all 2>/dev/null
! grep -P '^\d+\t[^\t]*:(ip|arp)(:|\t)' all >said || fails "frames of IPv4: $(head -3 said)"
awk -F '\t' '($3 == "1" || $3 == "True") && ($4 == "1" || $4 == "True") { found = 1 } END { exit !found }' all ||
	fails "no router says M and O"
# dnsmasq pings, and rests meanwhile, whose MAC it does not know; the lab has told it.
awk -F '\t' '$9 == 128 { found = 1 } END { exit found }' all || fails "the DHCP server has to look for its clients"
awk -F '\t' '$5 == 7 && $6 != "" { print $6 }' all | sort -u >theirs
jq -r '.nodes[] | select(.kind == "cpe").address6' out/report.json | sort >ours
diff theirs ours >said || fails "leases, tshark (<) and the report (>): $(cat said)"

# What we tell of DHCPv6 and DNS stands on the frames where tshark has it.
"$CWMPLAB" decode out/capture.pcapng --format ndjson 2>/dev/null |
	jq -r 'select(.kind == "DHCP" or .kind == "DNS") | "\(.frame) \(.name)"' | sort >ours
awk -F '\t' '
	BEGIN { n = split("SOLICIT ADVERTISE REQUEST CONFIRM RENEW REBIND REPLY RELEASE DECLINE", name, " ") }
	$5 in name { print $1, "DHCPv6", name[$5] }
	$7 != "" { print $1, $7 == 28 ? "AAAA" : "A", $8 }' all | sort >theirs
[ "$(wc -l <ours)" -ge 15 ] || fails "hardly anything of DHCPv6 and DNS is told: $(cat ours)"
comm -23 ours theirs >said
[ ! -s said ] || fails "tshark has not on these frames: $(cat said)"
exit $status
