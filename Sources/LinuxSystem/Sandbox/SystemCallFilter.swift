import CSeccomp
import Glibc

/// `SystemCallPolicy` as a seccomp filter (seccomp(2)), compiled by libseccomp, which knows every architecture's numbers and
/// the ways around them: other ABIs of the machine (32 bit, x32) end the process.
///
/// SECURITY: the kernel runs the filter before each call of every thread from now on, and nothing takes it away again.
enum SystemCallFilter {
    /// Loads the filter into this process. Needs no_new_privs or a privilege.
    static func load(channel: Bool) throws(SystemError) {
        guard let context = seccomp_init(action(.answer(ENOSYS))) else {
            throw SystemError(call: "seccomp_init", subject: "", code: ENOMEM)
        }
        defer { seccomp_release(context) }
        try check(seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), "seccomp_attr_set")
        try check(seccomp_attr_set(context, SCMP_FLTATR_CTL_TSYNC, 1), "seccomp_attr_set")
        // A tree of comparisons in place of a list: pwrite(2) is called thousands of times.
        try check(seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2), "seccomp_attr_set")
        for rule in SystemCallPolicy.rules(channel: channel, process: getpid()) {
            for name in rule.calls { try add(name, rule, to: context) }
        }
        try check(seccomp_load(context), "seccomp_load")
    }

    private static func add(
        _ name: String, _ rule: SystemCallPolicy.Rule, to context: scmp_filter_ctx
    ) throws(SystemError) {
        let number = seccomp_syscall_resolve_name(name)
        // A misspelt name must not pass for a call that is refused. libseccomp knows the names of all architectures.
        guard number != __NR_SCMP_ERROR else {
            throw SystemError(call: "seccomp_syscall_resolve_name", subject: name, code: EINVAL)
        }
        let conditions = rule.conditions.map(\.comparison)
        try check(
            seccomp_rule_add_array(context, action(rule.action), number, CUnsignedInt(conditions.count), conditions),
            "seccomp_rule_add", name)
    }

    private static func action(_ action: SystemCallPolicy.Action) -> UInt32 {
        switch action {
        case .allow: SCMP_ACT_ALLOW
        case .answer(let code): soundspool_seccomp_errno(UInt16(code))
        case .endProcess: SCMP_ACT_KILL_PROCESS
        }
    }

    /// libseccomp returns negated errno values.
    private static func check(_ result: CInt, _ call: String, _ subject: String = "") throws(SystemError) {
        guard result >= 0 else { throw SystemError(call: call, subject: subject, code: -result) }
    }
}

extension SystemCallPolicy.Condition {
    fileprivate var comparison: scmp_arg_cmp {
        switch self {
        case .equals(let index, let value):
            scmp_arg_cmp(arg: CUnsignedInt(index), op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
        case .differs(let index, let value):
            scmp_arg_cmp(arg: CUnsignedInt(index), op: SCMP_CMP_NE, datum_a: value, datum_b: 0)
        case .bits(let index, let mask, let value):
            scmp_arg_cmp(arg: CUnsignedInt(index), op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
        }
    }
}
