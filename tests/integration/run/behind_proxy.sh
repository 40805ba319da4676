#!/usr/bin/env bash
# behind_proxy.sh right|wrong|haproxy: two CPEs behind nginx. Right: their requests take turns on a
# connection to the ACS, and both sessions are told apart, at the CPEs' side and at the ACS's alone.
# Wrong: what proxies in the field do to them is told as the proxy's fault, three labs at a time.
# haproxy: the same with HAProxy before two ACSs that speak TLS, whose sessions find theirs by a cookie.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq tshark
[ "$1" = haproxy ] && need haproxy || need nginx

cp -r "$CWMPLAB_SOURCE/topologies/behind-a-proxy" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
within="within: $((patience * 9 / 10))s"
sed -i -e "s/^name: .*/name: $lab/" -e "s/within: [0-9]*s/$within/" behind-a-proxy/topology.yaml

# shark OPTION...: without anybody's settings.
shark() {
	HOME=$dir tshark "$@" 2>/dev/null
}

acs2='s/upstreams: .*/upstreams: [acs1, acs2]/
	s/^  acs1:$/  acs2: {kind: acs, attach: sw1, address: 10.0.0.12\/24, url: "http:\/\/acs2.lab:7547\/cwmp"}\n&/'

right() {
	"$CWMPLAB" run behind-a-proxy/topology.yaml --out out >said 2>&1 ||
		fails "the run: status $?: $(cat said)"
	"$CWMPLAB" check out/capture.pcapng >said 2>&1 || fails "the rules: $(cat said)"
	grep -q '^ok  *2 sessions of 2 devices' said || fails "both sides: $(cat said)"
	grep -q 'requests seen at both sides of a proxy' said || fails "both sides: $(cat said)"

	# The ACS's side alone: some connection carried both CPEs, one after the other.
	shark -r out/capture.pcapng -Y 'frame.interface_name == "acs1"' -w acs.pcapng
	shark -r acs.pcapng -Y http.request -T fields -e tcp.stream -e http.x_forwarded_for |
		sort -u >streams
	cut -f 1 streams | uniq -d | grep -q . || fails "no connection is mixed: $(cat streams)"
	"$CWMPLAB" check acs.pcapng >said 2>&1 || fails "the ACS's side: $(cat said)"
	grep -q '^ok  *2 sessions of 2 devices' said || fails "the ACS's side: $(cat said)"
	"$CWMPLAB" decode acs.pcapng --table >said 2>&1 || fails "decode: $(cat said)"
	for i in 100 101; do
		grep -q "X-Forwarded-For 10.0.0.$i" said || fails "10.0.0.$i is not told: $(cat said)"
	done
	# The ACS itself knows them by their own addresses, which the trusted proxy has told.
	for i in 100 101; do
		grep -q "\"node\":\"acs1\".*10\.0\.0\.$i" out/events.jsonl ||
			fails "the ACS does not know 10.0.0.$i: $(grep acs1 out/events.jsonl)"
	done
}

# wrong_lab NAME RULE EDIT: the lab with that edit is run, until a session has come to nothing or
# the run is over by itself; the rule is broken by the proxy.
wrong_lab() {
	local name=$1 rule=$2 file=$1/topology.yaml run

	cp -r behind-a-proxy "$name"
	sed -i -e "s/^name: .*/name: $lab-$name/" -e "$3" "$file"
	"$CWMPLAB" run "$file" --out "out-$name" >"said-$name" 2>&1 &
	run=$!
	wait_until grep -qsE '"event":"session-end"|"event":"stopped"' "out-$name/events.jsonl"
	kill -INT $run 2>/dev/null
	wait $run
	"$CWMPLAB" check "out-$name/capture.pcapng" >"checked-$name" 2>&1
	[ $? -eq 1 ] || fails "$name: status of check: $(cat "checked-$name" "said-$name")"
	grep -q "^$rule  *must by the proxy: " "checked-$name" ||
		fails "$name: $rule is not the proxy's: $(cat "checked-$name")"
	return $status
}

wrong() {
	local jobs=() job

	wrong_lab cookie PRX-01 's/#misbehave: .*/misbehave: [drop-cookie]/' &
	jobs+=($!)
	wrong_lab cache PRX-03 's/#misbehave: .*/misbehave: [answer-from-cache]/' &
	jobs+=($!)
	wrong_lab sticky PRX-04 "$acs2" &
	jobs+=($!)
	for job in "${jobs[@]}"; do
		wait "$job" || status=1
	done
}

haproxy() {
	sed -i -e "$acs2" -e 's/    upstreams:/    engine: haproxy\n    sticky: cookie\n&/' behind-a-proxy/topology.yaml
	sed -i 's/url: \("*\)http:/url: \1https:/' behind-a-proxy/topology.yaml
	"$CWMPLAB" run behind-a-proxy/topology.yaml --out out >said 2>&1 ||
		fails "the run: status $?: $(cat said)"
	"$CWMPLAB" check out/capture.pcapng >said 2>&1 || fails "the rules: $(cat said)"
	grep -q '^ok  *2 sessions of 2 devices' said || fails "both sides: $(cat said)"
	grep -q 'requests seen at both sides of a proxy' said || fails "both sides: $(cat said)"
	wrong_lab cookie PRX-02 's/#misbehave: .*/misbehave: [drop-set-cookie]/'
}

"$1"
exit $status
