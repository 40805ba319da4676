#!/usr/bin/env bash
# load.sh [STAGE...]: what a load test promises, at full size, each stage by itself: rate, honest,
# storms, limit, accounts, look. A line for each figure with its goal; status 1 where one is missed.
# They want a machine with nothing else to do: where it has not the time, a run says INVALID, and
# this says so. TIMES: how often "honest" (20) and "limit" (5) are tried. NODE_PATH: where "look" finds
# hdr-histogram-js of npm.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
need jq
build=$(dirname "$cwmplab")
export CWMPLAB=$cwmplab CWMPLAB_SOURCE=$source_dir
export PACED_ACS=${PACED_ACS:-$build/paced_acs}
failed=0
chmod 711 "$work"

# holds WHAT FIGURE GOAL TEST: a line, and whether the test's expression of jq or the shell holds.
holds() {
	local is=missed

	if [ "$4" = true ]; then is=holds; else failed=1; fi
	printf '%-52s %-22s goal %-22s %s\n' "$1" "$2" "$3" "$is"
}

# says FILE EXPRESSION: of a result, or "none".
says() {
	jq -r "$2" "$1" 2>/dev/null || echo none
}

# as_user COMMAND...: labs need no root, and their tests are not to have it.
as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$work/home" "$@"
	else
		"$@"
	fi
}

# lab NAME FILE: runs it as an ordinary user, with its results in $work/lab/NAME.
lab() {
	local status=0

	as_user "$cwmplab" run "$2" --out "$work/lab/$1" >"$work/lab-$1.said" 2>&1 || status=$?
	[ -s "$work/lab/$1/load-homes.json" ] || tail -n 5 "$work/lab-$1.said"
	return $status
}

# ---- 1,000 CPEs at 1,000 sessions a second for a minute -------------------------------------

rate() {
	local result=$work/rate.json url=http://127.0.0.1:17551/cwmp

	"$cwmplab" acs --listen 127.0.0.1:17551 --url $url --auth none --tell faults \
		--door "$work/door" >"$work/acs.events" 2>"$work/acs.log" &
	pids+=($!)
	until_true 20 grep -qs '"ready"' "$work/acs.events"
	"$cwmplab" load --acs $url --cpes 1000 --rate 1000 --duration 60s \
		--sources 127.64.0.0/10 --door "$work/door" --quiet --json "$result" \
		>"$work/load.log" 2>&1
	kill "${pids[@]}"
	wait "${pids[@]}"
	pids=()
	holds "1,000 CPEs, 1,000 sessions/s, a minute" "$(says "$result" .verdict)" PASS \
		"$(says "$result" '.verdict == "PASS"')"
	holds "  completed" "$(says "$result" '"\(.completed) of \(.offered)"')" "60000 of 60000" \
		"$(says "$result" '.completed == 60000 and .offered == 60000')"
	holds "  later than 50 ms" "$(says "$result" .late)" 0 "$(says "$result" '.late == 0')"
	holds "  p99 from the intended start, ms" \
		"$(says "$result" .latency.session.p99_ms)" - true
	holds "  accounts that differ" "$(says "$result" '.differences | length')" 0 \
		"$(says "$result" '.differences == []')"
}

# ---- whose fault it is ---------------------------------------------------------------------

honest() {
	local times=${TIMES:-20} said n

	said=$(TIMES=$times "$source_dir/tests/integration/cpe/load_honest.sh" 2>&1)
	n=$(grep -c ": $times of $times$" <<<"$said")
	sed 's/^/  /' <<<"$said"
	holds "kinds of it, each $times times" "$n of 7" "7 of 7" "$([ "$n" -eq 7 ] && echo true)"
}

# ---- storms -----------------------------------------------------------------------------------

# An uplink that is cut for half of the CPEs, which inform each five seconds.
uplink_lab() {
	cat >"$work/lab/uplink.yaml" <<-'Y'
		name: uplink
		seed: 5
		nodes:
		  sw1: {kind: switch}
		  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "http://acs.lab:7547/cwmp"}
		  homes:
		    kind: load
		    attach: sw1
		    address: 10.0.0.20/24
		    sources: 100.64.0.0/16
		    acs: acs
		    keeps: [RTY, EVT]
		    profile:
		      cpes: 1000
		      interval: 5s
		      spread: yes
		      arrival: {ramp: 5s}
		      duration: 30s
		      storms: [{kind: uplink-cut, at: 12s, for: 6s, share: 50%, from: 25%}]
		expect:
		  - {sequence: bootstrap, nodes: homes}
	Y
}

storms() {
	local result=$work/lab/power/load-homes.json status=0

	lab power "$source_dir/topologies/power-cut" || status=$?
	holds "10,000 homes boot within 5 s, 500 sessions/s" "$(says "$result" .verdict)" PASS \
		"$(says "$result" '.verdict == "PASS"')"
	holds "  retries outside of the table, steps not gone" "status $status" "status 0" \
		"$([ "$status" -eq 0 ] && echo true)"
	holds "  recovered after, s" "$(says "$result" '.recovery_ms / 1000')" - \
		"$(says "$result" '.recovery_ms > 0')"
	holds "  boot, served" "$(says "$result" .latency.boot.count)" 20000 \
		"$(says "$result" '.latency.boot.count == 20000')"
	holds "  the operator's get, p50 and max, ms" \
		"$(says "$result" '.latency["probe-get"] | "\(.p50_ms) \(.max_ms)"')" - \
		"$(says "$result" '.latency["probe-get"].count > 0')"
	holds "  accounts that differ" "$(says "$result" '.differences | length')" 0 \
		"$(says "$result" '.differences == []')"

	uplink_lab
	status=0
	lab uplink "$work/lab/uplink.yaml" || status=$?
	result=$work/lab/uplink/load-homes.json
	holds "an uplink cut of 500 of 1,000 CPEs" "$(says "$result" .verdict)" PASS \
		"$(says "$result" '.verdict == "PASS"')"
	holds "  rules and steps" "status $status" "status 0" "$([ "$status" -eq 0 ] && echo true)"
	holds "  sessions with 1 BOOT in the capture" \
		"$(boots "$work/lab/uplink/capture.pcapng")" 1000 \
		"$([ "$(boots "$work/lab/uplink/capture.pcapng")" = 1000 ] && echo true)"
	holds "  accounts that differ" "$(says "$result" '.differences | length')" 0 \
		"$(says "$result" '.differences == []')"
}

# boots FILE: sessions that tell of a boot.
boots() {
	"$cwmplab" check "$1" --event '1 BOOT' --format json 2>/dev/null | jq '.sessions | length'
}

# ---- the limit of an ACS -------------------------------------------------------------------

limit() {
	local times=${TIMES:-5} n=0 i

	for ((i = 0; i < times; i++)); do
		TIMES=1 "$source_dir/tests/integration/cpe/load_limit.sh" >"$work/limit.said" 2>&1 &&
			n=$((n + 1))
		sed 's/^/  /' "$work/limit.said"
	done
	holds "find-limit, within 5 % of 200 sessions/s" "$n of $times" "$times of $times" \
		"$([ "$n" -eq "$times" ] && echo true)"
}

# ---- accounts ----------------------------------------------------------------------------------

# 5 % of the packets are lost, an ACS is killed, and CPEs hang up.
accounts_lab() {
	cat >"$work/lab/accounts.yaml" <<-'Y'
		name: accounts
		seed: 5
		nodes:
		  sw1: {kind: switch}
		  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "http://acs.lab:7547/cwmp"}
		  homes:
		    kind: load
		    attach: {switch: sw1, link: {loss: 5%}}
		    address: 10.0.0.20/24
		    sources: 100.64.0.0/16
		    acs: acs
		    profile:
		      cpes: 2000
		      arrival: {rate: 100/s}
		      duration: 40s
		      drain: 40s
		      storms: [{kind: acs-restart, at: 15s, for: 2s}]
		      mix:
		        - {weight: 90%}
		        - {weight: 10%, faults: [drop-after-inform]}
	Y
}

# Of what the three differ by each row is one that the fleet has seen may be: with the rows its
# numbers are the other's, and nothing is left over.
accounts() {
	local result=$work/lab/accounts/load-homes.json report=$work/lab/accounts/report.json

	accounts_lab
	lab accounts "$work/lab/accounts.yaml"
	jq '.loads[0] | {result, accounts: (.result.accounts + [.capture + {who: "capture", open: 0}]),
		differences: (.result.differences + .differences)}' "$report" >"$work/accounts.json"
	report=$work/accounts.json
	holds "5 % loss, SIGKILL of the ACS, CPEs that hang up" "$(says "$result" .verdict)" - true
	holds "  offered, and what became of it" \
		"$(says "$result" '"\(.offered) \(.started + ([.not_started[]] | add))"')" equal \
		"$(says "$result" '.offered == .started + ([.not_started[]] | add)')"
	holds "  started, and what became of it" \
		"$(says "$result" '"\(.started) \(.completed + .failed + .shed + .open)"')" equal \
		"$(says "$result" '.started == .completed + .failed + .shed + .open')"
	jq -r '.accounts[] |
		"  \(.who): \(.sessions) sessions, \(.completed) completed, \(.failed) failed, \(.shed) shed, \(.open) open",
		(.explained[]? | "    \(.sessions) sessions, \(.completed) completed, \(.failed) failed, \(.shed) shed, \(.open) open: \(.why)")' \
		"$report"
	jq -r '.differences[] | "  told: \(.)"' "$report"
	holds "  accounts of ACS and capture" "$(says "$report" '.accounts | length - 1')" 2 \
		"$(says "$report" '.accounts | length == 3')"
	holds "  fleet and rows are the others', number by number" \
		"$(says "$report" "$sums | map(select(.)) | length") of 10" "10 of 10" \
		"$(says "$report" "$sums | all")"
	holds "  numbers that are not explained" "$(says "$report" '.differences | length')" 0 \
		"$(says "$report" '.differences == []')"
}

# Whether each number of the fleet with all rows of another account is that account's.
sums='[.accounts[0] as $fleet | .accounts[1:][] | . as $other |
	("sessions", "completed", "failed", "shed", "open") as $n |
	$fleet[$n] + ([$other.explained[][$n]] | add // 0) == $other[$n]]'

# ---- what is looked at ---------------------------------------------------------------------

look() {
	local test said

	for test in integration/cpe/load_screen integration/cpe/load_page interop/load/hdr; do
		said=$(ctest --test-dir "$build" -R "^$test\$" 2>&1 | grep -oE 'Passed|Skipped|Failed|No tests' | head -n 1)
		holds "$test" "$said" Passed "$([ "$said" = Passed ] && echo true)"
	done
}

mkdir -m 777 "$work/lab" "$work/home"
[ $# -gt 0 ] || set -- rate honest storms limit accounts look
for stage; do
	case $stage in
	rate | honest | storms | limit | accounts | look) "$stage" ;;
	*)
		echo "load.sh: no stage \"$stage\"" >&2
		exit 2
		;;
	esac
done
exit $failed
