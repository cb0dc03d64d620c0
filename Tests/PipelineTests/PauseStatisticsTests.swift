import Pipeline
import Testing

@Suite("Pauses of a speaker") struct PauseStatisticsTests {
    private func statistics(_ milliseconds: [Int]) -> PauseStatistics {
        var statistics = PauseStatistics()
        for pause in milliseconds { statistics.add(.milliseconds(pause)) }
        return statistics
    }

    @Test("nothing is known before the first")
    func empty() {
        #expect(statistics([]).typical == nil)
        #expect(statistics([]).weight == 0)
        #expect(statistics([0, -20]).typical == nil)
    }

    @Test("equal pauses are the typical one, and varied ones exceed their mean")
    func typical() throws {
        let equal = try #require(statistics([400, 400, 400]).typical)
        #expect(abs((equal - .milliseconds(400)) / .milliseconds(1)) < 0.01)
        let varied = try #require(statistics([300, 500, 300, 500]).typical)
        #expect(varied > .milliseconds(450))
        #expect(varied < .milliseconds(700))
    }

    @Test("the newest weigh most, and a very long one does not outweigh all others")
    func newest() throws {
        let slowed = statistics(.init(repeating: 300, count: 10) + .init(repeating: 900, count: 10))
        let slower = try #require(slowed.typical)
        #expect(slower > .milliseconds(800))
        let held = try #require(statistics(.init(repeating: 300, count: 10) + [60_000]).typical)
        #expect(held < .seconds(4))
    }

    @Test("trust grows with the number of pauses")
    func weight() {
        #expect(statistics([300]).weight < statistics([300, 300]).weight)
        #expect(statistics(.init(repeating: 300, count: 50)).weight < 1)
    }
}
