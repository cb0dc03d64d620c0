import Synchronization

/// All metrics of one process.
///
/// A metric is registered once, at the start, and held by whoever counts; asking again for the
/// same name and labels gives the same one.
///
/// Bounded: a name has at most `maximumSeries` label sets. What comes after shares one series labelled `overflow="true"`.
package final class MetricsRegistry: Sendable {
    /// One metric of any kind.
    enum Instrument: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case computed(@Sendable () -> Int)
        case histogram(Histogram)

        /// The word after `# TYPE`.
        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge, .computed: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// All series of one name, in order of registration.
    struct Family: Sendable {
        let name: String
        let help: String
        let type: String
        let labelNames: [String]
        var series: [(labels: MetricLabels, instrument: Instrument)] = []
    }

    private struct State {
        var families: [Family] = []
        var indices: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let maximumSeries: Int

    /// An empty registry.
    package init(maximumSeries: Int = 200) { self.maximumSeries = maximumSeries }

    /// A counter; its name ends in `_total`.
    package func counter(_ name: String, _ help: String, labels: MetricLabels = [:]) -> Counter {
        precondition(name.hasSuffix("_total"), "the counter \(name) must end in _total")
        guard case .counter(let counter) = register(name, help, labels, { .counter(Counter()) }) else {
            preconditionFailure("\(name) is already another kind of metric")
        }
        return counter
    }

    /// A gauge.
    package func gauge(_ name: String, _ help: String, labels: MetricLabels = [:]) -> Gauge {
        guard case .gauge(let gauge) = register(name, help, labels, { .gauge(Gauge()) }) else {
            preconditionFailure("\(name) is already another kind of metric")
        }
        return gauge
    }

    /// A gauge whose value is asked for at each scrape, on the scraping thread.
    package func gauge(
        _ name: String, _ help: String, labels: MetricLabels = [:], reading value: @escaping @Sendable () -> Int
    ) {
        _ = register(name, help, labels, { .computed(value) })
    }

    /// A histogram of durations; its name ends in `_seconds`.
    package func histogram(
        _ name: String, _ help: String, labels: MetricLabels = [:], bounds: [Duration] = Histogram.latencyBounds
    ) -> Histogram {
        precondition(name.hasSuffix("_seconds"), "the histogram \(name) must end in _seconds")
        guard case .histogram(let histogram) = register(name, help, labels, { .histogram(Histogram(bounds: bounds)) })
        else { preconditionFailure("\(name) is already another kind of metric") }
        return histogram
    }

    /// The families as they are now.
    var families: [Family] { state.withLock { $0.families } }

    private func register(
        _ name: String, _ help: String, _ labels: MetricLabels, _ make: () -> Instrument
    ) -> Instrument {
        precondition(Self.isValidName(name), "\(name) is not a metric name")
        precondition(labels.names.allSatisfy(Self.isValidName), "\(name) has a label with a bad name")
        return state.withLock { state in
            guard let index = state.indices[name] else {
                let made = make()
                state.indices[name] = state.families.count
                state.families.append(
                    Family(
                        name: name, help: help, type: made.type, labelNames: labels.names, series: [(labels, made)]))
                return made
            }
            let family = state.families[index]
            if let known = family.series.first(where: { $0.labels == labels }) { return known.instrument }
            precondition(family.labelNames == labels.names, "\(name) must have the same label names everywhere")
            let isFull = family.series.count >= maximumSeries
            let kept: MetricLabels = isFull ? ["overflow": "true"] : labels
            if let known = family.series.first(where: { $0.labels == kept }) { return known.instrument }
            let made = make()
            precondition(made.type == family.type, "\(name) is already another kind of metric")
            state.families[index].series.append((kept, made))
            return made
        }
    }

    /// Letters, digits and underscores, no digit first: the part of Prometheus's rule that we use.
    private static func isValidName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
}
