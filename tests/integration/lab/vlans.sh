#!/usr/bin/env bash
# vlans.sh METER ECHO [MEANS]: no frame of one VLAN is seen in another one, whoever broadcasts; trunks carry
# tags, and a router on a stick leads from VLAN to VLAN. ECHO is link_meter; MEANS is that of the
# switches: auto, kernel or user-space.
#
#   a1 b1 c1 d1 d2 ── one ══ 10,20,30* ══ two ══ 10,20 ══ three ── a3 b3
#                r ════╝                   └── a2 b2 c2
meter=$1 echo=$2 means=${3:-auto}
. "$(dirname "$0")/../../support/ordinary.sh"
need ip
count=3400 # of each of three, or of two 1.5 times as many: 10,000 in a VLAN

cat >lab.yaml <<-END
	name: $lab
	nodes:
	  one: {kind: switch, means: $means}
	  two: {kind: switch, means: $means, attach: {switch: one, trunk: [10, 20, 30], native: 30}}
	  three: {kind: switch, means: $means, mac-ageing: 20s, links: [{switch: two, trunk: [10, 20]}]}
	  r:
	    kind: router
	    ports: [{switch: one, trunk: [10 10.0.10.1/24, 20 10.0.20.1/24, 30 10.0.30.1/24], native: 30}]
	  a1: {kind: host, attach: {switch: one, vlan: 10}, address: 10.0.10.11/24}
	  b1: {kind: host, attach: {switch: one, vlan: 20}, address: 10.0.20.11/24}
	  c1: {kind: host, attach: {switch: one, vlan: 30}, address: 10.0.30.11/24}
	  d1: {kind: host, attach: one, address: 10.0.1.11/24}
	  d2: {kind: host, attach: one, address: 10.0.1.12/24}
	  a2: {kind: host, attach: {switch: two, vlan: 10}, address: 10.0.10.12/24, command: ["$echo", echo, "7"]}
	  b2: {kind: host, attach: {switch: two, vlan: 20}, address: 10.0.20.12/24}
	  c2: {kind: host, attach: {switch: two, vlan: 30, link: {means: user-space}}, address: 10.0.30.12/24, command: ["$echo", echo, "7"]}
	  a3: {kind: host, attach: {switch: three, vlan: 10}, address: 10.0.10.13/24}
	  b3: {kind: host, attach: {switch: three, vlan: 20}, address: 10.0.20.13/24, command: ["$echo", echo, "7"]}
	capture: [two]
END
"$CWMPLAB" validate lab.yaml >said 2>&1 && ! grep -q note: said || fails "validate: $(cat said)"
"$CWMPLAB" run lab.yaml --dry-run >said 2>&1
grep -Eq '^trunk +one:two by a carrier in user space: 10 20, native 30$|^vlans +one:two by the kernel: 10 20, native 30$' said ||
	fails "dry run: $(cat said)"
"$CWMPLAB" up lab.yaml --capture --out out >said 2>&1 || { cat said; exit 1; }

# starts HOST VLAN ID PEERS COUNT
starts() {
	"$CWMPLAB" exec "$lab" "$1" -- "$meter" "$2" "$3" "$4" "$5" "$patience" "$dir" >"told.$1" 2>&1 &
}
there() { # WORD: all ten have made that file
	[ "$(find "$dir" -name "$1.*" | wc -l)" -eq 10 ]
}
id=0
for host in a1 a2 a3; do starts $host 10 $((id += 1)) 2 $count; done
for host in b1 b2 b3; do starts $host 20 $((id += 1)) 2 $count; done
for host in c1 c2; do starts $host 30 $((id += 1)) 1 $((count * 3 / 2)); done
for host in d1 d2; do starts $host 1 $((id += 1)) 1 $((count * 3 / 2)); done
wait_until there ready || fails "the meters do not run: $(cat told.*)"
: >start
wait_until there done || fails "not all is heard: $(cat told.*)"
: >stop
wait
for host in a1 a2 a3 b1 b2 b3; do
	grep -q "^heard=$((2 * count)) other=0 tagged=0 " "told.$host" || fails "$host: $(cat "told.$host")"
done
for host in c1 c2 d1 d2; do
	grep -q "^heard=$((count * 3 / 2)) other=0 tagged=0 " "told.$host" || fails "$host: $(cat "told.$host")"
done

# From VLAN to VLAN there is the router, and no other way.
reaches() { "$CWMPLAB" exec "$lab" "$1" -- "$echo" ask "$2" 7 3 1000 100 >said 2>&1 && grep -q ' back=3 ' said; }
for way in "a3 10.0.20.13" "b3 10.0.30.12" "c1 10.0.10.12"; do
	# shellcheck disable=SC2086
	wait_until reaches $way || fails "$way: $(cat said)"
done
# A VLAN is taken off a trunk, and put on it again, while the lab is up.
sed 's/trunk: \[10, 20, 30\], native: 30}}/trunk: [10, 30], native: 30}}/' lab.yaml >less.yaml
"$CWMPLAB" apply "$lab" less.yaml >said 2>&1 && grep -q '~ two  *attach\.trunk: .*; it is changed in place$' said ||
	fails "a VLAN less: $(cat said)"
reaches b1 10.0.20.13 && fails "VLAN 20 passes a trunk that is without it"
"$CWMPLAB" apply "$lab" lab.yaml >said 2>&1 || fails "a VLAN more: $(cat said)"
wait_until reaches b1 10.0.20.13 || fails "VLAN 20 after a change: $(cat said)"

"$CWMPLAB" exec "$lab" r -- ip -o -4 address show >said 2>&1
grep -q ' eth0 .*10\.0\.30\.1/24' said && grep -q ' eth0\.20[@ ].*10\.0\.20\.1/24' said ||
	fails "the interfaces of r: $(cat said)"
"$CWMPLAB" exec "$lab" three -- ip -d -o link show type bridge >said 2>&1
grep -q ' ageing_time 2000 ' said || fails "the ageing of three: $(cat said)"
"$CWMPLAB" link "$lab" c2 >said 2>&1 || fails "the link of c2: $(cat said)"
"$CWMPLAB" down "$lab" >/dev/null 2>&1

# On the trunk frames of VLAN 10 and 20 have tags, those of the native VLAN have none.
PATH=$PATH:/usr/sbin:/sbin
if command -v tshark >/dev/null; then
	# of a broadcast the word and the VLAN
	HOME=$dir tshark -c 5000 -r out/capture.pcapng -T fields -E occurrence=f -e vlan.id -e data.data \
		'eth.dst == ff:ff:ff:ff:ff:ff && data' 2>/dev/null |
		awk '{ print (NF == 2 ? $1 : "none"), substr($NF, 5, 4) }' | sort -u >frames
	printf '%s\n' "10 000a" "20 0014" "none 001e" | diff - frames >said || fails "tags and VLANs: $(cat said)"
fi
exit $status
