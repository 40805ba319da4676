#!/usr/bin/env bash
# random.sh [SESSIONS [SEED]]: random sessions of the grammar's words at a switch of a lab. What each has made
# of the switch is saved, and the same once the switch has loaded it: by a boot, and by every fiftieth
# session by a program that starts anew. By hand, from the top of the tree:
#
#   CWMPLAB=$PWD/build/cwmplab CWMPLAB_SOURCE=$PWD CONSOLE_RANDOM=$PWD/build/console_random \
#       $PWD/tests/integration/console/random.sh 10000 7
. "$(dirname "$0")/../../support/ordinary.sh"
sessions=${1:-20} seed=${2:-$(date +%s)} lines=40
cat >topology.yaml <<END
name: $lab
nodes:
  sw1: {kind: switch, cwmp: {address: 10.0.0.1/24, console: {sysname: sw1, cwmp: disabled}}}
  sw2: {kind: switch, attach: sw1}
  a: {kind: host, attach: sw1, address: 10.0.0.11/24}
  b: {kind: host, attach: sw1, address: 10.0.0.12/24}
END
"$CWMPLAB" up topology.yaml --out out >up 2>&1 || { cat up; exit 1; }
echo "$sessions sessions of $lines lines, seed $seed"

# configurations_of FILE: writes each that is shown in it to "config.N", from 1.
configurations_of() {
	rm -f config.*
	awk '/^#$/ && !inside { held = 1; next }
	     held && /^ version / { inside = 1; n++; print "#" >("config." n) }
	     { held = 0 }
	     inside { print >("config." n) }
	     inside && /^return$/ { inside = 0; close("config." n) }' "$1"
}

# told N WHAT: the session has failed, and its lines are shown.
told() {
	fails "session $1 of seed $seed: $2"
	diff config.1 "${3:-config.2}"
	cat typed
}

n_typed=0 n_refused=0 n_anew=0
for ((i = 1; i <= sessions && status == 0; i++)); do
	"$CONSOLE_RANDOM" "$seed" "$i" "$lines" >typed
	"$CWMPLAB" cli "$lab" sw1 <typed >shown 2>refused
	n_typed=$((n_typed + $(wc -l <typed)))
	n_refused=$((n_refused + $(wc -l <refused)))
	printf '%s\n' 'save force' 'display current-configuration' \
		'display saved-configuration' 'reboot' 'y' 'display current-configuration' |
		"$CWMPLAB" cli "$lab" sw1 >end
	configurations_of end
	if [ ! -e config.3 ]; then
		told "$i" "nothing is shown at its end"
		tail -n 5 shown refused end
	elif ! cmp -s config.1 config.2; then
		told "$i" "what is saved is another configuration" config.2
	elif ! cmp -s config.1 config.3; then
		told "$i" "a boot loads another configuration" config.3
	elif [ $((i % 50)) = 0 ] || [ "$i" = "$sessions" ]; then
		n_anew=$((n_anew + 1))
		cp config.1 before
		"$CWMPLAB" stop "$lab" sw1 >said 2>&1 && "$CWMPLAB" start "$lab" sw1 >said 2>&1 ||
			{ fails "sw1 does not start anew"; cat said; }
		printf 'display current-configuration\n' | "$CWMPLAB" cli "$lab" sw1 >end
		configurations_of end
		mv config.1 config.2 && mv before config.1
		cmp -s config.1 config.2 || told "$i" "a start anew loads another configuration"
	fi
done
[ "$n_typed" -gt $((2 * n_refused)) ] ||
	fails "$n_refused of $n_typed lines are refused: they reach nothing"
echo "$((i - 1)) sessions, $n_typed lines, $n_refused of them refused; $n_anew starts anew"
exit $status
