/* Folders and files of a test that is killed: nothing of it can run any more, so another
 * process waits for its end. */
#pragma once

/* From now on the folder, with all that is in it, or the file is removed when this process
 * has ended, however that was; what is gone by then is fine. Exits with words when there is no
 * pipe or process to be had. */
void guard_path(const char *path);
