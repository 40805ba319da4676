#!/usr/bin/env bash
# browse_live.sh: an ordinary user browses the port of a running lab while a CPE has sessions:
# they turn up, decrypted; what was captured stays after the end of the lab.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq tmux
. "$CWMPLAB_SOURCE/tests/support/screen.sh"
trap 'closes 2>/dev/null; "$CWMPLAB" down "$lab" >/dev/null 2>&1; rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"

cp -r "$CWMPLAB_SOURCE/topologies/figure-2" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
sed -i "s/^name: .*/name: $lab/" figure-2/topology.yaml
"$CWMPLAB" up figure-2 --out out --capture >said 2>&1 || { cat said; exit 1; }

# Its own CPEs go their way before anything is captured.
settled() { "$CWMPLAB" inspect "$lab" acs2 --json 2>/dev/null | grep -q '"sessions": 3'; }
wait_until settled || { echo "no three sessions at acs2"; exit 1; }

informs() {
	"$CWMPLAB" exec "$lab" cpe-1 -- "$CWMPLAB" cpe --acs-url https://acs2.lab:7548/cwmp \
		--ca /run/tls/ca.pem --keylog "$dir/out/keys.log" --once >said 2>&1 ||
		{ cat said; exit 1; }
}

opens live 80 24 "LC_ALL=C.UTF-8 '$CWMPLAB' browse -i $lab/acs2 -w kept.pcapng"
wait_for "^ $lab/acs2  devices"
wait_for 'all 0 sessions of 0 devices, 0 findings'
wait_for 'live, 0 packets'
informs
wait_for 'all 1 session of 1 device, 0 findings'
wait_for 'live, [1-9][0-9]* packets'
press '> sessions of ' Down Enter
press '> session 1$' Enter
wait_for 'Inform: '
# What is open stays open while more comes.
informs
press '^ +1 .* complete ' Escape
wait_for '^ +2 .* complete '
press 'the packets of 1 session are in session-2.pcapng' End w Enter
"$CWMPLAB" check session-2.pcapng >said 2>&1 || fails "session-2.pcapng: $(cat said)"
grep -q '^ok  1 session of 1 device' said || fails "session-2.pcapng: $(cat said)"
"$CWMPLAB" down "$lab" >said 2>&1 || fails "down: $(cat said)"
wait_for 'ended, [1-9][0-9]* packets'
wait_for '^ +2 .* complete '
press 'left with 0' Q
wait_for 'captured [1-9][0-9]* packets in .* written to'
closes
"$CWMPLAB" decode kept.pcapng >said 2>&1 || fails "kept.pcapng: $(cat said)"
grep -q '^2 sessions of 1 device' said || fails "kept.pcapng: $(cat said)"

# What cannot be captured is told before the screen is taken; nothing stays behind.
opens wrong 80 24 "'$CWMPLAB' browse -i nowhere9"
wait_for 'nowhere9: '
wait_for 'left with [23]'
closes
[ -z "$(ls "$TMPDIR")" ] || fails "left behind: $(ls "$TMPDIR")"
exit $status
