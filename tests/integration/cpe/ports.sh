#!/usr/bin/env bash
# A CPE whose interface is a bridge is a switch: its ports are those of the kernel. One that is
# plugged in later is a new object, one that is taken away is an Error, and an ACS that disables
# a port takes it down. The CPE talks over loopback, so that it can tell.
#
#   acs 127.0.0.1 ── cpe 127.0.0.1, br0 ── p1 to e1, p2 to e2; later p3 to e3
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
wait_for() { wait_until grep -sq -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }
cd "$work"

plug() {
	ip link add "e$1" type veth peer name "p$1"
	ip link set "p$1" master br0
	ip link set "p$1" up
	ip link set "e$1" up
}
ip link set lo up
ip link add br0 type bridge
ip link set br0 up
plug 1
plug 2

lan=LANDevice.1.LANEthernetInterfaceConfig
# At each session: port 2 is disabled once it was seen up; port 3 is asked for once it is there.
cat >policy.yaml <<END
rules:
  - on: [0 BOOTSTRAP]
    steps:
      - {get: [$lan.1.Status, $lan.2.Status, $lan.2.Enable]}
      - {when: [{value: $lan.1.Status, is: [Up]}, {value: $lan.2.Status, is: [Up]}], tag: were-up}
      - {when: [{tag: were-up}], set: {$lan.2.Enable: false}}
  - on: [4 VALUE CHANGE]
    steps:
      - {get: [$lan.2.Status]}
      - {when: [{tag: were-up}, {value: $lan.2.Status, is: [Disabled]}], rpc: ScheduleInform,
         delay: 1s, command-key: was-disabled}
END
"$cwmplab" acs --listen 127.0.0.1:7547 --policy policy.yaml >acs.events 2>acs.log &
wait_for acs.events '"ready"'
cat >cpe.yaml <<END
model: $source_dir/topologies/models/managed-switch.yaml
acs: {url: "http://127.0.0.1:7547/cwmp"}
cpes: [{name: cpe, address: 127.0.0.1, interface: br0, bridge: yes}]
END
"$cwmplab" cpe --config cpe.yaml >cpe.events 2>cpe.log &

# The kernel's word, and what the ACS is told of it.
is_down() { ip -o link show dev p2 | grep -qv '<[^>]*\bUP\b[^>]*>'; }
wait_until is_down || fail "the port that the ACS has disabled is up"
ip -o link show dev p1 | grep -q '<[^>]*\bUP\b[^>]*>' || fail "the other port is down"
wait_for cpe.events '"session-start".*"4 VALUE CHANGE"'
wait_for acs.events 'was-disabled\|"ScheduleInform"'

# A port that is plugged in while the program runs, and one that is pulled out.
changes() { grep -c '"session-start".*"4 VALUE CHANGE"' cpe.events || true; }
n=$(changes)
plug 3
ip link del e1
more() { [ "$(changes)" -gt "$n" ]; }
wait_until more || fail "a port that is gone is no change"
! grep -q ' error ' cpe.log || fail "$(cat cpe.log)"
