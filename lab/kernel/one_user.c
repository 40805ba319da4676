#include "lab/kernel/one_user.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#define NATIVE_ARCH 0 /* none has it: all is allowed, and programs say what fails */
#endif

/* Whether user_namespaces(7) maps one user alone. */
static bool is_alone(void)
{
	auto_file map = fopen("/proc/self/uid_map", "re");
	unsigned long inside, outside, n;
	int fields, lines = 0;
	unsigned long all = 0;

	while (
	    map && (fields = fscanf(map, "%lu %lu %lu", &inside, &outside, &n)) == 3) {
		lines++;
		all += n;
	}
	return lines == 1 && all == 1;
}

#define ANSWER(name)                                            \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), \
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 0)

int one_user_stay(struct error *err)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ANSWER(setgroups),
		ANSWER(setuid),
		ANSWER(setgid),
		ANSWER(setreuid),
		ANSWER(setregid),
		ANSWER(setresuid),
		ANSWER(setresgid),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = ARRAY_LEN(filter), .filter = filter };

	if (!is_alone())
		return 0;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return error_set(err, -errno, "seccomp: %s", error_name(-errno));
	return 0;
}
