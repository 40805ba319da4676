/* What an ACS says in the body of an answer that refuses: "CPE already in session". */
#pragma once

#include "lib/proto/http.h"

enum {
	ANSWER_LOOKED_AT_MAX = 512, /* bytes of the body */
	ANSWER_WORDS_MAX = 160      /* bytes of text, its terminator included */
};

/* The first words of body, which head says the kind of, behind ": ", on one line, cut with a mark
 * (lib/base/cut.h) and with stars for secrets (lib/base/secret.h). "" where it is empty or marked
 * up (HTML, XML), where it holds the password that the CPE has (null view: none), and where it
 * says no more than the status does. Returns text. */
char *answer_words(const struct http_head *head, struct str body, struct str password,
    char text[ANSWER_WORDS_MAX]);
