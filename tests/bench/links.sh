#!/usr/bin/env bash
# links.sh [ROUNDS [SECONDS]]: links in user space against the plain pair of a bridge: throughput of
# TCP and round trips of UDP on a link on which nothing is done, which the kernel passes on by itself
# where it can, and on one whose frames the carrier handles all the same; what delays add and what
# rates let through; then what many impaired links cost while their CPEs have sessions. In labs of an
# ordinary user.
#
# LINKS: impaired links with a CPE each, which has a session a second (1000; 0: not that part).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need iperf3
meter=${LINK_METER:-$source_dir/build/link_meter}
[ -x "$cwmplab" ] && [ -x "$meter" ] || { echo "skipped: $cwmplab or $meter is not built"; exit 77; }

rounds=${1:-3}   # of which the median counts
seconds=${2:-5}  # of a measurement of throughput
many=${LINKS:-1000}
lab=bench-links-$$
trap '"$cwmplab" down "$lab" >/dev/null 2>&1 || true; finish' EXIT

# up NAME: a lab of the file on standard input
up() {
	cat >"$work/$1.yaml"
	"$cwmplab" up "$work/$1.yaml" --out "$work/$1" >"$work/up" 2>&1 || { cat "$work/up"; exit 1; }
}
mbits() { # NODE
	"$cwmplab" exec "$lab" "$1" iperf3 --client 10.0.0.1 --time "$seconds" --json |
		sed -n '/"sum_received"/,/}/s/.*"bits_per_second":[[:space:]]*\([0-9.e+]*\).*/\1/p' |
		awk '{printf "%.1f\n", $1 / 1e6}'
}
mean_us() { # NODE
	"$cwmplab" exec "$lab" "$1" "$meter" ask 10.0.0.2 7 2000 500 500 |
		sed 's/.*mean_us=\([0-9]*\).*/\1/'
}
answers() { [ -n "$(mbits plain)" ] && [ -n "$(mean_us ours)" ]; }
set_link() { "$cwmplab" link "$lab" ours set plain "$@" >/dev/null; }

# against_bridge WHAT WORDS...: the link so, and the plain pair beside it in turns
against_bridge() {
	local what=$1 ours plain

	shift
	rm -f "$work"/*.mbits "$work"/*.us
	set_link "$@"
	for ((i = 0; i < rounds; i++)); do
		mbits plain >>"$work/plain.mbits"
		mbits ours >>"$work/ours.mbits"
		mean_us plain >>"$work/plain.us"
		mean_us ours >>"$work/ours.us"
	done
	ours=$(median <"$work/ours.mbits") plain=$(median <"$work/plain.mbits")
	row "$what, TCP" "$ours Mbit/s" "$plain Mbit/s (bridge)" "$(ratio "$ours" "$plain")" \
		'0.8 or more'
	ours=$(median <"$work/ours.us") plain=$(median <"$work/plain.us")
	row "$what, round trip" "$ours us" "$plain us (bridge)" "$(ratio "$ours" "$plain")" \
		'under 60 us'
}

up one <<-END
	name: $lab
	nodes:
	  sw1: {kind: switch}
	  far: {kind: host, attach: sw1, address: 10.0.0.1/24, command: [iperf3, --server]}
	  echo: {kind: host, attach: sw1, address: 10.0.0.2/24, command: ["$meter", echo, "7"]}
	  plain: {kind: host, attach: sw1, address: 10.0.0.3/24}
	  ours: {kind: host, address: 10.0.0.4/24, attach: {switch: sw1, link: {means: user-space}}}
END
until_true 30 answers

against_bridge 'plain link'
# No frame is that long.
against_bridge 'link by the carrier' mtu=65535
for delay in 1 10 50; do
	set_link "delay=${delay}ms"
	ours=$(mean_us ours)
	row "delay of ${delay} ms, each way" "$ours us" "$((2000 * delay)) us (asked for)" \
		"$(ratio "$ours" $((2000 * delay)))" 'within 1 ms + 2 %'
done
# What is set holds once the command is back: that is the longest it can have taken.
for ((i = 0; i < 11; i++)); do
	begun=$(date +%s%N)
	set_link "delay=${i}ms"
	echo $((($(date +%s%N) - begun) / 1000)) >>"$work/set.us"
done
row 'a change of a link that is up' "$(median <"$work/set.us") us" '50000 us' \
	"$(ratio "$(median <"$work/set.us")" 50000)" 'under 50 ms'
for rate in 1 10 100 500 1000; do
	set_link "up.rate=${rate}mbit"
	ours=$(mbits ours)
	row "rate of ${rate} Mbit/s" "$ours Mbit/s of TCP" "$rate Mbit/s (of frames)" \
		"$(ratio "$ours" "$rate")" '0.97 of 0.956 (headers)'
done
"$cwmplab" down "$lab" >/dev/null
[ "$many" -gt 0 ] || exit 0

# ---- many links -----------------------------------------------------------------------------

# CPES NAME SWITCH
homes() {
	echo "  $2: {kind: cpe, count: $1, model: hp5920, periodic-inform: 1s, boot-spread: $((many / 20 + 1))s,"
	echo "    attach: {switch: $3, link: {means: user-space, delay: 5ms, jitter: 1ms, loss: 0.1%}}}"
}
up many <<-END
	name: $lab
	seed: 15
	nodes:
	  core: {kind: switch}
	  access1: {kind: switch, attach: core}
	  access2: {kind: switch, attach: core}
	  acs: {kind: acs, attach: core, address: 10.0.0.11/16, url: "http://10.0.0.11:7547/cwmp"}
	  dhcp:
	    kind: dhcp
	    attach: core
	    address: 10.0.0.2/16
	    pools:
	      - range: 10.0.16.0-10.0.31.255
	        acs: {format: tr069, url: "http://10.0.0.11:7547/cwmp"}
	$(homes $((many / 2)) one access1)
	$(homes $((many - many / 2)) two access2)
END
sessions() { "$cwmplab" inspect "$lab" acs | sed -n 's/^sessions \([0-9]*\).*/\1/p'; }
known() { "$cwmplab" inspect "$lab" acs | tail -n +3 | wc -l; }
all_known() { [ "$(known)" -ge "$many" ]; }
carrier_ms() {
	"$cwmplab" exec "$lab" acs sh -c 'for p in /proc/[0-9]*; do
		tr "\0" " " <"$p/cmdline" | grep -q "^cwmplab linkd " && cat "$p/stat"
	done' 2>/dev/null | sed 's/.*) //' |
		awk -v hz="$(getconf CLK_TCK)" '{print ($12 + $13) * 1000 / hz}'
}
frames() {
	"$cwmplab" link "$lab" --json | sed -n 's/.*"in": \([0-9]*\).*/\1/p' | awk '{n += $1} END {print n}'
}
until_true $((many / 2 + 60)) all_known || echo "only $(known) of $many CPEs came" >&2
begun=$(date +%s%N) ms=$(carrier_ms) n=$(sessions) in=$(frames)
sleep 20
took=$((($(date +%s%N) - begun) / 1000000))
ms=$(($(carrier_ms) - ms)) n=$(($(sessions) - n)) in=$(($(frames) - in))
row "$many impaired links" "$((n * 1000 / took)) sessions/s" "$((in * 1000 / took)) frames/s" \
	"$(ratio "$ms" "$took")" 'of a processor for the carrier; none'
