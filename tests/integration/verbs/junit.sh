#!/usr/bin/env bash
# junit.sh CWMPLAB MKCAP SOURCE: what --format junit writes is held against junit.rng here
# and its counts against its cases; each verdict has its case. 77: no xmllint here.
set -u
cwmplab=$1 mkcap=$2 source=$3
command -v xmllint >/dev/null || { echo "no xmllint"; exit 77; }
. "$source/tests/integration/verbs/junit_sound.sh"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
status=0
n_files=0

fails() {
	echo "$*"
	status=1
}

# has PATH N: so many nodes of out.xml.
has() {
	local n

	n=$(xmllint --xpath "count($1)" out.xml)
	[ "$n" = "$2" ] || { fails "$what: $n of $1, not $2"; cat out.xml; }
}

# writes STATUS WORDS...: runs it, and looks at what it writes.
writes() {
	local want=$1 got=0

	shift
	what="$*"
	"$cwmplab" "$@" >out.xml 2>err || got=$?
	[ $got = "$want" ] || fails "$what: exit $got, not $want: $(cat err)"
	junit_is_sound out.xml "$source" >said || fails "$what: $(cat said)"
	n_files=$((n_files + 1))
}

"$mkcap" "$source/tests/unit/capture/written/failures.script" failures.pcap || exit 1
"$mkcap" "$source/tests/unit/capture/written/secrets.script" secrets.pcap || exit 1
"$mkcap" "$source/tests/unit/capture/written/migration.script" migration.pcap || exit 1
for script in SES-09.keep SES-09.break SOAP-09.break URL-03.break; do
	"$mkcap" "$source/tests/rules/$script" $script.pcap || exit 1
done

writes 0 check SES-09.keep.pcap -f junit
has "//testcase[starts-with(@name, 'session ')][not(*)]" 1
has //failure 0
writes 1 check SES-09.break.pcap -f junit
has "//testcase[@name = 'SES-09'][failure]" 1
has "//testcase[@name = 'session 1'][failure]" 1
writes 0 decode SES-09.break.pcap -f junit
has "//testcase[@name = 'SES-09'][failure]" 1
writes 1 check URL-03.break.pcap --sequence bootstrap -f junit
has "//testcase[@name = 'bootstrap']" 1
# A name of three characters that XML wants otherwise, and one that it cannot hold.
cp "$source/tests/unit/capture/texts/inform.xml" '<&">.xml'
writes 0 check '<&">.xml' -f junit
has "//testsuite[@name = '<&\">.xml']" 1 2>/dev/null || true
has "//testcase[@name = 'session 1'][skipped]" 1
for capture in failures secrets migration SOAP-09.break; do
	for verb in check decode; do
		"$cwmplab" $verb "$capture.pcap" -f junit >out.xml 2>err
		junit_is_sound out.xml "$source" >said || fails "$verb $capture: $(cat said)"
		n_files=$((n_files + 1))
	done
done
# That of a run, as a unit test writes it.
junit_is_sound "$source/tests/unit/lab/written/junit.xml" "$source" >said || fails "run: $(cat said)"

# The schema and the counts see what is wrong.
while read -r edit; do
	sed "$edit" "$source/tests/unit/lab/written/junit.xml" >wrong.xml
	cmp -s wrong.xml "$source/tests/unit/lab/written/junit.xml" && fails "$edit changes nothing"
	junit_is_sound wrong.xml "$source" >said && fails "$edit is not seen"
done <<-'END'
	s/ tests="[0-9]*"/ tests="99"/
	s/ failures="[0-9]*"/ failures="99"/
	s/ skipped="[0-9]*"/ skipped="99"/
	s/ tests="/ test="/
	s/ errors="0"/ errors="none"/
	s/<testcase classname/<testcase class/
	s/<failure message/<failed message/
	s/<testsuites>/<suites>/
END
echo "$n_files files, and one of a run"
exit $status
