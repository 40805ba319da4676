#!/usr/bin/env bash
# colour.sh CWMPLAB MKCAP SOURCE: colour on a terminal that has it, and nowhere else. 77: no
# script(1) here.
set -u
cwmplab=$1 mkcap=$2 source=$3
command -v script >/dev/null || { echo "no script"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$mkcap" "$source/tests/rules/SES-14.break" "$dir/a.pcap" || exit 1
status=0
unset NO_COLOR

# colours WANT VARIABLE...: whether "must" is red on a terminal with these variables.
colours() {
	local want=$1 has=no

	shift
	env "$@" script -qec "'$cwmplab' check '$dir/a.pcap'" /dev/null </dev/null >"$dir/out"
	grep -q SES-14 "$dir/out" || { cat "$dir/out"; status=1; }
	grep -q $'\033' "$dir/out" && has=yes
	[ $has = "$want" ] || { echo "$*: colour: $has"; status=1; }
}

colours yes TERM=xterm
colours no TERM=dumb
colours no -u TERM
colours no TERM=xterm NO_COLOR=1
"$cwmplab" check "$dir/a.pcap" | grep -q $'\033' && { echo "a pipe gets colour"; status=1; }
exit $status
