#!/usr/bin/env bash
# Load tests that cannot be as they are asked for: one clear line for each mistake, with its place, the
# exit status that the manual states, and nothing is started.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
ip link set lo up
cd "$work"
url=http://127.0.0.1:7547/cwmp
mkdir folder

# refused STATUS ARGUMENT...: says nothing on standard output; what it says elsewhere is in err.
refused() {
	local wanted=$1 status=0

	shift
	timeout "$patience" "$cwmplab" "$@" >out 2>err || status=$?
	[ "$status" = "$wanted" ] || fail "$*: status $status, not $wanted: $(cat out err)"
	[ ! -s out ] || fail "$*: something was started: $(cat out)"
}

# says LINES WORDS...: so many lines, one of which has the words.
says() {
	[ "$(wc -l <err)" = "$1" ] || fail "$(wc -l <err) lines, not $1: $(cat err)"
	grep -qF -- "$2" err || fail "it does not say \"$2\": $(cat err)"
}

# ---- the command line: status, what is said in one line, what follows "load" ---------------

while IFS='|' read -r status words arguments; do
	# shellcheck disable=SC2086
	refused "$status" load $arguments
	says 1 "$words"
done <<ROWS
2|which ACS? --acs URL|--cpes 5
2|how many CPEs|--acs $url
2|--acs: "ftp" is neither http nor https|--acs ftp://127.0.0.1/ --cpes 5
2|--acs: |--acs 127.0.0.1:7547 --cpes 5
2|--cpes: |--acs $url --cpes 0
2|--cpes: |--acs $url --cpes many
2|--cpes: |--acs $url --cpes 1000001
2|--rate: this is no rate|--acs $url --cpes 5 --rate fast
2|--rate: no session ever begins|--acs $url --cpes 5 --rate 0
2|--ramp: the ramp is longer than the run|--acs $url --cpes 5 --rate 5 --ramp 20s --duration 10s
2|--duration: |--acs $url --cpes 5 --duration 10
2|--threshold: threshold 'session.p99<500': column 13|--acs $url --cpes 5 --threshold session.p99<500
2|--threshold: threshold 'sesion.p99<500ms'|--acs $url --cpes 5 --threshold sesion.p99<500ms
2|--shard: this is no shard|--acs $url --cpes 5 --shard 3/2
2|--sources: |--acs $url --cpes 5 --sources 10.9.0.0/33
2|no device model is named "nowhere"|--acs $url --cpes 5 --model nowhere
2|the search for a limit sets the rate itself|--acs $url --cpes 5 --find-limit --rate 10
2|--prometheus "0": give a port|--acs $url --cpes 5 --prometheus 0
2|no-such-file.yaml|no-such-file.yaml
2|--cpes: no-such-file.yaml says what the load is|no-such-file.yaml --cpes 5
2|--json: no-such-folder/a|--acs $url --cpes 5 --json no-such-folder/a
2|--csv: folder: Is a directory|--acs $url --cpes 5 --csv folder
2|--html: no-such-folder/a|--acs $url --cpes 5 --html no-such-folder/a
2|--hdr: no-such-folder/a|--acs $url --cpes 5 --hdr no-such-folder/a
2|--events: no-such-folder/a|--acs $url --cpes 5 --events no-such-folder/a
2|--json and --csv both write a|--acs $url --cpes 5 --json a --csv a
2|--json and --events both write standard output|--acs $url --cpes 5 --json - --events -
3|ip route add local 10.9.0.0/24 dev lo|--acs $url --cpes 5 --sources 10.9.0.0/24
ROWS
[ ! -e a ] || fail "an output is left"

# ---- a file: all mistakes at once, each with its place --------------------------------------

cat >wrong.yaml <<-'Y'
	acs: {url: "gopher://acs/"}
	cpes: 10
	arrival: {rate: quickly}
	mix:
	  - {weight: 70%}
	  - {weight: 20%, faults: [half-a-bodi]}
	storms:
	  - {kind: power-cut, at: 60s, share: 120%}
	thresholds: ["session.p99<500ms", "faild<1%"]
	colour: red
Y
refused 2 load wrong.yaml
for place in 1:12 3:17 6:28 8:39 9:35 10:1; do
	grep -q "^wrong.yaml:$place: error: " err || fail "nothing is said of $place: $(cat err)"
done
grep -q 'and nothing was started$' err || fail "$(cat err)"
printf 'acs: {url: "%s"}\ncpes: 10\nmix:\n  - {weight: 70%%}\n  - {weight: 20%%}\n' "$url" >sum.yaml
refused 2 load sum.yaml
grep -q '^sum.yaml:[0-9:]*: error: the weights add up to 90.0000%' err || fail "$(cat err)"

# ---- this machine ---------------------------------------------------------------------------

(
	ulimit -n 256
	refused 3 load --acs "$url" --cpes 5000 --rate 5000 --duration 1s
	grep -q 'SHORT: .* of 256 descriptors' err || fail "$(cat err)"
	grep -q ' do: .*ulimit -Hn' err || fail "it does not say what to do: $(cat err)"
	! grep 'tracking.*SHORT' err || fail "no rule of this namespace tracks anything"
)
PATH=$PATH:/usr/sbin:/sbin
if command -v nft >/dev/null && nft add table ip t && nft add chain ip t c \
	'{type filter hook input priority 0;}' && nft add rule ip t c ct state new accept; then
	refused 3 load --acs "$url" --cpes 1000 --rate 1000000/s --duration 1h --sources 127.64.0.0/16
	grep -q 'connection tracking  SHORT: .* connections tracked, each for [0-9]* s' err &&
		grep -q ' do: as root of the machine, .*nf_conntrack_max=[0-9]' err ||
		fail "what is tracked is not counted: $(cat err)"
	nft delete table ip t
fi
"$cwmplab" acs --listen 127.0.0.1:7547 --url "$url" >acs.events 2>acs.log &
wait_until grep -q '"event":"ready"' acs.events || fail "no ACS"
refused 2 load --acs "$url" --cpes 5 --prometheus 7547
says 1 'cannot listen on 127.0.0.1:7547 for Prometheus: Address already in use'
[ "$(grep -c '"event":"inform"' acs.events)" = 0 ] || fail "CPEs informed: $(cat acs.events)"

# ---- an ACS that is none --------------------------------------------------------------------

status=0
timeout "$patience" "$cwmplab" load --acs http://127.0.0.1:7547/elsewhere --cpes 100 --rate 100 \
	--duration 600s >out 2>err || status=$?
[[ $status == [14] ]] || fail "status $status: $(cat out err)"
grep -qE 'ended early: no Inform was answered as an ACS does it \(HTTP: .*404' out || fail "$(cat out)"

# compare reads results alone.
printf '{"kind": "cwmplab-load"}\n' >a.json
refused 2 compare a.json wrong.yaml
says 3 'a.json:1:1: error: "version" is missing'
