/* The files of an ACS that people have its side of a sequence give to CPEs. */
#pragma once

#include "lib/sequence/scene_settings.h"

/* Whether each file that "with" names, of a Download, a ScheduleDownload or a ChangeDUState, is one
 * that has() knows. What begins with "$" is known later. ERR_USAGE with words for the first that
 * is not; -ENOMEM. */
int scene_files_check(const struct scene_settings *settings,
    bool (*has)(void *user, struct str file), void *user, struct error *err);
