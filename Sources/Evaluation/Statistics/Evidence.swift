/// What a number rests on, beside its standard error.
package struct Evidence: Sendable, Equatable {
    /// Independent units, rows or groups, that a share like this one would rest on.
    let units: Double
    /// Degrees of freedom of the standard error.
    let freedom: Double
    /// The effective sample size cannot be larger.
    var most = Double.infinity

    package init(units: Double, freedom: Double) { (self.units, self.freedom) = (units, freedom) }
}

/// How many independent units, rows or groups drawn whole, bear on the metrics of each class.
struct ClassUnits: Sendable {
    /// Fewer units than this say little.
    static let few = 10

    /// All units.
    let count: Int
    /// Whether units are groups of rows.
    let isGrouped: Bool
    /// What units are called.
    var unit: String { isGrouped ? "groups" : "rows" }

    /// What to say of intervals of so few units.
    var roughness: String? {
        count < 2 * Self.few ? "of \(count) \(unit) only: wide and rough" : nil
    }

    /// What to say of classes of so few units; nil where there are none.
    func roughClasses(_ classes: ClassList) -> String? {
        let few = positives.indices.filter { (1..<Self.few).contains(positives[$0]) }
        guard !few.isEmpty else { return nil }
        let list = few.map { "\(classes.labels[$0].id) (\(positives[$0]))" }
        return "fewer than \(Self.few) \(unit) of a class: its intervals, and those of means over "
            + "classes, are wide and rough: \(list.joined(separator: ", "))"
    }

    /// Units with a row of the class, by class.
    private(set) var positives: [Int]
    /// Units with a row that is not of the class.
    private(set) var negatives: [Int]
    private var predicted: [Int]
    private var positiveRows: [Int]
    private let rows: Int
    /// Degrees of freedom of means over rows, and over classes.
    private let rowFreedom: Double

    /// Gives the classes of a row to `take`, each with whether it is true and whether predicted.
    typealias Labels = (
        _ row: Int, _ take: (_ column: Int, _ isTrue: Bool, _ isPredicted: Bool) -> Void
    ) -> Void

    init(_ resampling: Resampling, rows: Int, columns: Int, _ labels: Labels) {
        count = resampling.unitCount
        isGrouped = resampling.isGrouped
        rowFreedom = resampling.freedom
        self.rows = rows
        let zeros = [Int](repeating: 0, count: columns)
        (positives, predicted, positiveRows) = (zeros, zeros, zeros)
        negatives = [Int](repeating: count, count: columns)
        var (trueRows, predictedRows) = (zeros, zeros)
        for unit in 0..<count {
            var seen: [Int] = []
            let members = resampling.rows(of: unit)
            for row in members {
                labels(row) { column, isTrue, isPredicted in
                    if trueRows[column] + predictedRows[column] == 0 { seen.append(column) }
                    trueRows[column] += isTrue ? 1 : 0
                    predictedRows[column] += isPredicted ? 1 : 0
                }
            }
            for column in seen {
                positiveRows[column] += trueRows[column]
                positives[column] += trueRows[column] > 0 ? 1 : 0
                negatives[column] -= trueRows[column] == members.count ? 1 : 0
                predicted[column] += predictedRows[column] > 0 ? 1 : 0
                (trueRows[column], predictedRows[column]) = (0, 0)
            }
        }
    }

    /// What a metric about one class rests on.
    func evidence(_ metric: String, _ column: Int) -> Evidence {
        let units =
            switch metric {
            case "specificity": negatives[column]
            case "precision": predicted[column]
            case "auc": min(positives[column], negatives[column])
            default: positives[column]
            }
        var evidence = Evidence(units: Double(units), freedom: Double(max(units - 1, 1)))
        // Rows that belong together can tell less than as many alone, never more.
        switch metric {
        case "sensitivity", "recall": evidence.most = Double(positiveRows[column])
        case "specificity": evidence.most = Double(rows - positiveRows[column])
        default: break
        }
        return evidence
    }

    /// What a mean over rows rests on.
    var ofRows: Evidence { Evidence(units: Double(count), freedom: max(rowFreedom, 1)) }

    /// What a mean over classes rests on: every class's variance goes as 1 / units, and is known
    /// from its own units only.
    var ofClasses: Evidence {
        var (sum, squares) = (0.0, 0.0)
        let present = positives.filter { $0 > 0 }
        for units in present {
            let variance = 1 / Double(units)
            sum += variance
            // That of a single unit is a bound, not an estimate: see MetricDraws.hidden.
            if units > 1 { squares += variance * variance / Double(units - 1) }
        }
        guard sum > 0 else { return Evidence(units: 0, freedom: 1) }
        let size = Double(present.count)
        return Evidence(
            units: size * size / sum,
            freedom: squares > 0 ? max(sum * sum / squares, 1) : .infinity)
    }
}
