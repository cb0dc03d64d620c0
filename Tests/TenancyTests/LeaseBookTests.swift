import Core
import Testing

@testable import Tenancy

@Suite struct LeaseBookTests {
    private let tenant = TenantID("ten_a")
    private func at(_ seconds: Double) -> MonotonicInstant { .zero + .seconds(seconds) }
    private func book(_ policy: TenancyConfiguration.StoreFailurePolicy = .local) -> LeaseBook {
        LeaseBook(lease: .seconds(30), grace: .seconds(900), policy: policy)
    }

    @Test func `A session outlives the store's absence until the grace is over`() {
        var book = book()
        book.begin(session(1), tenant: tenant, isLocal: false, now: at(0))
        #expect(book.unanswered(session(1), now: at(10)) == false)
        #expect(book.unanswered(session(1), now: at(899)) == false)
        #expect(book.unanswered(session(1), now: at(900)) == true)
        #expect(book.unanswered(session(2), now: at(900)) == false)
    }

    @Test func `Under the policy deny it stops before its lease ends`() {
        var book = book(.deny)
        book.begin(session(1), tenant: tenant, isLocal: false, now: at(0))
        #expect(book.unanswered(session(1), now: at(26.9)) == false)
        #expect(book.unanswered(session(1), now: at(27)) == true)
        book.confirmed(session(1), now: at(27))
        #expect(book.unanswered(session(1), now: at(53)) == false)
    }

    @Test func `A lost lease is put back when the store was away, not when the process was asleep`() {
        var book = book()
        book.begin(session(1), tenant: tenant, isLocal: false, now: at(0))
        book.begin(session(2), tenant: tenant, isLocal: false, now: at(0))
        #expect(!book.mayAdopt(session(1), storeChange: nil, window: .seconds(60)))
        // Asked in time, no answer: the store's fault.
        _ = book.unanswered(session(1), now: at(10))
        _ = book.unanswered(session(1), now: at(100))
        #expect(book.mayAdopt(session(1), storeChange: nil, window: .seconds(60)))
        // Asked for the first time when the lease had ended already: our own fault.
        _ = book.unanswered(session(2), now: at(31))
        #expect(!book.mayAdopt(session(2), storeChange: nil, window: .seconds(60)))
        book.confirmed(session(1), now: at(101))
        #expect(!book.mayAdopt(session(1), storeChange: nil, window: .seconds(60)))
    }

    @Test func `After a restart of the store any session served here is put back for a while`() {
        var book = book(.deny)
        book.begin(session(1), tenant: tenant, isLocal: false, now: at(0))
        #expect(book.mayAdopt(session(1), storeChange: .seconds(60), window: .seconds(60)))
        #expect(!book.mayAdopt(session(1), storeChange: .seconds(61), window: .seconds(60)))
        #expect(!book.mayAdopt(session(9), storeChange: .seconds(1), window: .seconds(60)))
    }

    @Test func `Without the store a worker admits its share of the tenant's limit and no more`() {
        var book = book()
        func may(_ limit: Int, _ workers: Int, capacity: Int = 100) -> Bool {
            book.mayBeginLocally(tenant: tenant, limit: limit, liveWorkers: workers, capacity: capacity)
        }
        #expect(may(1, 0) && may(1, 5) && may(0, 1))
        book.begin(session(1), tenant: tenant, isLocal: true, now: at(0))
        #expect(!may(1, 1) && !may(4, 4) && may(5, 4) && may(0, 9) && !may(0, 1, capacity: 1))
        book.begin(session(2), tenant: tenant, isLocal: false, now: at(0))
        #expect(!may(5, 4) && may(3, 1))
        #expect(book.count(of: tenant) == 2 && book.count(of: TenantID("ten_b")) == 0)
        book.end(session(1))
        #expect(may(5, 4))
        #expect(!self.book(.deny).mayBeginLocally(tenant: tenant, limit: 5, liveWorkers: 1, capacity: 9))
    }
}
