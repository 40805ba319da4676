#!/usr/bin/env bash
# nodes.sh: what every node has: a loopback that is up, and names that resolve in a domain of
# any length. A host whose program is somebody else's: its files, its variables, when it serves,
# its end, and how it is started again.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq

label=$(printf 'd%.0s' {1..60})
domain=$label.$label.$label.lab
cat >serve <<-'END'
	#!/bin/sh
	cat etc/about
	exec "$ACS" acs --listen "10.0.0.8:$1"
END
chmod +x serve
cat >lab.yaml <<-END
	name: $lab
	nodes:
	  sw1: {kind: switch}
	  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24, domain: $domain}
	  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.109, dns: [dns]}]}
	  pc: {kind: host, attach: sw1, address: 10.0.0.9/24}
	  app:
	    kind: host
	    attach: sw1
	    address: 10.0.0.8/24
	    program: [./serve, "7547"]
	    files: [{from: serve}, {to: etc/about, text: "{{name}} at {{address}}", fill: yes}]
	    environment: {ACS: "$CWMPLAB"}
	    ready: {tcp: 7547}
	  cpe: {kind: cpe, count: 2, attach: sw1, model: hp5920}
END
"$CWMPLAB" up lab.yaml --out out >said 2>&1 || { cat said; exit 1; }

# A port that nobody listens at refuses; a loopback that is down has no way there.
for node in sw1 dns dhcp pc cpe-1 cpe-2; do
	"$CWMPLAB" exec "$lab" "$node" bash -c 'exec 3<>/dev/tcp/127.0.0.1/9' >said 2>&1
	grep -q 'Connection refused' said || fails "$node: $(cat said)"
done
"$CWMPLAB" exec "$lab" pc cat /etc/resolv.conf >said
printf 'nameserver 10.0.0.3\nsearch %s\n' "$domain" | cmp -s - said ||
	fails "resolv.conf: $(cat said)"

# answers: whether the program of the host does, asked once.
answers() {
	"$CWMPLAB" exec "$lab" pc bash -c 'exec 3<>/dev/tcp/10.0.0.8/7547' >said 2>&1
}

# A lab is up when it answers, and so is a start over.
answers || fails "app does not answer: $(cat said)"
"$CWMPLAB" logs "$lab" app >said
grep -q 'app at 10.0.0.8' said || fails "its files: $(cat said)"
"$CWMPLAB" stop "$lab" app >said 2>&1 || fails "stop: $(cat said)"
! answers || fails "app answers though it is stopped"
"$CWMPLAB" exec "$lab" app rm /run/nodes/app/etc/about
for node in app dns; do
	[ $node = app ] || "$CWMPLAB" stop "$lab" $node --now >said 2>&1 || fails "stop: $(cat said)"
	"$CWMPLAB" start "$lab" $node >said 2>&1 || fails "start: $(cat said)"
	grep -q "$node serves" said || fails "start: $(cat said)"
done
answers || fails "app does not answer again: $(cat said)"

# Its end is told, and is none that is expected of what serves.
pid=$("$CWMPLAB" inspect "$lab" --json | tr -d ' \n' | grep -o '"name":"app"[^}]*"pid":[0-9]*' | grep -o '[0-9]*$')
"$CWMPLAB" exec "$lab" app kill -9 "$pid" >said 2>&1 || fails "kill $pid: $(cat said)"
wait_until grep -q '"event":"exited","node":"app",.*"expected":false' out/events.jsonl ||
	fails "its end: $(grep exited out/events.jsonl)"
"$CWMPLAB" down "$lab" >said 2>&1 || fails "down: $(cat said)"

# One that never serves fails the lab, by its name and port.
sed -e 's/tcp: 7547/tcp: 9, within: 200ms/' lab.yaml >late.yaml
"$CWMPLAB" up late.yaml --out late >said 2>&1
[ $? -eq 3 ] || fails "a port that nobody answers at: status"
grep -q 'app did not become ready in 0.2 s: nothing answers at TCP port 9 ' said ||
	fails "a port that nobody answers at: $(cat said)"

# What is not there to be started is named.
sed -e 's/program: .*/program: [no-such-program]/' lab.yaml >none.yaml
"$CWMPLAB" up none.yaml --out none >said 2>&1
[ $? -eq 3 ] || fails "no program: status"
grep -q 'app: there is no program "no-such-program" here: install it' said || fails "no program: $(cat said)"
exit $status
