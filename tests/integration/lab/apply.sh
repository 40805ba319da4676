#!/usr/bin/env bash
# apply.sh: a lab that changes while it is up. A CPE that informs its ACS all the time loses nothing while
# others come, go and change; what fails is told, and made up for by the next apply.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq
meter=$1

cat >lab.yaml <<-END
	name: $lab
	nodes:
	  sw1: {kind: switch}
	  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}
	  dhcp:
	    kind: dhcp
	    attach: sw1
	    address: 10.0.0.2/24
	    pools: [{range: 10.0.0.100-10.0.0.109, dns: [dns], acs: {url: "http://10.0.0.11/"}}]
	  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "http://10.0.0.11/"}
	  acs2: {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "http://acs2.lab/"}
	  pc: {kind: host, attach: sw1, address: 10.0.0.9/24}
	  far: {kind: host, attach: sw1, address: 10.0.0.7/24, command: ["$meter", echo, "7"]}
	  quiet: {kind: host, attach: {switch: sw1, link: delay=2ms}, address: 10.0.0.6/24}
	  moved: {kind: host, attach: {switch: sw1, link: delay=1ms}, address: 10.0.0.20/24}
	  cpe: {kind: cpe, attach: sw1, model: hp5920, periodic-inform: 1s}
	  slow: {kind: cpe, attach: {switch: sw1, link: delay=5ms}, model: hp5920}
	capture: [acs1, cpe]
	faults: {late: {about: a slow link, change: {nodes: {quiet: {attach: {link: delay=9ms}}}}}}
END
# A kernel that refuses rules, as far as the lab knows.
mkdir bin
printf '#!/bin/sh\necho "Error: not today"\nexit 1\n' >bin/nft
chmod +x bin/nft
PATH=$PWD/bin:$PATH "$CWMPLAB" up lab.yaml --out out --capture >said 2>&1 || { cat said; exit 1; }

# pids: those of the programs of the CPE, its ACS, and the other one.
pids() {
	"$CWMPLAB" inspect "$lab" --json | tr -d ' \n' >inspected
	for node in cpe acs1 acs2; do
		grep -o "\"name\":\"$node\"[^}]*\"pid\":[0-9]*" inspected | grep -o '[0-9]*$'
	done
}

# sessions N: whether the CPE has had so many.
sessions() {
	[ "$(grep -c '"node":"cpe","event":"session-end"' out/events.jsonl)" -ge "$1" ]
}
wait_until sessions 1 || fails "no session"
read -r cpe acs other <<<"$(echo $(pids))"

# ---- a fault of the file that the lab is of is a difference, and the file without it none
"$CWMPLAB" apply "$lab" lab.yaml --fault late --dry-run >said 2>&1 || fails "fault: $(cat said)"
grep -q '^  ~ quiet .*9ms' said || fails "the fault: $(cat said)"
"$CWMPLAB" apply "$lab" lab.yaml --dry-run >said 2>&1
grep -q '^ok  nothing has to change' said || fails "without it: $(cat said)"
"$CWMPLAB" apply "$lab" lab.yaml --fault lat --dry-run >said 2>&1
[ $? = 2 ] && grep -q 'did you mean "late"' said || fails "no such fault: $(cat said)"

# ---- the difference, and then what comes of it; frames pass all the time, by links that stay as they
# are as well
for node in cpe quiet; do
	"$CWMPLAB" exec "$lab" $node "$meter" ask 10.0.0.7 7 200 1000 400 >figures.$node 2>&1 &
done
sed -e '/^  pc:/d' -e 's/delay=5ms/delay=1ms/' -e 's/^  cpe:/  new: {kind: cpe, attach: {switch: sw1, link: delay=1ms}, model: hp5920}\n&/' \
	-e 's/^  acs2: {/&auth: basic, username: u, password: planted, /' \
	-e 's/acs1, cpe]/acs1, cpe, new]/' lab.yaml >other.yaml
"$CWMPLAB" apply "$lab" other.yaml --dry-run >said 2>&1 || fails "dry: $(cat said)"
"$CWMPLAB" apply "$lab" other.yaml >done 2>&1 || fails "apply: $(cat done)"
cat >want <<-'END'
	  ~ lab       capture: [acs1, cpe] -> [acs1, cpe, new]; it is changed in place
	  ~ dns       the names that it knows have changed: its program is started again
	  ~ acs2      auth: basic, username: u, password: ***; its program is started again
	  + new       kind: cpe, attach: {switch: sw1, link: delay=1ms}, model: hp5920
	  ~ slow      attach.link: delay=5ms -> delay=1ms; it is changed in place
	  - pc        host
END
for file in said done; do
	grep '^  [-+~] ' $file | cmp -s - want || fails "$file: $(cat $file)"
done
grep -q '^6 changes; nothing was done' said || fails "dry: $(cat said)"
grep -q '^ok  6 changes in ' done || fails "apply: $(cat done)"
wait
for node in cpe quiet; do
	grep -q '^sent=200 back=200 ' figures.$node || fails "frames of $node were lost: $(cat figures.$node)"
done
! grep -q planted said done || fails "a password is told"

# The link of one that is built anew is a new one, though it does the same.
sed -e 's/0.20\/24/0.21\/24/' other.yaml >moved.yaml
"$CWMPLAB" apply "$lab" moved.yaml >said 2>&1 || fails "moved: $(cat said)"
grep -q '^  ~ moved     address: 10.0.0.20/24 -> 10.0.0.21/24; it is built anew$' said || fails "moved: $(cat said)"
"$CWMPLAB" exec "$lab" moved "$meter" ask 10.0.0.7 7 5 1000 300 >figures 2>&1
grep -q '^sent=5 back=5 ' figures || fails "frames of moved are lost: $(cat figures)"

# Who does not differ goes on; who does is another one.
case " $(echo $(pids)) " in
*" $other "*) fails "acs2 was not started again" ;;
" $cpe $acs "*) ;;
*) fails "the CPE or its ACS was started again: $cpe $acs $other before, now $(echo $(pids))" ;;
esac
wait_until grep -q '"node":"new","event":"session-end"' out/events.jsonl || fails "no session of the new one"
"$CWMPLAB" inspect "$lab" >said
grep -q '^pc ' said && fails "pc is there still: $(cat said)"
"$CWMPLAB" exec "$lab" sw1 ip -brief link >said
grep -q '^pc@' said && fails "a port is there still: $(cat said)"
"$CWMPLAB" link "$lab" slow >said 2>&1
grep -q 'slow: delay=1ms' said || fails "link: $(cat said)"
"$CWMPLAB" apply "$lab" moved.yaml | grep -q '^ok  nothing has to change' || fails "once more"

# ---- mistakes, and what cannot change: the lab stays as it is
sed -e 's/attach: sw1, model/attach: sw9, model/' other.yaml >bad.yaml
"$CWMPLAB" apply "$lab" bad.yaml >said 2>&1
[ $? -eq 2 ] || fails "a mistake: status"
grep -q 'no switch is named "sw9"' said || fails "a mistake: $(cat said)"
sed -e "s/^name: .*/name: other/" other.yaml >bad.yaml
"$CWMPLAB" apply "$lab" bad.yaml >said 2>&1
[ $? -eq 2 ] || fails "another name: status"
grep -q 'the name of a lab cannot change while the lab is up' said || fails "another name: $(cat said)"

# ---- one that never serves is told, and one more apply is refused meanwhile
sed -e 's/^  cpe:/  app: {kind: host, attach: sw1, address: 10.0.0.8\/24, command: [sleep, "99"], ready: {tcp: 9, within: 400ms}}\n&/' \
	other.yaml >late.yaml
"$CWMPLAB" apply "$lab" late.yaml >late 2>&1 &
under_way() {
	"$CWMPLAB" apply "$lab" other.yaml --dry-run >said 2>&1
	grep -q 'is under way' said
}
wait_until under_way || fails "a second apply: $(cat said)"
wait $!
[ $? -eq 3 ] || fails "what never serves: status"
grep -q '^FAILED  app: it did not become ready' late || fails "what never serves: $(cat late)"
sed -e 's/, ready: {tcp: 9, within: 400ms}//' late.yaml >mended.yaml
"$CWMPLAB" apply "$lab" mended.yaml >said 2>&1 || fails "mended: $(cat said)"
grep -q '^  ~ app ' said || fails "mended: $(cat said)"

# ---- what cannot be built is told, with who was to come after it; all else stays as it is
sed -e 's/^  cpe:/  lan: {kind: switch}\n  home: {kind: nat, outside: sw1 10.0.0.5\/24, inside: lan 192.168.1.1\/24, type: full-cone}\n  h: {kind: host, attach: sw1, address: 10.0.0.4\/24}\n&/' \
	mended.yaml >nat.yaml
"$CWMPLAB" apply "$lab" nat.yaml >said 2>&1
[ $? -eq 3 ] || fails "no rules: status"
grep -q 'building home: nft: not today' said || fails "no rules: $(cat said)"
[ "$(grep -c '^FAILED  .*: it is not built$' said)" -eq 2 ] || fails "no rules: $(cat said)"
sed -e '/^  home:/d' nat.yaml >left.yaml
"$CWMPLAB" apply "$lab" left.yaml >said 2>&1 || fails "without the NAT: $(cat said)"
grep '^  [-+~] ' said >lines
printf '  %s\n' '~ h         it is not whole: it is built anew' '- home      nat' | sort | cmp -s - <(sort lines | grep -v '~ dns') ||
	fails "without the NAT: $(cat said)"

# A link that goes is told to nobody any more.
sed -e '/^  moved:/d' left.yaml >fewer.yaml
"$CWMPLAB" apply "$lab" fewer.yaml >said 2>&1 || fails "without a link: $(cat said)"
"$CWMPLAB" link "$lab" >said 2>&1
grep -q '^slow: ' said && ! grep -q '^moved: ' said || fails "without a link: $(cat said)"

# ---- nothing of the CPE was lost
n=$(grep -c '"node":"cpe","event":"session-end"' out/events.jsonl)
wait_until sessions $((n + 1)) || fails "no session after all that"
grep '"node":"cpe","event":"session-end"' out/events.jsonl | grep -v '"ok":true' && fails "a session failed"
case " $(echo $(pids))" in
" $cpe $acs "*) ;;
*) fails "the CPE or its ACS was started again in the end" ;;
esac
"$CWMPLAB" down "$lab" >said 2>&1 || fails "down: $(cat said)"
grep -q '"node":"recorder","event":"stopped","packets":[0-9]*,"dropped":0,"ports_ended":0}' out/events.jsonl ||
	fails "the recording: $(grep recorder out/events.jsonl)"
"$CWMPLAB" check out/capture.pcapng --rule TCP-02,TCP-03,TCP-04 >said 2>&1 || fails "its sessions: $(cat said)"
exit $status
