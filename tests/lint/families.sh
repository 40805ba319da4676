#!/usr/bin/env bash
# families.sh [TREE]: a rule stands in the file that its id names (AUTH-01 in
# capture/rules/auth.c, in the table rules_auth), once, and behind those of smaller numbers;
# each table is one of the catalogue's.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 1
awk '
	function complain(what, words) {
		print what ": " words
		failed = 1
	}
	FILENAME ~ /catalogue\.h$/ {
		while (match($0, /XX\(rules_[a-z0-9]+\)/)) {
			listed[substr($0, RSTART + 9, RLENGTH - 10)] = 1
			$0 = substr($0, RSTART + RLENGTH)
		}
		next
	}
	/^const struct rule rules_[a-z0-9]+\[\] = \{/ {
		table = $4
		gsub(/^rules_|\[\]$/, "", table)
		tables[FILENAME, table] = 1
		next
	}
	match($0, /\.id = "[A-Z0-9]+-[0-9]+"/) {
		id = substr($0, RSTART + 7, RLENGTH - 8)
		family = tolower(substr(id, 1, index(id, "-") - 1))
		number = substr(id, index(id, "-") + 1) + 0
		where = FILENAME ":" FNR
		n++
		if (FILENAME != "capture/rules/" family ".c")
			complain(where, id " belongs into " family ".c")
		if (FILENAME != last_file)
			last_number = 0
		if (number <= last_number)
			complain(where, id " stands behind a rule with number " last_number)
		last_file = FILENAME
		last_number = number
		if (!((FILENAME, family) in tables))
			complain(where, id " stands in no table rules_" family)
		if (!(family in listed))
			complain(where, "rules_" family " is not in RULE_FAMILIES")
	}
	END {
		if (n == 0)
			complain("capture/rules", "no rules")
		exit failed
	}' capture/rules/catalogue.h capture/rules/*.c
