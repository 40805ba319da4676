# Sourced: junit_is_sound FILE SOURCE: whether the file is JUnit XML (junit.rng) whose counts are
# those of its cases; says what is wrong. Needs xmllint.
junit_is_sound() {
	local file=$1 suite n=1 count each path

	xmllint --noout --nonet --relaxng "$2/tests/integration/verbs/junit.rng" "$file" 2>&1 |
		grep -v ' validates$'
	[ "${PIPESTATUS[0]}" = 0 ] || return 1
	while [ "$n" -le "$(xmllint --xpath 'count(//testsuite)' "$file")" ]; do
		suite="//testsuite[$n]"
		for each in tests=testcase failures=testcase/failure errors=testcase/error \
			skipped=testcase/skipped; do
			path=$suite/${each#*=}
			count=$(xmllint --xpath "string($suite/@${each%%=*})" "$file")
			[ "$count" = "$(xmllint --xpath "count($path)" "$file")" ] || {
				echo "$file: ${each%%=*} is $count, other than its cases"
				return 1
			}
		done
		n=$((n + 1))
	done
}
