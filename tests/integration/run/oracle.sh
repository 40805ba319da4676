#!/usr/bin/env bash
# oracle.sh OUT XSD [TSHARK-OPTION...]: what other people's programs say of a run's output folder.
#
#   tshark, given the capture alone, shows the same HTTP messages at the same frames as
#   report.json, no malformed packet, and bodies that the BBF's schema accepts (xmllint;
#   XSD may be absent, then that part is told as not checked). Files that an ACS serves are
#   no messages of a session, and left out.
set -euo pipefail
out=$1
xsd=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work

fail() {
	echo "oracle: $1"
	exit 1
}

# One reading of the capture tells all: what is HTTP, what is malformed, and the bodies.
files='http.request.uri contains "/files/" or http.response_for.uri contains "/files/"'
read_capture() {
	rm -rf "$work/bodies"
	tshark -n "$@" -r "$out/capture.pcapng" -T fields \
		-Y "http and not ($files) or _ws.malformed" \
		-e frame.number -e http.request.method -e http.response.code -e _ws.malformed \
		--export-objects "http,$work/bodies" >"$work/all" 2>"$work/complaints"
	find "$work/bodies" -name '*.cfg' -delete
	grep -i malformed "$work/all" >"$work/malformed" || true
	grep -iv malformed "$work/all" | sed 's/\t*$//; s/\t\t*/ /' | sort -n >"$work/tshark"
	diff "$work/tshark" "$work/ours" >"$work/diff"
}

# A client port that tshark knows as another protocol's (34980: EtherCAT) hides its session.
# Where chance has chosen one, tshark is told what the servers' ports carry.
odd_ports() {
	comm -12 \
		<(tshark -n -r "$out/capture.pcapng" -Y 'tcp.flags.syn == 1 && tcp.flags.ack == 0' \
			-T fields -e tcp.srcport 2>/dev/null | sort -u) \
		<(tshark -G decodes 2>/dev/null | awk '$1 == "tcp.port" {print $2}' | sort -u)
}

jq -r '.sessions[].messages[] | select(.kind == "HTTP" or .kind == "CWMP")
	| "\(.frame) \(if .from == "acs" then .status else "POST" end)"' \
	"$out/report.json" | sort -n >"$work/ours"
if ! read_capture "$@"; then
	odd=$(odd_ports)
	if [ -n "$odd" ]; then
		echo "oracle: tshark takes client port" $odd "for another protocol's"
		read_capture "$@" -d tcp.port==7548,tls -d tcp.port==7547,http \
			-d tcp.port==9090,http || true
	fi
fi
[ -s "$work/tshark" ] || fail "tshark shows no HTTP at all: $(cat "$work/complaints")"
[ ! -s "$work/diff" ] ||
	fail "tshark (<) and the report (>) differ: $(head -20 "$work/diff")"
[ ! -s "$work/malformed" ] || fail "malformed: $(head -3 "$work/malformed")"

bodies=$(find "$work/bodies" -type f -size +0 | wc -l)
[ "$bodies" -gt 0 ] || fail "no body was exported"
if grep -L 'mustUnderstand="1"' -r "$work/bodies" | grep -q .; then
	fail "an envelope's ID is without mustUnderstand=\"1\""
fi
if [ -e "$xsd" ]; then
	find "$work/bodies" -type f -size +0 -print0 |
		xargs -0 xmllint --noout --nonet --schema "$xsd" >"$work/xmllint" 2>&1 ||
		fail "$(grep -v validates "$work/xmllint" | head -5)"
	echo "oracle: $(wc -l <"$work/ours") messages agree, $bodies bodies valid"
else
	echo "oracle: $(wc -l <"$work/ours") messages agree, $bodies bodies not checked: no schema"
fi
