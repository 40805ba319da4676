/* The files that come with the program: device models, sequences, topologies. They lie
 * in the folder $CWMPLAB_SHARE. Where that is not set they lie in ../share/cwmplab,
 * seen from the folder of the running program, or, for a program in a build folder, in
 * the source tree above it. */
#pragma once

#include <stddef.h>

/* The path of relative ("topologies/models") there; the caller frees it. Null when
 * there is no such file, or it cannot be read. */
char *share_path(const char *relative);

/* The names of the files in a folder there that end in suffix, sorted, without the
 * suffix; ended by null. Null when there is no such folder, none is in it, or without
 * memory. The caller frees it with share_list_free(), to which null is fine. */
char **share_list(const char *folder, const char *suffix);
void share_list_free(char **names);

/* Writes into text what the user can do when share_path(relative) is null: it names
 * CWMPLAB_SHARE, to be set or to be corrected. */
void share_explain(const char *relative, char *text, size_t size);

/* Writes into text what the user can do when folder has no file <word>.yaml: the name
 * of the file there that is nearest to word, or, when there is no such folder,
 * share_explain(). */
void share_suggest(const char *folder, const char *word, char *text, size_t size);

enum {
	SHARE_EXPLAIN_MAX = 256 /* room for any text of these two */
};
