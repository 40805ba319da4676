# Sourced, without arguments, by a script that has set "source_dir": the script begins again in
# namespaces of its own, where it is root; no root is needed for that. Sets "work", the path of an
# empty folder that ends with them. 77 where this user may make no namespaces.
PATH=$PATH:/usr/sbin:/sbin
. "$source_dir/tests/support/patience.sh"

if [ -z "${INSIDE_SANDBOX:-}" ]; then
	unshare --user --map-root-user --net true 2>/dev/null ||
		{ echo "skipped: this user may make no namespaces"; exit 77; }
	INSIDE_SANDBOX=1 exec unshare --user --map-root-user --mount --net --pid --fork \
		--kill-child --mount-proc bash "$0" "$@"
fi
mount -t tmpfs tmpfs /run
mkdir -p /run/work
work=/run/work

# fail WORDS...: ends the test, with the last that each program said.
fail() {
	echo "FAILED: $*"
	tail -n 30 "$work"/*.log "$work"/*.events 2>/dev/null || true
	exit 1
}
