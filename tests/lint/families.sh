#!/usr/bin/env bash
# families.sh [TREE]: a rule stands in the file that its id names (AUTH-01 in
# capture/rules/auth.c, in the table rules_auth), once, and behind those of smaller numbers;
# each table is one of the catalogue's.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 1
status=0

complain() {
	printf '%s: %s\n' "$1" "$2"
	status=1
}

n=0 last_file='' last_number=0
while IFS=: read -r file line id; do
	family=${id%-*} number=$((10#${id##*-}))
	n=$((n + 1))
	[ "$file" = "capture/rules/${family,,}.c" ] ||
		complain "$file:$line" "$id belongs into ${family,,}.c"
	[ "$file" = "$last_file" ] || last_number=0
	[ "$number" -gt "$last_number" ] ||
		complain "$file:$line" "$id stands behind a rule with number $last_number"
	last_file=$file last_number=$number
	grep -q "^const struct rule rules_${family,,}\[\] = {" "$file" ||
		complain "$file:$line" "$id stands in no table rules_${family,,}"
	grep -q "XX(rules_${family,,})" capture/rules/catalogue.h ||
		complain "$file:$line" "rules_${family,,} is not in RULE_FAMILIES"
done < <(grep -noE '\.id = "[A-Z]+-[0-9]+"' capture/rules/*.c |
	sed -E 's/:\.id = "([^"]*)"/:\1/')
[ "$n" -gt 0 ] || complain capture/rules 'no rules'
exit $status
