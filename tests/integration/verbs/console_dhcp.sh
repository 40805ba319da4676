#!/usr/bin/env bash
# console_dhcp.sh: the worked example of the CWMP chapter on one switch: its DHCP server is typed at its
# console, others get their address and their ACS from it, and the ACS gives them their room's
# configuration file.
. "$(dirname "$0")/../../support/ordinary.sh"

mkdir -p lab/files
cp -r "$CWMPLAB_SOURCE/topologies/models" . || exit 1
cat >lab/topology.yaml <<END
name: $lab
nodes:
  core: {kind: switch}
  # Gives sw1 alone an address.
  first:
    kind: dhcp
    attach: core
    address: 10.185.10.2/24
    pools:
      - range: 10.185.10.3-10.185.10.3
        reservations: [{mac: "02:00:5e:00:53:01", address: 10.185.10.3}]
  acs:
    kind: acs
    attach: core
    address: 10.185.10.41/24
    url: http://10.185.10.41:9090/
    username: admin
    password: "12345"
    files: files
    uploads: uploads
  sw1:
    kind: cpe
    attach: core
    model: ../models/hp5920.yaml
    mac-base: "02:00:5e:00:53:01"
    console: {sysname: sw1, cwmp: disabled}
  edge:
    kind: cpe
    count: 2
    attach: core
    model: ../models/hp5920.yaml
    mac-base: "02:00:5e:00:54:01"
    console: {}
END
cat >lab/files/configure1.cfg <<'END'
#
 version 7.1.045, Release 2418P06
#
 sysname room-a
#
cwmp
 cwmp cpe inform interval 3600
#
return
END
printf ' sysname room-b\nvlan 2\n' >lab/files/wrong.cfg
"$CWMPLAB" up lab --out out >up 2>&1 || { cat up; exit 1; }

# types NODE STATUS WHAT: the lines of standard input at its console; what is shown is in "shown".
types() {
	"$CWMPLAB" cli "$lab" "$1" >shown 2>refused
	[ $? = "$2" ] || { fails "$3: not exit $2"; cat shown refused; }
}

has_address() {
	printf 'dis ip int b\n' | "$CWMPLAB" cli "$lab" sw1 | grep -q '10\.185\.10\.3'
}
wait_until has_address || fails "sw1 gets no address"

# ---- the pool of the example ----------------------------------------------------------------
types sw1 0 'the pool' <<'END'
sys
dhcp server forbidden-ip 10.185.10.1 10.185.10.9
dhcp server forbidden-ip 10.185.10.41
dhcp server forbidden-ip 10.185.10.60
dhcp server ip-pool 0
network 10.185.10.0 mask 255.255.255.0
dns-list 10.185.10.60
option 43 hex 013B687474703A2F2F6163732E64617461626173653A393039302F616373207669636B79203132333435
END
grep -q '^note: option 43: the length of sub-option 0x01 says 0x3b (59 bytes), but 0x28 (40)' \
	refused || { fails "the guide's own wrong length is not noted"; cat refused; }
types sw1 0 'the ACS of its table 4' <<'END'
sys
dhcp server ip-pool 0
option 43 hex 0124687474703A2F2F31302E3138352E31302E34313A393039302061646D696E203132333435
quit
dhcp enable
END
[ -s refused ] && { fails "a right option is noted"; cat refused; }

informed() {
	[ "$("$CWMPLAB" inspect "$lab" acs --json | grep -c '"id"')" = 2 ]
}
wait_until informed || fails "the switches of the room do not come to their ACS"
types sw1 0 'who has an address' <<'END'
dis dhcp server ip-in-use
dis dhcp server free-ip
END
[ "$(grep -c 'Auto(C)$' shown)" = 2 ] || { fails "not two leases"; cat shown; }
grep -q 'IP ranges from 10.185.10.61 to 10.185.10.254' shown ||
	{ fails "what is left does not show"; cat shown; }

# ---- another pool: nobody loses its address ---------------------------------------------------
types sw1 0 'a longer lease' <<'END'
sys
dhcp server ip-pool 0
expired day 3
quit
undo dhcp enable
dis dhcp server ip-in-use
END
types sw1 0 'on again' <<'END'
sys
dhcp enable
dis dhcp server ip-in-use
END
[ "$(grep -c 'Auto(C)$' shown)" = 2 ] || { fails "leases are lost"; cat shown; }
types sw1 1 'a network that overlaps' <<'END'
sys
dhcp server ip-pool 1
network 10.185.10.128 25
END
grep -q 'overlaps with that of pool 0' refused || { fails "it is not told why"; cat refused; }

# ---- the file of the room -----------------------------------------------------------------------
# gives FILE N: the N-th transfer of the lab; its end is the last line of "told".
gives() {
	"$CWMPLAB" rpc "$lab/acs" edge-1 Download 'file-type=3 Vendor Configuration File' \
		file="$1" >said 2>&1 || { fails "Download of $1"; cat said; }
	wait_until has_ended "$2" || fails "no end of the transfer of $1"
}
has_ended() {
	grep '"method":"TransferComplete"' out/events.jsonl >told
	[ "$(wc -l <told)" = "$1" ]
}
gives configure1.cfg 1
grep -q '"fault"' told && { fails "the file is not taken"; cat told; }
types edge-1 0 'the file has run' <<<'dis cur'
grep -q '^ sysname room-a$' shown && grep -q '^ cwmp cpe inform interval 3600$' shown ||
	{ fails "the configuration is not what the ACS has sent"; cat shown; }
gives wrong.cfg 2
tail -n 1 told | grep -q '"fault":9018,.*line 2 is refused: vlan 2' ||
	{ fails "the wrong line is not named"; cat told; }
types edge-1 0 'nothing of it' <<<'dis cur'
grep -q '^ sysname room-a$' shown || fails "half of a file was run"

# ---- a factory reset -----------------------------------------------------------------------------
"$CWMPLAB" rpc "$lab/acs" edge-1 FactoryReset >said 2>&1 ||
	{ fails "no factory reset"; cat said; }
is_new() {
	printf 'dis cur\n' | "$CWMPLAB" cli "$lab" edge-1 | grep -q '^ sysname HP$'
}
wait_until is_new || fails "what the ACS has sent outlives a factory reset"
exit $status
