#!/usr/bin/env bash
# summaries.sh CWMPLAB MKCAP SOURCE: the lines that sum up what check, decode and their tables tell
# count what they name: each number is that of the things of that name in the JSON of the same
# call. 77: no jq here.
set -u
cwmplab=$1 mkcap=$2 source=$3
command -v jq >/dev/null || { echo "no jq"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
unset COLUMNS
export HOME=$dir
status=0
numbers=0

# counts WHAT BEFORE AFTER QUERY FILE: the last number of the file that stands between these two
# (^: at the start of a line) is to be that of the query; where there is none, that is 0.
counts() {
	local pattern="(.*)($2)([0-9]+)$3" line got=0

	[ "$2" != ^ ] || pattern="^()()([0-9]+)$3"
	while IFS= read -r line; do
		[[ $line =~ $pattern ]] && got=${BASH_REMATCH[3]}
	done <"$5"
	what+=("$1")
	told+=("$got")
	queries+=("($4)")
	files+=("$5")
}

# compare: all that was counted of one call, by one jq.
compare() {
	local want i

	mapfile -t want < <(IFS=, && jq "${queries[*]}" out.json)
	[ ${#want[@]} = ${#what[@]} ] || { echo "$words: jq counts ${#want[@]} of ${#what[@]}"; status=1; }
	for i in "${!what[@]}"; do
		[ "${told[i]}" = "${want[i]-}" ] || {
			echo "$words: ${what[i]} is ${told[i]}, and ${want[i]-} in JSON: $(tail -3 "${files[i]}")"
			status=1
		}
	done
	numbers=$((numbers + ${#what[@]}))
	what=() told=() queries=() files=()
}
what=() told=() queries=() files=()

for name in failures secrets migration; do
	"$mkcap" "$source/tests/unit/capture/written/$name.script" $name.pcap || exit 1
done
for name in SES-09.break URL-03.break SES-02.break; do
	"$mkcap" "$source/tests/rules/$name" $name.pcap || exit 1
done
cp "$source"/tests/unit/capture/texts/{talk.http,inform.xml,pasted.txt} .

while read -r words; do
	# shellcheck disable=SC2086
	{
		"$cwmplab" check $words --json >out.json 2>err
		"$cwmplab" check $words >check 2>err
		"$cwmplab" decode ${words%%--sequence*} >decode 2>err
		"$cwmplab" decode ${words%%--sequence*} --table >table 2>err
		"$cwmplab" decode ${words%%--sequence*} --stats >stats 2>err
	}
	tail -1 check >last
	tail -1 decode >last-decode
	tail -1 table >last-table
	counts sessions '  |; ' ' sessions?( |:)' '.sessions | length' last
	counts devices 'of ' ' devices?:' '.devices | length' last
	for severity in must should note; do
		counts $severity ': |, ' " $severity" \
			"[.findings[] | select(.severity == \"$severity\")] | length" last
	done
	counts failed 'sessions failed: ' '' '[.sessions[] | select(.failure)] | length' last
	counts before 'failed before a session: ' '' \
		'[.failures[] | select((.session // 0) == 0)] | length' last
	counts rules 'judged ' ' rules? (on|in)' \
		'[.rules[] | select(.kept + .broken > 0)] | length' check
	for sequence in acs-migration bootstrap; do
		counts "held of $sequence" "$sequence for " ' of [0-9]+ CPEs?' \
			"[.sequences[] | select(.name == \"$sequence\" and .ok)] | length" last
		counts "CPEs of $sequence" "$sequence for [0-9]+ of " ' CPEs?' \
			"[.sequences[] | select(.name == \"$sequence\")] | length" last
	done
	counts "decode's sessions" ^ ' sessions? of' '.sessions | length' last-decode
	counts "decode's devices" ' of ' ' devices?,' '.devices | length' last-decode
	counts "decode's findings" ', ' ' findings?' '.findings | length' last-decode
	counts "the table's devices" ^ ' devices?,' '.devices | length' last-table
	counts "the table's sessions" ', ' ' sessions?' '.sessions | length' last-table
	counts "the sessions of --stats" ^ ' sessions? (on|in) ' '.sessions | length' stats
	sed '/^$/q' table | tail -n +2 | grep -c . >rows
	counts "the table's rows" ^ '$' '.sessions | length' rows
	compare
done <<-'END'
	failures.pcap
	failures.pcap --sequence acs-migration --sequence bootstrap
	failures.pcap --device SN5
	secrets.pcap
	migration.pcap
	migration.pcap --sequence bootstrap --sequence acs-migration
	migration.pcap --session 2
	SES-09.break.pcap
	SES-09.break.pcap --ignore SES-09
	URL-03.break.pcap
	SES-02.break.pcap
	talk.http
	inform.xml
	pasted.txt
END
echo "$numbers numbers"
exit $status
