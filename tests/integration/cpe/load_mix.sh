#!/usr/bin/env bash
# Mixes, faults, data and storms of load tests, by hand: the numbers are those that the file wants,
# shards have the same faults as the whole, and fleet and ACS agree. How this machine is at the
# moment decides between PASS and INVALID, so both are right.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
ip link set lo up
url=http://127.0.0.1:7547/cwmp
models=$source_dir/topologies/models

listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# load [ARGUMENT...]: writes a.json and a.ev.
load() {
	local status=0

	timeout "$patience" "$cwmplab" load "$@" --json "$work/a.json" --events "$work/a.ev" \
		>"$work/a.out" 2>"$work/load.log" || status=$?
	[[ $status == [014] ]] || fail "load $*: status $status: $(cat "$work/a.out" "$work/load.log")"
}

# refused WORDS ARGUMENT...
refused() {
	local words=$1 status=0

	shift
	timeout "$patience" "$cwmplab" load "$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = 2 ] || fail "load $*: status $status: $(cat "$work/err")"
	grep -qF -- "$words" "$work/err" || fail "load $*: says $(cat "$work/err")"
}

# field NAME: a number of a.json, from its top.
field() {
	sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" "$work/a.json"
}

# outcomes: CPE and outcome of each session that has ended, sorted.
outcomes() {
	sed -n 's/.*"cpe":\([0-9]*\),"ok":\([a-z]*\).*/\1 \2/p' "$1" | sort
}

cat >"$work/acs.yaml" <<END
node: acs
listen: 127.0.0.1:7547
url: $url
door: $work/door
session-timeout: 4s
connection-request: {username: acs, password: secret}
policy: $work/policy.yaml
END
cat >"$work/policy.yaml" <<'END'
rules:
  - on: [0 BOOTSTRAP]
    steps:
      - set: {ManagementServer.ConnectionRequestUsername: acs, ManagementServer.ConnectionRequestPassword: secret}
  - on: [any]
    when: {value: DeviceInfo.ProvisioningCode, is: gold}
    steps:
      - get: [Time.CurrentLocalTime]
END
"$cwmplab" acs --config "$work/acs.yaml" >"$work/acs.events" 2>"$work/acs.log" &
acs=$!
wait_until listens 7547 || fail "no ACS: $(cat "$work/acs.log")"
[ "$(stat -c %a "$work/door")" = 600 ] || fail "the door is open to others"

# Two kinds, one of which drops its connection and never gets a session through.
cat >"$work/mix.yaml" <<END
acs: {url: "$url", door: "$work/door"}
cpes: 60
seed: 7
drain: 10s
arrival: {rate: 60/s, limit: 60}
mix:
  - {weight: 70%, model: $models/hp5920.yaml}
  - {weight: 30%, model: $models/generic-181.yaml, faults: [drop-after-inform]}
END
load "$work/mix.yaml"
failed=$(field failed)
[ "$failed" -gt 5 ] && [ "$failed" -lt 32 ] || fail "$failed of 60 sessions dropped"
[ "$(field completed)" = $((60 - failed)) ] || fail "$(field completed) completed"
grep -q '"reason": "fault drop-after-inform: the CPE hangs up"' "$work/a.json" ||
	fail "the fault is not named: $(cat "$work/a.json")"
grep -q 'accounts agree: fleet and ACS' "$work/a.out" || fail "$(cat "$work/a.out")"
outcomes "$work/a.ev" >"$work/whole"
for shard in 1 2 3; do
	sed "1ishard: $shard/3" "$work/mix.yaml" >"$work/shard.yaml"
	load "$work/shard.yaml"
	outcomes "$work/a.ev" >>"$work/shards"
done
sort "$work/shards" | diff "$work/whole" - || fail "shards fail in others than the whole"

# An ACS asks of some what the policy says that they are meant for, and of no others.
cat >"$work/meant.yaml" <<END
acs: {url: "$url", door: "$work/door"}
cpes: 20
arrival: {rate: 100/s, limit: 20}
mix:
  - {weight: 1, model: $models/hp5920.yaml, policy: gold}
  - {weight: 1, model: $models/hp5920.yaml, policy: GOLD}
END
# asked_for_time: how many have been.
asked_for_time() {
	grep -c '"method":"GetParameterValues"' "$work/acs.events" || true
}
load "$work/meant.yaml"
n=$(sed -n 's/.*"model": "\([0-9]*\) [^ ]* as gold, .* as GOLD".*/\1/p' "$work/a.json")
[ "${n:-0}" -gt 0 ] && [ "$(field completed)" = 20 ] || fail "$(cat "$work/a.json")"
[ "$(asked_for_time)" = "$n" ] || fail "$(asked_for_time) of $n were asked as their policy says"

# Each fault, in all sessions of ten CPEs; what befalls others is theirs.
for fault in wrong-id no-cookie duplicate-session slow-reader half-a-body; do
	drain=10s duration=0
	[ $fault != half-a-body ] || drain=1s duration=1s
	cat >"$work/fault.yaml" <<END
acs: {url: "$url", door: "$work/door"}
cpes: 10
duration: $duration
drain: $drain
arrival: {rate: 20/s, limit: 10}
mix: [{weight: 1, model: $models/hp5920.yaml, faults: [$fault]}]
END
	load "$work/fault.yaml"
	# Of half an Inform the ACS has seen no session, which is explained.
	grep -q 'accounts agree: fleet and ACS' "$work/a.out" ||
		fail "$fault: $(cat "$work/a.out")"
	case $fault in
	wrong-id) grep -q '"reason": "fault wrong-id:' "$work/a.json" || fail "$(cat "$work/a.out")" ;;
	duplicate-session)
		[ "$(field started)" = 20 ] || fail "$fault: $(field started) sessions began"
		[ "$(field completed)" = 10 ] || fail "$fault: $(cat "$work/a.out")"
		;;
	slow-reader) [ "$(field completed)" = 10 ] || fail "$fault: $(cat "$work/a.out")" ;;
	half-a-body) [ "$(field open)" = 10 ] || fail "$fault: $(cat "$work/a.out")" ;;
	esac
done

# Data of single CPEs is what the ACS learns of them.
cat >"$work/cpes.csv" <<'END'
serial,DeviceInfo.ProvisioningCode
North-1,north
South-1,south
END
cat >"$work/data.yaml" <<END
acs: {url: "$url"}
cpes: 2
model: $models/hp5920.yaml
data: cpes.csv
arrival: {ramp: 1s}
END
load "$work/data.yaml"
for serial in North-1 South-1; do
	grep -q "$serial" "$work/acs.events" || fail "$serial has not informed"
done

# Factory-new in the half, and the power of all is cut.
cat >"$work/storm.yaml" <<END
acs: {url: "$url", door: "$work/door"}
cpes: 20
model: $models/hp5920.yaml
duration: 8s
storms:
  - {kind: power-cut, at: 4s, for: 500ms, within: 1s}
  - {kind: bootstrap, at: 0s, within: 1s, share: 50%}
END
load "$work/storm.yaml"
[ "$(field completed)" -ge 40 ] || fail "storms: $(cat "$work/a.out")"
grep -q '"recovery_ms"' "$work/a.json" || fail "no time of recovery: $(cat "$work/a.json")"

# The operator is timed while they talk.
cat >"$work/probe.yaml" <<END
acs: {url: "$url", door: "$work/door"}
cpes: 50
model: $models/hp5920.yaml
duration: 5s
arrival: {rate: 20/s}
probe: {cpes: 2, every: 1s}
thresholds: ["probe-set.count>=2", "probe-get.count>=2"]
END
load "$work/probe.yaml"
! grep -q '^  FAILED' "$work/a.out" || fail "the operator is not timed: $(cat "$work/a.out")"

ip route add local 10.9.0.0/24 dev lo
refused 'add up to 90' <(sed 's/30%/20%/' "$work/mix.yaml")
sed -i 's/South-1/North-1/' "$work/cpes.csv"
refused 'cpes.csv:3:1: error: this SerialNumber' "$work/data.yaml"
sed -i 's/North-1,south/South-1,south/; s/ProvisioningCode/NoSuchName/' "$work/cpes.csv"
refused 'cpes.csv:2:9: error: the device model has no parameter' "$work/data.yaml"
sed 's/ProvisioningCode:/NoCode:/; s/live: provisioning-code, //' "$models/hp5920.yaml" >"$work/poor.yaml"
refused 'hp5920 has no ProvisioningCode, by which an ACS would know of it' \
	<(sed "s!model: $models/hp5920.yaml, policy: GOLD!model: $work/poor.yaml, policy: GOLD!" "$work/meant.yaml")
sed '/live: provisioning-code/{s/max: 64/max: 2/; s/value: PROVISIONINGCODE, //}' "$models/hp5920.yaml" >"$work/poor.yaml"
refused 'hp5920 does not take this ProvisioningCode' \
	<(sed "s!model: $models/hp5920.yaml, policy: GOLD!model: $work/poor.yaml, policy: GOLD!" "$work/meant.yaml")
refused 'no ACS takes commands there' <(sed "s!$work/door!$work/none!" "$work/probe.yaml")
refused 'on loopback alone' <(sed '1isources: 10.9.0.0/24' "$work/probe.yaml")
refused 'nothing says where it takes' --acs "$url" --cpes 5 --probe 1

kill -TERM "$acs"
timeout "$patience" tail --pid="$acs" -f /dev/null || fail "SIGTERM is not obeyed"
[ ! -e "$work/door" ] || fail "the door is left behind"
