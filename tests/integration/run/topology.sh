#!/usr/bin/env bash
# topology.sh NAME: the lab of that folder runs, what it expects is seen on the wire, and no CPE
# and no ACS breaks a rule of the level must there.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq

cp -r "$CWMPLAB_SOURCE/topologies/$1" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
sed -i -e "s/^name: .*/name: $lab/" -e "s/within: [0-9]*s/within: $((patience * 9 / 10))s/" "$1/topology.yaml"
"$CWMPLAB" run "$1/topology.yaml" --out out >said 2>&1 || fails "the run: status $?: $(cat said)"
"$CWMPLAB" check out/capture.pcapng >said 2>&1 || fails "the rules: $(cat said)"
exit $status
