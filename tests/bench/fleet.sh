#!/usr/bin/env bash
# fleet.sh [CPES...]: what a fleet of 1,000, 10,000, 100,000 and 250,000 CPEs costs the program that
# is the CPEs and the ACS that knows them: memory once all have had their first session, and
# processor time of a session. Memory of one is the slope from the smallest fleet, so that what a
# process needs once is in no figure. Status 1 where a CPE of the largest fleet costs more than one
# of the second by a quarter, 2 KB in the one process, or 2.4 KB in the other.
# fleet.sh whole: 250,000 CPEs of a gateway boot for the first time within 300 s and inform each 300 s
# for three minutes more; then 25,000 over TLS with tickets. A line for each figure with its goal:
# the most memory of both programs, what is not accounted for, lateness. Status 1 where one is
# missed. It takes 17 minutes, and RATE, STAY and TLS change nothing of it.
#
# RATE: sessions a second (800); MODEL: of the CPEs (gateway-181, 4,200 leaves); STAY: so many
# seconds more they inform periodically, each after 300 s (0); TLS: 1, with tickets.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need jq
rate=${RATE:-800} model=${MODEL:-gateway-181} stay=${STAY:-0} interval=300
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(1000 10000 100000 250000)
url=http://127.0.0.1:17550/cwmp
acs_tls=() load_tls=()

use_tls() {
	need openssl
	url=https://127.0.0.1:17550/cwmp
	acs_tls=(--tls-cert "$work/cert.pem" --tls-key "$work/key.pem" --tls-tickets)
	load_tls=(--ca "$work/cert.pem")
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
		-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
		-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
}

# measure CPES RAMP STAY: appends a line to the rows: CPEs, KiB and milliseconds of fleet and ACS
# (its KiB as they are and at the most), and what the load test says: sessions, lateness, how many
# numbers of the accounts differ, verdict. Its result stays in $work/result.json.
measure() {
	local n=$1 ramp=$2 stay=$3 acs status=0 result=$work/result.json
	local TIMEFORMAT='%3U %3S' staying=()

	[ "$stay" -eq 0 ] || staying=(--interval ${interval}s --duration $((ramp + stay))s)
	rm -f "$result" "$work/acs.events"
	"$cwmplab" acs --listen 127.0.0.1:17550 --url $url --auth none --tell faults \
		"${acs_tls[@]}" --door "$work/door" >"$work/acs.events" 2>"$work/acs.log" &
	acs=$!
	pids+=("$acs")
	until_true 20 grep -qs '"ready"' "$work/acs.events"
	{ time "$cwmplab" load --acs $url --cpes "$n" --model "$model" --ramp "${ramp}s" \
		"${staying[@]}" "${load_tls[@]}" --sources 127.64.0.0/10 --door "$work/door" --quiet \
		--json "$result" >"$work/load.log" 2>&1 || status=$?; } 2>"$work/time"
	if [ -s "$result" ]; then
		echo "$n $(jq .own.memory_kb "$result")" \
			"$(awk '/^VmRSS:/ {print $2}' "/proc/$acs/status")" \
			"$(awk '{printf "%d", ($1 + $2) * 1000}' "$work/time") $(cpu_ms "$acs")" \
			"$(jq -r '"\(.completed) \(.lateness.p99_ms) \(.differences | length) \(.verdict)"' "$result")" \
			"$(awk '/^VmHWM:/ {print $2}' "/proc/$acs/status")" >>"$work/rows"
	else
		echo "fleet: $n CPEs: status $status: $(tail -n 1 "$work/load.log")" >&2
	fi
	kill "$acs"
	wait "$acs" || true
	pids=()
}

# ---- 250,000 of them, and 25,000 over TLS -----------------------------------------------------

# holds WHAT FIGURE GOAL: a line; figures and goals of numbers, of which the first is at most the
# second, or at least where the goal begins with ">=".
holds() {
	local is

	is=$(awk -v a="$2" -v b="${3#>=}" -v least="${3%%[0-9]*}" \
		'BEGIN {print (least == ">=" ? a + 0 >= b + 0 : a + 0 <= b + 0) ? "holds" : "missed"}')
	[ "$is" = holds ] || failed=1
	printf '%-52s %12s  goal %-10s %s\n' "$1" "$2" "$3" "$is"
}

# says EXPRESSION: of the result.
says() {
	jq -r "$1" "$work/result.json"
}

# carry CPES: those of the ramp have their first session, and those whose time comes in the
# minutes behind it another one, give or take a twentieth.
carry() {
	local n=$1 ramp=300 more=180 acs_kb

	rm -f "$work/rows"
	measure "$n" $ramp $more
	if [ ! -s "$work/rows" ]; then
		failed=1
		return
	fi
	acs_kb=$(awk '{print $10}' "$work/rows")
	printf '%s CPEs of %s, %s: %s, %s of %s sessions completed, %s a second at the end\n' "$n" \
		"$model" "${url%%:*}" "$(says .verdict)" "$(says .completed)" "$(says .offered)" \
		"$(says '.series | (.completed[-60:-10] | add / length) / .seconds | floor')"
	says '.why[]?, .differences[]? | "  \(.)"'
	holds "  fleet, MB at the most" "$(says '.own.memory_kb * 1.024 / 1000 | floor')" 500
	holds "  ACS, MB at the most" "$((acs_kb * 1024 / 1000000))" 600
	holds "  CPEs that have booted" "$(says '.latency.boot.count')" ">=$n"
	holds "  sessions completed" "$(says .completed)" \
		">=$((n + n * more / interval * 19 / 20))"
	holds "  failed, shed, not started, still open" \
		"$(says '.failed + .shed + .open + ([.not_started[]] | add)')" 0
	holds "  numbers of the accounts that differ" "$(says '.differences | length')" 0
	holds "  late at p99, ms" "$(says .lateness.p99_ms)" 1000
	awk '{printf "  processor time of a session, us: fleet %d, ACS %d\n",
		$4 * 1000 / $6, $5 * 1000 / $6}' "$work/rows"
}

if [ "${1:-}" = whole ]; then
	failed=0
	carry 250000
	use_tls
	carry 25000
	exit $failed
fi

# ---- what each of them costs ------------------------------------------------------------------

[ "${TLS:-0}" -ne 1 ] || use_tls
for n in "${sizes[@]}"; do
	measure "$n" $((n / rate + 1)) "$stay"
done
[ -s "$work/rows" ] || exit 1
awk '
	function each(high, low) { # KB
		return (high - low) * 1.024 / (n - n0)
	}
	function told(what, is) {
		printf "%-46s ratio %-6.2f goal %s\n", what, is, goal
		failed += !(is <= goal)
	}
	BEGIN {
		print "           fleet                           ACS                             late"
		print "     CPEs      MB  KB a CPE  us a session      MB  KB a CPE  us a session   p99 ms  accounts  verdict"
	}
	NR == 1 { n0 = $1; fleet0 = $2; acs0 = $3 }
	{
		n = $1; cpu_fleet = $4 * 1000 / $6; cpu_acs = $5 * 1000 / $6
		fleet = acs = 0
		if (n > n0) {
			fleet = each($2, fleet0)
			acs = each($3, acs0)
		}
		printf "%9d  %6.1f  %8s  %12d  %6.1f  %8s  %12d  %7.1f  %-8s  %s\n", n,
			$2 * 1.024 / 1000, fleet ? sprintf("%.2f", fleet) : "", cpu_fleet,
			$3 * 1.024 / 1000, acs ? sprintf("%.2f", acs) : "", cpu_acs, $7,
			$8 ? "differ" : "agree", $9
	}
	NR == 2 { fleet2 = fleet; acs2 = acs; cpu_fleet2 = cpu_fleet; cpu_acs2 = cpu_acs }
	END {
		if (NR < 3 || !fleet2 || !acs2)
			exit
		goal = 1
		told("fleet, memory of a CPE, of 2 KB", fleet / 2)
		told("ACS, memory of a CPE, of 2.4 KB", acs / 2.4)
		goal = 1.25
		told("fleet, memory of a CPE, largest and second", fleet / fleet2)
		told("ACS, memory of a CPE, largest and second", acs / acs2)
		told("fleet, time of a session, largest and second", cpu_fleet / cpu_fleet2)
		told("ACS, time of a session, largest and second", cpu_acs / cpu_acs2)
		exit failed > 0
	}' "$work/rows"
