#!/usr/bin/env bash
# nats.sh METER: each kind of NAT does what its words say, found out in the nodes by a program that
# knows nothing of labs; behind a router, in a network of its own.
meter=$1
. "$(dirname "$0")/../../support/ordinary.sh"
need nft

# NAME OUTSIDE INSIDE KEYS: a home with a NAT and a host. A number for each network.
home() {
	cat <<-END
	  lan-$1: {kind: switch}
	  nat-$1: {kind: nat, outside: street 198.51.100.$2/24, inside: lan-$1 192.168.$2.1/24, $3}
	  in-$1: {kind: host, attach: lan-$1, address: 192.168.$2.2/24, command: ["$meter", listen, "7547"]}
	END
}
words=(endpoint-independent address-dependent address-and-port-dependent)
rest=(10 11 12 20 21) # mapping and filtering of those that have no name
{
	cat <<-END
	name: $lab
	nodes:
	  core: {kind: switch}
	  street: {kind: switch}
	  isp: {kind: router, ports: [core 10.0.0.1/24, street 198.51.100.1/24]}
	  one: {kind: host, attach: core, address: 10.0.0.11/24, command: ["$meter", serve, 10.0.0.12]}
	  two: {kind: host, attach: core, address: 10.0.0.12/24, command: ["$meter", serve, 10.0.0.11]}
	END
	n=10
	for type in full-cone restricted port-restricted symmetric; do
		home $type $((n++)) "type: $type"
	done
	for both in "${rest[@]}"; do
		home $both $((n++)) "mapping: ${words[${both%?}]}, filtering: ${words[${both#?}]}"
	done
	home short 40 "type: full-cone, timeout: 1s"
	home open 41 "type: full-cone, hairpin: true, forward: [{port: 80, to: 192.168.41.2, to-port: 7547}]"
	home one-flow 42 "limit: 1"
	home two-flows 43 "limit: 2"
} >lab.yaml
"$CWMPLAB" up lab.yaml --out out >said 2>&1 || { cat said; exit 1; }

answers() { "$CWMPLAB" exec "$lab" two "$meter" ask 10.0.0.11 10.0.0.11 >/dev/null 2>&1; }
wait_until answers || fails "the servers do not answer"

# All at once: each waits for what does not come.
n=0
is() { # NODE WANT ARGUMENTS...: what the meter says there
	n=$((n + 1))
	{
		said=$("$CWMPLAB" exec "$lab" "$1" "$meter" "${@:3}" 2>&1)
		[ "$said" = "$2" ] || echo "$1 ${*:3}: $said, $2 due"
	} >$n.said &
}
measure() { # NAME MAPPING FILTERING
	is "in-$1" "mapping=${words[$2]} filtering=${words[$3]}" ask 10.0.0.11 10.0.0.12
}
measure full-cone 0 0
measure restricted 0 1
measure port-restricted 0 2
measure symmetric 2 2
for both in "${rest[@]}"; do
	measure $both ${both%?} ${both#?}
done

# What has not sent for longer than the time-out has another port.
is in-short port=other keep 10.0.0.11 10.0.0.12 2000
is in-open port=same keep 10.0.0.11 10.0.0.12 2000

# Nobody comes in by TCP but where it is forwarded, from inside only with a hairpin.
is one tcp=closed dial 198.51.100.10 7547
is one tcp=closed dial 198.51.100.41 7547
is one tcp=open dial 198.51.100.41 80
is in-open tcp=open dial 198.51.100.41 80
is in-symmetric tcp=open dial 198.51.100.41 80
is in-open hairpin=yes self 10.0.0.11
is in-full-cone hairpin=no self 10.0.0.11
# A flow of UDP, and one of TCP beside it, where a home has two.
for node in one-flow:closed two-flows:open; do
	"$CWMPLAB" exec "$lab" "in-${node%:*}" bash -c 'echo >/dev/udp/10.0.0.11/9' 2>/dev/null
	is "in-${node%:*}" "tcp=${node#*:}" dial 198.51.100.41 80
done
wait
for said in *.said; do
	[ ! -s "$said" ] || fails "$(cat "$said")"
done
[ "$n" -eq 20 ] || fails "$n measurements, 20 due"
exit $status
