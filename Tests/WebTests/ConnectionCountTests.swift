import Testing

@testable import Web

struct ConnectionCountTests {
    @Test func letsInSoManyInAllAndFromEachPlace() throws {
        let count = ConnectionCount(
            limits: .init(most: 5, mostFromOnePlace: 2), trusted: [try #require(AddressRange("192.0.2.0/24"))])
        let one = IPAddress("2001:db8::1")
        #expect(count.enter(one))
        // Every address of the network is the same place.
        #expect(count.enter(IPAddress("2001:db8::2")))
        #expect(!count.enter(one))
        #expect(count.enter(IPAddress("2001:db8:0:1::1")))
        count.leave(one)
        #expect(count.enter(one))
        // Proxies, and peers without an address, have no bound but the whole.
        #expect(count.enter(IPAddress("192.0.2.7")))
        #expect(count.enter(nil))
        #expect(!count.enter(IPAddress("192.0.2.7")))
        #expect(!count.enter(nil))
        #expect(count.all == 5)
        count.leave(IPAddress("192.0.2.7"))
        #expect(count.enter(IPAddress("198.51.100.1")))
    }

    @Test(arguments: [(1024, 384), (65_536, 10_000), (16, 16)])
    func leavesTheServiceDescriptors(descriptors: Int, most: Int) {
        #expect(WebSettings.Connections(descriptors: descriptors, mostFromOnePlace: 1).most == most)
    }
}
