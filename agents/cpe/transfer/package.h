/* A deployment unit as the CPEs of a lab take it (labelled.h; TR-181 SoftwareModules.).
 *
 *     cwmplab deployment-unit 1
 *     name: speedtest
 *     version: 1.2
 *     vendor: apps.example
 *     uuid: 0b5f4b30-6f3a-5b8a-9c6e-00005e005301
 *     description: measures the line
 *     environment: Linux        name or type of the execution environment that it is for
 *     units: meter, reporter    its execution units; without it one of its own name
 *     needs: libmeter           names of the deployment units that it depends on
 *     starts: yes               its execution units run once it is installed
 *     disk: 2048                KiB that it takes
 *     memory: 512
 *
 * Only the first two are needed. What does not fit is fault 9018. */
#pragma once

#include "agents/cpe/transfer/labelled.h"

enum {
	PACKAGE_NAME_MAX = 49, /* terminated: a DUID of it and a number has 64 */
	PACKAGE_VERSION_MAX = 33,
	PACKAGE_LIST_MAX = 257,
	PACKAGE_UNITS_MAX = 8, /* execution units of one deployment unit */
};

struct package {
	struct labelled file;
	char name[PACKAGE_NAME_MAX];
	char version[PACKAGE_VERSION_MAX];
	char vendor[129];
	char uuid[37];
	char description[PACKAGE_LIST_MAX];
	char environment[257];
	char units[PACKAGE_LIST_MAX], needs[PACKAGE_LIST_MAX]; /* with commas between */
	char starts[4];
	char disk[12], memory[12];
	/* read when it is whole */
	uint32_t disk_kib, memory_kib;
	bool does_start;
};

/* Also to forget what has come. *package was zeroed before the first call. */
void package_start(struct package *package);

/* The file is whole. 0, or 9018 with package->file.why. */
uint32_t package_finish(struct package *package);

void package_free(struct package *package);

/* Whether the text is a UUID: 32 hex digits as 8-4-4-4-12 (cwmp-1-2.xsd). */
bool package_is_uuid(struct str text);
