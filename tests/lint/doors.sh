#!/usr/bin/env bash
# doors.sh [TREE]: no text reaches a terminal or a log but through lib/program/say.h and log.h,
# which show what strangers wrote as lib/base/shown.h says; and what writes for people puts
# values into its texts by shown_printf(), not by buf_printf(). 1: a line that goes round them.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 1
status=0

# told WHAT PATTERN FILE...
told() {
	local what=$1 pattern=$2 bad

	shift 2
	bad=$(grep -nHE "$pattern" "$@" | grep -vE '^lib/program/(say|log)\.c:') && {
		printf '%s:\n%s\n' "$what" "$bad"
		status=1
	}
}

mapfile -t all < <(find lib lab agents capture -name '*.[ch]')
told 'this goes round lib/program/say.h' \
	'(^|[^a-z_])(v?f?printf|v?dprintf|f?puts|f?putc|putchar|fwrite|perror|json_dumpf?d?)\(' \
	"${all[@]}"
told 'this goes round lib/program/log.h' \
	'(^|[^a-z_])write\((1|2|STDOUT_FILENO|STDERR_FILENO)\b' "${all[@]}"

# Texts for people whose values are strangers'. Ladders and tables cut each value to a width
# with characters that were shown; what is left of buf_printf() there has only our own words.
told 'a value goes into this text as it is: shown_printf()' 'buf_printf\(' \
	lab/run/report_text.c lab/look/look_output.c lab/look/look_live.c \
	lab/verbs/cmd_check.c lab/graph/graph_text.c lab/graph/graph_dot.c \
	lab/plan/plan_text.c capture/report/stats_write.c
exit $status
