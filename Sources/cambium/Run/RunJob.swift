internal import CambiumFiles
internal import CambiumJobs
internal import CambiumPipelines
internal import Foundation

/// One call of `cambium run`.
struct RunJob {
    private let pipeline: Pipeline
    private let recipe: String
    private let jobs: Int
    private let log: Log
    private let crew: RunCrew

    init(_ pipeline: Pipeline, recipe: String, jobs: Int, log: Log) throws {
        (self.pipeline, self.recipe, self.jobs, self.log) = (pipeline, recipe, jobs, log)
        crew = RunCrew(pipeline, jobs: jobs, log: log)
    }

    /// What would run, and why.
    func plan(_ chosen: Set<Int>?, _ forced: Set<Int>, asJSON: Bool) throws -> String {
        let plans = try run(chosen, forced, FileDigests(keptIn: kept)) { _, _ in }.plan()
        let rows = zip(pipeline.stages, plans).enumerated().map { index, row in
            let isLeft = !(chosen?.contains(index) ?? true)
            let action =
                isLeft ? "left out" : row.1.runs ? (row.1.resumes ? "go on" : "run") : "skip"
            let reasons = row.1.runs ? row.1.reasons.map(\.description) : ["unchanged"]
            return (stage: row.0, action: action, reasons: isLeft ? ["not asked for"] : reasons)
        }
        guard asJSON else {
            return Self.table(
                [["stage", "action", "reason"]]
                    + rows.map { [$0.stage.name, $0.action, $0.reasons.joined(separator: "; ")] })
        }
        return JSON.array(
            rows.map { row in
                [
                    "stage": .string(row.stage.name), "action": .string(row.action),
                    "reasons": .array(row.reasons.map(JSON.string)),
                    "command": .string(row.stage.line),
                    "inputs": .array(row.stage.inputs.map(JSON.string)),
                    "outputs": .array(row.stage.outputs.map(JSON.string)),
                ]
            }
        ).document
    }

    /// Runs what is to run, prints what was done; gives the exit status.
    func run(_ chosen: Set<Int>?, _ forced: Set<Int>, printsJSON: Bool) throws -> Int32 {
        try FileSystem.makeFolder(pipeline.folder)
        guard let lock = try FolderLock(pipeline.folder, patience: 3) else {
            throw UsageError(
                "\(pipeline.folder): another run works in this folder; wait for its end")
        }
        defer { lock.release() }
        for name in ["lineage.json", ".digests"] {
            Temporaries.sweep(beside: "\(pipeline.folder)/\(name)")
        }
        let outcome = RunOutcome()
        let run = try run(chosen, forced, FileDigests(keptIn: kept)) { stage, event in
            outcome.take(stage, event)
            tell(stage, event)
        }
        let isDone = try run.perform()
        if let signal = crew.signal {
            let reason = signal == SIGINT ? "interrupted" : "ended by signal \(signal)"
            Terminal.error("cambium: \(reason); the same command goes on")
            return 128 + signal
        }
        let lineage = run.lineage
        print(printsJSON ? JSON.encode(lineage).document : costs(lineage, outcome), terminator: "")
        guard !isDone else { return 0 }
        Terminal.error("cambium: error: \(outcome.sentence(crew.path).onOneLine)")
        return 1
    }

    private var kept: String { "\(pipeline.folder)/.digests" }

    private func run(
        _ chosen: Set<Int>?, _ forced: Set<Int>, _ digests: FileDigests,
        _ report: @escaping (Stage, StageEvent) -> Void
    ) throws -> PipelineRun {
        try Arguments.checked {
            try PipelineRun(
                pipeline, recipe: recipe, digests: digests, program: Self.program(digests),
                runner: crew, jobs: jobs, chosen: chosen, forced: forced, report: report)
        }
    }

    /// The digest of this program and of the library beside it that speaks to libtorch.
    private static func program(_ digests: FileDigests) throws -> String {
        let library = "\(FileSystem.programFolder)/libCambiumTorch.so"
        let parts = try ["/proc/self/exe", library].compactMap { try digests.of($0)?.sha256 }
        return Digest.sha256(Array(parts.joined(separator: "\n").utf8))
    }

    private func tell(_ stage: Stage, _ event: StageEvent) {
        switch event {
        case .unchanged: log.note("\(stage.name): unchanged")
        case .started(let reasons, let resuming):
            let why = reasons.map(\.description).joined(separator: "; ")
            log.note("\(stage.name): \(stage.line) (\(why)\(resuming ? ", goes on" : ""))")
        case .finished(let record):
            let seconds = Self.seconds(record.seconds)
            log.note("\(stage.name): done in \(seconds) s, \(Self.megabytes(record)) MB at most")
        case .failed(let sentence): log.note("\(stage.name): failed: \(sentence)")
        case .interrupted: log.note("\(stage.name): interrupted")
        case .blocked(let other): log.note("\(stage.name): not begun, it needs \(other)")
        }
    }

    private func costs(_ lineage: Lineage, _ outcome: RunOutcome) -> String {
        let rows = pipeline.stages.map { stage in
            let record = lineage.stages[stage.name]
            return [
                stage.name, outcome.words[stage.name] ?? "left out",
                record.map { Self.seconds($0.seconds) } ?? "", record.map(Self.megabytes) ?? "",
            ]
        }
        return Self.table([["stage", "now", "seconds", "peak_mb"]] + rows)
    }

    private static func seconds(_ value: Double?) -> String {
        value.map { String(format: "%.1f", $0) } ?? ""
    }

    private static func megabytes(_ record: StageRecord) -> String {
        record.peakBytes.map { "\(($0 + (1 << 19)) >> 20)" } ?? ""
    }

    /// Rows of cells in columns.
    private static func table(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            let line = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}

/// What became of each stage in this call.
final class RunOutcome {
    /// A word a stage, for the table.
    private(set) var words: [String: String] = [:]
    private var failures: [(stage: String, sentence: String)] = []

    func take(_ stage: Stage, _ event: StageEvent) {
        switch event {
        case .unchanged: words[stage.name] = "unchanged"
        case .started: words[stage.name] = "begun"
        case .finished: words[stage.name] = "done"
        case .failed(let sentence):
            words[stage.name] = "failed"
            failures.append((stage.name, sentence))
        case .interrupted: words[stage.name] = "interrupted"
        case .blocked: words[stage.name] = "not begun"
        }
    }

    /// One line for all that failed.
    func sentence(_ path: (_ name: String, _ ending: String) -> String) -> String {
        failures.map { "stage \($0.stage): \($0.sentence) (\(path($0.stage, "log")))" }
            .joined(separator: "; ")
    }
}
