#!/usr/bin/env bash
# netem.sh: links by netem do to packets what the same words do in user space: both are measured in a
# lab by one program, in turns. METER: build/link_meter.
meter=${METER:?}
. "$(dirname "$0")/../support/ordinary.sh"
need iperf3 python3

cat >lab.yaml <<-END
	name: $lab
	seed: 15
	nodes:
	  sw1: {kind: switch}
	  far: {kind: host, attach: sw1, address: 10.0.0.1/24, command: ["$meter", echo, "7"]}
	  sink: {kind: host, attach: sw1, address: 10.0.0.2/24, command: [iperf3, --server]}
	  netem: {kind: host, address: 10.0.0.3/24, attach: {switch: sw1, link: {means: netem, delay: 1ms}}}
	  ours: {kind: host, address: 10.0.0.4/24, attach: {switch: sw1, link: {means: user-space, delay: 1ms}}}
END
"$CWMPLAB" up lab.yaml --out out >said 2>&1 || { cat said; exit 1; }

# figures NODE N GAP_US: what the meter says of it, into netem_back, ours_back and so on
figures() {
	"$CWMPLAB" exec "$lab" "$1" "$meter" ask 10.0.0.1 7 "$2" "$3" 3000 >figures 2>&1
	grep -q '^sent=' figures || { fails "meter: $(cat figures)"; exit 1; }
	eval "$(sed "s/\([a-z_]*\)=/$1_\1=/g" figures)"
}
# both N GAP_US
both() {
	figures netem "$@"
	figures ours "$@"
}
set_links() {
	words=$*
	for node in netem ours; do
		"$CWMPLAB" link "$lab" $node set plain "$@" >said 2>&1 || fails "set $*: $(cat said)"
	done
}
# within WHAT VALUE LEAST MOST
within() {
	echo "$words: $1: $2, $3 to $4 due"
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || misses+="$words: $1: $2, $3 to $4 due"$'\n'
}
# try COMMAND...: what calls "within", again where it missed: the chances of netem have no seed, and a
# machine that is emulated stands still now and then, which loses packets of either.
try() {
	local _

	for _ in 1 2 3; do
		misses=
		"$@"
		[ -n "$misses" ] || return 0
	done
	fails "$misses"
}
echoes() { both 3 1000; [ "$netem_back" -gt 0 ] && [ "$ours_back" -gt 0 ]; }
wait_until echoes || fails "no way to far: $(cat figures)"
"$CWMPLAB" link "$lab" netem >said 2>&1
grep -q '^netem: delay=1ms, by netem$' said || fails "means: $(cat said)"

# ---- delay: of the round trip that takes least, less that of a link that only carries -----------

words=mtu=65535
"$CWMPLAB" link "$lab" ours set plain mtu=65535 >said 2>&1 || fails "$(cat said)"
"$CWMPLAB" link "$lab" netem set plain >said 2>&1 || fails "$(cat said)"
both 300 3000
netem_bare=$netem_least_us ours_bare=$ours_least_us
echo "round trip of links that do nothing: $netem_bare us, $ours_bare us in user space"
delay() { # MS
	local netem_adds ours_adds bound=$((1000 + $1 * 20))

	set_links "delay=${1}ms"
	both 300 3000
	netem_adds=$(((netem_least_us - netem_bare) / 2)) ours_adds=$(((ours_least_us - ours_bare) / 2))
	within 'one way in user space, us' "$ours_adds" $(($1 * 1000 - bound)) $(($1 * 1000 + bound))
	within 'one way by netem, us' "$netem_adds" $((ours_adds - bound)) $((ours_adds + bound))
}
for ms in 1 5 20 100; do
	try delay $ms
done

# ---- shares of 10,000: 2.576 deviations of the binomial, which 99 % of runs keep ------------------

# share WORDS FIGURE LEAST MOST: of both; the figure is the meter's
share() {
	local netem=netem_$2 ours=ours_$2

	set_links $1
	both 10000 2000
	within "$2, by netem" "${!netem}" "$3" "$4"
	within "$2, in user space" "${!ours}" "$3" "$4"
}
try share down.loss=1% back 9874 9926
try share down.loss=5% back 9444 9556
try share down.loss=20% back 7897 8103
# 50 runs are due, with a deviation of 7
try share 'down.loss=2% burst=4 up.plain' runs 32 68
try share down.duplicate=5% twice 443 557
try share down.corrupt=10% back 8922 9078
# Each that goes at once overtakes the ten that wait: 1 - 0.9^10 of the others come behind one.
try share 'down.delay=20ms down.reorder=10%' overtaken 5300 6400
for node in netem ours; do
	"$CWMPLAB" link "$lab" $node down >said 2>&1 || fails "down: $(cat said)"
done
down() {
	words=down
	both 20 1000
	within 'back, by netem' "$netem_back" 0 0
	within 'back, in user space' "$ours_back" 0 0
}
try down

# ---- rate: of TCP, in kbit/s; its headers take the same of both ---------------------------------

kbits() {
	"$CWMPLAB" exec "$lab" "$1" iperf3 --client 10.0.0.2 --time 8 --omit 2 --json |
		python3 -c 'import json, sys
print(int(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"] / 1000))'
}
rate() { # MBIT
	local netem_kbits ours_kbits

	set_links "up.rate=${1}mbit"
	netem_kbits=$(kbits netem) ours_kbits=$(kbits ours)
	within 'kbit/s in user space' "$ours_kbits" $(($1 * 956 * 97 / 100)) $(($1 * 956 * 103 / 100))
	within 'kbit/s by netem' "$netem_kbits" $((ours_kbits * 97 / 100)) $((ours_kbits * 103 / 100))
}
try rate 1
try rate 5
exit $status
