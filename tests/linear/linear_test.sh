#!/usr/bin/env bash
# linear_test.sh LINEAR PLANTED FOLDER: the test of costs lets a program pass whose costs grow
# with the length of its input, and finds one whose costs grow little faster, however often
# it measures them.
set -u
linear=$1 planted=$2 folder=$3
status=0

# ends POWER STATUS WORDS
ends() {
	local said code

	said=$(PLANTED_POWER=$1 "$linear" "$planted" "$folder" 'records of a line')
	code=$?
	if [ $code -ne "$2" ] || ! grep -q -- "$3" <<<"$said"; then
		printf 'power %s: not status %s with "%s", but %s: %s\n' \
			"$1" "$2" "$3" $code "$said"
		status=1
	fi
}

ends 1 0 '^records of a line .* [01][.0-9]* *[0-9]*$'
ends 1.3 1 'more than linear$'
ends none 1 'not measured$'
exit $status
