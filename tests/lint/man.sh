#!/usr/bin/env bash
# man.sh CWMPLAB: the manual page names every verb of the program, and no option in it is
# unknown to its verb. 77: no man here.
set -u
cd "$(dirname "$0")/../.."
cwmplab=$1
page=lab/cwmplab.1
status=0

command -v man >/dev/null || exit 77
complaints=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
[ -z "$complaints" ] || { echo "$complaints"; status=1; }

while read -r verb; do
	grep -qE "^\.B[IR] $verb " "$page" || { echo "$verb is not in $page"; status=1; }
	help=$("$cwmplab" "$verb" --help)
	# The options of this verb's paragraph, as they are typed.
	options=$(sed -n "/^\.B[IR] $verb /p" "$page" | sed 's/\\f.//g; s/\\//g' |
		grep -oE -e '--[a-z][a-z-]*' | sort -u)
	for option in $options; do
		grep -qe "$option" <<<"$help" || {
			echo "$page says $option of $verb, its --help does not"
			status=1
		}
	done
done < <("$cwmplab" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
exit $status
