#!/usr/bin/env bash
# Diagnostics of a CPE in a lab: those that fail, each with its own state, one after the other, and
# what those of the shipped lab have found out.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq ip python3

root=Device.
ping=IP.Diagnostics.IPPing
trace=IP.Diagnostics.TraceRoute
down=IP.Diagnostics.DownloadDiagnostics
up=IP.Diagnostics.UploadDiagnostics
ask=DNS.Diagnostics.NSLookupDiagnostics

# object|state|arguments, each a line of a policy. 10.0.0.99 is nobody's; the router knows no way
# to 192.0.2.1; nobody listens on port 9 of the ACS, and on its port 53.
cases="$ping|Error_CannotResolveHostName|Host: nobody.lab
$ping|Complete|Host: acs.lab, NumberOfRepetitions: 2, DataBlockSize: 4000
$ping|Error_NoRouteToHost|Host: 192.0.2.1, NumberOfRepetitions: 1, DataBlockSize: 56
$ping|Error_NoRouteToHost|Host: 10.0.0.99, Timeout: 20000
$trace|Error_CannotResolveHostName|Host: nobody.lab
$trace|Error_MaxHopCountExceeded|Host: remote.lab, MaxHopCount: 1
$trace|Error_NoRouteToHost|Host: 192.0.2.1, MaxHopCount: 9
$trace|Complete|Host: remote.lab, MaxHopCount: 2
$down|Error_CannotResolveHostName|DownloadURL: http://nobody.lab/a
$down|Error_InitConnectionFailed|DownloadURL: http://acs.lab:9/a
$down|Error_TransferFailed|DownloadURL: http://acs.lab:7547/files/nothing
$down|Error_NoTransferMode|DownloadURL: ftp://acs.lab/a
$up|Error_InitConnectionFailed|UploadURL: http://acs.lab:9/a, TestFileLength: 10
$up|Error_NoTransferComplete|UploadURL: http://acs.lab:7547/nowhere/a
$up|Complete|UploadURL: http://acs.lab:7547/files/a, TestFileLength: 5000000
$ask|Error_DNSServerNotResolved|HostName: acs.lab, DNSServer: nobody.lab
$ask|Error_Other|HostName: acs.lab, DNSServer: 10.0.0.11
$ask|Error_Other|HostName: nobody.lab, DNSServer: 10.0.0.3
$ask|Complete|HostName: acs.lab, DNSServer: dns.lab"

# step N: the Set of that case, and the tag that says so.
step() {
	local object rest line argument

	line=$(sed -n "${1}p" <<<"$cases")
	object=${line%%|*}
	echo "      - set:"
	sed 's/, /\n/g' <<<"${line##*|}" | while IFS= read -r argument; do
		rest=${argument#*: }
		case ${argument%%: *} in
		Host | *URL | HostName | DNSServer) rest="\"$rest\"" ;;
		TestFileLength) rest="{type: unsignedLong, value: \"$rest\"}" ;;
		*) rest="{type: unsignedInt, value: \"$rest\"}" ;;
		esac
		echo "          $object.${argument%%: *}: $rest"
	done
	echo "          $object.DiagnosticsState: Requested"
	echo "      - tag: case-$1"
	[ "$1" -eq 1 ] || echo "      - untag: case-$(($1 - 1))"
}

# The last rule comes first, or the tag of one would be the reason of the next in one session.
# Something is read in each, as the lab's sequence wants it.
n=$(wc -l <<<"$cases")
{
	echo "rules:"
	for ((i = n; i > 1; i--)); do
		echo "  - on: [8 DIAGNOSTICS COMPLETE]"
		echo "    when: {tag: case-$((i - 1))}"
		echo "    steps:"
		echo "      - get: [$ask.DiagnosticsState]"
		step $i
	done
	echo "  - on: [1 BOOT]"
	echo "    steps:"
	step 1
} >policy.yaml
cp -r "$CWMPLAB_SOURCE/topologies" . && cd topologies/diagnostics || exit 1
sed -i -e "s/^name: .*/name: $lab/" -e "s/within: [0-9]*s/within: $((patience * 9 / 10))s/" topology.yaml

# wanted.py CAPTURE NAME VALUE...: whether some GetParameterValuesResponse says so.
cat >wanted.py <<'END'
import json, re, subprocess, sys

har = subprocess.run([sys.argv[1], "decode", sys.argv[2], "--format", "har"],
                     capture_output=True, text=True).stdout
told = set()
for entry in json.loads(har)["log"]["entries"]:
    body = entry["request"].get("postData", {}).get("text", "")
    for name, value in re.findall(r"<Name[^>]*>([^<]*)</Name>\s*<Value[^>]*>([^<]*)</Value>", body):
        told.add((name, value))
for row in sys.argv[3:]:
    name, value = row.split("=", 1)
    if not any(n.endswith(name) and re.fullmatch(value, v) for n, v in told):
        seen = [v for n, v in told if n.endswith(name)]
        print(f"{name} is {seen}, not {value}")
        sys.exit(1)
END

time='2[0-9-]{9}T[0-9:]{8}\.[0-9]{6}Z'
"$CWMPLAB" run topology.yaml --out out >said 2>&1 || fails "the shipped lab: $(tail -n 30 said)"
python3 wanted.py "$CWMPLAB" out/capture.pcapng \
	IPPingDiagnostics.SuccessCount=3 IPPingDiagnostics.FailureCount=0 \
	IPPing.SuccessCount=3 IPPing.IPAddressUsed='10\.0\.0\.1[0-9]+' \
	TraceRouteDiagnostics.RouteHops.1.HopHost=10.0.0.1 \
	TraceRouteDiagnostics.RouteHops.2.HopHost=10.0.1.2 \
	TraceRouteDiagnostics.RouteHopsNumberOfEntries=2 \
	TraceRoute.RouteHops.2.ErrorCode=3 TraceRoute.RouteHops.2.RTTimes='[1-9][0-9]*,[1-9][0-9]*' \
	NSLookupDiagnostics.Result.2.IPAddresses=10.0.1.2 \
	NSLookupDiagnostics.Result.2.AnswerType=Authoritative \
	DownloadDiagnostics.TestBytesReceived='19[0-9]{3}' DownloadDiagnostics.BOMTime="$time" \
	UploadDiagnostics.TotalBytesSent='10[0-9]{5}' UploadDiagnostics.EOMTime="$time" >said ||
	fails "what was found out: $(cat said)"
[ "$(stat -c %s out/uploads/* | sort -u)" = 1048576 ] || fails "uploads: $(ls -l out/uploads)"

# The same lab with the policy above.
cp ../../policy.yaml tr-181.yaml
sed -i '/^  old:/d; s/nodes: \[old, new\]/nodes: new/' topology.yaml
"$CWMPLAB" run topology.yaml --out failed >said 2>&1 || fails "the lab of failures: $(tail -n 30 said)"
python3 - failed/events.jsonl "$cases" "$root" >said <<'END' || fails "states: $(cat said)"
import json, sys

rows = [line.split("|") for line in sys.argv[2].splitlines()]
due = [(sys.argv[3] + row[0] + ".", row[1]) for row in rows]
told = []
for line in open(sys.argv[1]):
    event = json.loads(line)
    if event.get("event") == "diagnostic-end":
        told.append((event["object"], event["state"]))
for i, row in enumerate(due):
    if i >= len(told) or told[i] != row:
        print(f"case {i + 1}: {told[i] if i < len(told) else None}, not {row}")
        sys.exit(1)
sys.exit(len(told) != len(due))
END
[ "$(stat -c %s failed/uploads/a)" = 5000000 ] || fails "uploads: $(ls -l failed/uploads)"
"$CWMPLAB" check failed/capture.pcapng >said 2>&1 || fails "the rules: $(cat said)"
exit $status
