internal import CambiumFiles
internal import CambiumPipelines
internal import Foundation

/// What `cambium run` tells of its stages, in columns.
enum RunTables {
    /// What would run, and why. `chosen`: the stages that are asked for, nil for all.
    static func plan(
        _ stages: [Stage], _ plans: [StagePlan], chosen: Set<Int>?
    ) -> RunReport {
        let rows = zip(stages, plans).enumerated().map { index, row in
            let isLeft = !(chosen?.contains(index) ?? true)
            let action =
                isLeft ? "left out" : row.1.runs ? (row.1.resumes ? "go on" : "run") : "skip"
            let reasons = row.1.runs ? row.1.reasons.map(\.description) : ["unchanged"]
            return (stage: row.0, action: action, reasons: isLeft ? ["not asked for"] : reasons)
        }
        let table = table(
            [["stage", "action", "reason"]]
                + rows.map { [$0.stage.name, $0.action, $0.reasons.joined(separator: "; ")] })
        let json = JSON.array(
            rows.map { row in
                [
                    "stage": .string(row.stage.name), "action": .string(row.action),
                    "reasons": .array(row.reasons.map(JSON.string)),
                    "command": .string(row.stage.line),
                    "inputs": .array(row.stage.inputs.map(JSON.string)),
                    "outputs": .array(row.stage.outputs.map(JSON.string)),
                ]
            })
        return RunReport(table: table, json: json.document)
    }

    /// What was done and what it took.
    static func costs(_ stages: [Stage], _ lineage: Lineage, _ outcome: RunOutcome) -> RunReport {
        let rows = stages.map { stage in
            let record = lineage.stages[stage.name]
            return [
                stage.name, outcome.words[stage.name] ?? "left out",
                record.map { seconds($0.seconds) } ?? "", record.map(megabytes) ?? "",
            ]
        }
        return RunReport(
            table: table([["stage", "now", "seconds", "peak_mb"]] + rows),
            json: JSON.encode(lineage).document)
    }

    static func seconds(_ value: Double?) -> String {
        value.map { String(format: "%.1f", $0) } ?? ""
    }

    static func megabytes(_ record: StageRecord) -> String {
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
