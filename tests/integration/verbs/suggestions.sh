#!/usr/bin/env bash
# suggestions.sh CWMPLAB SOURCE: what the READMEs of the labs tell a student to try on acs1
# (lines that begin with "- Try") is taken by validate.
set -u
cwmplab=$1 source=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cp -r "$source/topologies" "$dir"
status=0 tried=0

for readme in "$dir"/topologies/*/README.md; do
	topology=$(dirname "$readme")/topology.yaml
	cp "$topology" "$dir/kept"
	while read -r keys; do
		tried=$((tried + 1))
		sed "/^  acs1:/s|}\$|, $keys}|" "$dir/kept" >"$topology"
		cmp -s "$dir/kept" "$topology" && { echo "$readme: $keys: on no acs1"; status=1; }
		"$cwmplab" validate "$topology" >"$dir/out" 2>&1 || { cat "$dir/out"; status=1; }
	done < <(sed -n '/^- Try /,/^-\|^$/p' "$readme" | grep -oE '`[a-z-]+: [^`]*`' | tr -d '`')
	cp "$dir/kept" "$topology"
done
[ $tried -ge 3 ] || { echo "only $tried suggestions were found"; status=1; }
exit $status
