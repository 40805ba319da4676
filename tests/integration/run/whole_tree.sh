#!/usr/bin/env bash
# whole_tree.sh: a CPE of the largest model tells all of its names and values in one session,
# and what the capture of that is imported as is the model: the same names, types and access.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq

cat >all.yaml <<-END
	rules:
	  - on: any
	    steps:
	      - {rpc: GetParameterNames, path: Device., next-level: no}
	      - {rpc: GetParameterValues, names: [Device.]}
END
cat >lab.yaml <<-END
	name: $lab
	nodes:
	  sw1: {kind: switch}
	  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}
	  dhcp:
	    kind: dhcp
	    attach: sw1
	    address: 10.0.0.2/24
	    pools: [{range: 10.0.0.100-10.0.0.109, dns: [dns], acs: {url: http://acs.lab:7547/cwmp, username: cpe, password: s3cret}}]
	  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: http://acs.lab:7547/cwmp, username: cpe, password: s3cret, policy: all.yaml}
	  cpe: {kind: cpe, attach: sw1, model: $CWMPLAB_SOURCE/topologies/models/mesh-181.yaml}
	expect:
	  - {sequence: bootstrap, nodes: cpe, within: $((patience * 9 / 10))s}
END
"$CWMPLAB" run lab.yaml --out out >said 2>&1 || fails "the run: $(cat said)"
"$CWMPLAB" model import out/capture.pcapng -o wire.yaml >said 2>&1 ||
	fails "the import: $(cat said)"
# Values are the CPE's own: its address, its serial number, counters.
facts() {
	"$CWMPLAB" model export "$1" | awk -F, '{ print $1, $2, $3, $NF }'
}
facts wire.yaml >wire.txt
facts "$CWMPLAB_SOURCE/topologies/models/mesh-181.yaml" >model.txt
[ "$(wc -l <model.txt)" -gt 7000 ] || fails "only $(wc -l <model.txt) names"
diff model.txt wire.txt >said || fails "the wire has another model: $(head -20 said)"
exit $status
