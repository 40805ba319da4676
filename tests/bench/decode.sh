#!/usr/bin/env bash
# decode.sh [ROUNDS]: checking captures with all rules on, in CPU time on one core, against
# - floor 5: a bare libpcap loop with libxml2's SAX over every body, as text and as JSON,
# - floor 1: that loop with a table of flows, over traffic that holds no CWMP,
# - tshark -Y http -T fields, plain and over TLS with the same key log,
# medians of ROUNDS (5) in turn; and the most memory it takes, of lines of JSON and of ladders,
# too. Time grows with the packets; memory with the devices, whose history is kept, and a
# little with the connections that are open at a time; not with packets, bytes or sessions. Of
# devices, and of hosts that no session comes from, it forgets all but 65,536 each. The last
# line says what a packet and a device cost.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
[ -e "$tools/cwmpgen.c" ] || { echo "skipped: no generator of captures here"; exit 77; }
need cc
rounds=${1:-5}
here=$(dirname "$0")/decode
pin=()
[ "$(nproc)" -lt 2 ] || ! command -v taskset >/dev/null || pin=(taskset -c 1)

cc -O2 -o "$work/cost" "$here/cost.c"
cc -O2 -o "$work/bulk" "$here/bulk.c"
cc -O2 -o "$work/crowd" "$here/crowd.c"
cc -O2 -o "$work/cwmpgen" "$tools/cwmpgen.c" -lssl -lcrypto
# shellcheck disable=SC2046
cc -O2 $(pkg-config --cflags libxml-2.0) -o "$work/floor" "$tools/floor.c" -lpcap -lxml2

# measure NAME COMMAND...: adds "CPU-ms KiB" to the figures of that name.
measure() {
	local name=$1

	shift
	HOME=$work "${pin[@]}" "$work/cost" "$@" >>"$work/$name.figures"
}
ms() { awk '{print $1}' "$work/$1.figures" | median; }
mb() { awk '{print $2 / 1024}' "$work/$1.figures" | sort -n | awk 'END {printf "%.1f", $1}'; }

# against WHAT OURS THEIRS GOAL
against() {
	row "$1" "$(ms "$2") ms CPU" "$(ms "$3") ms CPU" "$(ratio "$(ms "$3")" "$(ms "$2")")" "$4"
}

fields=(-Y http -T fields -e frame.number)
has_tshark=$(command -v tshark || echo "")
[ -n "$has_tshark" ] || echo "skipped against tshark: it is not installed"

capture=$work/mid.pcap
packets=$("$work/cwmpgen" -n 8000 -k 512 --dhcp -o "$capture" 2>&1 | awk '{print $1}')
for ((i = 0; i < rounds; i++)); do
	measure floor5 "$work/floor" 5 "$capture"
	measure mid "$cwmplab" check "$capture"
	measure json "$cwmplab" check --json "$capture"
	measure table "$cwmplab" check --table "$capture"
	measure lines "$cwmplab" check --format ndjson "$capture"
	measure ladders "$cwmplab" decode "$capture"
	[ -z "$has_tshark" ] || measure tshark tshark -n -r "$capture" "${fields[@]}"
done
against "8,000 CPEs, against floor 5" mid floor5 0.7
against "8,000 CPEs, JSON, against floor 5" json floor5 0.6
[ -z "$has_tshark" ] || against "8,000 CPEs, against tshark" mid tshark 20

for tls in 13 12; do
	capture=$work/tls$tls.pcap keys=$work/keys$tls
	[ -n "$has_tshark" ] || break
	"$work/cwmpgen" -n 3000 -k 256 -t "$tls" -K "$keys" -o "$capture" 2>/dev/null
	for ((i = 0; i < rounds; i++)); do
		measure "ours$tls" "$cwmplab" check "$capture" --keylog "$keys"
		measure "tshark$tls" tshark -n -r "$capture" -o "tls.keylog_file:$keys" "${fields[@]}"
	done
	against "3,000 CPEs, TLS 1.${tls#1}, tshark" "ours$tls" "tshark$tls" 8
	rm "$capture"
done

capture=$work/bulk.pcap
"$work/bulk" 1000000000 "$capture"
for ((i = 0; i < rounds; i++)); do
	measure floor1 "$work/floor" 1 "$capture"
	measure bulk "$cwmplab" check "$capture"
done
against "1 GB without CWMP, against floor 1" bulk floor1 0.5
rm "$capture"

capture=$work/crowd.pcap
"$work/crowd" 1000000 "$capture"
measure crowd "$cwmplab" check "$capture"
rm "$capture"

capture=$work/big.pcap
big_packets=$("$work/cwmpgen" -n 60000 -k 512 --dhcp -o "$capture" 2>&1 | awk '{print $1}')
measure big "$cwmplab" check "$capture"
for name in mid json table lines ladders big bulk; do
	row "memory, $name" "$(mb $name) MB" "64 MB" "$(ratio 64 "$(mb $name)")" 1
done
row "memory, 1,000,000 strangers" "$(mb crowd) MB" "256 MB" "$(ratio 256 "$(mb crowd)")" 1
echo "a packet: $((1000000 * $(ms mid) / packets)) ns of mid," \
	"$((1000000 * $(ms big) / big_packets)) ns of big; a device more:" \
	"$(awk -v a="$(mb mid)" -v b="$(mb big)" 'BEGIN {printf "%.0f", (b - a) * 1048576 / 52000}') bytes"
