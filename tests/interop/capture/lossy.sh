#!/usr/bin/env bash
# A generated capture with segments sent again, swapped and seen twice: every message is
# there. With segments left out: just the gaps that tshark's sequence numbers leave.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../../.." && pwd)
count=${COUNT_MESSAGES:-$source_dir/build/count_messages}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
tool=${CWMPLAB_SOURCE:-$source_dir}/../shared/tools/cwmpgen.c

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
command -v tshark >/dev/null || skip "tshark is not installed"
command -v jq >/dev/null || skip "jq is not installed"
[ -f "$tool" ] || skip "no generator at $tool"
[ -x "$count" ] && [ -x "$cwmplab" ] || skip "the programs are not built"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/cwmpgen" "$tool" -lssl -lcrypto || skip "the generator does not build"

# counts FILE [OPTION...]: "requests responses gaps bytes"
counts() {
	"$count" "${@:2}" "$1" | awk '{ print $2, $3, $5, $6 }'
}

# statuses FILE [OPTION...]: how many first lines begin so, "4000 200 2000 204 6000 POST"
statuses() {
	"$cwmplab" decode --format ndjson "$@" 2>/dev/null |
		jq -r 'select(.head) | .head | split(" ") | if .[0] == "POST" then .[0] else .[1] end' |
		sort | uniq -c | xargs
}

for tls in none 12 13; do
	"$work/cwmpgen" -n 1000 -k 64 -t $tls --retrans 20 --ooo 20 --dup 10 \
		-K "$work/keys" -o "$work/impaired.pcap" 2>/dev/null ||
		fail "the generator"
	keys=()
	[ $tls = none ] || keys=(-k "$work/keys")
	seen=$(counts "$work/impaired.pcap" "${keys[@]}")
	[ "$seen" = "6000 6000 0 0" ] || fail "impaired, TLS $tls: $seen"
	[ $tls = none ] || keys=(--keylog "$work/keys")
	seen=$(statuses "$work/impaired.pcap" "${keys[@]}")
	[ "$seen" = "4000 200 2000 204 6000 POST" ] || fail "impaired, TLS $tls: $seen"
	seen=$("$cwmplab" check "$work/impaired.pcap" "${keys[@]}")
	echo "$seen" | grep -q "^ok  2000 sessions of 1000 devices" &&
		! echo "$seen" | grep -q "sessions not judged" || fail "not whole: $seen"
	echo "ok  6,000 POSTs, 4,000 times 200, 2,000 times 204, TLS $tls"
done

"$work/cwmpgen" -n 1000 -k 64 --gap 5 -o "$work/gaps.pcap" 2>/dev/null ||
	fail "the generator"
expected=$(tshark -n -r "$work/gaps.pcap" -o tcp.relative_sequence_numbers:FALSE \
	-T fields -e ip.src -e tcp.srcport -e ip.dst -e tcp.seq -e tcp.len \
	-e tcp.flags.syn -e tcp.flags.fin 2>/dev/null |
	awk '{
		end = $1 ":" $2 ":" $3
		if (end in due && $4 != due[end]) {
			gaps++
			bytes += ($4 - due[end] + 4294967296) % 4294967296
		}
		ends = ($6 == 1 || $6 == "True") + ($7 == 1 || $7 == "True")
		due[end] = ($4 + $5 + ends) % 4294967296
	}
	END { print gaps + 0, bytes + 0 }')
[ "${expected%% *}" -gt 50 ] || fail "tshark sees no gaps: $expected"
seen=$(counts "$work/gaps.pcap" | cut -d' ' -f3-)
[ "$seen" = "$expected" ] || fail "gaps and bytes: $seen, expected $expected"
echo "ok  every gap: $seen"

# What is missing is nobody's fault, in the clear or behind TLS.
for tls in none 12 13; do
	for lost in 5 50; do
		"$work/cwmpgen" -n 300 -k 64 -t $tls --dhcp --gap $lost -K "$work/keys" \
			-o "$work/gaps.pcap" 2>/dev/null || fail "the generator"
		keys=()
		[ $tls = none ] || keys=(--keylog "$work/keys")
		"$cwmplab" check "$work/gaps.pcap" "${keys[@]}" >"$work/out" 2>&1 ||
			{ cat "$work/out"; fail "gaps are called violations, TLS $tls"; }
		grep -q "no rule was seen broken" "$work/out" || fail "no verdict"
		echo "ok  $lost of 1,000 segments lost, nobody blamed, TLS $tls"
	done
done
