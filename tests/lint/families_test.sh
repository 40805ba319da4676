#!/usr/bin/env bash
# The family lint notices what it is there for: in a copy of the rules one line is changed at
# a time, and each time it must fail and name the line.
set -u
cd "$(dirname "$0")/../.."
lint=$PWD/tests/lint/families.sh
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/capture"
cp -r capture/rules "$copy/capture"
status=0

complain() {
	printf '%s\n' "$*"
	status=1
}

# changed FILE SED WORDS: with FILE changed so the lint fails and says WORDS.
changed() {
	local file=$copy/capture/rules/$1 said

	cp "$file" "$copy/kept"
	sed -i "$2" "$file"
	cmp -s "$file" "$copy/kept" && complain "nothing changed: $2 in $1"
	said=$("$lint" "$copy") && complain "not noticed: $2 in $1"
	grep -qF -- "$3" <<<"$said" || complain "not named: $3, but: $said"
	mv "$copy/kept" "$file"
}

"$lint" "$copy" || complain 'the tree as it is does not pass'
changed auth.c 's/"AUTH-03"/"SES-03"/' 'SES-03 belongs into ses.c'
changed ses.c 's/"SES-04"/"SES-02"/' 'SES-02 stands behind a rule with number 3'
changed ses.c 's/"SES-04"/"SES-05"/' 'SES-05 stands behind a rule with number 5'
changed neg.c 's/rules_neg\[\]/rules_other[]/' 'NEG-01 stands in no table rules_neg'
changed catalogue.h 's/XX(rules_dia)/XX(rules_red)/' 'rules_dia is not in RULE_FAMILIES'
exit $status
