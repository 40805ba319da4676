#!/usr/bin/env bash
# Decoding a capture of 8,000 CPEs against a bare libpcap loop with SAX over every body, and
# against tshark. Needs the generator and the floor beside the source tree.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
[ -e "$tools/cwmpgen.c" ] || { echo "skipped: no generator of captures here"; exit 77; }
need cc
cpes=${1:-8000}

cc -O2 -o "$work/cwmpgen" "$tools/cwmpgen.c" -lssl -lcrypto
# shellcheck disable=SC2046
cc -O2 $(pkg-config --cflags libxml-2.0) -o "$work/floor" "$tools/floor.c" -lpcap -lxml2
"$work/cwmpgen" -n "$cpes" -k 512 --dhcp -o "$work/mid.pcap" >/dev/null

for _ in 1 2 3; do
	cpu_of "$work/floor" 5 "$work/mid.pcap" >>"$work/floor.ms"
	cpu_of "$cwmplab" check -r "$work/mid.pcap" --sequence acs-migration >>"$work/ours.ms"
done
floor=$(median <"$work/floor.ms")
ours=$(median <"$work/ours.ms")
row "check, $cpes CPEs, against floor 5" "$ours ms CPU" "$floor ms CPU" "$(ratio "$floor" "$ours")" 0.5

if command -v tshark >/dev/null; then
	tshark=$(HOME=$work cpu_of tshark -n -r "$work/mid.pcap" -Y http -T fields -e http.request.method)
	row "check, $cpes CPEs, against tshark" "$ours ms CPU" "$tshark ms CPU" "$(ratio "$tshark" "$ours")" 20
fi
