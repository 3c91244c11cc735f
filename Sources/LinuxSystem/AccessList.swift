import CLinuxAttributes
import Glibc

/// A file's or directory's permissions for its owner and named users, and for nobody else: `acl(5)`.
///
/// Set by descriptor, so that no name is looked up again after it was opened. The attribute's layout is the
/// kernel's `linux/posix_acl_xattr.h`: version 2, then tag, permissions and id of each entry, little-endian.
public struct AccessList: Sendable, Hashable {
    public struct Permissions: OptionSet, Sendable, Hashable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let enter = Permissions(rawValue: 1)
        public static let write = Permissions(rawValue: 2)
        public static let read = Permissions(rawValue: 4)
        public static let all: Permissions = [.read, .write, .enter]
    }

    private let owner: Permissions
    private let users: [UInt32: Permissions]

    /// The owner may do everything, unless it says otherwise; `users` what is said here; the group and others nothing.
    public init(owner: Permissions = .all, users: [UInt32: Permissions]) {
        self.owner = owner
        self.users = users
    }

    private enum Tag: UInt16 {
        case owner = 0x01
        case user = 0x02
        case group = 0x04
        case mask = 0x10
        case others = 0x20
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
        }
        func entry(_ tag: Tag, _ permissions: Permissions, _ id: UInt32 = .max) {
            append(tag.rawValue)
            append(permissions.rawValue)
            append(id)
        }
        append(UInt32(2))
        entry(.owner, owner)
        for (id, permissions) in users.sorted(by: { $0.key < $1.key }) { entry(.user, permissions, id) }
        entry(.group, [])
        // What nobody may do is not in the mask either, which others take for the group's permissions.
        entry(.mask, users.values.reduce([]) { $0.union($1) })
        entry(.others, [])
        return bytes
    }
}

extension Descriptor {
    fileprivate func set(_ attribute: String, _ list: AccessList) throws(SystemError) {
        let bytes = list.bytes
        try systemCall("fsetxattr", attribute) { fsetxattr(raw, attribute, bytes, bytes.count, 0) }
    }

    /// Says who may use this file, `fsetxattr(2)`.
    /// - Throws: EOPNOTSUPP where the file system keeps no such lists.
    public func setAccess(_ access: AccessList) throws(SystemError) { try set("system.posix_acl_access", access) }
}

extension BeneathDirectory {
    /// Says who may use this directory, `fsetxattr(2)`; and, where `inherited` is given, what is made in it from now on.
    /// - Throws: EOPNOTSUPP where the file system keeps no such lists.
    public func setAccess(_ access: AccessList, inherited: AccessList? = nil) throws(SystemError) {
        try set("system.posix_acl_access", access)
        if let inherited { try set("system.posix_acl_default", inherited) }
    }

    private func set(_ attribute: String, _ list: AccessList) throws(SystemError) {
        try descriptor.set(attribute, list)
    }

    /// `fchown(2)`.
    public func setOwner(_ user: UInt32, group: UInt32) throws(SystemError) {
        try systemCall("fchown") { fchown(descriptor.raw, user, group) }
    }
}
