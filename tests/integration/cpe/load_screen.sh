#!/usr/bin/env bash
# The screen of a load test in terminals of 80x24 and 200x60, driven by keys, watched through tmux.
# 77: no tmux here.
set -u
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
dir=$work
. "$source_dir/tests/support/screen.sh"
trap 'closes 2>/dev/null' EXIT
ip link set lo up
url=http://127.0.0.1:7547/cwmp

listens() {
	(exec 3<>/dev/tcp/127.0.0.1/7547) 2>/dev/null
}

"$cwmplab" acs --listen 127.0.0.1:7547 --url "$url" >"$work/acs.events" 2>"$work/acs.log" &
wait_until listens || fail "no ACS"

# drive WIDTH HEIGHT
drive() {
	opens "$1x$2" "$1" "$2" "LC_ALL=C.UTF-8 '$cwmplab' load --acs $url --cpes 20 --rate 10 \
--duration 900s"
	wait_for '^ load http://127.0.0.1:7547/cwmp  20 CPEs  running'
	wait_for '^ completed +[0-9]+ +[1-9][0-9]*'
	wait_for '^ Inform +[0-9]+ +0 +0 '
	press 'rate 20\.0/s \(x2\.00\)' '*'
	press 'rate 22\.0/s \(x2\.20\)' +
	press 'rate 20\.0/s \(x2\.00\)' -
	press 'rate 10\.0/s ?$' /
	press '20 CPEs  halted' p
	press '20 CPEs  running' p
	press '^ p +halt, and go on' '?'
	press '^ Inform ' '?'
	press 'left with [04]' q
	wait_for '^(PASS|INVALID)'
	closes
}

drive 80 24
drive 200 60
