#!/usr/bin/env bash
# browse.sh CWMPLAB MKCAP SOURCE: the browser in a terminal of 80x24 and one of 200x60, driven
# by keys, watched through tmux. 77: no tmux here.
set -u
cwmplab=$1 mkcap=$2 source=$3
command -v tmux >/dev/null || { echo "no tmux"; exit 77; }

# tmux runs a window's command by this shell, or by that of the user, which for one who may not
# log in (nobody) only says so and ends.
export SHELL=/bin/sh
dir=$(mktemp -d)
. "$source/tests/support/patience.sh"
# A server of its own for each size: one whose last session was killed is on its way out, and
# would take the next session with it.
tmux() { command tmux -S "$dir/$size" -f /dev/null "$@"; }
size=none
trap 'tmux kill-server 2>/dev/null; rm -rf "$dir"' EXIT
"$mkcap" "$source/tests/rules/SES-14.break" "$dir/a.pcap" || exit 1

# shows PATTERN: whether the screen has it; also an end of the wait: tmux has words of its own.
shows() {
	tmux capture-pane -p -t b 2>"$dir/tmux" | grep -qE -- "$1" || [ -s "$dir/tmux" ]
}

# wait_for PATTERN: until the screen has it.
wait_for() {
	if ! wait_until shows "$1"; then
		echo "at $size: never saw \"$1\"; the screen:"
		tmux capture-pane -p -t b
		exit 1
	fi
	if [ -s "$dir/tmux" ]; then
		echo "at $size: waiting for \"$1\": tmux says: $(cat "$dir/tmux")"
		exit 1
	fi
}

# press WHAT PATTERN KEY...
press() {
	local pattern=$1

	shift
	tmux send-keys -t b "$@"
	wait_for "$pattern"
}

drive() {
	size=$1x$2
	tmux new-session -d -x "$1" -y "$2" -s b \
		"LC_ALL=C.UTF-8 '$cwmplab' browse '$dir/a.pcap'; echo left with \$?; sleep infinity"
	wait_for 'all 1 session of 1 device, 1 finding'
	press '> sessions of SN1$' Down Enter
	press '> session 1$' Enter
	wait_for 'CPE ──▶ ACS  Inform: 1 BOOT'
	wait_for 'SES-14 cpe, must:'
	press '> Inform$' /Inform Enter Enter
	press '<EventCode>1 BOOT</EventCode>' /EventCode Enter
	press 'marked: d on another message compares both' m
	press '> InformResponse$' Tab
	press 'frame [0-9]+ beside frame [0-9]+' d
	press '<cwmp:Inform>.* ┃ .*<cwmp:InformResponse>' /cwmp:Inform Enter
	press 'PgUp PgDn' '?'
	tmux resize-window -t b -x 100 -y 30
	wait_for 'PgUp PgDn'
	press '> session 1 > InformResponse > frame' Escape
	press 'left with 0' Q
	tmux kill-server
}

drive 80 24
drive 200 60
size=unknown
tmux new-session -d -x 80 -y 24 -s b \
	"TERM=unknown-here '$cwmplab' browse '$dir/a.pcap'; echo \"left with \$?\"; sleep infinity"
wait_for 'the terminal "unknown-here" is not known here'
wait_for 'left with 2'
tmux kill-server
"$cwmplab" browse "$dir/a.pcap" </dev/null 2>"$dir/err" && exit 1
grep -q 'browse needs a terminal' "$dir/err" || { cat "$dir/err"; exit 1; }
