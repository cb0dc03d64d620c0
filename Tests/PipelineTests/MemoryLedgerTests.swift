import Budgets
import Pipeline
import Testing

@Suite("The ledger of a worker's memory") struct MemoryLedgerTests {
    private func ledger(_ bytes: Int, share: Int) -> MemoryLedger {
        var budgets = WorkerBudgets()
        budgets.sessionBytes = bytes
        budgets.guaranteedSessionBytes = share
        return MemoryLedger(budgets)
    }

    @Test("What sessions hold is counted, and given back when they end, however they end")
    func givenBack() {
        let ledger = ledger(1_000, share: 10)
        var gone: MemoryAccount? = ledger.open()
        let closed = ledger.open()
        gone?.hold(300)
        closed.hold(200)
        closed.hold(150)
        #expect(ledger.held == 450)
        #expect(ledger.allowance == 550)
        closed.close()
        closed.hold(99)
        closed.close()
        gone = nil
        #expect(ledger.held == 0)
        #expect(ledger.allowance == 1_000)
    }

    @Test("Whoever wants all there is leaves as much as they hold; a session below its share is always served")
    func shares() {
        let ledger = ledger(1_000, share: 20)
        var accounts: [(account: MemoryAccount, held: Int)] = []
        for _ in 0..<9 { accounts.append((ledger.open(), 0)) }
        for _ in 0..<500 {
            for index in accounts.indices where accounts[index].held < accounts[index].account.allowance {
                accounts[index].held += 1
                accounts[index].account.hold(accounts[index].held)
            }
        }
        #expect(ledger.held <= 1_000)
        #expect(accounts.allSatisfy { (90...110).contains($0.held) }, "all hold the same")
        #expect(ledger.allowance >= 90, "and as much is left")
        var modest: [MemoryAccount] = []
        for _ in 0..<5 {
            modest.append(ledger.open())
            #expect(ledger.allowance >= 20)
        }
        let crowd = (0..<100).map { _ in ledger.open() }
        #expect(ledger.allowance == 20, "shares are kept even where they are more than all there is")
        for account in crowd + modest + accounts.map(\.account) { account.close() }
        #expect(ledger.held == 0)
    }
}
