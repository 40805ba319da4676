/* "?" and Tab: what may come next in a line, as text. */
#pragma once

#include "lib/base/buf.h"
#include "lib/console/cli_config.h"
#include "lib/console/cli_match.h"

/* What the vendor prints after "?" at the end of line: behind a blank (or nothing) all that may
 * come next, behind a word the keywords that begin so; `<cr>` where the line may end. Of an
 * empty line with the heading of its view. A line that fits no row: its error, with the
 * caret in column indent + its column (indent: of the prompt). */
void cli_question(struct buf *out, const struct cli_profile *profile,
    enum cli_view view, struct str line, size_t indent);

/* The i-th way (from 0) to complete the last word of the line, as the whole line with a blank
 * behind, appended to out; *ret_n is how many ways there are. Tab shows one after the other;
 * where there is none the line stays as it is. False: there is no i-th. */
bool cli_complete(struct buf *out, enum cli_view view, struct str line, size_t i,
    size_t *ret_n);

/* The caret in its column, and the text of the error in the words of the profile. */
void cli_put_error(struct buf *out, const struct cli_profile *profile,
    enum cli_error error, size_t column);
