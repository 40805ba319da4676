#!/usr/bin/env bash
# coverage.sh BUILD CTEST TABLE...: prints tables of what is shown by which test, and fails where a
# test or case that one names does not exist or does not pass, or where there are fewer than are
# due. What exists is asked of those who know: ctest; what the unit tests said in this run
# (tests/support/noted.sh); and the scripts of the rules, which are played. The tables:
#
#   faults   each method of a CPE and each fault that TR-069 lists there; and what an ACS is
#            asked and each fault of ACSs
#   tp181    tp181.tsv       bbf069   bbf069.tsv
set -u
build=$1 ctest=$2
shift 2
here=$CWMPLAB_SOURCE/tests/coverage noted=$build/noted
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0

wrong() {
	echo "WRONG: $*"
	status=1
}

# cases_of PROGRAM: the names of its tests that passed, one a line.
cases_of() {
	[ ! -r "$noted/$1/said" ] || sed -n 's/^\[ *OK \] //p' "$noted/$1/said"
}

"$ctest" --test-dir "$build" -N 2>/dev/null | sed -n 's/^ *Test *#[0-9]*: //p' >"$work/tests"
[ -s "$work/tests" ] || { echo "ctest lists no test of $build"; exit 1; }

# What exists: "TEST|-" and "TEST|CASE".
declare -A has=()
while IFS= read -r line; do
	has["$line"]=1
done < <(
	sed 's/$/|-/' "$work/tests"
	cd "$noted" 2>/dev/null && sed -sn 's/^\[ *OK \] //p; T; F' /dev/null */said 2>/dev/null |
		awk '{ if (NR % 2) name = $0; else { sub(/\/said$/, ""); print "unit/" $0 "|" name } }'
)

# note_rules TABLE: the scripts that it names, if all of their rules do as they say.
note_rules() {
	local scripts rules script

	mapfile -t scripts < <(awk -F '\t' '$2 ~ /^rules\// && $3 != "-" { print $3 }' "$1" | sort -u)
	mapfile -t rules < <(printf '%s\n' "${scripts[@]%%.*}" | sort -u)
	[ ${#scripts[@]} -gt 0 ] || return 0
	"$build/test_rules" "${rules[@]}" >"$work/rules" 2>&1 ||
		{ cat "$work/rules"; return; }
	for script in "${scripts[@]}"; do
		[ ! -r "$CWMPLAB_SOURCE/tests/rules/$script" ] || has["rules/table|$script"]=1
	done
}

# is_there TEST CASE
is_there() {
	[ -n "${has["$1|-"]-}" ] && [ -n "${has["$1|$2"]-}" ]
}

# ---- RPC x fault x test ---------------------------------------------------------------------

faults() {
	local due

	cases_of test_cpe_faults | sed -n 's/ refused / /p' >"$work/due"
	[ -s "$work/due" ] || wrong "test_cpe_faults names no faults"
	printf '%-24s %-5s %5s  %s\n' RPC fault times 'test (the first of them)'
	sed -n "s#^unit/\(test_cpe_.*\)#$noted/\1/table#p" "$work/tests" |
		xargs cat 2>/dev/null | sort >"$work/table"
	awk -F '\t' '
		FNR == NR { split($0, due, " "); rows[++n] = due[1] " " due[2]; is_due[rows[n]] = 1; next }
		{ key = $1 " " $2; sub(/\/ /, " ", key); of = $1 ~ /\// ? " (of a parameter)" : ""
		  if ($3 ~ /^test_cpe_faults: /) { refused[key] = $3; next }
		  if (!times[key]++) test[key] = $3 of
		  if (!is_due[key] && !(key in more)) { more[key] = 1; rows_more[++m] = key } }
		END {
			for (i = 1; i <= n; i++) {
				split(rows[i], k, " ")
				if (times[rows[i]]) {
					by_itself++
				} else if (rows[i] in refused) {
					by_model++
					test[rows[i]] = "as the model says: " refused[rows[i]]
				} else {
					holes++
					test[rows[i]] = "HOLE"
				}
				printf "%-24s %-5s %5d  %s\n", k[1], k[2], times[rows[i]], test[rows[i]]
			}
			printf "%d faults of methods: %d come about by themselves, %d only as a model says, %d never\n",
				n, by_itself, by_model, holes
			print "and what TR-069 does not list there, or is no fault:"
			for (i = 1; i <= m; i++) {
				split(rows_more[i], k, " ")
				printf "%-24s %-5s %5d  %s\n", k[1], k[2] == 0 ? "ok" : k[2],
					times[rows_more[i]], test[rows_more[i]]
			}
			exit holes > 0
		}' "$work/due" "$work/table" || wrong "a fault that no test provokes"
	echo 'and what a CPE makes of the faults of its ACS:'
	cases_of test_cpe_asks | sed -n 's/ answered / /p' | awk '
		{ printf "%-26s %-5s  test_cpe_asks: %s answered %s\n", $1, $2, $1, $2 }
		END { exit NR < 9 }' || wrong "test_cpe_asks names no faults of an ACS"
}

# ---- TP-181 -------------------------------------------------------------------------------

tp181() {
	local row test case last= shown=0 open=0 off=0

	note_rules "$here/tp181.tsv"
	while IFS=$'\t' read -r row test case; do
		[ "$row" != "$last" ] && printf '%s\n' "$row"
		case $test in
		open) open=$((open + 1)) && printf '  OPEN: %s\n' "$case" ;;
		'off the wire') off=$((off + 1)) && printf '  off the wire of CWMP: %s\n' "$case" ;;
		*)
			is_there "$test" "$case" || wrong "$row: there is no $test: $case"
			[ "$row" = "$last" ] || shown=$((shown + 1))
			[ "$case" = - ] && printf '  %s\n' "$test" || printf '  %s: %s\n' "$test" "$case"
			;;
		esac
		last=$row
	done < <(grep -v '^#' "$here/tp181.tsv")
	echo "$((shown + open + off)) rows: $shown shown, $open open, $off off the wire of CWMP"
}

# ---- BBF.069 ------------------------------------------------------------------------------

bbf069() {
	local module test case n

	note_rules "$here/bbf069.tsv"
	while IFS=$'\t' read -r module test case; do
		[ "$module" = module ] && continue
		is_there "$test" "$case" || wrong "$module: there is no $test: $case"
	done < <(grep -v '^#' "$here/bbf069.tsv")
	printf '%-32s %4s %4s\n' module due ours
	while IFS=$'\t' read -r _ module n; do
		ours=$(awk -F '\t' -v m="$module" '$1 == m && !seen[$0]++ { n++ } END { print n + 0 }' \
			"$here/bbf069.tsv")
		printf '%-32s %4d %4d\n' "$module" "$n" "$ours"
		[ "$ours" -ge "$n" ] || wrong "$module: $ours cases of $n"
		awk -F '\t' -v m="$module" \
			'$1 == m { print "    " $2 ($3 == "-" ? "" : ": " $3) }' "$here/bbf069.tsv"
	done < <(grep -P '^module\t' "$here/bbf069.tsv")
}

for table; do
	printf '\n==== %s ====\n' "$table"
	"$table"
done
exit $status
