#!/usr/bin/env bash
# doors.sh finds each way round the doors, and nothing in a tree without one.
set -u
lint=$(cd "$(dirname "$0")" && pwd)/doors.sh
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
files='lab/run/report_text.c lab/look/look_output.c lab/look/look_live.c lab/verbs/cmd_check.c
lab/graph/graph_text.c lab/graph/graph_dot.c lab/plan/plan_text.c capture/report/stats_write.c
lib/program/say.c lib/program/log.c agents/agent.c'
for file in $files; do
	mkdir -p "$tree/$(dirname "$file")"
	echo 'say(stdout, "%s", name); snprintf(text, 8, "x"); shown_printf(&out, "x");' \
		> "$tree/$file"
done
echo 'fwrite(p, 1, n, to); write(STDERR_FILENO, p, n);' >> "$tree/lib/program/say.c"

"$lint" "$tree" || { echo 'a tree without a way round is refused'; exit 1; }
while read -r file line; do
	cp "$tree/$file" "$tree/before"
	printf '\t%s\n' "$line" >> "$tree/$file"
	"$lint" "$tree" > "$tree/said" && { echo "not found: $line"; exit 1; }
	grep -qF "$line" "$tree/said" || { echo "not shown: $line"; exit 1; }
	cp "$tree/before" "$tree/$file"
done << 'END'
agents/agent.c printf("%s", name);
agents/agent.c (void)fprintf(stderr, "%s", name);
agents/agent.c (void)fputs(name, stdout);
agents/agent.c puts(name);
agents/agent.c vfprintf(out, fmt, args);
agents/agent.c (void)fwrite(p, 1, n, stdout);
agents/agent.c perror(name);
agents/agent.c json_dumpf(value, stdout, 0);
agents/agent.c (void)write(STDERR_FILENO, p, n);
agents/agent.c write(2, p, n);
lab/run/report_text.c buf_printf(out, "%s", name);
END
