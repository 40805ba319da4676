/* Completion of the command line for shells, from the tables that --help prints. The scripts
 * of packaging/completion call "cwmplab complete -- WORD...", whose last word is the one that
 * is being typed (it may be empty) and whose first one is the verb. The answer is lines:
 *
 *     value<TAB>help      a value that fits there; the tab and the help may be missing
 *     :files [SUFFIX...]  files fit there, if suffixes are given those that end so
 *     :folders            folders fit there
 *     :command N          word N, from 0, begins a command line of its own
 *
 * Values that do not begin with what is typed are left out. Of "--name=value" and, as bash
 * splits it, "--name" "=" "value" the value alone is answered. */
#pragma once

#include "lib/base/buf.h"
#include "lib/program/verb.h"

/* Appends the answer for the words; nothing when it knows nothing that fits. Names of labs
 * and nodes are asked of the labs that the caller has up. */
void complete_line(struct buf *out, const struct verb *const *verbs, size_t n_verbs,
    const char *const *words, size_t n_words);
