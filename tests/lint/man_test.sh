#!/usr/bin/env bash
# man_test.sh CWMPLAB: the lint of the manual page notices what it is there for: each time the
# page is changed in one place, it must fail and say so.
set -u
cwmplab=$1
here=$(cd "$(dirname "$0")" && pwd)
page=$here/../../lab/cwmplab.1
command -v man >/dev/null || exit 77
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
copy=$work/page
status=0

# The program's help is asked for once; a script says it again.
for verb in --help $("$cwmplab" --help | sed -n 's/^  \([a-z0-9]*\) .*/\1/p'); do
	"$cwmplab" "$verb" --help >"$work/$verb"
done
# shellcheck disable=SC2016
printf '#!/bin/sh\nexec cat "%s/$1"\n' "$work" >"$work/cwmplab"
chmod +x "$work/cwmplab"
cwmplab=$work/cwmplab

complain() {
	printf '%s\n' "$*"
	status=1
}

# changed SED WORDS: the page changed by SED fails, and WORDS are said.
changed() {
	local said

	sed "$1" "$page" >"$copy"
	cmp -s "$page" "$copy" && { complain "changes nothing: $1"; return; }
	said=$("$here/man.sh" "$cwmplab" "$copy") && complain "not noticed: $1"
	grep -qxF -e "$2" <<<"$said" || complain "not said: $2, but: $said"
}

"$here/man.sh" "$cwmplab" "$page" || complain "the page as it is does not pass"
changed 's/^\.BR ls .*/.B ls/' '--help of ls has --json, the page does not'
changed '/^\.BI \\-\\-seed/d' '--help of cpe has --seed, the page does not'
changed 's/\\-\\-auth none/\\-\\-oath none/' \
	'--help of acs has --auth, the page does not'
changed 's/\\-\\-now/\\-\\-soon/' 'the page has --soon of down, its --help does not'
changed 's/^\.SS Options of decode and check$/.SS Options of decode, check and browse/' \
	'the page has --format of browse, its --help does not'
changed 's/^\.BI \\-o "\\fR, \\fB\\-\\-output "/.BI \\-\\-output "/' \
	'--help of decode has -o, the page does not'
changed '/^\.BI graph /s/graph/grape/' 'graph is not in the page'
exit $status
