#!/usr/bin/env bash
# links.sh METER: links of a lab do to packets what its file and the verb "link" say, measured in
# the nodes by a program that knows nothing of links.
meter=$1
. "$(dirname "$0")/../../support/ordinary.sh"

# Bounds of shares: 2.576 deviations of the binomial of 10,000 packets, which 99 % of runs keep; the
# seed is fixed, so that a run that keeps them keeps them again.
cat >lab.yaml <<-END
	name: $lab
	seed: 15
	nodes:
	  sw1: {kind: switch}
	  far: {kind: host, attach: sw1, address: 10.0.0.1/24, command: ["$meter", echo, "7"]}
	  many: {kind: cpe, count: 2, attach: {switch: sw1, link: bad-line}, model: hp5920}
	  near: {kind: host, address: 10.0.0.2/24, attach: {switch: sw1, link: {means: user-space, delay: 10ms}}}
	  idle: {kind: host, address: 10.0.0.3/24, attach: {switch: sw1, link: {means: user-space}}}
END
"$CWMPLAB" run lab.yaml --dry-run >said 2>&1
grep -q 'impair  *near by a carrier in user space: delay=10ms' said || fails "dry run: $(cat said)"
"$CWMPLAB" up lab.yaml --out out >said 2>&1 || { cat said; exit 1; }

# measure N GAP_US: from $from into "sent", "back" and so on
from=near
measure() {
	"$CWMPLAB" exec "$lab" "$from" "$meter" ask 10.0.0.1 7 "$1" "$2" 500 >figures 2>&1
	grep -q '^sent=' figures || { fails "meter: $(cat figures)"; exit 1; }
	eval "$(cat figures)"
}

set_link() {
	"$CWMPLAB" link "$lab" near set plain "$@" >said 2>&1 || fails "set $*: $(cat said)"
}

# within WHAT VALUE LEAST MOST
within() {
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || fails "$1: $2, $3 to $4 due ($(cat figures))"
}

echoes() { measure 3 1000; [ "$back" -gt 0 ]; }
wait_until echoes || fails "no way to far: $(cat figures)"

"$CWMPLAB" link "$lab" --json >said 2>&1 || fails "all: $(cat said)"
python3 - <<-'END' || fails "all: $(cat said)"
	import json
	assert [link['link'] for link in json.load(open('said'))] == ['many-1', 'many-2', 'near', 'idle']
END

# Whoever asks for an address of the switch is not to have its answer past the carrier.
inner=$("$CWMPLAB" exec "$lab" sw1 -- ip -o link show | grep -c '~.*<[^>]*NOARP[^>]*>')
[ "$inner" -eq 8 ] || fails "inner ends of four links without ARP: $inner"

# adds WHAT LEAST MOST COUNT: the least round trip is what the link adds; the mean of a busy
# machine may be anything, and so may be the least of a bad moment, which is measured again.
adds() {
	for _ in 1 2 3 4 5; do
		measure "$4" 2000
		[ "$least_us" -gt "$3" ] || break
	done
	within "$1" "$least_us" "$2" "$3"
}

# twice 10 ms
adds "least round trip of twice 10 ms, us" 20000 21400 200
within "packets of a link without loss" "$back" 200 200

# each way on its own
set_link up.delay=30ms
adds "least round trip of 30 ms up, us" 30000 31600 100

# a way there and a way back: the share that is lost of one way
set_link down.loss=20%
measure 10000 100
within "packets back of 20 % loss" "$back" 7897 8103
set_link down.loss=5%
measure 10000 100
within "packets back of 5 % loss" "$back" 9444 9556
set_link down.loss=1%
measure 10000 100
within "packets back of 1 % loss" "$back" 9874 9926

# of 10,000: 2 % in bursts of 4 are about 50 runs; single ones would be 196
set_link down.loss=2% burst=4 up.plain
measure 10000 100
within "runs of losses in bursts" "$runs" 25 90

set_link down.duplicate=5%
measure 10000 100
within "packets that come twice" "$twice" 443 557
within "packets of a link that duplicates" "$back" 10000 10000

set_link down.delay=5ms down.reorder=10%
measure 2000 500
[ "$overtaken" -gt 0 ] || fails "nothing was overtaken: $(cat figures)"

# what is corrupted is not taken for right: it is lost at the receiver
set_link down.corrupt=10%
measure 10000 100
within "packets back of 10 % corrupted" "$back" 8922 9078

# Of two copies one is whole, but where chance has both: of one in a hundred.
set_link down.duplicate=100% down.corrupt=10%
measure 2000 100
within "packets back of two copies, each corrupted by 10 %" "$back" 1968 1991
set_link down.corrupt=10%

# the counters say the same as the meter
"$CWMPLAB" link "$lab" near --json >said 2>&1 || fails "show: $(cat said)"
python3 - <<-'END' || fails "counters: $(cat said)"
	import json
	link, = json.load(open('said'))
	assert link['link'] == 'near' and link['now'] == 'down.corrupt=10%', link
	for way in (link['up'], link['down']):
	    gone = sum(way['dropped'].values())
	    assert way['in'] + way['duplicated'] == way['out'] + gone, way
	    assert way['dropped']['room'] == way['refused'] == way['missed'] == 0, way
END

# A frame of 142 bytes takes 1.136 ms at 1 Mbit/s, and packets come every 0.1 ms: 30 ms of them
set_link up.rate=1mbit up.queue=100
measure 300 100
within "packets that a queue of 100 lets through" "$back" 101 150

"$CWMPLAB" link "$lab" near down >said 2>&1 || fails "down: $(cat said)"
measure 5 1000
within "packets through a link that is down" "$back" 0 0
"$CWMPLAB" link "$lab" near up >said 2>&1 || fails "up: $(cat said)"
"$CWMPLAB" link "$lab" near reset >said 2>&1 || fails "reset: $(cat said)"
grep -q '^near: delay=10ms, in user space$' said || fails "reset: $(cat said)"

carrier() { # SIGNAL
	"$CWMPLAB" exec "$lab" near sh -c 'for p in /proc/[0-9]*; do
		tr "\\0" " " <"$p/cmdline" | grep -q "^cwmplab linkd " && kill -'"$1"' "${p#/proc/}"
	done' >said 2>&1
}

# Frames to which nothing is done the kernel passes on where it can, whatever the carrier does.
from=idle
measure 20 1000
within "packets through a plain link" "$back" 20 20
"$CWMPLAB" link "$lab" idle >said 2>&1
if grep -q '^idle: plain, passed on by the kernel$' said; then
	carrier STOP
	measure 20 1000
	within "packets past a carrier that stands still" "$back" 20 20
	carrier CONT
fi
"$CWMPLAB" link "$lab" idle set down.loss=100% >said 2>&1 || fails "set: $(cat said)"
grep -q '^idle: down.loss=100%, in user space$' said || fails "set: $(cat said)"
measure 20 1000
within "packets back of 100 % loss" "$back" 0 0
"$CWMPLAB" link "$lab" idle reset >said 2>&1 || fails "reset: $(cat said)"
measure 20 1000
within "packets through a link that is plain again" "$back" 20 20
"$CWMPLAB" link "$lab" idle --json >said 2>&1 || fails "show: $(cat said)"
python3 - <<-'END' || fails "counters of a plain link: $(cat said)"
	import json
	link, = json.load(open('said'))
	for way in (link['up'], link['down']):
	    assert way['in'] == way['out'] + way['dropped']['loss'], way
	assert link['up']['in'] >= 60 and link['down']['in'] >= 60, link
	assert link['down']['dropped']['loss'] >= 20, link
END
from=near

# a carrier that is killed is followed by another, which knows what the file says
"$CWMPLAB" link "$lab" near set delay=1ms >said 2>&1 || fails "set: $(cat said)"
carrier KILL
wait_until echoes || fails "no way to far after a SIGKILL: $(cat figures)"
"$CWMPLAB" link "$lab" near show >said 2>&1 || fails "show: $(cat said)"
grep -q '^near: delay=10ms, in user space$' said || fails "after a SIGKILL: $(cat said)"
grep -q '"node":"links~","event":"exited"' out/events.jsonl || grep -q '"exited".*"links~"' out/events.jsonl ||
	fails "the end of the carrier was not told"

# mistakes: exit 2, what is wrong, and what to write
says() {
	want=$1
	shift
	"$CWMPLAB" link "$@" >said 2>&1
	[ $? -eq 2 ] && grep -qF "$want" said || fails "link $*: $(cat said)"
}
says '"dely" is no key of a link; did you mean "delay"?' "$lab" near set dely=5ms
says 'jitter varies a delay, and there is none' "$lab" near set plain jitter=1ms
says '"101%" is out of range' "$lab" near set loss=101%
says 'is nothing that can be done with a link' "$lab" near sett delay=5ms
says 'many are several: say which, as many-1' "$lab" many show
says 'did you mean "near"' "$lab" neer
says 'no link is named "far"' "$lab" far
says 'has no port "eth1"' "$lab" near:eth1
exit $status
