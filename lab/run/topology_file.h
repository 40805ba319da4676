/* A topology file together with the files that it names. */
#pragma once

#include "lab/topology/topology.h"

/* As topology_load(), with the device models and sequences that come with the program
 * (lib/program/share.h). Reads the policies, the lists of calls, the load profiles and
 * the models that nodes name, too, so that a mistake in one of them is found before
 * anything is built. mistakes may be null; it gets all mistakes of the file or, when
 * there are none, those of each file that it names. err has the first of all. The
 * caller frees *ret with topology_free().
 *
 * A bare name that is no file here, but that of a topology that comes with the program,
 * is ERR_CONFIG; err says the path of that topology. */
int topology_file_load(const char *file, struct conf_mistakes *mistakes,
    struct topology **ret, struct error *err);

/* The same of a file as its fault of that name changes it; fault may be null. */
int topology_file_load_with(const char *file, const char *fault,
    struct conf_mistakes *mistakes, struct topology **ret, struct error *err);
