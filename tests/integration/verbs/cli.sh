#!/usr/bin/env bash
# cli.sh: figure 2 begun at a console: from a file, and on a terminal of tmux; what was typed is
# what the CPE does on the wire, and what the ACS sets shows at the console.
. "$(dirname "$0")/../../support/ordinary.sh"

need dnsmasq
cp -r "$CWMPLAB_SOURCE/topologies/cli-figure-2" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
sed -i "s/^name: .*/name: $lab/; s|model: managed-switch|model: ../models/managed-switch.yaml|
	s|cwmp: disabled}|cwmp: disabled, telnet: yes, login: password, password: open-sesame}|" \
	cli-figure-2/topology.yaml
"$CWMPLAB" up cli-figure-2 --out out >up 2>&1 || { cat up; exit 1; }

# types STATUS WHAT: the lines of standard input at the console; what is shown is in "shown".
types() {
	"$CWMPLAB" cli "$lab" sw1 ${3:-} >shown 2>refused
	[ $? = "$1" ] || { fails "$2: not exit $1"; cat shown refused; }
}

# is_shown WHAT: standard input is all that is shown.
is_shown() {
	diff - shown || fails "$1: not as it should be shown"
}

# ---- from a file ---------------------------------------------------------------------------
types 1 'a line that is refused' <<END
sys
cwmp
cwmp cpe inform interval 5
cwmp acs password simple s3cret
dis this
END
sed -i 's/cipher .*/cipher X/' shown
is_shown 'a line that is refused' <<'END'
<sw1>sys
System View: return to User View with Ctrl+Z.
[sw1]cwmp
[sw1-cwmp]cwmp cpe inform interval 5
                                   ^
 % Wrong parameter found at '^' position.
[sw1-cwmp]cwmp acs password simple s3cret
[sw1-cwmp]dis this
#
cwmp
 cwmp acs password cipher X
 cwmp cpe username acs
 cwmp cpe password cipher X
#
return
[sw1-cwmp]
END
grep -qx "cwmplab: line 3 is refused: Wrong parameter found at '^' position." refused ||
	{ fails "the refused line is not told"; cat refused; }
printf 'foo\nquit\n' | types 1 'the first that is refused' --stop
grep -q quit shown && fails "--stop goes on"
printf 'telnet 10.0.0.2\ndisplay clock\n' | types 1 'a terminal elsewhere'
grep -q 'line 1 is refused: telnet wants a terminal' refused && grep -q UTC shown ||
	{ fails "a file is typed elsewhere"; cat shown refused; }
printf 'quit\ndisplay clock\n' | types 1 'lines behind the end'
grep -q 'line 2 and those behind it are not typed' refused ||
	fails "lines behind the end are not told"
printf 'sys\ncwmp\nundo cwmp acs password\nquit\nquit\nquit' | types 0 'all is well'
{ head -c 1000000 /dev/zero | tr '\0' x; printf '\ndisplay clock\n'; } |
	types 1 'a line of 1 MB'
grep -q 'UTC' shown || fails "the line behind that of 1 MB is not typed"

# ---- a command that goes on is waited for ----------------------------------------------------
answers() {
	printf 'ping -c 1 -t 100 dns.lab\n' | "$CWMPLAB" cli "$lab" sw1 2>&1 |
		grep -q '^1 packet(s) transmitted, 1 packet(s) received, 0.0% packet loss$'
}
wait_until answers || fails "dns.lab answers no ping"
printf 'ping -c 2 -m 1 -h 7 dns.lab\nping -q -c 1 -t 1 10.0.0.77\nping nobody.lab\ndis clock\n' |
	types 1 'pings'
sed -i -E 's/time=[0-9.]+ ms/time=T/; s/= [0-9./]+ ms/= T/; s/^[0-9:]+ UTC .*/TIME/' shown
is_shown 'pings' <<'END'
<sw1>ping -c 2 -m 1 -h 7 dns.lab
Ping dns.lab (10.0.0.3): 56 data bytes, press CTRL_C to break
56 bytes from 10.0.0.3: icmp_seq=0 ttl=64 time=T
56 bytes from 10.0.0.3: icmp_seq=1 ttl=64 time=T

--- Ping statistics for dns.lab ---
2 packet(s) transmitted, 2 packet(s) received, 0.0% packet loss
round-trip min/avg/max/std-dev = T
<sw1>ping -q -c 1 -t 1 10.0.0.77
Ping 10.0.0.77 (10.0.0.77): 56 data bytes, press CTRL_C to break

--- Ping statistics for 10.0.0.77 ---
1 packet(s) transmitted, 0 packet(s) received, 100.0% packet loss
<sw1>ping nobody.lab
 % Unknown host nobody.lab.
<sw1>dis clock
TIME
<sw1>
END
grep -qx "cwmplab: line 3 is refused: Unknown host nobody.lab." refused ||
	{ fails "a host that is unknown is not told"; cat refused; }

# ---- what was typed is what the CPE does ---------------------------------------------------
informs() {
	"$CWMPLAB" inspect "$lab" "$1" --json | grep -c '"id"'
}
[ "$(informs acs1)" = 0 ] || fails "a CPE without CWMP informs"
has_lease() {
	printf 'dis cwmp st\n' | "$CWMPLAB" cli "$lab" sw1 >shown &&
		grep -q 'ACS information source .*: DHCP' shown
}
wait_until has_lease || { fails "the source is not DHCP"; cat shown; }
printf 'sys\ncwmp\ncwmp enable\n' | types 0 'cwmp enable'
moved() {
	[ "$(informs acs1)" = 1 ] && [ "$(informs acs2)" = 1 ]
}
wait_until moved || fails "the CPE does not go from acs1 to acs2"
rests() {
	printf 'dis cwmp st\n' | "$CWMPLAB" cli "$lab" sw1 >shown &&
		grep -q 'Connection status .*: Disconnected' shown &&
		grep -q 'successful connection attempt .*: 20' shown
}
wait_until rests || { fails "the console tells of no session"; cat shown; }
grep -q 'ACS URL of most recent connection .*: http://acs2.lab:7547/cwmp' shown &&
	grep -q 'ACS information source .*: User' shown ||
	{ fails "what the ACS has set does not show"; cat shown; }
"$CWMPLAB" rpc "$lab/acs2" sw1 SetParameterValues \
	InternetGatewayDevice.ManagementServer.PeriodicInformInterval=77 >said 2>&1 ||
	{ fails "acs2 cannot set"; cat said; }
printf 'dis cur | inc interval\nsys\ncwmp\nundo cwmp cpe inform interval\nundo cwmp enable\nsave force\n' |
	types 0 'the ACS sets, the console undoes'
grep -q '^ cwmp cpe inform interval 77$' shown || fails "the interval does not show"
"$CWMPLAB" rpc "$lab/acs2" sw1 GetParameterValues \
	InternetGatewayDevice.ManagementServer.PeriodicInformInterval --timeout 1s >said 2>&1 &&
	fails "a CPE without CWMP answers its ACS"

# ---- what was saved is there when the program starts anew -----------------------------------
"$CWMPLAB" stop "$lab" sw1 >said 2>&1 && "$CWMPLAB" start "$lab" sw1 >said 2>&1 ||
	{ fails "sw1 does not start anew"; cat said; }
printf 'dis cwmp conf\n' | types 0 'after the start'
grep -q 'CWMP state .*: Disabled' shown && grep -q 'ACS URL .*: http://acs2.lab' shown ||
	{ fails "what was saved is forgotten"; cat shown; }
grep -rqs s3cret out/logs && fails "a password is in a log"

# ---- on a terminal --------------------------------------------------------------------------
if command -v tmux >/dev/null; then
	. "$(dirname "$0")/../../support/screen.sh"
	trap 'closes 2>/dev/null; "$CWMPLAB" down "$lab" >/dev/null 2>&1; rm -rf "$dir"' EXIT
	opens console 80 24 "cd '$dir'; LC_ALL=C.UTF-8 '$CWMPLAB' cli '$lab' sw1"
	wait_for '^<sw1>$'
	press '^\[sw1\]$' 'sys' Enter
	press '^  cwmp .*CPE WAN' 'c' '?'
	press '^\[sw1\]cwmp$' Tab
	press '^\[sw1-cwmp\]$' Enter
	press '^  ---- More ----$' 'dis int' Enter
	press '^\[sw1-cwmp\]$' q
	press '^<sw1>$' C-z
	press "Can't connect to the remote host!" 'telnet 10.0.0.2' Enter
	press '^Request time out$' 'ping -t 1 -c 1000000 10.0.0.77' Enter
	press '100.0% packet loss$' C-c
	# What is typed while a command goes on is done behind it.
	press '^<typed-ahead>$' 'sys' Enter 'ping -t 1 -c 3 10.0.0.77' Enter \
		'sysname typed-ahead' Enter C-z
	press '^\[sw1\]$' 'sys' Enter 'sysname sw1' Enter
	press '^<sw1>$' C-z
	# What is typed ahead for a terminal elsewhere goes there, a password too.
	at=$(printf 'dis ip int br\n' | "$CWMPLAB" cli "$lab" sw1 | awk '$1 == "Vlan1" {print $4}')
	press 'telnet-was-here' 'ping -t 1 -c 3 10.0.0.77' Enter "telnet $at" Enter \
		'open-sesame' Enter 'sys' Enter 'sysname telnet-was-here' Enter
	shows 'open-sesame' && fails "a password that is typed ahead is shown"
	# The prompt elsewhere is the same: the one behind the end is meant.
	is_back() {
		tmux capture-pane -p -t b | grep -A 2 '^The connection was closed by the remote' |
			grep -qx '<sw1>'
	}
	tmux send-keys -t b 'sysname sw1' Enter 'quit' Enter 'quit' Enter
	wait_until is_back || fails "no way back: $(tmux capture-pane -p -t b)"
	# Lines that come by themselves stand below what is typed, which is shown again.
	press 'enabled to display logs' 'terminal monitor' Enter
	press 'enabled to display debugging logs' 'terminal debugging' Enter
	press '^<sw1>$' 'debugging cwmp event' Enter
	press '^\[sw1-cwmp\]$' 'sys' Enter 'cwmp' Enter
	press 'CWMP/7/EVENT: A session with http://acs2' 'cwmp enable' Enter
	# A prompt that stood there before would not tell that the command is done.
	press '^\[sw1\]$' 'undo cwmp enable' Enter 'quit' Enter
	press '^<sw1>$' C-z
	press 'left with 0' 'undo debugging all' Enter 'quit' Enter
	closes
fi
exit $status
