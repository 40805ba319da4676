#pragma once

/* Why a session counts as not judged: the capture does not show all of it. */
enum unjudged {
	UNJUDGED_NOT, /* it is judged */
	UNJUDGED_SECRETS,
	UNJUDGED_START,
	UNJUDGED_ONE_SIDED,
	UNJUDGED_UNREADABLE, /* a message of it */
	UNJUDGED_GAPS,
	UNJUDGED_OTHER, /* its end */
	UNJUDGED_REASONS,
};
