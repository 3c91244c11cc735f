import Domain
import Testing

struct ArrivalTests {
    private let start = ContinuousClock.now
    private let times = Arrival.SettleTimes(renamed: .seconds(1), inPlace: .seconds(5))

    private func fingerprint(
        device: UInt64 = 1, inode: UInt64 = 2, size: Int64 = 3, modified: Int64 = 4, changed: Int64 = 5
    ) -> Arrival.Fingerprint {
        Arrival.Fingerprint(device: device, inode: inode, size: size, modified: modified, changed: changed)
    }

    @Test(arguments: [(false, 5), (true, 1)])
    func `settles a while after it was first seen`(wasRenamed: Bool, seconds: Int) {
        let arrival = Arrival(fingerprint(), wasRenamed: wasRenamed, at: start)
        #expect(arrival.settles(times) == start + .seconds(seconds))
    }

    @Test func `a look that finds nothing new changes nothing`() {
        for wasRenamed in [false, true] {
            let first = Arrival(fingerprint(), wasRenamed: wasRenamed, at: start)
            var arrival = first
            arrival.look(fingerprint(), wasRenamed: false, at: start + .seconds(3))
            #expect(arrival == first)
        }
    }

    @Test(arguments: 0..<5)
    func `any change starts the wait anew`(change: Int) {
        let changes = [
            fingerprint(device: 9), fingerprint(inode: 9), fingerprint(size: 9), fingerprint(modified: 9),
            fingerprint(changed: 9),
        ]
        var arrival = Arrival(fingerprint(), wasRenamed: false, at: start)
        arrival.look(changes[change], wasRenamed: false, at: start + .seconds(4))
        #expect(arrival.settles(times) == start + .seconds(9))
        #expect(arrival.fingerprint == changes[change])
    }

    @Test func `a write in place makes an earlier rename worth nothing`() {
        var arrival = Arrival(fingerprint(), wasRenamed: true, at: start)
        arrival.look(fingerprint(size: 9), wasRenamed: false, at: start + .milliseconds(500))
        #expect(arrival.settles(times) == start + .milliseconds(5500))
    }

    @Test func `a rename after a write in place shortens the wait`() {
        var arrival = Arrival(fingerprint(), wasRenamed: false, at: start)
        arrival.look(fingerprint(changed: 9), wasRenamed: true, at: start + .seconds(2))
        #expect(arrival.settles(times) == start + .seconds(3))
    }

    /// A scan may find the drop before the event that tells how it came.
    @Test func `news of the rename counts although the drop was seen before`() {
        var arrival = Arrival(fingerprint(), wasRenamed: false, at: start)
        arrival.look(fingerprint(), wasRenamed: true, at: start + .seconds(1))
        #expect(arrival.settles(times) == start + .seconds(2))
    }

    @Test func `a repeated rename without a change does not start the wait anew`() {
        var arrival = Arrival(fingerprint(), wasRenamed: true, at: start)
        arrival.look(fingerprint(), wasRenamed: true, at: start + .milliseconds(900))
        #expect(arrival.settles(times) == start + .seconds(1))
    }
}
