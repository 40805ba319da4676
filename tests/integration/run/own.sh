#!/usr/bin/env bash
# own.sh: a CPE that does things no ACS has ordered tells them as its policies let it: a download,
# an upload and a deployment unit, each once, and not what a filter keeps back; no rule is broken.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq

cp -r "$CWMPLAB_SOURCE/topologies/autonomous" . || exit 1
sed -i -e "s/^name: .*/name: $lab/" -e "s/within: [0-9]*s/within: $((patience * 9 / 10))s/" \
	-e 's/files: files/&\n    uploads: uploads/' autonomous/topology.yaml
sed -i 's|^own:|&\n  - {do: upload, file-type: 2 Vendor Log File, url: "http://acs.lab:7547/files/log"}|' \
	autonomous/model.yaml
"$CWMPLAB" run autonomous/topology.yaml --out out >said 2>&1 || fails "the run: status $?: $(cat said)"
"$CWMPLAB" check out/capture.pcapng >said 2>&1 || fails "the rules: $(cat said)"

# count NAME NUMBER: so many requests of that name are in the capture.
count() {
	local n

	n=$(grep -c -- "── $1 ─" decoded)
	[ "$n" -eq "$2" ] || fails "$1 is told $n times, not $2: $(cat decoded)"
}

LC_ALL=C.UTF-8 "$CWMPLAB" decode out/capture.pcapng >decoded || fails "decode: status $?"
count AutonomousTransferComplete 2
count AutonomousDUStateChangeComplete 1
[ -s out/uploads/log ] || fails "the upload is not among the results: $(find out autonomous)"
[ ! -e autonomous/uploads ] || fails "the lab wrote beside its topology"
exit $status
