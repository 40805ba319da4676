#!/usr/bin/env bash
# A link in user space on which nothing is done, against the plain pair of a bridge: throughput of
# TCP and round trips of UDP; then what delays are added exactly. In labs of an ordinary user.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need iperf3
meter=${LINK_METER:-$source_dir/build/link_meter}
[ -x "$cwmplab" ] && [ -x "$meter" ] || { echo "skipped: $cwmplab or $meter is not built"; exit 77; }

rounds=${1:-3}   # of which the median counts
seconds=${2:-5}  # of a measurement of throughput
lab=bench-links-$$
trap '"$cwmplab" down "$lab" >/dev/null 2>&1 || true; finish' EXIT

cat >"$work/lab.yaml" <<END
name: $lab
nodes:
  sw1: {kind: switch}
  far: {kind: host, attach: sw1, address: 10.0.0.1/24, command: [iperf3, --server]}
  echo: {kind: host, attach: sw1, address: 10.0.0.2/24, command: ["$meter", echo, "7"]}
  plain: {kind: host, attach: sw1, address: 10.0.0.3/24}
  ours: {kind: host, address: 10.0.0.4/24, attach: {switch: sw1, link: {means: user-space}}}
END
"$cwmplab" up "$work/lab.yaml" --out "$work/out" >"$work/up" 2>&1 || { cat "$work/up"; exit 1; }

mbits() { # NODE
	"$cwmplab" exec "$lab" "$1" iperf3 --client 10.0.0.1 --time "$seconds" --json |
		sed -n '/"sum_received"/,/}/s/.*"bits_per_second":[[:space:]]*\([0-9.e+]*\).*/\1/p' |
		awk '{printf "%d\n", $1 / 1e6}'
}
mean_us() { # NODE
	"$cwmplab" exec "$lab" "$1" "$meter" ask 10.0.0.2 7 2000 500 500 |
		sed 's/.*mean_us=\([0-9]*\).*/\1/'
}
answers() { [ -n "$(mbits plain)" ] && [ -n "$(mean_us ours)" ]; }
until_true 30 answers

for ((i = 0; i < rounds; i++)); do
	mbits plain >>"$work/plain.mbits"
	mbits ours >>"$work/ours.mbits"
	mean_us plain >>"$work/plain.us"
	mean_us ours >>"$work/ours.us"
done
ours=$(median <"$work/ours.mbits") plain=$(median <"$work/plain.mbits")
row 'link in user space, TCP' "$ours Mbit/s" "$plain Mbit/s (bridge)" \
	"$(ratio "$ours" "$plain")" '0.8 or more'
ours=$(median <"$work/ours.us") plain=$(median <"$work/plain.us")
row 'link in user space, round trip' "$ours us" "$plain us (bridge)" \
	"$(ratio "$ours" "$plain")" 'under 60 us'

for delay in 1 10 50; do
	"$cwmplab" link "$lab" ours set plain "delay=${delay}ms" >/dev/null
	ours=$(mean_us ours)
	row "delay of ${delay} ms, each way" "$ours us" "$((2000 * delay)) us (asked for)" \
		"$(ratio "$ours" $((2000 * delay)))" 'within 1 ms + 2 %'
done
for rate in 1 10 100; do
	"$cwmplab" link "$lab" ours set plain "up.rate=${rate}mbit" >/dev/null
	ours=$(mbits ours)
	row "rate of ${rate} Mbit/s" "$ours Mbit/s of TCP" "$rate Mbit/s (of frames)" \
		"$(ratio "$ours" "$rate")" '0.97 of 0.956 (headers)'
done
