#!/usr/bin/env bash
# nodes.sh: what every node has: a loopback that is up, and names that resolve in a domain of
# any length.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq

label=$(printf 'd%.0s' {1..60})
domain=$label.$label.$label.lab
cat >lab.yaml <<-END
	name: $lab
	nodes:
	  sw1: {kind: switch}
	  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24, domain: $domain}
	  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.109, dns: [dns]}]}
	  pc: {kind: host, attach: sw1, address: 10.0.0.9/24}
	  cpe: {kind: cpe, count: 2, attach: sw1, model: hp5920}
END
"$CWMPLAB" up lab.yaml --out out >said 2>&1 || { cat said; exit 1; }

# A port that nobody listens at refuses; a loopback that is down has no way there.
for node in sw1 dns dhcp pc cpe-1 cpe-2; do
	"$CWMPLAB" exec "$lab" "$node" bash -c 'exec 3<>/dev/tcp/127.0.0.1/9' >said 2>&1
	grep -q 'Connection refused' said || fails "$node: $(cat said)"
done
"$CWMPLAB" exec "$lab" pc cat /etc/resolv.conf >said
printf 'nameserver 10.0.0.3\nsearch %s\n' "$domain" | cmp -s - said ||
	fails "resolv.conf: $(cat said)"
exit $status
