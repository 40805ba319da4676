#!/usr/bin/env bash
# links.sh [STAGE...]: links in user space, measured in the nodes by programs that know nothing of
# links. Of "speed", what a link adds on which nothing is done, which the kernel passes on by itself
# where it can, and one whose frames the carrier handles all the same, both beside the plain pair of a
# bridge; what delays add and what rates let through. Of "chances", what is lost, in what bursts, and
# what a capture shows of copies and of packets that overtake. Of "changes", when they take effect. Of
# "many", what impaired links cost while their CPEs have sessions. All, if none is named. A line for
# each figure with its goal; status 1 where one is missed. Needs a machine that does nothing else.
#
# ROUNDS (3): of which the median counts; DURATION (5): seconds in which throughput is measured;
# LINKS (1000): impaired ones with a CPE each, which has a session a second.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need iperf3
need python3
need tshark
need jq
meter=${LINK_METER:-$source_dir/build/link_meter}
[ -x "$cwmplab" ] && [ -x "$meter" ] || { echo "skipped: $cwmplab or $meter is not built"; exit 77; }

rounds=${ROUNDS:-3} seconds=${DURATION:-5} many=${LINKS:-1000}
failed=0
lab=bench-links-$$
trap '"$cwmplab" down "$lab" >/dev/null 2>&1 || true; finish' EXIT

# holds WHAT FIGURE LEAST MOST [UNIT]: a line; "-" has no bound.
holds() {
	local is

	is=$(awk -v a="$2" -v least="$3" -v most="$4" 'BEGIN {
		print (least == "-" || a + 0 >= least + 0) && (most == "-" || a + 0 <= most + 0) ? "holds" : "missed"
	}')
	[ "$is" = holds ] || failed=1
	printf '%-50s %12s %-7s goal %12s to %-12s %s\n' "$1" "$2" "${5:-}" "$3" "$4" "$is"
}

# up NAME [OPTION...]: a lab of the file on standard input
up() {
	local name=$1

	shift
	cat >"$work/$name.yaml"
	"$cwmplab" up "$work/$name.yaml" --out "$work/$name" "$@" >"$work/up" 2>&1 || { cat "$work/up"; exit 1; }
}
down() { "$cwmplab" down "$lab" >/dev/null; }
set_link() { "$cwmplab" link "$lab" ours set plain "$@" >/dev/null; }
mbits() { # NODE
	"$cwmplab" exec "$lab" "$1" iperf3 --client 10.0.0.1 --time "$seconds" --json |
		sed -n '/"sum_received"/,/}/s/.*"bits_per_second":[[:space:]]*\([0-9.e+]*\).*/\1/p' |
		awk '{printf "%.3f\n", $1 / 1e6}'
}
# measure NODE N GAP_US: into "sent", "back" and so on
measure() {
	eval "$("$cwmplab" exec "$lab" "$1" "$meter" ask 10.0.0.2 7 "$2" "$3" 500)"
}
mean_us() { measure "$1" 2000 500 && echo "$mean_us"; }

one_lab() { # [OPTION...]
	up one "$@" <<-END
		name: $lab
		seed: 7
		nodes:
		  sw1: {kind: switch}
		  far: {kind: host, attach: sw1, address: 10.0.0.1/24, command: [iperf3, --server]}
		  echo: {kind: host, attach: sw1, address: 10.0.0.2/24, command: ["$meter", echo, "7"]}
		  plain: {kind: host, attach: sw1, address: 10.0.0.3/24}
		  ours: {kind: host, address: 10.0.0.4/24, attach: {switch: sw1, link: {means: user-space}}}
		capture: [echo]
	END
	until_true 30 answers || { echo "the lab does not answer"; exit 1; }
}
answers() { measure plain 3 1000 2>/dev/null && [ "$back" -gt 0 ]; }
serves() { seconds=1 mbits plain 2>/dev/null | grep -q .; }

# ---- speed --------------------------------------------------------------------------------------

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
	holds "$what: TCP, of the bridge's $plain Mbit/s" "$(ratio "$ours" "$plain")" 0.8 -
	ours=$(median <"$work/ours.us") plain=$(median <"$work/plain.us")
	holds "$what: round trip, the bridge's is $plain us" "$ours" - 60 us
}

speed() {
	local delay rate

	one_lab
	until_true 30 serves || { echo "iperf3 does not answer"; exit 1; }
	against_bridge 'plain link'
	# No frame is that long.
	against_bridge 'link by the carrier' mtu=65535
	for delay in 1 10 50; do
		set_link "delay=${delay}ms"
		# half of the round trip, as two ways have it
		holds "delay of ${delay} ms" $(($(mean_us ours) / 2)) $((delay * 1000)) $((delay * 1020 + 1000)) us
	done
	for rate in 1 10 100 500 1000; do
		set_link "up.rate=${rate}mbit"
		# of TCP, which is 1,448 bytes of a frame of 1,514
		holds "rate of ${rate} Mbit/s" "$(mbits ours)" \
			"$(awk -v r="$rate" 'BEGIN {print r * 0.97 * 1448 / 1514}')" \
			"$(awk -v r="$rate" 'BEGIN {print r * 1.03 * 1448 / 1514}')" Mbit/s
	done
	down
}

# ---- chances: 10,000 packets; 2.576 deviations of what is to be expected, which 99 % of runs keep --

# numbers: of the datagrams to port 7 in the capture, in their order
numbers() {
	tshark -n -r "$work/one/capture.pcapng" -Y 'udp.dstport == 7 && ip.src == 10.0.0.4' -T fields -e udp.payload 2>/dev/null |
		python3 -c 'import sys
for line in sys.stdin:
    print(int.from_bytes(bytes.fromhex(line.strip()[:8].replace(":", "")), sys.byteorder))'
}
# captured WHAT WORDS...: measures the link so; the capture of it, alone, is left in "numbers"
captured() {
	one_lab --capture
	set_link "$@"
	measure ours 10000 500
	counter=$("$cwmplab" link "$lab" ours --json)
	down
	numbers >"$work/numbers"
}

chances() {
	local row loss least most

	one_lab
	for row in '1 74 126' '5 444 556' '20 1897 2103'; do
		read -r loss least most <<<"$row"
		set_link "down.loss=$loss%"
		measure ours 10000 200
		holds "lost of 10,000 by $loss %" $((10000 - back)) "$least" "$most"
	done
	# A chain that leaves the bad state by 1/4: runs of 4 in the mean with a deviation of 3.46, of
	# which a quarter is of one; neighbours are alike by 0.72, which makes the deviation of the
	# share 2.5 times that of single losses.
	set_link down.loss=10% burst=4 up.plain
	measure ours 10000 200
	holds 'lost of 10,000 by 10 %, in bursts of 4' $((10000 - back)) 807 1193
	holds 'mean length of a burst' "$(ratio $((10000 - back)) "$runs")" \
		"$(awk -v n="$runs" 'BEGIN {print 4 - 2.576 * 3.464 / sqrt(n)}')" \
		"$(awk -v n="$runs" 'BEGIN {print 4 + 2.576 * 3.464 / sqrt(n)}')"
	holds 'bursts of one packet, of all' "$(ratio "$singles" "$runs")" \
		"$(awk -v n="$runs" 'BEGIN {print 0.25 - 2.576 * 0.433 / sqrt(n)}')" \
		"$(awk -v n="$runs" 'BEGIN {print 0.25 + 2.576 * 0.433 / sqrt(n)}')"
	set_link down.corrupt=10%
	measure ours 10000 200
	holds 'lost of 10,000 since 10 % are corrupt' $((10000 - back)) 923 1077
	down

	captured up.duplicate=5%
	holds 'twice in the capture, of 10,000 by 5 %' "$(sort "$work/numbers" | uniq -d | wc -l)" 443 557
	holds 'twice in the capture, more than the link counted' \
		$(($(sort "$work/numbers" | uniq -d | wc -l) - $(jq '.[0].up.duplicated' <<<"$counter"))) 0 0
	captured up.delay=5ms up.reorder=10%
	# Each that is not held back is in front of ten others.
	python3 - "$work/numbers" >"$work/early" <<-'END'
		import sys
		numbers = [int(line) for line in open(sys.argv[1])]
		least, early = 1 << 32, 0
		for number in reversed(numbers):
		    early += number > least
		    least = min(least, number)
		print(early)
	END
	holds 'early in the capture, of 10,000 by 10 %' "$(cat "$work/early")" 923 1077
	# One that finds none under way overtakes nobody: this machine stood still, or it was the first.
	holds 'early in the capture, more than the link counted' \
		$(($(cat "$work/early") - $(jq '.[0].up.reordered' <<<"$counter"))) -20 0
}

# ---- changes: from the start of the command to the first packet that shows it --------------------

changes() {
	local i begun words pid

	one_lab
	for ((i = 0; i < 20; i++)); do
		# An answer that takes 20 ms longer, or none.
		words=$([ $((i % 2)) -eq 0 ] && echo delay=20ms || echo down.loss=100%)
		set_link delay=1us
		"$cwmplab" exec "$lab" ours "$meter" trace 10.0.0.2 7 2000 500 300 >"$work/trace" &
		pid=$!
		read -rt 0.1 <> <(:) || true
		begun=$(date +%s%N)
		set_link $words
		wait "$pid"
		awk -v begun=$((begun / 1000)) '$1 >= begun && ($2 < 0 || $2 > 19000) {
			print $1 - begun
			exit
		}' "$work/trace" >>"$work/effect"
	done
	holds 'changes that were seen on the wire' "$(wc -l <"$work/effect")" 20 20
	holds 'a change takes effect after, median' "$(median <"$work/effect")" - 50000 us
	holds 'a change takes effect after, worst of 20' "$(sort -n "$work/effect" | tail -n 1)" - 50000 us
	down
}

# ---- many links ---------------------------------------------------------------------------------

# CPES NAME SWITCH
homes() {
	echo "  $2: {kind: cpe, count: $1, model: hp5920, periodic-inform: 1s, boot-spread: $((many / 20 + 1))s,"
	echo "    attach: {switch: $3, link: {means: user-space, delay: 5ms, jitter: 1ms, loss: 0.1%}}}"
}
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

many() {
	local begun took ms n in

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
	until_true $((many / 2 + 60)) all_known || true
	holds 'CPEs that came' "$(known)" "$many" -
	begun=$(date +%s%N) ms=$(carrier_ms) n=$(sessions) in=$(frames)
	sleep 20
	took=$((($(date +%s%N) - begun) / 1000000))
	ms=$(($(carrier_ms) - ms)) n=$(($(sessions) - n)) in=$(($(frames) - in))
	holds "sessions a second over $many links" $((n * 1000 / took)) $((many * 95 / 100)) -
	holds "of a processor for $((in * 1000 / took)) frames a second" "$(ratio "$ms" "$took")" - -
	down
}

[ $# -gt 0 ] || set -- speed chances changes many
for stage; do
	case $stage in
	speed | chances | changes | many) "$stage" ;;
	*) echo "links.sh: no stage is named \"$stage\""; exit 2 ;;
	esac
done
exit $failed
