#!/usr/bin/env bash
# TLS as models say it, seen on the wire: who resumes sessions by ticket and who does not, in both
# versions, and an ACS that a CPE has no version in common with. What the report says of each
# session is what tshark sees of its handshake.
#
#   new (TLS 1.3, resumes)   old (TLS 1.2, resumes)   full (resumes nothing) ── tickets (ACS)
#   late (TLS 1.2)                                                           ── strict (ACS, 1.3)
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq jq tshark
export HOME=$dir

models=$CWMPLAB_SOURCE/topologies/models
cp "$models/hp5920.yaml" full.yaml
sed 's/^root:/tls: {resumes: yes}\nroot:/' full.yaml >new.yaml
sed 's/^root:/tls: {max: "1.2", resumes: yes}\nroot:/' full.yaml >old.yaml
sed 's/^root:/tls: {max: "1.2"}\nroot:/' full.yaml >late.yaml
cat >topology.yaml <<END
name: $lab
nodes:
  sw1:  {kind: switch}
  dns:  {kind: dns, attach: sw1, address: 10.0.0.3/24}
  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [
    {range: 10.0.0.100-10.0.0.199, dns: [dns], acs: {url: "https://tickets.lab:7548/cwmp"}}]}
  tickets: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "https://tickets.lab:7548/cwmp",
    tls: {tickets: yes}}
  strict:  {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "https://strict.lab:7548/cwmp",
    tls: {min: "1.3"}}
  new:  {kind: cpe, attach: sw1, model: ./new.yaml, serial-base: new1, periodic-inform: 1s}
  old:  {kind: cpe, attach: sw1, model: ./old.yaml, serial-base: old1, periodic-inform: 1s}
  full: {kind: cpe, attach: sw1, model: ./full.yaml, serial-base: full1, periodic-inform: 1s}
  late: {kind: cpe, attach: sw1, model: ./late.yaml, acs: {url: "https://strict.lab:7548/cwmp"}}
expect:
  - {sequence: periodic, nodes: [new, old, full], within: $((patience * 9 / 10))s}
END
"$CWMPLAB" run topology.yaml --out out >said 2>&1 || fails "the run: status $?: $(cat said)"

# How the sessions of a serial number begin, in order: their TLS, "resumed" or "full".
handshakes() {
	jq -r --arg serial "$1" '.sessions[] | select(.serial == $serial) |
		[.messages[] | select(.kind == "TLS" and (.name | startswith("TLS")))][0] |
		.name + (if .detail | endswith(", resumed") then " resumed" else " full" end)' \
		out/report.json
}
# begin NAME FIRST LATER: all but the first session of that CPE begin like the second
begin() {
	local got

	got=$(handshakes "$1" | sort | uniq)
	[ "$(handshakes "$1" | head -n 1)" = "$2" ] || fails "$1: the first session: $(handshakes "$1")"
	[ "$(handshakes "$1" | tail -n +2 | sort -u)" = "$3" ] || fails "$1: those after it: $got"
}
begin new1 'TLS 1.3 full' 'TLS 1.3 resumed'
begin old1 'TLS 1.2 full' 'TLS 1.2 resumed'
begin full1 'TLS 1.3 full' 'TLS 1.3 full'

# What tshark sees: a pre_shared_key in the ServerHello of TLS 1.3; no Certificate in TLS 1.2, where
# it goes in the clear.
address() { jq -r --arg serial "$1" '[.sessions[] | select(.serial == $serial).cpe][0]' out/report.json; }
count() { tshark -n -r out/capture.pcapng -Y "$1" -T fields -e tcp.stream 2>/dev/null | sort -u | wc -l; }
resumed() { handshakes "$1" | grep -c ' resumed'; }
[ "$(count "ip.dst == $(address new1) && tls.handshake.type == 2 && tls.handshake.extension.type == 41")" = \
	"$(resumed new1)" ] || fails "tshark sees other resumptions of new"
[ "$(count "ip.dst == $(address full1) && tls.handshake.type == 2 && tls.handshake.extension.type == 41")" = 0 ] ||
	fails "tshark sees a resumption of full"
hellos=$(count "ip.dst == $(address old1) && tls.handshake.type == 2")
certificates=$(count "ip.dst == $(address old1) && tls.handshake.type == 11")
[ $((hellos - certificates)) = "$(resumed old1)" ] ||
	fails "tshark sees $hellos ServerHellos and $certificates certificates of old"

# No version in common.
why=$(jq -r '.sessions[] | select(.acs | startswith("10.0.0.12:")) | .failure.text // empty' \
	out/report.json | sort -u)
[ "$why" = "alert protocol_version from the ACS: the CPE offers TLS 1.2 at most" ] ||
	fails "late: $why"
grep -q '"late".*"layer":"TLS","why":"the two ends have no TLS version in common"' out/events.jsonl ||
	fails "late: $(grep '"late"' out/events.jsonl | grep session-end)"
exit $status
