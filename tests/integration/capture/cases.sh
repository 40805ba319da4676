#!/usr/bin/env bash
# cases.sh [NAME...]: situations that people have reported, as captures beside the project, and
# what is due to be told of each: the rows of cases/*.cases, or of cases/NAME.cases. Skipped
# where those captures are not. A row begins with a blank line or the start of the file:
#
#	check a1-inform-500.pcap        the words after "cwmplab", as a shell reads them
#	exit 1                          its exit status
#	has sessions failed: 1          is in what it prints, however that is broken into lines
#	not no rule was seen broken     is not
#	line ^FAILED                    a line that this extended regular expression matches
#	json .verdict == "failed"       true of the JSON that it prints (jq)
#
# Lines that begin with "#" are comments. A row without "exit" must end with 0. "json" needs jq;
# without it these lines are left out.
set -euo pipefail

cases="$CWMPLAB_SOURCE/../shared/cases"
tables="$CWMPLAB_SOURCE/tests/integration/capture/cases"
[ -d "$cases" ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work LC_ALL=C.UTF-8 NO_COLOR=1
mkdir "$work/in"
ln -s "$(cd "$cases" && pwd)"/* "$work/in/"
cd "$work/in"

rows=0 failures=0
words='' want=0 is_told='' got=0

fail() {
	failures=$((failures + 1))
	[ -n "$is_told" ] || printf '%s: cwmplab %s\n' "$table" "$words"
	is_told=1
	printf '\t%s\n' "$*"
}

# Runs the row, once, when its first expectation is read or it ends.
go() {
	got=0
	bash -c "\"\$CWMPLAB\" $words" >"$work/out" 2>"$work/err" </dev/null || got=$?
	cat "$work/out" "$work/err" >"$work/all"
	tr -s ' \t\n' ' ' <"$work/all" >"$work/flat"
	rows=$((rows + 1))
	is_told=''
}

finish() {
	[ -n "$words" ] || return 0
	[ "$got" = "$want" ] || fail "exit $got, not $want"
	[ -z "$is_told" ] || sed 's/^/\t| /' "$work/all" | head -30
	words=''
}

expect() {
	local what=$1 text=$2

	case $what in
	exit) want=$text ;;
	has) grep -qF -e "$text" "$work/flat" || fail "has not: $text" ;;
	not) ! grep -qF -e "$text" "$work/flat" || fail "has: $text" ;;
	line) grep -qE -e "$text" "$work/all" || fail "no line: $text" ;;
	json)
		command -v jq >/dev/null || return 0
		jq -e "$text" "$work/out" >/dev/null 2>&1 || fail "is not so: $text"
		;;
	*) fail "not understood: $what $text" ;;
	esac
}

read_table() {
	local text

	table=$(basename "$1")
	words=''
	while IFS= read -r text || [ -n "$text" ]; do
		case $text in
		'#'*) continue ;;
		'') finish ;;
		*)
			if [ -z "$words" ]; then
				words=$text want=0
				go
			else
				expect "${text%% *}" "${text#* }"
			fi
			;;
		esac
	done <"$1"
	finish
}

[ $# -gt 0 ] || set -- "$tables"/*.cases
for name; do
	case $name in
	*/*) read_table "$name" ;;
	*) read_table "$tables/$name.cases" ;;
	esac
done
echo "$rows rows, $failures failures"
[ "$failures" = 0 ] && [ "$rows" -gt 0 ]
