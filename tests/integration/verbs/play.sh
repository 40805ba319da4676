#!/usr/bin/env bash
# play.sh: a lab that is up, as a user works in it: CPEs are asked through their ACS, by connection
# requests, and what cannot be is told in one line.
. "$(dirname "$0")/../../support/ordinary.sh"

need dnsmasq
cp -r "$CWMPLAB_SOURCE/topologies/figure-2" t || exit 1
sed -i "s/^name: .*/name: $lab/" t/topology.yaml
root=InternetGatewayDevice

# says STATUS WORDS COMMAND...: cwmplab ends with that status and says the words.
says() {
	local want=$1 words=$2 got

	shift 2
	got=$("$CWMPLAB" "$@" 2>&1)
	[ $? = "$want" ] || fails "cwmplab $*: not exit $want: $got"
	case $got in
	*"$words"*) ;;
	*) fails "cwmplab $*: \"$words\" is not in: $got" ;;
	esac
}

# has WORDS: they are in what "events" has said.
has() {
	grep -q "$1" events
}

"$CWMPLAB" up t --out out >up 2>&1 || { cat up; exit 1; }
"$CWMPLAB" events "$lab" >events &
events=$!

# All CPEs have moved to acs2.
moved() {
	[ "$("$CWMPLAB" inspect "$lab" acs2 --json | grep -c '"id"')" = 3 ]
}
wait_until moved || fails "the CPEs do not come to acs2"

# ---- RPCs ----------------------------------------------------------------------------------
says 0 SerialNumber rpc "$lab/acs2" cpe-1 GetParameterValues $root.DeviceInfo. --json
says 0 'status 0' rpc "$lab/acs2" cpe-1 SetParameterValues \
	$root.ManagementServer.PeriodicInformInterval=77
says 0 '77 ' rpc "$lab/acs2" cpe-1 GetParameterValues \
	$root.ManagementServer.PeriodicInformInterval
says 1 'fault 9005 Invalid parameter name
  InternetGatewayDevice.Nope' rpc "$lab/acs2" cpe-1 GetParameterValues $root.Nope
says 1 "$root.ManagementServer.PeriodicInformInterval: 9006" rpc "$lab/acs2" cpe-1 \
	SetParameterValues $root.ManagementServer.PeriodicInformInterval=often
wait_until has '"event":"call","cpe":"00E0FC-HP5920-[0-9A-F]*","by":"http","ok":true' ||
	fails "events tells no call"

# ---- a CPE ---------------------------------------------------------------------------------
# at NODE STATE: the CPE is in that state.
at() {
	"$CWMPLAB" cpe "$lab" "$1" look --json | grep -q "\"state\": \"$2\""
}

says 0 'cpe-1  booting' cpe "$lab" cpe-1 boot
wait_until has '"node":"cpe-1","event":"session-start",.*"events":\["1 BOOT"\]' ||
	fails "cpe-1 does not boot"
wait_until at cpe-1 idle
says 0 cpe-1 cpe "$lab" cpe-1 inform '8 DIAGNOSTICS COMPLETE'
wait_until has '"events":\["8 DIAGNOSTICS COMPLETE"\]' || fails "cpe-1 does not inform"
says 0 'status 0' rpc "$lab/acs2" cpe-3 SetParameterValues \
	$root.ManagementServer.PeriodicInformEnable=true
says 0 'cpe-3' cpe "$lab" cpe-3 value ManagementServer.PeriodicInformInterval=5
wait_until has '"node":"cpe-3","event":"session-start",.*"events":\["2 PERIODIC"\]' ||
	fails "cpe-3 does not take its own value"
says 0 'cpe-3  off' cpe "$lab" cpe-3 power off
says 2 'cpe-3 is switched off already' cpe "$lab" cpe-3 power off
says 2 'cpe-3 is switched off: "power on"' cpe "$lab" cpe-3 inform
says 1 'cpe-3 is off, its ACS is https://acs2.lab:7548/cwmp' rpc "$lab/acs2" cpe-3 GetRPCMethods \
	--wait --timeout 1s
says 0 'cpe-3  booting' cpe "$lab" cpe-3 power on
says 0 'cpe-3' cpe "$lab" cpe
says 2 'did you mean "value"' cpe "$lab" cpe-1 valu x=1
says 2 'power wants "on" or "off"' cpe "$lab" cpe-1 power
says 2 'takes no "often": it is unsignedInt' cpe "$lab" cpe-1 value \
	ManagementServer.PeriodicInformInterval=often
says 2 'cpe-1 has no parameter "Nope"' cpe "$lab" cpe-1 value Nope=1
says 2 "no CPE of $lab is named \"acs1\": its CPEs are" cpe "$lab" acs1 boot

# ---- programs ------------------------------------------------------------------------------
"$CWMPLAB" logs "$lab" cpe-1 --follow >follows &
follows=$!
says 0 'acs2 is stopped' stop "$lab" acs2
says 2 'acs2 is stopped already' stop "$lab" acs2
says 2 "acs2 is stopped: \"cwmplab start $lab acs2\" starts it" rpc "$lab/acs2" cpe-1 \
	GetRPCMethods
says 2 'acs2 is stopped: ' inspect "$lab" acs2
says 0 'is stopped' inspect "$lab"
says 0 'acs2 serves' start "$lab" acs2
says 2 'acs2 runs already' start "$lab" acs2
says 0 METHOD rpc "$lab/acs2" cpe-1 GetRPCMethods
says 2 'cpe-1 shares its program with the other CPEs of "cpe"' stop "$lab" cpe-1
says 2 'sw1 runs no program' stop "$lab" sw1
says 0 'cpe is stopped' stop "$lab" cpe --now
says 2 'cpe is stopped: ' cpe "$lab" cpe-1 boot
says 0 'cpe serves' start "$lab" cpe
wait_until at cpe-1 idle || fails "cpe-1 does not come back"
says 2 'cpe are several: say which, as cpe-1' exec "$lab" cpe true
says 2 'no node of ' logs "$lab" nope
says 0 'listening on port 7548' logs "$lab" acs2
followed() {
	grep -q 'cpe-1: moved from https://acs1.lab' follows
}
wait_until followed || fails "logs --follow does not tell of cpe-1: $(cat follows)"
grep -q 'cpe-2:' follows && fails "logs of cpe-1 tell of cpe-2"

# ---- as tables -----------------------------------------------------------------------------
says 0 'cpe-1  idle ' inspect "$lab"
says 0 'https://acs2.lab:7548/cwmp' inspect "$lab"
says 0 'NODE ' inspect "$lab"
says 0 'DEVICE  ' inspect "$lab" acs2
says 0 '00E0FC-HP5920-020006000001' inspect "$lab" acs2
says 0 'CPE  ' inspect "$lab" cpe
[ "$("$CWMPLAB" inspect "$lab" cpe-2 | grep -c '^cpe-')" = 1 ] ||
	fails "inspect of cpe-2 does not show it alone"
says 0 'leases 3' inspect "$lab" dhcp
"$CWMPLAB" inspect "$lab" --json | tr -d '\n' | grep -q '"nodes": \[.*"cpes": \[.*"last_session_ok"' ||
	fails "inspect --json lacks what its tables have"

# ---- inside a node -------------------------------------------------------------------------
echo 'echo $((6 * 7))' | "$CWMPLAB" exec "$lab" cpe-1 | grep -qx 42 ||
	fails "exec without a command is no shell"
if command -v script >/dev/null; then
	echo 'exit 3' | script -qec "'$CWMPLAB' exec '$lab' cpe-1" /dev/null >shell
	[ $? = 3 ] || fails "the shell's exit status is lost"
	grep -q "$lab/cpe-1:" shell || fails "no node in the prompt: $(cat shell)"
fi
# sees PROGRAM ARGUMENT...: it sees two packets of cpe-1, which informs meanwhile.
sees() {
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || return 0
	"$CWMPLAB" exec "$lab" cpe-1 "$@" -n -i eth0 -c 2 >packets 2>&1 &
	local captures=$!

	talks_until_seen() {
		"$CWMPLAB" cpe "$lab" cpe-1 inform >/dev/null 2>&1
		! kill -0 $captures 2>/dev/null
	}
	wait_until talks_until_seen || fails "$1 does not end"
	wait $captures && grep -q 10.0.0.10 packets || fails "$1: $(cat packets)"
}
sees tcpdump
sees tshark
if command -v curl >/dev/null; then
	says 0 405 exec "$lab" cpe-1 curl -s --cacert /run/tls/ca.pem -o /dev/null \
		-w '%{http_code}' https://acs2.lab:7548/cwmp
fi
wait_until at cpe-1 idle || fails "cpe-1 does not rest"

# ---- the policy ----------------------------------------------------------------------------
# back.yaml sends CPEs that boot at acs2 to acs1, which no longer sends anybody away.
cat >stay.yaml <<'END'
rules: []
END
cat >back.yaml <<'END'
rules:
  - on: [1 BOOT]
    steps:
      - set: {ManagementServer.URL: "https://acs1.lab:7548/cwmp"}
END
cat >wrong.yaml <<'END'
rules:
  - on: [1 BOOTS]
    steps:
      - gte: [X]
END
# One that fits no line goes in parts, whose borders are not within a character.
{
	echo rules:
	seq -f '  - {on: 1 BOOT, when: {tag: n%.0f}, steps: [{get: [A]}]} # öööööööööööö' 3000
} >long.yaml
[ "$(wc -c <long.yaml)" -gt 200000 ] || fails "long.yaml is short"
says 0 'acs1 goes by long.yaml now (3000 rules)' policy "$lab" acs1 long.yaml
says 0 'acs1 goes by stay.yaml now (0 rules)' policy "$lab" acs1 stay.yaml
says 0 'acs2 goes by back.yaml now (1 rule)' policy "$lab" acs2 back.yaml
says 2 'wrong.yaml:2:10: error: "1 BOOTS" is no event code' policy "$lab" acs2 wrong.yaml
says 2 'wrong.yaml:4:9: error: ' policy "$lab" acs2 wrong.yaml
says 2 'no-such.yaml: error: cannot be opened' policy "$lab" acs2 no-such.yaml
says 2 "no ACS of $lab is named \"dhcp\"" policy "$lab" dhcp back.yaml
says 0 booting cpe "$lab" cpe-2 boot
wait_until has '"node":"cpe-2","event":"moved","from":"https://acs2.lab:7548/cwmp","to":"https://acs1' ||
	fails "cpe-2 does not move back"
wait_until has '"node":"acs1","event":"inform","cpe":"00E0FC-HP5920-020006000002",.*"0 BOOTSTRAP"' ||
	fails "cpe-2 does not come to acs1"
says 0 SerialNumber rpc "$lab/acs1" cpe-2 GetParameterValues $root.DeviceInfo.

# ---- what cannot be ------------------------------------------------------------------------
says 2 'no lab "no-such-lab" is up' rpc no-such-lab/acs2 cpe-1 GetRPCMethods
says 2 "no ACS of $lab is named \"acs3\": did you mean" rpc "$lab/acs3" cpe-1 GetRPCMethods
says 2 "no ACS of $lab is named \"cpe-1\": its ACSs are acs1, acs2" rpc "$lab/cpe-1" cpe-1 \
	GetRPCMethods
says 2 "$lab has 2 ACSs: name one" rpc "$lab" cpe-1 GetRPCMethods
says 2 "\"cpe-9\" is no node of $lab, and no ACS of it knows a device" rpc "$lab/acs2" cpe-9 \
	GetRPCMethods
says 2 'dhcp is a dhcp: name one of its CPEs' rpc "$lab/acs2" dhcp GetRPCMethods
says 2 'did you mean "GetRPCMethods"? It knows GetRPCMethods, GetParameterValues' rpc \
	"$lab/acs2" cpe-1 GetRPCMethod
says 2 'delay: "soon" is no duration' rpc "$lab/acs2" cpe-1 ScheduleInform delay=soon
says 2 '--timeout "soon": give a time' rpc "$lab/acs2" cpe-1 GetRPCMethods --timeout soon

# ---- waiting -------------------------------------------------------------------------------
says 1 'has not come for 1 s: task' rpc "$lab/acs1" cpe-2 GetRPCMethods --wait --timeout 1s
says 0 'its next session of its own is due in ' rpc "$lab/acs2" cpe-3 GetRPCMethods --wait
# The ACS calls with the password that it has set, and not with one that it cannot know.
says 0 'status 0' rpc "$lab/acs1" cpe-2 SetParameterValues \
	$root.ManagementServer.ConnectionRequestPassword=another
says 0 GetRPCMethods rpc "$lab/acs1" cpe-2 GetRPCMethods
says 0 cpe-2 cpe "$lab" cpe-2 value ManagementServer.ConnectionRequestPassword=third
says 1 'cpe-2 was called and does not come: 401 again' rpc "$lab/acs1" cpe-2 GetRPCMethods \
	--timeout 2s
"$CWMPLAB" rpc "$lab/acs1" cpe-2 GetRPCMethods --wait >waits 2>&1 &
waits=$!
told() {
	grep -sq 'waiting for cpe-2; Ctrl-C stops waiting' "$1"
}
wait_until told waits || fails "who waits is not told: $(cat waits)"
# A shell starts what is behind it with SIGINT ignored, which the program undoes.
kill -INT $waits
wait $waits
[ $? = 1 ] || fails "Ctrl-C is not exit 1"
grep -q 'task [0-9]* stays queued at acs1 for the next session of cpe-2' waits ||
	fails "what becomes of the task is not told: $(cat waits)"

# ---- withdrawing ---------------------------------------------------------------------------
task=$(sed -n 's|^cwmplab rpc .*/acs1 --withdraw \([0-9]*\) takes it back$|\1|p' waits)
says 0 "acs1 sends no GetRPCMethods to 00E0FC-HP5920-020006000002: task $task is withdrawn" rpc \
	"$lab/acs1" --withdraw "$task"
says 2 "task $task is over: withdrawn" rpc "$lab/acs1" --withdraw "$task"
says 2 'there is no task 999999' rpc "$lab/acs1" --withdraw 999999
says 2 '--withdraw "0": give the number of a task' rpc "$lab/acs1" --withdraw 0
says 2 'usage: cwmplab rpc LAB/ACS DEVICE METHOD' rpc "$lab/acs1" cpe-2 --withdraw "$task"
for option in --wait --timeout=0s --arguments=x.yaml; do
	says 2 "${option%=*} is for an RPC that is sent: --withdraw takes one back" rpc "$lab/acs1" \
		--withdraw "$task" "$option"
done
says 2 'usage: cwmplab rpc LAB/ACS DEVICE METHOD' rpc "$lab/acs1" cpe-2
# Somebody else waits for one that is withdrawn.
"$CWMPLAB" rpc "$lab/acs1" cpe-2 Reboot --wait >reboot 2>&1 &
waits=$!
wait_until told reboot || fails "who waits is not told: $(cat reboot)"
task=$((task + 1))
says 0 '"state": "withdrawn"' rpc "$lab/acs1" --withdraw "$task" --json
wait $waits
[ $? = 1 ] || fails "a withdrawn RPC is not exit 1"
grep -q 'Reboot to cpe-2 was withdrawn before it was sent' reboot ||
	fails "who waits is not told that it is withdrawn: $(cat reboot)"

# ---- sessions that fail --------------------------------------------------------------------
# Who waits for a CPE is told what its sessions come to meanwhile.
says 0 'status ' rpc "$lab/acs2" cpe-1 SetParameterValues \
	$root.ManagementServer.URL=http://10.0.0.12:1/
wait_until has '"node":"cpe-1","event":"session-end","url":"http://10.0.0.12:1/","ok":false' ||
	fails "the session of cpe-1 with nobody does not fail"
says 1 'the last session of cpe-1 has failed: TCP: ' rpc "$lab/acs2" cpe-1 GetRPCMethods --wait \
	--timeout 1s

"$CWMPLAB" down "$lab" >down 2>&1 || { cat down; status=1; }
wait $follows || fails "logs --follow does not end with the lab"
wait $events || fails "events does not end with the lab"
exit $status
