#!/usr/bin/env bash
# linear_test.sh LINEAR PLANTED FOLDER: the test of costs lets a program pass whose costs grow
# with the length of its input, and finds one whose costs grow faster, however often it
# measures them. A core that two programs share may do half as much in the time that the
# small sizes are measured in as later: that hides a power of 1.3, and none of 1.5.
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
ends 1.5 1 'more than linear$'
ends none 1 'not measured$'
exit $status
