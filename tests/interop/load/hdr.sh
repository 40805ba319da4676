#!/usr/bin/env bash
# The histograms of a load test, opened by HdrHistogram's own reader for JavaScript: the same numbers of
# sessions, and the same percentiles. 77: no node, or none that finds hdr-histogram-js (NODE_PATH).
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
node -e 'require("hdr-histogram-js")' 2>/dev/null || { echo "skipped: no hdr-histogram-js"; exit 77; }
. "$source_dir/tests/support/sandbox.sh"
. "$source_dir/tests/integration/cpe/load.lib.sh"
ip link set lo up
paces 7601 1000 20
load '0 4' --acs http://127.0.0.1:7601/ --cpes 100 --rate 100 --duration 2s --hdr "$work/a.hdr"

# What the reader finds, as the CSV has it.
node - "$work/a.hdr" >"$work/read" <<'JS'
const hdr = require("hdr-histogram-js");
const text = require("fs").readFileSync(process.argv[2], "utf8");
const reader = new hdr.HistogramLogReader(text);
let histogram;
while ((histogram = reader.nextIntervalHistogram())) {
	const [group, name] = (histogram.tag || "").split(".");
	if (!name)
		continue;
	const row = (field, value) => console.log([group, name, field, value].join(" "));
	row("count", histogram.totalCount);
	for (const [field, percent] of [["p50_ms", 50], ["p90_ms", 90], ["p99_ms", 99],
	     ["p999_ms", 99.9], ["max_ms", 100]])
		row(field, histogram.getValueAtPercentile(percent) / 1000);
}
JS
rows=0
while read -r group name field found; do
	ours=$(value "$group" "$name" "$field")
	awk -v a="$found" -v b="$ours" 'BEGIN { d = a - b; if (d < 0) d = -d
		exit !(b != "" && d <= b / 500 + 0.001) }' ||
		fail "$group of $name, $field: $ours, but the reader finds $found"
	rows=$((rows + 1))
done <"$work/read"
[ "$rows" -ge 36 ] || fail "$rows numbers were read: $(cat "$work/read")"
[ "$(awk '$1 == "latency" && $2 == "session" && $3 == "count" { print $4 }' "$work/read")" = \
	"$(value sessions '' completed)" ] || fail "the sessions are not all there"
