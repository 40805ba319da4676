#!/usr/bin/env bash
# limits.sh: what a run says where the machine gives it no more: files of a limited size,
# processes; and that Ctrl-C ends its last part, too.
. "$(dirname "$0")/../../support/ordinary.sh"

cp -r "$CWMPLAB_SOURCE/topologies/figure-2-http" "$CWMPLAB_SOURCE/topologies/models" . ||
	exit 1
sed -i "s/^name: .*/name: $lab/; s/within: 30s/within: $((patience * 9 / 10))s/" \
	figure-2-http/topology.yaml

# expect STATUS WORDS COMMAND...
expect() {
	local want=$1 words=$2 got

	shift 2
	said=$("$@" 2>&1) # through a pipe, which has no size
	got=$?
	[ $got -eq "$want" ] && grep -qF -e "$words" <<<"$said" || fails "$*: $got: $said"
}

# Kilobytes: not enough for the capture, for the report, for anything.
for kb in 16 1 0; do
	expect 3 'File too large' bash -c "ulimit -f $kb; exec \"\$0\" run figure-2-http --out out" \
		"$CWMPLAB"
done
expect 2 'choose another folder with --out' "$CWMPLAB" run figure-2-http --out ''
expect 2 '"" is no folder' "$CWMPLAB" extcap --install ''
# LeakSanitizer, where it is built in, wants a process of its own for its look at the end.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
# One for the program, and one more for the lab's first process, which wants a thread.
for n in 1 2; do
	expect 3 'this user has too many processes (ulimit -u)' \
		bash -c "ulimit -u $n; exec \"\$0\" run figure-2-http --out out" "$CWMPLAB"
done

# The run reads the sequence from a pipe, and the check waits for a second writer to write.
mkdir -p share/topologies share/capture
cp -r models share/topologies/
cp -r "$CWMPLAB_SOURCE/capture/sequences" share/capture/
sequence=$(sed -n 's/.*sequence: \([a-z-]*\).*/\1/p' figure-2-http/topology.yaml | head -1)
mv "share/capture/sequences/$sequence.yaml" .
mkfifo "share/capture/sequences/$sequence.yaml"
cat "$sequence.yaml" >"share/capture/sequences/$sequence.yaml" &
writer=$!
(
	trap - INT
	CWMPLAB_SHARE=$dir/share exec "$CWMPLAB" run figure-2-http --out out
) >said 2>&1 &
run=$!
wait_until grep -q '^  built' said || fails "no lab: $(cat said)"
kill $writer 2>/dev/null
exec 9<>"share/capture/sequences/$sequence.yaml"
wait_until grep -q '^  running' said || fails "no run: $(cat said)"
is_gone() {
	kill -TERM $run 2>/dev/null
	! kill -0 $run 2>/dev/null
}
wait_until is_gone || { fails "the check does not end by SIGTERM"; kill -KILL $run; }
wait $run
[ $? -eq 143 ] || fails "status of the check: $(cat said)"
exit $status
