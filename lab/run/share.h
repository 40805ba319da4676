/* The files that come with the program: device models, sequences. They are looked for in
 * $CWMPLAB_SHARE, in ../share/cwmplab beside the program's folder, and, in a build tree, in
 * the folder above the program's. */
#pragma once

#include "lab/topology/topology.h"

/* The path of relative ("topologies/models") there; the caller frees it; null when there
 * is no such file. */
char *share_path(const char *relative);

/* Reads a topology that may name our models and sequences, and checks the policies and
 * models it names too. As topology_load(). */
int share_topology(const char *file, struct topology **ret, struct error *err);

/* The names of the files in a folder there that end in suffix, sorted, without the suffix;
 * ended by null. Null when there is no such folder or none is in it. share_list_free()
 * takes it, and null. */
char **share_list(const char *folder, const char *suffix);
void share_list_free(char **names);
