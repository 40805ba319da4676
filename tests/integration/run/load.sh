#!/usr/bin/env bash
# load.sh: a load test in a lab: a storm behind an ACS that sheds, of which fleet, ACS and capture
# have the same account; an operator's orders beside it; and one that people look at, stop and
# start. How this machine is at the moment decides between a verdict and INVALID, so both are
# right.
. "$(dirname "$0")/../../support/ordinary.sh"

"$CWMPLAB" validate "$CWMPLAB_SOURCE"/topologies/{power-cut,find-limit,campaign} >said 2>&1 ||
	fails "$(cat said)"
cat >lab.yaml <<-END
	name: $lab
	seed: 7
	nodes:
	  sw1: {kind: switch}
	  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "http://acs.lab:7547/cwmp"}
	  desk: {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "http://10.0.0.12:7547/cwmp", files: files}
	  homes: {kind: load, attach: sw1, address: 10.0.0.20/24, sources: 100.64.0.0/16, acs: acs, profile: profile.yaml, keeps: RTY}
END
cat >profile.yaml <<-END
	cpes: 50
	arrival: {ramp: 400ms}
	duration: 1s
	storms:
	  - {kind: acs-store, at: 790ms, for: 100ms}
	  - {kind: power-cut, at: 800ms, within: 100ms}
	probe: {cpes: 1, every: 200ms}
	thresholds: ["probe-get.p99<20s", "shed<90%"]
END

# One that is called, and one that is given an image and comes back with it, or never. The file of
# such a load test may stand in the topology, too.
mkdir files
printf 'cwmplab image 1\nversion: 7.1.046 Release 2419\nmodel: hp5920\n\nbytes\n' >files/new.img
cat >>lab.yaml <<-END
	  shops:
	    kind: load
	    attach: sw1
	    address: 10.0.0.21/24
	    acs: desk
	    keeps: [EVT, RPC]
	    profile:
	      cpes: 010
	      model: hp5920
	      spread: yes
	      arrival: {ramp: 100ms}
	      storms:
	        - {kind: call-sweep, at: 400ms, within: 100ms}
	        - {kind: firmware, at: 550ms, within: 100ms, file: new.img, parallel: 4, dark: 100ms, share: 50%}
	        - {kind: firmware, at: 850ms, file: no-such.img, share: 10%, from: 50%}
	        - {kind: firmware, at: 850ms, file: new.img, lost: 100%, share: 10%, from: 90%}
	expect:
	  - {sequence: bootstrap, nodes: [shops, homes], at-least: 59}
END

# said_has WORDS...: each stands in what the last call has said.
said_has() {
	for words; do
		grep -qF -e "$words" said || fails "no \"$words\": $(cat said)"
	done
}

"$CWMPLAB" run lab.yaml --out out >said 2>&1
got=$?
[ $got -eq 0 ] || [ $got -eq 4 ] || fails "status $got"
said_has '1 switch, 2 ACS, 2 load' '50 CPEs of generic-181 against http://10.0.0.11:7547/cwmp' \
	'accounts agree: fleet and ACS' 'accounts agree: fleet and capture' 'probe-get' \
	'kept by the CPEs of homes: asked ' 'bootstrap for ' ' of 60 CPEs, at least 59'
for words in '"loads":' '"node": "homes"' '"differences": \[\]' '"kind": "cwmplab-load"' \
	'"who": "ACS"' '"p99_ms"'; do
	grep -q -e "$words" out/report.json || fails "report.json: no $words"
done
[ $got -eq 4 ] || said_has 'rules broken by its CPEs: none' 'shed: 503' PASS 'ok  bootstrap for '
[ $got -eq 4 ] || grep -q '"ok": true' out/report.json || fails "report.json is not ok"
# steps NAME "EXPECTED UNEXPECTED TIMED-OUT"
steps() {
	sed -n '/^  "steps"/,/^  }/p' out/load-shops.json | grep -A 3 "\"$1\": {" |
		grep -o '[0-9]*' | tr '\n' ' ' | grep -qx "$2 " ||
		fails "$1: $(grep -A 4 "\"$1\": {" out/load-shops.json)"
}
if ! grep -q INVALID out/load-shops.txt; then
	steps call '10 0 0'
	steps update '5 1 1'
	grep -q '"cpes_updated": \[\(.*,\)\{0,1\}5\]' out/load-shops.json ||
		fails "curve: $(grep updated out/load-shops.json)"
fi
! grep -q recovered out/load-shops.txt || fails "orders are no storm to recover from"
"$CWMPLAB" compare out/load-homes.json out/load-homes.json >said 2>&1 || fails "$(cat said)"
grep -q '<svg' out/load-homes.html || fails "no page"

# The ACS is killed and comes back, with what it has counted; the operator goes on with it.
# The threshold cannot hold: whoever stops it gets a verdict, which is no mishap of the lab. The
# kill comes while CPEs still arrive, and at the beginning of a sweep that takes so long that most
# of it is yet to come when the ACS is back, however slow this machine is. An ACS calls nobody whom
# it does not know, such as a CPE that came while the store was gone: it knows most.
cat >profile.yaml <<-END
	cpes: 50
	arrival: {rate: 40/s}
	duration: 10m
	abort-on-short: no
	storms:
	  - {kind: acs-store, at: 100ms, for: 200ms}
	  - {kind: acs-restart, at: 1100ms, for: 200ms}
	  - {kind: call-sweep, at: 1050ms, within: 3s, share: 50%, from: 50%}
	probe: {cpes: 1, every: 100ms}
	thresholds: ["completed>=1000000"]
END
"$CWMPLAB" up lab.yaml --out up >said 2>&1 || { cat said; exit 1; }
wait_until grep -qs '"event":"load"' up/events.jsonl
served_again() {
	[ "$(grep -c '"node":"acs","event":"ready"' up/events.jsonl)" -eq 2 ]
}
wait_until served_again
# Those of the sweep are called by the ACS that is back, and come. Calls of the probe, which never
# end, count for nothing here.
calls_again() {
	[ "$(awk '/"node":"acs","event":"ready"/ { n++ } n == 2' up/events.jsonl |
		grep '"event":"call",.*"outcome":"came"' | grep -o -- '-LOAD00000[2-5][0-9]"' |
		sort -u | wc -l)" -ge 3 ]
}
wait_until calls_again || fails "the sweep does not go on: $(tail -n 3 up/events.jsonl)"
grep -q '"event":"exited","node":"acs","status":-1,.*"expected":true' up/events.jsonl ||
	fails "the ACS: $(grep exited up/events.jsonl)"
"$CWMPLAB" inspect "$lab" homes >said 2>&1
said_has 'cpes 50' 'started '
"$CWMPLAB" stop "$lab" homes >said 2>&1 || fails "stop: $(cat said)"
grep -q '"event":"load-end","ok":false,"verdict":"\(FAIL\|INVALID\)"' up/events.jsonl ||
	fails "no end: $(tail -n 3 up/events.jsonl)"
grep -q '"event":"exited","node":"homes","status":[14],.*"expected":true' up/events.jsonl ||
	fails "exited: $(tail -n 3 up/events.jsonl)"
grep -q '"ended_early": "the lab has stopped it"' up/load-homes.json || fails "no result"
grep -q '"longest_wait_s": 0' up/load-homes.json && grep -q '^  "shed": [1-9]' up/load-homes.json ||
	fails "nobody met the store: $(grep -m 2 -e '"shed' -e longest up/load-homes.json)"
# account WHO: sessions that completed, as WHO has counted them.
account() {
	grep -A 2 "\"who\": \"$1\"" up/load-homes.json | grep '"completed"' | grep -o '[0-9]*'
}
# A kill may come between an answer and who waits for it.
n=$(($(account fleet) - $(account ACS)))
[ "${n#-}" -le 2 ] ||
	fails "counted: $(grep -A 5 '"who"' up/load-homes.json)"
# Who came meanwhile found nobody, and no ACS can have counted that.
grep -q '"unheard": [1-9]' up/load-homes.json || fails "all were heard"
grep -A 3 '"probe-set": {' up/load-homes.json | grep -q '"expected": [1-9]' &&
	grep -A 3 '"probe-set": {' up/load-homes.json | grep -q '"unexpected": [1-9]' ||
	fails "probe: $(grep -A 3 '"probe-set": {' up/load-homes.json)"
# Those that were to be called meanwhile, and had been there before, are called once it is back.
grep -A 3 '"call": {' up/load-homes.json | grep -q '"expected": [1-9]' ||
	fails "called: $(grep -A 3 '"call": {' up/load-homes.json)"
"$CWMPLAB" logs "$lab" homes >said 2>&1
said_has 'FAILED' 'not >=1000000'
"$CWMPLAB" start "$lab" homes >said 2>&1 || fails "start: $(cat said)"
"$CWMPLAB" inspect "$lab" >said 2>&1
said_has 'homes' 'serves'
"$CWMPLAB" down "$lab" >said 2>&1 || fails "down: $(cat said)"
exit $status
