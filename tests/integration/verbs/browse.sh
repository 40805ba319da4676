#!/usr/bin/env bash
# browse.sh CWMPLAB MKCAP SOURCE: the browser in a terminal of 80x24 and one of 200x60, driven
# by keys, watched through tmux. 77: no tmux here.
set -u
cwmplab=$1 mkcap=$2 source=$3
dir=$(mktemp -d)
. "$source/tests/support/patience.sh"
. "$source/tests/support/screen.sh"
trap 'closes 2>/dev/null; rm -rf "$dir"' EXIT
"$mkcap" "$source/tests/rules/SES-14.break" "$dir/a.pcap" || exit 1
"$mkcap" "$source/tests/unit/capture/written/failures.script" "$dir/failures.pcap" || exit 1
browse="cd '$dir'; LC_ALL=C.UTF-8 '$cwmplab' browse"

drive() {
	opens "$1x$2" "$1" "$2" "$browse a.pcap"
	wait_for '^device +class +address +sessions +failed +findings +ACS'
	wait_for 'all 1 session of 1 device, 1 finding'
	press '> sessions of SN1$' Down Enter
	wait_for '^session +start +device +ACS +ended +events'
	press '> session 1$' Enter
	wait_for '^ +CPE 10\.0\.0\.[0-9]+ +ACS'
	wait_for '│── Inform: 1 BOOT ─+▶│'
	wait_for '✗ SES-14, must: '
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
	closes
}

# The ladder of the one session is that of decode, whose width is that of the terminal.
same_ladder() {
	opens ladder 80 100 "cd '$dir'; LC_ALL=C.UTF-8 '$cwmplab' decode a.pcap"
	wait_for 'left with '
	tmux capture-pane -p -t b | sed -n '/^ *│/p' >"$dir/decoded"
	closes
	opens browser 80 100 "$browse a.pcap"
	wait_for '1 of 2 '
	press '> session 1$' Enter Enter
	wait_for '✗ SES-14, must: '
	tmux capture-pane -p -t b | sed -n '/^ *│/p' >"$dir/browsed"
	press 'left with 0' Q
	closes
	diff "$dir/decoded" "$dir/browsed" || { echo "the ladders differ"; exit 1; }
	[ "$(wc -l <"$dir/browsed")" -gt 5 ] || { echo "there is no ladder"; exit 1; }
}

findings() {
	opens findings 80 24 "$browse failures.pcap"
	wait_for 'all [0-9]+ sessions of [0-9]+ devices, .* failures'
	press ' 1 of [0-9]+: ' ']'
	wait_for ' > findings > (session|CPE) '
	press ' 2 of [0-9]+: ' ']'
	press ' 3 of [0-9]+: ' ']'
	press ' 2 of [0-9]+: ' '['
	press '> findings$' f
	wait_for '^ +frame rule +level +by +device +what'
	wait_for ' TCP +failed '
	press 'by frame ' s
	press 'by rule ' s
	press 'by rule, turned ' S
	press '> findings > (session|CPE) ' Enter
	press '  devices$' q q
	press 'by failed ' s s s s s
	press 'left with 0' Q
	closes
}

writes() {
	opens writes 80 24 "$browse a.pcap"
	wait_for '1 of 2 '
	press 'write the packets to: device-SN1.pcapng' Down w
	press 'the packets of 1 session are in device-SN1.pcapng' Enter
	"$cwmplab" check --table "$dir/device-SN1.pcapng" >"$dir/out" 2>&1
	grep -q '^ *1  SN1 ' "$dir/out" || { cat "$dir/out"; exit 1; }
	press 'device-SN1.pcapng is there: y replaces it' w Enter
	press 'nothing was written: device-SN1.pcapng is as it was' n
	press 'the packets of 1 session are in device-SN1.pcapng' w Enter y
	press 'a.pcap: is the capture that is read: name another file' w C-u a.pcap Enter
	press '/no/such/folder/x: No such file or directory' w C-u /no/such/folder/x Enter
	[ ! -c /dev/full ] || press '/dev/full is there: y replaces it' w C-u /dev/full Enter
	press 'left with 0' q Q
	closes
}

# A disk with less room than the packets need.
full_disk() {
	local room="mount -t tmpfs -o size=4k tmpfs '$dir/small' && $browse a.pcap"

	mkdir "$dir/small"
	unshare --user --map-root-user --mount mount -t tmpfs tmpfs "$dir/small" 2>/dev/null ||
		{ echo "no small disk can be made here"; return; }
	full_disk_live
	opens disk 80 24 "unshare --user --map-root-user --mount sh -c \"$room\""
	wait_for '1 of 2 '
	press ' small/x: nothing is left of it: [Nn]o space left' w C-u small/x Enter
	press 'left with 0' q
	closes
	[ -z "$(ls "$dir/small")" ] || { echo "left: $(ls "$dir/small")"; exit 1; }
}

# A capture that breaks off is told, and what came until then stays on the screen.
full_disk_live() {
	cat >"$dir/lo.sh" <<END
mount -t tmpfs -o size=16k tmpfs '$dir/small' && ip link set lo up || exit 77
(until [ -e '$dir/go' ]; do sleep 0.05; done
for i in \$(seq 100); do head -c 900 /dev/zero >/dev/udp/127.0.0.1/9; done) 2>/dev/null &
LC_ALL=C.UTF-8 '$cwmplab' browse -i lo -w '$dir/small/x.pcapng'
END
	opens broken 80 24 "unshare --user --map-root-user --mount --net bash '$dir/lo.sh'"
	wait_for '^ lo  devices'
	: >"$dir/go"
	wait_for 'ended, [1-9][0-9]* packets, '
	press 'captured [1-9][0-9]* packets in ' Q
	wait_for 'left with 3'
	closes
}

of_a_text() {
	opens text 80 24 "cd '$dir'; LC_ALL=C.UTF-8 '$cwmplab' browse '$1'"
	wait_for '1 of [0-9]+ '
	press '^message +rule +level ' f
	press '> (session|CPE) .*' Enter
	wait_for ' message [0-9]+$'
	press '^message +[0-9]+, [0-9]+ bytes of body' Enter
	! shows '^frame ' || { echo "a text has frames:"; tmux capture-pane -p -t b; exit 1; }
	press 'left with 0' Q
	closes
}

drive 80 24
drive 200 60
same_ladder
findings
writes
full_disk
of_a_text "$source/tests/unit/capture/texts/debug-unanswered.json"
opens unknown 80 24 "TERM=unknown-here '$cwmplab' browse '$dir/a.pcap'"
wait_for 'the terminal "unknown-here" is not known here'
wait_for 'left with 2'
closes
"$cwmplab" browse "$dir/a.pcap" </dev/null 2>"$dir/err" && exit 1
grep -q 'browse needs a terminal' "$dir/err" || { cat "$dir/err"; exit 1; }
"$cwmplab" browse "$dir/a.pcap" -w "$dir/x" </dev/null 2>"$dir/err" && exit 1
grep -q -e '-w belongs to -i' "$dir/err" || { cat "$dir/err"; exit 1; }
