import Core

extension MetricsRegistry {
    /// The content type of `exposition()`.
    package static let expositionContentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics in Prometheus's text format (https://prometheus.io/docs/instrumenting/exposition_formats/).
    package func exposition() -> String {
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(Self.escapedHelp(family.help))\n# TYPE \(family.name) \(family.type)\n"
            for (labels, instrument) in family.series {
                switch instrument {
                case .counter(let counter): Self.line(family.name, labels.rendered, "\(counter.value)", into: &text)
                case .gauge(let gauge): Self.line(family.name, labels.rendered, "\(gauge.value)", into: &text)
                case .computed(let read): Self.line(family.name, labels.rendered, "\(read())", into: &text)
                case .histogram(let histogram): Self.lines(of: histogram, family.name, labels.rendered, into: &text)
                }
            }
        }
        return text
    }

    private static func lines(of histogram: Histogram, _ name: String, _ labels: String, into text: inout String) {
        let (counts, sum) = histogram.snapshot
        let separator = labels.isEmpty ? "" : ","
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < histogram.bounds.count ? "\(Double(histogram.bounds[index]) / 1e9)" : "+Inf"
            line(name + "_bucket", "\(labels)\(separator)le=\"\(bound)\"", "\(total)", into: &text)
        }
        line(name + "_sum", labels, "\(sum.inSeconds)", into: &text)
        line(name + "_count", labels, "\(total)", into: &text)
    }

    private static func line(_ name: String, _ labels: String, _ value: String, into text: inout String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private static func escapedHelp(_ help: String) -> String {
        help.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }
}
