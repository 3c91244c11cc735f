import Domain
import Testing

@testable import Pipeline

struct WatchTableTests {
    private let inbox = InboxFolder(account: 1, folder: nil)
    private let folder = InboxFolder(account: 1, folder: DropPath("a"))
    private let other = InboxFolder(account: 2, folder: nil)

    @Test func `knows each by the other`() {
        var table = WatchTable()
        table.set(1, to: inbox)
        table.set(2, to: folder)
        #expect(table.folder(of: 1) == inbox)
        #expect(table.folder(of: 2) == folder)
        #expect(table.folder(of: 3) == nil)
        #expect(table.isWatched(inbox))
        #expect(!table.isWatched(other))
    }

    @Test func `a moved directory keeps its number and gets its new place`() {
        var table = WatchTable()
        let moved = InboxFolder(account: 1, folder: DropPath("b"))
        table.set(2, to: folder)
        table.set(2, to: moved)
        #expect(table.folder(of: 2) == moved)
        #expect(!table.isWatched(folder))
        #expect(table.remove(folder) == nil)
        #expect(table.remove(moved) == 2)
    }

    @Test func `a new directory in an old place gets its number`() {
        var table = WatchTable()
        table.set(2, to: folder)
        table.set(3, to: folder)
        #expect(table.folder(of: 2) == nil)
        #expect(table.folder(of: 3) == folder)
        table.remove(watch: 2)
        #expect(table.isWatched(folder))
    }

    @Test func `forgets by place and by number`() {
        var table = WatchTable()
        table.set(1, to: inbox)
        table.set(2, to: folder)
        #expect(table.remove(inbox) == 1)
        table.remove(watch: 2)
        #expect(table.folder(of: 1) == nil)
        #expect(!table.isWatched(folder))
        #expect(table.remove(folder) == nil)
    }

    @Test func `finds the folders of accounts that are gone`() {
        var table = WatchTable()
        for (watch, folder) in [inbox, folder, other].enumerated() { table.set(Int32(watch), to: folder) }
        #expect(Set(table.folders(notOf: [2])) == [inbox, folder])
        #expect(table.folders(notOf: [1, 2]).isEmpty)
    }
}
