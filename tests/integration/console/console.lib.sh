# Sourced after ordinary.sh: a lab with two switches whose consoles are reached by Telnet, sw1 with
# users and sw2 with a password. "sw1_at" and "sw2_at" are their addresses.
need dnsmasq
cp -r "$CWMPLAB_SOURCE/topologies/cli-figure-2" . || exit 1
sed -i "s/^name: .*/name: $lab/; /^  sw1:/,\$d" cli-figure-2/topology.yaml
cat >>cli-figure-2/topology.yaml <<'END'
  sw1:
    kind: switch
    attach: core
    cwmp:
      console:
        sysname: sw1
        cwmp: disabled
        telnet: yes
        login: users
        users:
          - {name: admin, password: s3cret-of-admin}
          - {name: reader, password: s3cret-of-reader, level: 1}
  sw2:
    kind: switch
    attach: core
    cwmp:
      console:
        sysname: sw2
        cwmp: disabled
        telnet: yes
        port: 2323
        login: password
        password: s3cret-of-sw2
        idle-timeout: 1s
END
"$CWMPLAB" up cli-figure-2 --out out >up 2>&1 || { cat up; exit 1; }

# address_of NODE: of its Vlan-interface1, which it has leased; false before.
address_of() {
	printf 'display ip interface brief\n' | "$CWMPLAB" cli "$lab" "$1" 2>/dev/null |
		awk '$1 == "Vlan1" && $3 == "up" { print $4; found = 1 } END { exit !found }'
}
both_have_addresses() {
	sw1_at=$(address_of sw1) && sw2_at=$(address_of sw2)
}
wait_until both_have_addresses || { fails "the switches have no addresses"; exit 1; }

# beside COMMAND...: in the network of an ACS, from which switches are reached.
beside() {
	"$CWMPLAB" exec "$lab" acs1 -- "$@"
}

no_password_is_told() {
	grep -rqs 's3cret-of' out/logs out/events.jsonl && fails "a password is in a log"
}
