#!/usr/bin/env bash
# routers.sh: three networks with two routers between; the CPEs of one lease from a server in another,
# by a relay, and inform an ACS in the third.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq nft

cat >lab.yaml <<-END
	name: $lab
	nodes:
	  core: {kind: switch}
	  access: {kind: switch}
	  far: {kind: switch}
	  edge:
	    kind: router
	    ports: [access 10.1.0.1/24, core 10.0.0.1/24]
	    routes: [{to: default, via: 10.0.0.254}]
	    relay: dhcp
	  border:
	    kind: router
	    ports: [core 10.0.0.254/24, {switch: far, address: 10.2.0.1/24, port: uplink, link: {means: user-space}}]
	    routes: [{to: 10.1.0.0/24, via: 10.0.0.1}]
	  dhcp:
	    kind: dhcp
	    attach: core
	    address: 10.0.0.2/24
	    router: 10.0.0.1
	    pools:
	      - range: 10.1.0.100-10.1.0.199
	        subnet: 10.1.0.0/24
	        acs: {format: tr069, url: http://10.2.0.11:7547/cwmp}
	  acs: {kind: acs, attach: far, address: 10.2.0.11/24, url: http://10.2.0.11:7547/cwmp}
	  cpe: {kind: cpe, count: 2, attach: access, model: hp5920}
	capture: [dhcp, acs]
	expect:
	  - {sequence: bootstrap, nodes: cpe, within: $((patience * 9 / 10))s}
END
"$CWMPLAB" run lab.yaml --out out >said 2>&1 || fails "the run: status $?: $(cat said)"
grep -q '"address": *"10\.1\.0\.1[0-9][0-9]"' out/report.json || fails "no lease of 10.1.0.0/24: $(cat said)"
"$CWMPLAB" check out/capture.pcapng >said 2>&1 || fails "the rules: $(cat said)"

# Ports have the names of the file, and two of one router are two in a capture. Where nodes have IPv6
# beside, that router sends it on, too, and announces it. The other one relays by dnsmasq.
sed -e 's/relay: dhcp/relay: {to: dhcp, engine: dnsmasq}/' -e 's/^capture: .*/capture: [border]/' -e '/^expect:/,$d' \
	-e 's|core 10.0.0.254/24, {switch: far, address: 10.2.0.1/24,|core 10.0.0.254/24 2001:db8::1/64, {switch: far, address: [10.2.0.1/24, 2001:db8:0:2::1/64],|' \
	-e 's|address: 10.0.0.2/24|address: [10.0.0.2/24, 2001:db8::2/64]|' \
	-e 's|address: 10.2.0.11/24|address: [2001:db8:0:2::11/64, 10.2.0.11/24]|' lab.yaml >two.yaml
"$CWMPLAB" up two.yaml --capture --out two >said 2>&1 || fails "up: $(cat said)"
"$CWMPLAB" inspect "$lab" --json >said 2>&1 || fails "inspect: $(cat said)"
grep -q '"port": *"uplink"' said || fails "the second port: $(cat said)"
"$CWMPLAB" link "$lab" border:uplink set delay=5ms >said 2>&1 || fails "link: $(cat said)"
grep -q '^border:eth1: delay=5ms, in user space$' said || fails "the link of a port: $(cat said)"
"$CWMPLAB" link "$lab" border:eth2 >said 2>&1
grep -qF 'border has no port "eth2": its ports are eth0 to eth1' said || fails "no such port: $(cat said)"
leased() { "$CWMPLAB" inspect "$lab" 2>/dev/null | grep -q "^cpe-1 .*10\.1\.0\."; }
wait_until leased || fails "cpe-1: $("$CWMPLAB" inspect "$lab" 2>&1)"
"$CWMPLAB" exec "$lab" acs -- ip route show default >said 2>&1
grep -q '^default via 10\.2\.0\.1 ' said || fails "the route of acs: $(cat said)"
"$CWMPLAB" exec "$lab" dhcp -- bash -c 'exec 3<>/dev/tcp/2001:db8:0:2::11/7547' >said 2>&1 ||
	fails "no way to the ACS by IPv6: $(cat said)"
"$CWMPLAB" exec "$lab" cpe-1 -- cat /proc/net/if_inet6 >said 2>&1
! grep -v ' lo$' said || fails "cpe-1 has IPv6, which its network has not: $(cat said)"
announced() { "$CWMPLAB" inspect "$lab" border --json 2>/dev/null | grep -q '"sent": *[1-9]'; }
wait_until announced || fails "border: $("$CWMPLAB" inspect "$lab" border --json 2>&1)"
"$CWMPLAB" down "$lab" >/dev/null 2>&1
for port in border border:eth1; do
	grep -aq "$port" two/capture.pcapng || fails "no port \"$port\" in the capture"
done

# The second router as a firewall: those of core come through, and nobody from beyond begins anything.
sed -e '/^capture:/,$d' -e '/^  cpe:/d' lab.yaml -e '/^  border:/,/routes/ {
	s/kind: router/kind: firewall/
	s/^    routes: .*/&\n    rules: ["ct state established,related accept", "iifname eth0 accept"]/
}' >wall.yaml
"$CWMPLAB" up wall.yaml --out wall >said 2>&1 || fails "up: $(cat said)"
knock() { "$CWMPLAB" exec "$lab" "$1" -- timeout "$3" bash -c "</dev/tcp/$2" 2>/dev/null; }
knock dhcp 10.2.0.11/7547 "$patience" || fails "the firewall lets nobody through"
knock acs 10.0.0.2/7547 0.3
[ $? = 124 ] || fails "the firewall lets in who comes from beyond: nobody is to answer"
"$CWMPLAB" down "$lab" >/dev/null 2>&1
# A rule that nft does not take is told before anything starts.
sed 's/iifname eth0 accept/iifname eth0 acept/' wall.yaml >bad.yaml
"$CWMPLAB" up bad.yaml >said 2>&1
[ $? = 2 ] || fails "a wrong rule: $(cat said)"
grep -q '^bad.yaml:[0-9]*:[0-9]*: error: nft: syntax error' said || fails "a wrong rule: $(cat said)"
exit $status
