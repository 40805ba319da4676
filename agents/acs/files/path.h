/* Paths of the file server: what a URL names below /files/, and where that is in a folder. */
#pragma once

#include "agents/acs/files/files.h"

/* Decodes the path below /files/ of a request's target, without its query, into path (of
 * FILES_PATH_MAX + 1). 0, or ERR_MALFORMED: it is no path of the file server. */
int files_path_of(struct str target, char *path);

/* 0, or ERR_MALFORMED for a path that names no file within a folder. */
int files_path_check(struct str path);

/* Appends the path as a URL has it. */
void files_path_encode(struct buf *out, struct str path);

/* Opens what the path names below the folder dir, a regular file. -errno. */
int files_path_open(int dir, const char *path);

/* Opens the folder that the path's last part is in, which *ret_name then is. -errno. */
int files_path_open_folder(int dir, const char *path, const char **ret_name);
