#!/usr/bin/env bash
# login.sh: figure-2, whose DNS server is in /usr/sbin, runs from a login of an ordinary user,
# whose PATH has no sbin folder on Debian, and from an empty environment; what is run inside
# finds the same programs.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq
[ -x /usr/sbin/dnsmasq ] || { echo "skipped: dnsmasq is somewhere else"; exit 77; }

cp -r "$CWMPLAB_SOURCE/topologies/figure-2" "$CWMPLAB_SOURCE/topologies/models" . || exit 1
sed -i "s/^name: .*/name: $lab/; s/within: 30s/within: $((patience * 9 / 10))s/" \
	figure-2/topology.yaml
login=(env -i HOME="$dir" PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games)
empty=(env -i)

runs() {
	"$@" "$CWMPLAB" doctor | grep -q '^ok  *dnsmasq  */usr/sbin/dnsmasq$' ||
		fails "$*: doctor: $("$@" "$CWMPLAB" doctor | grep -A2 dnsmasq)"
	"$@" "$CWMPLAB" run figure-2 --out out >said 2>&1 || fails "$*: $? $(cat said)"
	grep -q '^ok  acs-migration for 3 of 3 CPEs' said || fails "$*: $(cat said)"
	rm -rf out
}

# As /etc/profile sets it, too, where there is one.
runs "${login[@]}"
runs "${empty[@]}"
"${empty[@]}" bash -lc 'exec "$@"' bash "$CWMPLAB" run figure-2 --out out >said 2>&1 ||
	fails "login shell: $? $(cat said)"
rm -rf out

"${empty[@]}" "$CWMPLAB" up figure-2 --out out >said 2>&1 || fails "up: $(cat said)"
"${empty[@]}" "$CWMPLAB" exec "$lab" acs1 dnsmasq --version >said 2>&1 ||
	fails "exec: $? $(cat said)"
"${empty[@]}" "$CWMPLAB" exec "$lab" acs1 sh -c 'dnsmasq --version' >said 2>&1 ||
	fails "exec of a shell: $? $(cat said)"
exit $status
