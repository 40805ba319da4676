#!/usr/bin/env bash
# models_shipped.sh CWMPLAB SOURCE: every model that comes with the program can be a CPE's, has
# as many leaves as devices of its kind have, comes back from an export, and has no deviation from
# the data models of the Broadband Forum, as far as these lie beside the source. 77: they do not.
set -u
cwmplab=$1 source=$2
bbf=$source/../shared/data/bbf
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0

complain() {
	printf '%s\n' "$*"
	status=1
}

# NAME, the least number of leaves.
least='
hp5920 90
managed-switch 80
generic-181 70
gateway-098 1400
gateway-181 1400
mesh-181 4000
'

leaves() {
	"$cwmplab" model export "$1" --to csv | grep -c ',xsd:'
}

for model in "$source"/topologies/models/*.yaml; do
	name=$(basename "$model" .yaml)
	wanted=$(awk -v name="$name" '$1 == name { print $2 }' <<<"$least")
	[ -n "$wanted" ] || complain "$name: how many leaves must it have?"
	n=$(leaves "$model")
	[ "$n" -ge "${wanted:-0}" ] || complain "$name: $n leaves, not $wanted"
	"$cwmplab" model export "$model" --to csv >"$work/a.csv" ||
		complain "$name: no export"
	"$cwmplab" model import "$work/a.csv" --keep-secrets -o "$work/a.yaml" >/dev/null ||
		complain "$name: its export is no import"
	"$cwmplab" model export "$work/a.yaml" | cmp - "$work/a.csv" ||
		complain "$name: its export comes back as another"
	printf '%s: %s leaves\n' "$name" "$n"
done
[ -d "$bbf" ] || exit $((status ? status : 77))
"$cwmplab" model check "$source"/topologies/models/*.yaml --against "$bbf" || status=1
exit $status
