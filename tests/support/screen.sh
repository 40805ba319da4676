# Sourced: a program in a terminal of tmux, driven by keys and watched. Uses "dir", a folder of
# the test's own, and tests/support/patience.sh. 77 where there is no tmux.
command -v tmux >/dev/null || { echo "no tmux"; exit 77; }

# tmux runs a window's command by this shell, or by that of the user, which for one who may not
# log in (nobody) only says so and ends.
export SHELL=/bin/sh
# A server of its own for each terminal: one whose last session was killed is on its way out, and
# would take the next session with it.
tmux() { command tmux -S "$dir/$screen" -f /dev/null "$@"; }
screen=none

# opens NAME WIDTH HEIGHT COMMAND: a terminal of that size, in which the shell runs the command
# and then tells its exit status.
opens() {
	screen=$1
	tmux new-session -d -x "$2" -y "$3" -s b "$4; echo left with \$?; sleep infinity"
}

closes() {
	tmux kill-server
}

# shows PATTERN: whether the screen has it; also an end of the wait: tmux has words of its own.
# The screen is UTF-8 in whatever locale the test runs.
shows() {
	tmux capture-pane -p -t b 2>"$dir/tmux" | LC_ALL=C.UTF-8 grep -qE -- "$1" || [ -s "$dir/tmux" ]
}

# wait_for PATTERN: until the screen has it.
wait_for() {
	if ! wait_until shows "$1"; then
		echo "at $screen: never saw \"$1\"; the screen:"
		tmux capture-pane -p -t b
		exit 1
	fi
	if [ -s "$dir/tmux" ]; then
		echo "at $screen: waiting for \"$1\": tmux says: $(cat "$dir/tmux")"
		exit 1
	fi
}

# press PATTERN KEY...: presses them, then waits for the pattern.
press() {
	local pattern=$1

	shift
	tmux send-keys -t b "$@"
	wait_for "$pattern"
}
