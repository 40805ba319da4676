#!/usr/bin/env bash
# lesson_seeds.sh [SEED...]: every lesson with three seeds (or those), the last of them with a city of 10,000 homes
# in place of its town of 500: all come back within a second to an ACS that takes 250 sessions a second, and
# are then spread over 80 seconds. Started by hand, from the top of the tree:
#
#   CWMPLAB=$PWD/build/cwmplab CWMPLAB_SOURCE=$PWD tests/integration/verbs/lesson_seeds.sh
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq curl nft openssl
export XDG_STATE_HOME=$dir/state
seeds=("$@")
[ ${#seeds[@]} -gt 0 ] || seeds=(ada grace edsger)
lessons=$CWMPLAB_SOURCE/topologies/lessons
city=$dir/16-power-cut

# in_city FILE SED...: changes a file of the copy; what it does not change has changed meanwhile.
in_city() {
	local file=$city/$1 script

	shift
	for script; do
		cp "$file" before
		sed -i "$script" "$file"
		! cmp -s before "$file" || fails "$script changes nothing in $file"
	done
}

cp -r "$lessons/16-power-cut" "$city"
in_city first.yaml 's/^cpes: 500/cpes: 10000/' 's/^duration: 30s/duration: 240s/'
in_city again.yaml 's/^cpes: 500/cpes: 10000/'
# Until all were served: then nobody is turned away while home is called.
in_city lesson.yaml \
	"s/grep -c '\"name\":\"Inform\"')\" -gt 500/grep -c '\"name\":\"204\"')\" -gt 10000/" \
	's/sleep 0.1/sleep 5/' 's/in-a-row: 500/in-a-row: 10000/' \
	's/within: 4s/within: 80s/' 's/duration: 5s/duration: 85s/'
[ $status = 0 ] || exit 1

# tests SEEDS LESSON...: with each of the seeds, side by side.
tests() {
	local options=() seed

	for seed in $1; do
		options+=(--seed "$seed")
	done
	shift
	"$CWMPLAB" lesson test "$@" "${options[@]}" --trust --wait "${patience}s" || fails "lesson test $*: status $?"
}

SECONDS=0
mapfile -t small < <(printf '%s\n' "$lessons"/[0-9]*/ | grep -v 16-power-cut)
tests "${seeds[*]}" "${small[@]}"
for seed in "${seeds[@]}"; do
	tests "$seed" "$city"
done
echo "$((${#small[@]} + 1)) lessons, ${#seeds[@]} seeds, the last lesson with 10,000 homes: $((SECONDS / 60)) min $((SECONDS % 60)) s"
exit $status
