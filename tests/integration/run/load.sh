#!/usr/bin/env bash
# load.sh: a load test in a lab: a storm behind an ACS that sheds, of which fleet, ACS and capture
# have the same account; and one that people look at, stop and start.
. "$(dirname "$0")/../../support/ordinary.sh"

cat >lab.yaml <<-END
	name: $lab
	seed: 7
	nodes:
	  sw1: {kind: switch}
	  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "http://acs.lab:7547/cwmp", limit: {rate: 120}}
	  homes: {kind: load, attach: sw1, address: 10.0.0.20/24, sources: 100.64.0.0/16, acs: acs, profile: profile.yaml, keeps: RTY}
END
cat >profile.yaml <<-END
	cpes: 50
	arrival: {ramp: 600ms}
	duration: 1300ms
	storms: [{kind: power-cut, at: 800ms, within: 100ms}]
	probe: {cpes: 1, every: 300ms}
	thresholds: ["probe-get.p99<20s", "shed<90%"]
END

# said_has WORDS...: each stands in what the last call has said.
said_has() {
	for words; do
		grep -qF -e "$words" said || fails "no \"$words\": $(cat said)"
	done
}

"$CWMPLAB" run lab.yaml --out out >said 2>&1 || fails "status $?"
said_has '1 switch, ACS, load' '50 CPEs of generic-181 against http://10.0.0.11:7547/cwmp' \
	'accounts agree: fleet and ACS' 'accounts agree: fleet and capture' \
	'rules broken by its CPEs: none' 'ok  RTY kept by the CPEs of homes: asked ' 'probe-get' 'shed: 503, Retry-After up to 5 s' PASS
for words in '"loads":' '"node": "homes"' '"verdict": "PASS"' '"differences": \[\]' \
	'"kind": "cwmplab-load"' '"who": "ACS"' '"p99_ms"' '"ok": true'; do
	grep -q -e "$words" out/report.json || fails "report.json: no $words"
done
"$CWMPLAB" compare out/load-homes.json out/load-homes.json >said 2>&1 || fails "$(cat said)"
grep -q '<svg' out/load-homes.html || fails "no page"

# The threshold cannot hold: whoever stops it gets a verdict, which is no mishap of the lab.
cat >profile.yaml <<-END
	cpes: 50
	arrival: {rate: 40/s}
	duration: 10m
	thresholds: ["completed>=1000000"]
END
"$CWMPLAB" up lab.yaml --out up >said 2>&1 || { cat said; exit 1; }
wait_until grep -qs '"event":"load"' up/events.jsonl
"$CWMPLAB" inspect "$lab" homes >said 2>&1
said_has 'cpes 50' 'started '
"$CWMPLAB" stop "$lab" homes >said 2>&1 || fails "stop: $(cat said)"
grep -q '"event":"load-end","ok":false,"verdict":"FAIL"' up/events.jsonl ||
	fails "no end: $(tail -n 3 up/events.jsonl)"
grep -q '"event":"exited","node":"homes","status":1,.*"expected":true' up/events.jsonl ||
	fails "exited: $(tail -n 3 up/events.jsonl)"
grep -q '"ended_early": "the lab has stopped it"' up/load-homes.json || fails "no result"
"$CWMPLAB" logs "$lab" homes >said 2>&1
said_has 'FAIL' 'not >=1000000'
"$CWMPLAB" start "$lab" homes >said 2>&1 || fails "start: $(cat said)"
"$CWMPLAB" inspect "$lab" >said 2>&1
said_has 'homes' 'serves'
"$CWMPLAB" down "$lab" >said 2>&1 || fails "down: $(cat said)"
exit $status
