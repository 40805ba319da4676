#!/usr/bin/env bash
# man.sh CWMPLAB [PAGE]: the manual page has every verb of the program, and of each verb every
# option of its --help and no other. What the page says of a verb is its paragraph and the
# sections "Options of ..." whose title names it. 77: no man here.
set -u
cwmplab=$1
page=${2:-$(dirname "$0")/../../lab/cwmplab.1}
status=0

command -v man >/dev/null || exit 77
complaints=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
[ -z "$complaints" ] || { echo "$complaints"; status=1; }

# options: of a text, one a line as they are typed: "-o", "--out".
options() {
	grep -oE -e '(^|[^A-Za-z0-9-])--?[a-z][a-z0-9-]*' | grep -oE -e '-.*' |
		grep -E -e '^(-[a-z]|--.*)$' | sort -u
}

# said_of VERB: the text of the page about it, without fonts and quotes.
said_of() {
	awk -v verb="$1" '
		/^\.S[HS] / { mine = /^\.SS "?Options of / && $0 ~ "[ ,]" verb "([ ,:]|$)" }
		/^\.(TP|PP)/ && own { own = 0 }
		$0 ~ "^\\.B[IR]? " verb " " { own = 1 }
		mine || own' "$page" | sed 's/\\f.//g; s/["\\]//g' | options
}

# help_of VERB: what its table has, without -h and --help, which all verbs have.
help_of() {
	"$cwmplab" "$1" --help |
		sed -n 's/^  \(-[a-z]\), \(--[a-z0-9-]*\).*/\1 \2/p; s/^      \(--[a-z0-9-]*\).*/\1/p' |
		options | grep -vxE -e '-h|--help'
}

verbs=$("$cwmplab" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ -n "$verbs" ] || { echo "no verb in --help"; exit 1; }
for verb in $verbs; do
	grep -qE "^\.B[IR]? $verb " "$page" || { echo "$verb is not in the page"; status=1; }
	while read -r where option; do
		[ "$where" = help ] && echo "--help of $verb has $option, the page does not"
		[ "$where" = page ] && echo "the page has $option of $verb, its --help does not"
		status=1
	done < <(comm -3 <(help_of "$verb") <(said_of "$verb") |
		sed 's/^\t/page /; t; s/^/help /')
done
exit $status
