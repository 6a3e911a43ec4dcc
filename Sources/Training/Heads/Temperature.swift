internal import Foundation

/// Temperature scaling (Guo et al., 2017): the one number that logits are divided by so that
/// probabilities fit held-out rows best.
public enum Temperature {
    /// The temperature of the least negative log-likelihood on rows of logits [rows, classes];
    /// 1 where no row has its class. It is kept within 0.01 and 100.
    public static func fit(_ logits: [Float], truth: [Int], classes: Int) -> Double {
        guard !truth.isEmpty else { return 1 }
        return fit { slope(logits, truth, classes, inverse: $0) }
    }

    /// The temperature for logits of which each stands for a class of its own, row-major
    /// [rows, classes], with 0 or 1 for every class.
    public static func fit(_ logits: [Float], labels: [Float]) -> Double {
        guard !labels.isEmpty else { return 1 }
        return fit { inverse in
            zip(logits, labels).reduce(0) { sum, entry in
                let logit = Double(entry.0)
                return sum + logit * (1 / (1 + exp(-inverse * logit)) - Double(entry.1))
            }
        }
    }

    /// The likelihood is concave in one over the temperature, so that its slope changes sign at
    /// most once.
    private static func fit(slope: (_ inverse: Double) -> Double) -> Double {
        var (low, high) = (0.01, 100.0)
        for _ in 0..<60 {
            let middle = (low * high).squareRoot()
            if slope(middle) < 0 { low = middle } else { high = middle }
        }
        return 1 / (low * high).squareRoot()
    }

    /// The derivative of the negative log-likelihood by one over the temperature.
    private static func slope(
        _ logits: [Float], _ truth: [Int], _ classes: Int, inverse: Double
    ) -> Double {
        var sum = 0.0
        for (row, own) in truth.enumerated() {
            let start = row * classes
            var largest = -Double.infinity
            for column in 0..<classes { largest = max(largest, Double(logits[start + column])) }
            var (total, mean) = (0.0, 0.0)
            for column in 0..<classes {
                let logit = Double(logits[start + column])
                let share = exp(inverse * (logit - largest))
                total += share
                mean += share * logit
            }
            sum += mean / total - Double(logits[start + own])
        }
        return sum
    }
}
