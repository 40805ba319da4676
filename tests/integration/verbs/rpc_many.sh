#!/usr/bin/env bash
# rpc_many.sh [CALLS DEVICES]: so many calls of "rpc" in a row, each to the next of the devices; the
# ACS is killed in the middle and started again. From the packets: what a caller was told to be
# done was done, by the right device, once, and in the order of the calls.
. "$(dirname "$0")/../../support/ordinary.sh"

need dnsmasq jq
calls=${1:-60} devices=${2:-6}
root=InternetGatewayDevice
cp -r "$CWMPLAB_SOURCE/topologies/figure-2-http" t || exit 1
sed -i "s/^name: .*/name: $lab/; s/count: 3/count: $devices/; /policy:/s/, policy: [^}]*//
	s/10.0.0.100-10.0.0.199/10.0.0.20-10.0.0.254/" t/topology.yaml
"$CWMPLAB" up t --capture --out out >up 2>&1 || { cat up; exit 1; }

known() {
	[ "$("$CWMPLAB" inspect "$lab" acs1 --json | grep -c '"id"')" = "$devices" ]
}
wait_until known || fails "not all CPEs come to acs1"

# call N: sets N at its device; "N DEVICE" is acknowledged when it is done.
call() {
	"$CWMPLAB" rpc "$lab/acs1" "cpe-$((($1 - 1) % devices + 1))" SetParameterValues \
		$root.DeviceInfo.ProvisioningCode="code-$1" parameter-key="$1" >told 2>&1
	case $? in
	0) echo "$1" >>acknowledged ;;
	*) cat told >>refused ;;
	esac
}
: >acknowledged >refused
begin=$(date +%s%N)
for ((n = 1; n <= calls; n++)); do
	if [ "$n" = $((calls / 2)) ]; then
		(
			"$CWMPLAB" stop "$lab" acs1 --now
			"$CWMPLAB" start "$lab" acs1
		) >killed 2>&1 &
		kills=$!
	fi
	call "$n"
done
took=$((($(date +%s%N) - begin) / 1000000))
wait "$kills" || fails "the ACS is not killed and started: $(cat killed)"
"$CWMPLAB" down "$lab" >down 2>&1 || { cat down; status=1; }

# What went over the wire, in its order: "MAC SESSION N" of each set, "MAC SESSION done" of each
# answer to one.
"$CWMPLAB" decode out/capture.pcapng --method SetParameterValues --format ndjson >decoded ||
	fails "the capture cannot be read"
jq -r 'select(.name == "SetParameterValues" or .name == "SetParameterValuesResponse") |
	[.time, .mac, .session, (.detail | if startswith("Status 0") then "done"
		else sub(".*code-"; "") end)] | @tsv' decoded | sort -n | cut -f2- >wire

awk -F'\t' -v calls="$calls" -v devices="$devices" '
	FILENAME == "acknowledged" { acknowledged[$1 + 0] = 1; n_acknowledged++; next }
	$3 != "done" {
		n = $3 + 0
		if ($1 != sprintf("02:00:06:00:00:%02x", (n - 1) % devices + 1))
			complain("call " n " went to " $1)
		if (n < last[$1])
			complain("call " n " went to " $1 " after call " last[$1])
		last[$1] = n
		open[$2] = n
		sent[n]++
		next
	}
	{ done[open[$2]]++ }
	function complain(words) {
		print words
		failed = 1
	}
	END {
		for (n = 1; n <= calls; n++) {
			if (acknowledged[n] && done[n] != 1)
				complain("call " n " was acknowledged and done " done[n] + 0 " times")
			if (acknowledged[n] && sent[n] > 1 && !again++)
				complain("call " n " was acknowledged and sent " sent[n] " times")
			if (done[n] > 1)
				complain("call " n " was done " done[n] " times")
		}
		printf "%d calls, %d acknowledged, each done once and in order\n", calls,
			n_acknowledged
		exit failed
	}' acknowledged wire || status=1

# Of those that were not, each met the ACS that was killed.
grep -vE 'acs1 (has ended|is stopped|does not listen any more)|task [0-9]+ of acs1' refused &&
	fails "a call was refused for another reason"
echo "$took ms for $calls calls to $devices devices, $(wc -l <refused) met the killed ACS"
exit $status
