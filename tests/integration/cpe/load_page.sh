#!/usr/bin/env bash
# load_page.sh TEST_LOAD_PAGE: the page of a short load test, made here, looked at there.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
. "$source_dir/tests/integration/cpe/load.lib.sh"
ip link set lo up
paces 7601 1000
load '0 1 4' --acs http://127.0.0.1:7601/ --cpes 50 --rate 50 --duration 2s \
	--threshold 'session.p99<1us' --html "$work/a.html"
mkdir "$work/browser"
PAGE=$work/a.html CSV=$work/a.csv FOLDER=$work/browser "$1"
