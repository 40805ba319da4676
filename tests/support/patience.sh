# Sourced: how long a test waits for what must happen. Such a deadline only catches what
# hangs: no test judges by how long something took, so it is far beyond what a busy machine
# needs.

# Seconds: five minutes, times CWMPLAB_TEST_SLOW (1 to 100) where that is set, for a machine
# that is slower still. tests/support/patience.h gives the same to programs.
case ${CWMPLAB_TEST_SLOW:-1} in
[1-9] | [1-9][0-9] | 100) ;;
*)
	echo "CWMPLAB_TEST_SLOW is \"$CWMPLAB_TEST_SLOW\", no number from 1 to 100" >&2
	exit 1
	;;
esac
patience=$((300 * ${CWMPLAB_TEST_SLOW:-1}))

# wait_until COMMAND...: until it succeeds. False once the patience has ended.
wait_until() {
	local end=$((SECONDS + patience))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}
