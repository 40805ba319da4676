# Sourced by tests of load behind tests/support/sandbox.sh: an ACS of known limits (paced_acs), and
# what came of a run, from a.csv in "work".
listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# paces PORT RATE [DELAY_MS [STALL_MS EVERY_MS]]: with $paced as its process.
paces() {
	"$PACED_ACS" "$@" &
	paced=$!
	wait_until listens "$1" || fail "no paced ACS"
}

# load STATUSES [ARGUMENT...]: writes a.csv; its exit status is one of those.
load() {
	local wanted=$1

	shift
	begin "$@"
	finish "$wanted"
}

# begin [ARGUMENT...]: a run in the background, with $load as its process.
begin() {
	: >"$work/load.log" # what the last run has said is not to be taken for this one's
	"$cwmplab" load "$@" --csv "$work/a.csv" >"$work/a.out" 2>"$work/load.log" &
	load=$!
}

finish() {
	local status=0

	timeout "$patience" tail --pid="$load" -f /dev/null || fail "the run does not end"
	wait "$load" || status=$?
	[[ " $1 " == *" $status "* ]] || fail "status $status, not $1: $(cat "$work/a.out")"
	sed -i 's/\r$//' "$work/a.csv"
}

# value GROUP NAME FIELD
value() {
	awk -F, -v g="$1" -v n="$2" -v f="$3" '$1 == g && $2 == n && $3 == f { print $4 }' \
		"$work/a.csv"
}

# at_least WHAT NUMBER BOUND
at_least() {
	awk -v n="$2" -v b="$3" 'BEGIN { exit !(n != "" && n + 0 >= b) }' ||
		fail "$1 is \"$2\", not at least $3: $(cat "$work/a.out")"
}

# runs: sessions end well.
runs() {
	wait_until grep -q ' completed [1-9][0-9]*/s' "$work/load.log" || fail "nothing completes"
}
