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

verbs=$("$cwmplab" --help | sed -n 's/^  \([a-z0-9]*\) .*/\1/p')
[ -n "$verbs" ] || { echo "no verb in --help"; exit 1; }

# One program compares: a few processes for each verb took longer than all the reading.
for verb in $verbs; do
	echo "== help $verb"
	"$cwmplab" "$verb" --help
done | cat - "$page" | awk '
	function complain(words) {
		print words
		failed = 1
	}
	# Takes the options of a text, as they are typed: "-o", "--out".
	function take(where, verb, text,    option) {
		while (match(text, /(^|[^A-Za-z0-9-])--?[a-z][a-z0-9-]*/)) {
			option = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
			sub(/^[^-]/, "", option)
			if (option ~ /^(-[a-z]|--.*)$/)
				has[where, verb, option] = 1
		}
	}
	function owns(verb) { return line ~ "^[.]B[IR]? " verb " " }

	/^== help / { verb = $3; verbs[verb] = 1; in_help = 1; next }
	/^\.TH / { in_help = 0 }
	in_help {
		# Its table, without -h and --help, which all verbs have.
		if (match($0, /^(  -[a-z], |      )--[a-z0-9-]*/) && !/^  -h, --help/)
			take("help", verb, substr($0, 1, RLENGTH))
		next
	}
	# What the page says of a verb is without fonts and quotes.
	{
		line = $0
		if (/^\.S[HS] /) {
			split("", mine)
			if (/^\.SS "?Options of /)
				for (verb in verbs)
					if (line ~ "[ ,]" verb "([ ,:]|$)")
						mine[verb] = 1
		}
		if (/^\.(TP|PP)/)
			split("", own)
		for (verb in verbs)
			if (owns(verb))
				own[verb] = described[verb] = 1
		gsub(/\\f./, "")
		gsub(/["\\]/, "")
		for (verb in mine)
			take("page", verb, $0)
		for (verb in own)
			if (!(verb in mine))
				take("page", verb, $0)
	}
	END {
		for (verb in verbs)
			if (!(verb in described))
				complain(verb " is not in the page")
		for (key in has) {
			split(key, part, SUBSEP)
			if (part[1] == "help" && !(("page", part[2], part[3]) in has))
				complain("--help of " part[2] " has " part[3] ", the page does not")
			if (part[1] == "page" && !(("help", part[2], part[3]) in has))
				complain("the page has " part[3] " of " part[2] ", its --help does not")
		}
		exit failed
	}' || status=1
exit $status
