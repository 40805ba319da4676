#!/usr/bin/env bash
# Load tests against an ACS by hand: what is offered becomes something, the files hold equal
# numbers, the exit status is the verdict's, and what cannot be is refused before anything starts.
# How this machine is at the moment decides between PASS and INVALID, so both are right where
# nothing but time is in question.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
ip link set lo up
url=http://127.0.0.1:7547/cwmp

listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# acs [OPTION...]: with $acs as its process.
acs() {
	"$cwmplab" acs --listen 127.0.0.1:7547 --url "$url" --tell faults "$@" \
		>"$work/acs.events" 2>"$work/acs.log" &
	acs=$!
	wait_until listens 7547 || fail "no ACS"
}

ends() {
	kill -TERM "$1"
	timeout "$patience" tail --pid="$1" -f /dev/null || fail "SIGTERM is not obeyed"
}

# load STATUSES [ARGUMENT...]: writes a.json and a.csv; its exit status is one of those.
load() {
	local wanted=$1 status=0

	shift
	timeout "$patience" "$cwmplab" load "$@" --json "$work/a.json" --csv "$work/a.csv" \
		>"$work/a.out" 2>"$work/load.log" || status=$?
	[[ " $wanted " == *" $status "* ]] || fail "load $*: status $status: $(cat "$work/a.out")"
	sed -i 's/\r$//' "$work/a.csv"
	[ "$(field exit)" = "$status" ] || fail "status $status, but $(field exit) in the JSON"
}

# field NAME: a number or word of a.json, from its top.
field() {
	sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" "$work/a.json"
}

# adds_up: offered = started + not begun; started = completed + failed + shed + open; and the CSV
# has the same numbers.
adds_up() {
	local name begun=0

	for name in offered started completed failed shed open; do
		[ "$(field $name)" = "$(sed -n "s/^sessions,,$name,//p" "$work/a.csv")" ] ||
			fail "$name differs between JSON and CSV"
	done
	begun=$(awk -F, '$1 == "not_started" { n += $4 } END { print n + 0 }' "$work/a.csv")
	[ "$(field offered)" = $(($(field started) + begun)) ] || fail "offered does not add up"
	[ "$(field started)" = $(($(field completed) + $(field failed) + $(field shed) + \
		$(field open))) ] || fail "started does not add up"
}

# refused STATUS WORDS ARGUMENT...: nothing starts, and the words are said.
refused() {
	local wanted=$1 words=$2 status=0

	shift 2
	timeout "$patience" "$cwmplab" load "$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = "$wanted" ] || fail "load $*: status $status, not $wanted: $(cat "$work/err")"
	grep -qF -- "$words" "$work/err" || fail "load $*: says $(cat "$work/err")"
}

acs
load '0 4' --acs "$url" --cpes 40 --rate 40 --duration 2s --threshold 'failed==0' \
	--threshold 'completed==80' --seed 7 --html "$work/a.html" --hdr "$work/a.hdr" \
	--events "$work/a.ev" --sources 127.9.0.0/24
adds_up
[ "$(field offered)" = 80 ] || fail "$(field offered) of 80 sessions offered"
[ "$(field completed)" = 80 ] || [ "$(field verdict)" = INVALID ] ||
	fail "$(field completed) of 80 sessions completed"
[ "$(wc -l <"$work/a.ev")" = "$(field started)" ] || fail "no event of each session"
grep -q '^Tag=latency.session,' "$work/a.hdr" || fail "no histogram of sessions"

# A threshold that cannot hold, and one that ends the run.
load '1 4' --acs "$url" --cpes 10 --rate 10 --duration 1s --threshold 'completed>=1000'
grep -q '^FAIL\|^INVALID' "$work/a.out" || fail "$(cat "$work/a.out")"
load '1 4' --acs "$url" --cpes 40 --rate 20 --duration 600s --threshold 'completed<10' \
	--abort-on-fail --repeat 5
grep -q 'abort-on-fail' "$work/a.out" || fail "not ended early: $(cat "$work/a.out")"
[ "$(grep -c '"verdict": ' "$work/a.json")" = 1 ] || fail "what was ended began again"
# The worst of several runs is the verdict, and its reasons are told.
load '1 4' --acs "$url" --cpes 2 --rate 10 --duration 300ms --threshold 'completed>=1000' \
	--repeat 2
grep -q '"run [12] of 2: ' "$work/a.json" || fail "no reason: $(cat "$work/a.out")"

# Ctrl-C drains and reports. Meanwhile Prometheus is answered.
"$cwmplab" load --acs "$url" --cpes 10 --rate 10 --duration 600s --json "$work/a.json" \
	--prometheus 9091 >"$work/a.out" 2>"$work/load.log" &
load=$!
wait_until grep -q ' completed 1[0-9]*/s' "$work/load.log" || fail "nothing completes"
exec 3<>/dev/tcp/127.0.0.1/9091
printf 'GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' >&3
timeout "$patience" cat <&3 >"$work/metrics"
grep -q '^cwmplab_own_cpu_permille [0-9]' "$work/metrics" || fail "no metrics: $(cat "$work/metrics")"
refused 2 'Prometheus' --acs "$url" --cpes 5 --prometheus 9091
kill -INT "$load"
timeout "$patience" tail --pid="$load" -f /dev/null || fail "Ctrl-C does not end it"
status=0
wait "$load" || status=$?
[[ $status == [04] ]] || fail "Ctrl-C: status $status"
grep -q 'Ctrl-C' "$work/a.out" || fail "it does not say why it ended: $(cat "$work/a.out")"
ends "$acs"

# An ACS that sheds: all of it is counted, and the ACS has counted as many.
acs --limit-rate 10 --retry-after 2s
load '0 4' --acs "$url" --cpes 60 --rate 30 --duration 2s
adds_up
[ "$(field shed)" -gt 0 ] || fail "nothing was shed"
[ "$(field longest_wait_s)" = 2 ] || fail "Retry-After of $(field longest_wait_s) s"
ends "$acs"

# Nobody there.
load '1 4' --acs http://127.0.0.1:7547/ --cpes 5 --rate 5 --duration 1s
adds_up
grep -q 'never answered' "$work/a.out" || fail "$(cat "$work/a.out")"

# What is wrong, before anything starts.
refused 2 'which ACS' --cpes 5
refused 2 'how many CPEs' --acs "$url"
refused 2 '--rate' --acs "$url" --cpes 5 --rate fast
refused 2 '--threshold' --acs "$url" --cpes 5 --threshold 'session.p99<500'
refused 2 'model' --acs "$url" --cpes 5 --model nowhere
refused 3 'ip route add local 10.9.0.0/24' --acs "$url" --cpes 5 --sources 10.9.0.0/24
refused 2 'no-such-folder' --acs "$url" --cpes 5 --events "$work/no-such-folder/x"
(
	ulimit -n 256
	refused 3 'descriptors' --acs "$url" --cpes 5000 --rate 5000 --duration 1s
)
ip route add local 10.9.0.0/24 dev lo
load '1 4' --acs http://127.0.0.1:7547/ --cpes 5 --rate 5 --duration 1s --sources 10.9.0.0/24
