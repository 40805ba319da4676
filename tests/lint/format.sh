#!/usr/bin/env bash
# Every C file is as .clang-format wants it. 77: no clang-format 14 here.
set -u
cd "$(dirname "$0")/../.."
clang-format --version 2>/dev/null | grep -q 'version 14' || exit 77
find lib lab agents capture tests -name '*.[ch]' -print0 |
	xargs -0 clang-format --dry-run --Werror
