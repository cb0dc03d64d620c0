import Testing

@testable import Redis

@Suite struct RedisConnectionStateMachineTests {
    private func machine() -> RedisConnection.StateMachine {
        RedisConnection.StateMachine(
            policy: ReconnectPolicy(shortest: .milliseconds(50), longest: .seconds(2)), timeoutLimit: 3,
            silenceLimit: .milliseconds(250))
    }

    @Test func `It is ready only after the greeting`() {
        var machine = machine()
        #expect(machine.start() == .connect)
        #expect(machine.start() == .none)
        #expect(machine.socketConnected() == .greet)
        #expect(machine.isActive == false)
        #expect(machine.greeted() == .announceReady)
        #expect(machine.isActive == true)
    }

    @Test func `Pauses double up to the cap and start again after a success`() {
        var machine = machine()
        _ = machine.start()
        for expected in [50, 100, 200, 400, 800, 1600, 2000, 2000] {
            #expect(machine.failed(random: 1) == .disconnectAndPause(.milliseconds(expected)))
            #expect(machine.failed(random: 1) == .none)
            #expect(machine.pauseElapsed() == .connect)
        }
        _ = machine.socketConnected()
        _ = machine.greeted()
        #expect(machine.failed(random: 1) == .disconnectAndPause(.milliseconds(50)))
    }

    @Test func `A pause is never longer than its ceiling and never zero`() {
        let policy = ReconnectPolicy(shortest: .milliseconds(50), longest: .seconds(2))
        #expect(policy.pause(before: 1, random: 0) == .milliseconds(1))
        #expect(policy.pause(before: 3, random: 0.5) == .milliseconds(100))
        #expect(policy.pause(before: .max, random: 1) == .seconds(2))
    }

    @Test func `Deadlines missed in a row over a silence end the connection, an answer in between does not`() {
        var machine = machine()
        _ = machine.start()
        _ = machine.socketConnected()
        _ = machine.greeted()
        #expect(machine.missedDeadline(silence: .seconds(1), random: 1) == .none)
        #expect(machine.missedDeadline(silence: .seconds(1), random: 1) == .none)
        machine.answered()
        for _ in 0..<10 { #expect(machine.missedDeadline(silence: .milliseconds(100), random: 1) == .none) }
        #expect(
            machine.missedDeadline(silence: .milliseconds(250), random: 1) == .disconnectAndPause(.milliseconds(50)))
        #expect(machine.missedDeadline(silence: .seconds(1), random: 1) == .none)
    }

    @Test func `Closing is final and happens once`() {
        var machine = machine()
        _ = machine.start()
        #expect(machine.close() == .disconnect)
        #expect(machine.close() == .none)
        #expect(machine.socketConnected() == .none)
        #expect(machine.failed(random: 1) == .none)
        #expect(machine.pauseElapsed() == .none)
        #expect(machine.isClosed == true && machine.isActive == false)
    }

    @Test func `Events out of their time change nothing`() {
        var machine = machine()
        #expect(machine.greeted() == .none)
        #expect(machine.socketConnected() == .none)
        #expect(machine.failed(random: 1) == .none)
        _ = machine.start()
        #expect(machine.greeted() == .none)
        #expect(machine.missedDeadline(silence: .seconds(9), random: 1) == .none)
    }
}
