#!/usr/bin/env bash
# console_dhcp.sh: the worked example of the CWMP chapter, as topologies/two-rooms has it, but that its
# DHCP server is what is typed at the console of the core switch: six switches get their address
# and their ACS from it, and are given their room's configuration file.
. "$(dirname "$0")/../../support/ordinary.sh"

cp -r "$CWMPLAB_SOURCE/topologies/two-rooms" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
sed -i "s/^name: .*/name: $lab/; /^  dhcp:/,/^  dns:/{/^  dns:/!d}
	s|cwmp: {|cwmp: {model: ../models/managed-switch.yaml, |" two-rooms/topology.yaml
printf ' sysname room-b\nvlan 4095\n' >two-rooms/files/wrong.cfg
"$CWMPLAB" up two-rooms --out out --capture >up 2>&1 || { cat up; exit 1; }
declare -A files=([a]=configure1.cfg [b]=configure2.cfg)

# types NODE STATUS WHAT: the lines of standard input at its console; what is shown is in "shown".
types() {
	"$CWMPLAB" cli "$lab" "$1" >shown 2>refused
	[ $? = "$2" ] || { fails "$3: not exit $2"; cat shown refused; }
}

# ---- the pool of the example ----------------------------------------------------------------
types core 0 'the pool' <<'END'
system-view
dhcp server forbidden-ip 10.185.10.1
dhcp server forbidden-ip 10.185.10.41 10.185.10.42
dhcp server forbidden-ip 10.185.10.60
dhcp server ip-pool 0
network 10.185.10.0 mask 255.255.255.0
dns-list 10.185.10.60
option 43 hex 013B687474703A2F2F6163732E64617461626173653A393039302F616373207669636B79203132333435
END
grep -q '^note: option 43: the length of sub-option 0x01 says 0x3b (59 bytes), but 0x28 (40)' \
	refused || { fails "the guide's own wrong length is not noted"; cat refused; }
types core 0 'the right length' <<'END'
sys
dhcp server ip-pool 0
option 43 hex 0128687474703A2F2F6163732E64617461626173653A393039302F616373207669636B79203132333435
quit
dhcp enable
END
[ -s refused ] && { fails "a right option is noted"; cat refused; }
# They ask anew, rather than when their waits are over.
for node in a-1 a-2 a-3 b-1 b-2 b-3; do
	"$CWMPLAB" cpe "$lab" "$node" boot >said 2>&1 || { fails "$node does not boot"; cat said; }
done

# ---- the file of each room ------------------------------------------------------------------
declare -A serials
for node in a-1 a-2 a-3 b-1 b-2 b-3; do
	serials[$node]=$(sed -n "s/^  $node: .*serial: \([0-9A-Z]*\)[,}].*/\1/p" \
		two-rooms/topology.yaml)
	[ "${serials[$node]}" ] || { echo "$node has no serial number"; exit 1; }
done
# ended NODE N: so many transfers of the node have; their lines are those of "told".
ended() {
	grep -e "-${serials[$1]}\",\"method\":\"TransferComplete\"" out/events.jsonl >told
	[ "$(wc -l <told)" -ge "$2" ]
}
for node in a-1 a-2 a-3 b-1 b-2 b-3; do
	wait_until ended "$node" 1 || fails "$node is not given its configuration file"
	grep '"fault"' told && fails "$node does not take its file"
done
for node in a-1 a-2 a-3 b-1 b-2 b-3; do
	types "$node" 0 "$node" <<<'display current-configuration'
	grep -qx " sysname room-${node%-*}" shown ||
		{ fails "$node is not of its room"; cat shown; }
	grep -vxFf shown two-rooms/files/"${files[${node%-*}]}" &&
		{ fails "$node does not show what the ACS has sent"; cat shown; }
done
types core 0 'who has an address' <<'END'
dis dhcp server ip-in-use
dis dhcp server free-ip
END
[ "$(grep -c 'Auto(C)$' shown)" = 6 ] || { fails "not six leases"; cat shown; }
grep -q 'IP ranges from 10.185.10.61 to 10.185.10.254' shown ||
	{ fails "what is left does not show"; cat shown; }

# ---- another pool: nobody loses its address ---------------------------------------------------
types core 0 'a longer lease' <<'END'
sys
dhcp server ip-pool 0
expired day 3
quit
undo dhcp enable
dis dhcp server ip-in-use
END
types core 0 'on again' <<'END'
sys
dhcp enable
dis dhcp server ip-in-use
END
[ "$(grep -c 'Auto(C)$' shown)" = 6 ] || { fails "leases are lost"; cat shown; }
types core 1 'a network that overlaps' <<'END'
sys
dhcp server ip-pool 1
network 10.185.10.128 25
END
grep -q 'overlaps with that of pool 0' refused || { fails "it is not told why"; cat refused; }

# ---- a file with a line that no switch takes --------------------------------------------------
"$CWMPLAB" rpc "$lab/backup" a-1 Download 'file-type=3 Vendor Configuration File' \
	file=wrong.cfg >said 2>&1 || { fails "Download of wrong.cfg"; cat said; }
wait_until ended a-1 2 || fails "no end of the transfer of wrong.cfg"
tail -n 1 told | grep -q '"fault":9018,.*line 2 is refused: vlan 4095' ||
	{ fails "the wrong line is not named"; cat told; }
types a-1 0 'nothing of it' <<<'dis cur'
grep -q '^ sysname room-a$' shown || fails "half of a file was run"

# ---- a factory reset, while nobody gives addresses ----------------------------------------------
# It would be led to the ACS and given its file anew, and the capture end with half a session.
types core 0 'no more leases' <<'END'
sys
undo dhcp enable
END
"$CWMPLAB" cpe "$lab" a-1 factory-reset >said 2>&1 || { fails "no factory reset"; cat said; }
is_new() {
	printf 'dis cur\n' | "$CWMPLAB" cli "$lab" a-1 | grep -q '^ sysname a-1$'
}
wait_until is_new || fails "what the ACS has sent outlives a factory reset"

# ---- the capture ----------------------------------------------------------------------------------
"$CWMPLAB" down "$lab" >said 2>&1 || { fails "down"; cat said; }
"$CWMPLAB" check out/capture.pcapng --require-judged --table >checked 2>&1 ||
	{ fails "who broke a rule?"; cat checked; }
grep -q '^6 devices, ' checked || { fails "not all switches were seen"; cat checked; }
exit $status
