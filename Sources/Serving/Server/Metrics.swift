internal import CambiumFiles
internal import Glibc

/// Figures about the service, as Prometheus reads them (text format 0.0.4).
package final class Metrics: Sendable {
    private struct Family {
        let kind: String
        let help: String
        var series: [String: Double] = [:]
    }

    private struct Histogram {
        let help: String
        let bounds: [Double]
        var series: [String: (counts: [Int], sum: Double)] = [:]
    }

    private struct State {
        var families: [String: Family]
        var histograms: [String: Histogram]
    }

    private static let seconds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    private static let sizes = [1.0, 2, 4, 8, 16, 32, 64, 128, 256]

    private let state = Lock(
        State(
            families: [
                "cambium_requests_total": Family(
                    kind: "counter", help: "Requests answered, by route and status."),
                "cambium_requests_in_flight": Family(
                    kind: "gauge", help: "Requests that are being answered."),
                "cambium_body_bytes_in_flight": Family(
                    kind: "gauge", help: "Bytes of bodies that are being worked on."),
                "cambium_rows_total": Family(
                    kind: "counter", help: "Rows computed, by model and input."),
                "cambium_row_errors_total": Family(
                    kind: "counter", help: "Rows that could not be used, by model and reason."),
                "cambium_rows_in_flight": Family(
                    kind: "gauge", help: "Rows under way, by model and input."),
                "cambium_faults_total": Family(
                    kind: "counter", help: "Batches that failed in a model."),
                "cambium_reloads_total": Family(
                    kind: "counter", help: "Reloads, by model and outcome."),
                "cambium_info": Family(kind: "gauge", help: "The program's version."),
                "process_resident_memory_bytes": Family(
                    kind: "gauge", help: "Resident memory."),
                "process_start_time_seconds": Family(
                    kind: "gauge", help: "Start of the service, seconds since 1970."),
            ],
            histograms: [
                "cambium_request_seconds": Histogram(
                    help: "From a request's head to its answer.", bounds: seconds),
                "cambium_prepare_seconds": Histogram(
                    help: "Decoding and preparing one row.", bounds: seconds),
                "cambium_wait_seconds": Histogram(
                    help: "A prepared row's wait for its batch.", bounds: seconds),
                "cambium_compute_seconds": Histogram(
                    help: "A batch in the model.", bounds: seconds),
                "cambium_batch_rows": Histogram(help: "Rows of a batch.", bounds: sizes),
            ]))

    package init() {
        set("cambium_info", ["version": Release.version], 1)
        set("process_start_time_seconds", [:], Double(time(nil)))
    }

    /// Adds to a counter or gauge.
    func add(_ name: String, _ labels: KeyValuePairs<String, String> = [:], _ amount: Double = 1) {
        let key = Self.key(labels)
        state.withLock { $0.families[name]?.series[key, default: 0] += amount }
    }

    /// Sets a gauge.
    func set(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Double) {
        let key = Self.key(labels)
        state.withLock { $0.families[name]?.series[key] = value }
    }

    /// Takes a value into a histogram.
    func observe(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Double) {
        let key = Self.key(labels)
        state.withLock { state in
            guard let bounds = state.histograms[name]?.bounds else { return }
            let empty = (counts: [Int](repeating: 0, count: bounds.count + 1), sum: 0.0)
            let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
            state.histograms[name]?.series[key, default: empty].counts[bucket] += 1
            state.histograms[name]?.series[key, default: empty].sum += value
        }
    }

    /// All figures as text.
    package var text: String {
        self.set("process_resident_memory_bytes", [:], Double(Self.residentBytes))
        let state = state.withLock { $0 }
        var lines: [String] = []
        for (name, family) in state.families.sorted(by: { $0.key < $1.key }) {
            lines += ["# HELP \(name) \(family.help)", "# TYPE \(name) \(family.kind)"]
            for (labels, value) in family.series.sorted(by: { $0.key < $1.key }) {
                lines.append("\(name)\(Self.braced(labels)) \(Self.number(value))")
            }
        }
        for (name, histogram) in state.histograms.sorted(by: { $0.key < $1.key }) {
            lines += ["# HELP \(name) \(histogram.help)", "# TYPE \(name) histogram"]
            for (labels, series) in histogram.series.sorted(by: { $0.key < $1.key }) {
                lines += Self.lines(name, labels, histogram.bounds, series)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(
        _ name: String, _ labels: String, _ bounds: [Double], _ series: (counts: [Int], sum: Double)
    ) -> [String] {
        var (lines, count): ([String], Int) = ([], 0)
        let comma = labels.isEmpty ? "" : ","
        for (bound, own) in zip(bounds.map(number) + ["+Inf"], series.counts) {
            count += own
            lines.append("\(name)_bucket{\(labels)\(comma)le=\"\(bound)\"} \(count)")
        }
        lines.append("\(name)_sum\(braced(labels)) \(number(series.sum))")
        lines.append("\(name)_count\(braced(labels)) \(count)")
        return lines
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    /// Labels as the format writes them; no value here holds a quote, a backslash or a line break.
    private static func key(_ labels: KeyValuePairs<String, String>) -> String {
        labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
    }

    private static var residentBytes: Int {
        // Not through a mapping: files of /proc have no size.
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 255, file) != nil else { return 0 }
        let fields = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .split(separator: " ")
        let resident = fields.count > 1 ? Int(fields[1]) ?? 0 : 0
        return resident * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

extension Duration {
    /// Seconds with their fraction.
    var inSeconds: Double { self / .seconds(1) }
}
