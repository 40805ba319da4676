#!/usr/bin/env bash
# The status of a CPE's interface is the kernel's: it falls with the port at the other end, which an
# ACS that wants to know is told by 4 VALUE CHANGE, and reads in the words of each parameter. The
# CPE talks over loopback, so that it can tell.
#
#   acs 127.0.0.1 ── cpe 127.0.0.1, eth0 ── port0 of the bridge br0
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
wait_for() { wait_until grep -sq -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }
cd "$work"

ip link set lo up
ip link add br0 type bridge
ip link set br0 up
ip link add eth0 type veth peer name port0
ip link set port0 master br0
ip link set port0 up
ip link set eth0 up

lan=LANDevice.1.LANEthernetInterfaceConfig.1.Status
wan=WANDevice.1.WANCommonInterfaceConfig.PhysicalLinkStatus
cat >policy.yaml <<END
rules:
  - on: [0 BOOTSTRAP]
    steps:
      - {rpc: SetParameterAttributes, attributes: [{name: $wan, notification: active}]}
  - on: [any]
    steps:
      - {get: [$lan, $wan]}
      - {when: [{value: $lan, is: [Up]}, {value: $wan, is: [Up]}], tag: was-up}
      - {when: [{value: $lan, is: [NoLink]}, {value: $wan, is: [Down]}, {tag: was-up}], tag: was-down}
      - {when: [{value: $lan, is: [Up]}, {value: $wan, is: [Up]}, {tag: was-down}], rpc: ScheduleInform,
         delay: 1s, command-key: up-again}
END
"$cwmplab" acs --listen 127.0.0.1:7547 --policy policy.yaml >acs.events 2>acs.log &
wait_for acs.events '"ready"'
cat >cpe.yaml <<END
model: $source_dir/topologies/models/hp5920.yaml
acs: {url: "http://127.0.0.1:7547/cwmp"}
cpes: [{name: cpe, address: 127.0.0.1, interface: eth0}]
END
"$cwmplab" cpe --config cpe.yaml >cpe.events 2>cpe.log &

# ended N: so many sessions have ended well
ended() { [ "$(grep -c '"session-end".*"ok":true' cpe.events)" -ge "$1" ]; }
changes() { grep -c '"session-start".*"4 VALUE CHANGE"' cpe.events || true; }
wait_until ended 1 || fail "no session"
[ "$(changes)" = 0 ] || fail "a change before any"

ip link set port0 down
wait_for cpe.events '"session-start".*"4 VALUE CHANGE"'
wait_until ended 2 || fail "no session for the change"
! grep -q '"ScheduleInform"' acs.events || fail "the ACS has read Up"

ip link set port0 up
wait_for acs.events '"rpc".*"ScheduleInform"'
[ "$(changes)" = 2 ] || fail "$(changes) changes, not 2"
