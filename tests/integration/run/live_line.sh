#!/usr/bin/env bash
# live_line.sh: on a terminal of script(1) the line of a run says, while it runs, how many CPEs
# are failing and at what: here a name that no DNS server knows. The same run as JUnit XML.
. "$(dirname "$0")/../../support/ordinary.sh"
need script dnsmasq

cp -r "$CWMPLAB_SOURCE/topologies/models" . || exit 1
cat >lab.yaml <<-END
	name: $lab
	nodes:
	  sw1: {kind: switch}
	  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}
	  dhcp:
	    kind: dhcp
	    attach: sw1
	    address: 10.0.0.2/24
	    pools: [{range: 10.0.0.100-10.0.0.109, dns: [dns], acs: {url: http://acs9.lab:7547/acs}}]
	  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: http://acs1.lab:7547/acs}
	  cpe: {kind: cpe, count: 3, attach: sw1, model: hp5920}
	expect:
	  - {sequence: acs-migration, nodes: cpe, within: $((patience * 9 / 10))s}
END

unset COLUMNS
export TERM=xterm
cat >on-terminal <<-END
	stty cols 80
	echo \$\$ >run.pid
	exec "$CWMPLAB" run lab.yaml --out out
END
script -qefc "sh on-terminal" typescript </dev/null >/dev/null 2>&1 &
terminal=$!
wait_until grep -aqs 'failing 3: DNS: "acs9\.lab"' typescript ||
	fails "never a reason: $(tr '\r' '\n' <typescript | tail -5)"
kill -INT "$(cat run.pid)"
wait $terminal
[ $? -eq 1 ] || fails "status"
tr '\r' '\n' <typescript | grep -a 'failing 3' | tail -1
widest=$(tr '\r' '\n' <typescript | grep -a '^.\[K  running' | sed 's/^.\[K//' | wc -L)
[ "$widest" -le 80 ] || fails "a line that is rewritten has $widest columns"

# Until the time of the expectation is up.
sed "s/within: .*s}/within: 3s}/" lab.yaml >short.yaml
"$CWMPLAB" run short.yaml --out junit --format junit >run.xml 2>said
[ $? -eq 1 ] || fails "status as JUnit: $(cat said)"
if command -v xmllint >/dev/null; then
	. "$CWMPLAB_SOURCE/tests/integration/verbs/junit_sound.sh"
	junit_is_sound run.xml "$CWMPLAB_SOURCE" || fails "JUnit: $(cat run.xml)"
	n=$(xmllint --xpath 'count(//testcase[@name = "acs-migration"][failure])' run.xml)
	[ "$n" = 3 ] || fails "$n CPEs failed, not 3: $(cat run.xml)"
fi
exit $status
