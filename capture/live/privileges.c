#include "capture/live/privileges.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	NOBODY = 65534,
	CAPABILITIES_MAX = 64,
	OPEN_MAX_ = 2, /* poll() takes as many descriptors; 0 to 2 are open already */
};

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

static int drop_capabilities(struct error *err)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capset, &header, sets) < 0 ||
	    syscall(SYS_capget, &header, sets) < 0)
		return error_set(err, -errno, "giving up privileges: %s",
		    error_name(-errno));
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		if (sets[i].effective || sets[i].permitted || sets[i].inheritable)
			return error_set(err, ERR_MACHINE,
			    "privileges cannot be given up here");
	}
	return 0;
}

int privileges_drop(uid_t uid, gid_t gid, struct error *err)
{
	/* Each step needs a privilege that the next one takes away. */
	for (unsigned long i = 0; i < CAPABILITIES_MAX; i++)
		(void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (uid != geteuid() && setgroups(0, NULL) == 0 &&
	    setresgid(gid, gid, gid) == 0)
		(void)!setresuid(uid, uid, uid);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_set(err, -errno, "no_new_privs: %s", error_name(-errno));
	return drop_capabilities(err);
}

/* ---- a process that moves frames ---------------------------------------------------- */

static void limit(int what, rlim_t value)
{
	struct rlimit both = { value, value };

	(void)setrlimit((__rlimit_resource_t)what, &both);
}

#ifdef ARCH
/* What libpcap, malloc(), sanitizers and the end of a process need. */
static const int allowed[] = {
	SYS_read,
	SYS_write,
	SYS_sendto,
	SYS_recvfrom,
	SYS_ppoll,
#ifdef SYS_poll
	SYS_poll,
#endif
	SYS_getsockopt,
	SYS_getsockname,
	SYS_clock_gettime,
	SYS_brk,
	SYS_mmap,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_futex,
	SYS_getpid,
	SYS_gettid,
	SYS_tgkill,
	SYS_sigaltstack,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_restart_syscall,
	SYS_close,
	SYS_exit,
	SYS_exit_group,
};

static int filter_calls(struct error *err)
{
	/* Of ioctl() only the question whether an interface is up, which is asked after a
	 * link went down. The low half of its second argument says so; both machines have
	 * that half first. */
	static const struct sock_filter ioctl_code[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)SYS_ioctl, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args) + sizeof(uint64_t)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SIOCGIFFLAGS, 1, 0),
	};
	struct sock_filter code[ARRAY_LEN(allowed) + ARRAY_LEN(ioctl_code) + 6] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = { .filter = code };
	unsigned short n = 4, left = ARRAY_LEN(allowed);

	for (size_t i = 0; i < ARRAY_LEN(allowed); i++, left--)
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
		    (unsigned)allowed[i], (unsigned char)(left + ARRAY_LEN(ioctl_code)),
		    0);
	for (size_t i = 0; i < ARRAY_LEN(ioctl_code); i++)
		code[n++] = ioctl_code[i];
	code[n++] =
	    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = n;
	/* A kernel without seccomp leaves the rest of the confinement. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 && errno != EINVAL)
		return error_set(err, -errno, "seccomp: %s", error_name(-errno));
	return 0;
}
#else
static int filter_calls(struct error *err)
{
	(void)err;
	return 0;
}
#endif

int privileges_confine(struct error *err)
{
	int r = privileges_drop(NOBODY, NOBODY, err);

	if (r < 0)
		return r;
	(void)prctl(PR_SET_DUMPABLE, 0);
	/* Also a process that somebody stopped ends with the one that it works for. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	limit(RLIMIT_NOFILE, OPEN_MAX_);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NPROC, 0);
	return filter_calls(err);
}
