/* What a session asks before it saves, forgets or boots. */
#pragma once

#include "lib/console/cli_session.h"

/* The question as it stands on the terminal; its last line is open for the answer. */
const char *cli_dialogue_text(enum cli_asks asks);

/* The answer to session->asks: goes on, asks the next, or nothing more. */
struct cli_result cli_dialogue_answer(struct cli_session *session, struct str answer,
    struct buf *out);

/* Writes the start-up file and says so. False: it could not, which is said. */
bool cli_dialogue_save(struct cli_session *session, struct buf *out);
