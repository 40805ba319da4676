#!/usr/bin/env bash
# foreign_acs.sh: an ACS that is the command of a host, as somebody else's is, is recorded like
# one of ours: that its certificate is of a stranger is told as what failed.
. "$(dirname "$0")/../../support/ordinary.sh"
need openssl dnsmasq

openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=acs.lab -days 30 \
	-keyout "$dir/key.pem" -out "$dir/cert.pem" 2>said || { cat said; exit 1; }
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
	    pools: [{range: 10.0.0.100-10.0.0.109, dns: [dns], acs: {url: https://acs.lab:7548/cwmp}}]
	  acs:
	    kind: host
	    attach: sw1
	    address: 10.0.0.11/24
	    command: [openssl, s_server, -accept, "7548", -cert, $dir/cert.pem, -key, $dir/key.pem, -quiet]
	  cpe: {kind: cpe, attach: sw1, model: hp5920}
	expect:
	  - {sequence: bootstrap, nodes: cpe, within: $((patience * 9 / 10))s}
END
"$CWMPLAB" run lab.yaml --out out >said 2>&1 &
run=$!
wait_until grep -qs '"event":"session-end".*"ok":false' out/events.jsonl
kill -INT $run
wait $run
[ $? -eq 1 ] || fails "status"
grep -q 'TLS' said && ! grep -q 'not judged' said || fails "the run: $(cat said)"
exit $status
