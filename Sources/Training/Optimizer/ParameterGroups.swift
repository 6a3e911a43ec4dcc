/// Which parameters are trained, and with which weight decay and share of the learning rate.
public struct ParameterRules: Sendable, Equatable {
    /// Decay of every weight that no rule exempts.
    public var weightDecay = 0.2
    /// Modules without decay: `dw` (depth-wise kernels) and `norm` (every layer norm).
    public var noDecayModules = ["dw", "norm"]
    /// Regular expression to decay; the first that is found in a name decides.
    public var decayPatterns: [(pattern: String, decay: Double)] = []
    /// Regular expression to a factor on the learning rate; the first found decides.
    public var rateScalePatterns: [(pattern: String, scale: Double)] = []
    /// Factor on the learning rate from one layer to the one below it, each tower for itself
    /// (BEiT's and timm's layer decay); 1 is none. Multiplies what a pattern gives.
    public var layerDecay = 1.0
    /// Regular expressions of parameters that stay as they are.
    public var freezePatterns: [String] = []

    /// MedImageInsight's rules without patterns.
    public init() {}

    /// Equal when every rule is.
    public static func == (a: ParameterRules, b: ParameterRules) -> Bool {
        a.weightDecay == b.weightDecay && a.noDecayModules == b.noDecayModules
            && a.decayPatterns.elementsEqual(b.decayPatterns, by: ==)
            && a.rateScalePatterns.elementsEqual(b.rateScalePatterns, by: ==)
            && a.layerDecay == b.layerDecay && a.freezePatterns == b.freezePatterns
    }
}

/// Parameters that share a weight decay and a share of the learning rate.
public struct ParameterGroup: Equatable, Sendable {
    /// Decoupled weight decay.
    public let weightDecay: Double
    /// Factor on the learning rate.
    public let rateScale: Double
    /// Names, in the model's order.
    public var names: [String]
}

/// The outcome of the rules on a model's names.
package struct ParameterGroups: Equatable, Sendable {
    /// What is trained.
    package let groups: [ParameterGroup]
    /// What is frozen.
    package let frozen: [String]

    /// Applies rules to names.
    /// - Throws: ``TrainingError/pattern(key:pattern:reason:)`` for a pattern that is not a
    ///   regular expression or that no name matches: it was meant to do something.
    package init(_ rules: ParameterRules, names: [String]) throws {
        let freeze = try PatternList("FREEZE_PATTERNS", rules.freezePatterns, names)
        let decay = try PatternList("WEIGHT_DECAY_PATTERNS", rules.decayPatterns.map(\.0), names)
        let scale = try PatternList("LR_SCALE_PATTERNS", rules.rateScalePatterns.map(\.0), names)
        let layers = LayerDecay(rules.layerDecay, names: names)
        var groups: [ParameterGroup] = []
        var frozen: [String] = []
        for name in names {
            guard freeze.first(in: name) == nil else {
                frozen.append(name)
                continue
            }
            let weightDecay =
                Self.isExempt(name, rules.noDecayModules)
                ? 0
                : decay.first(in: name).map { rules.decayPatterns[$0].decay }
                    ?? rules.weightDecay
            let rateScale =
                (scale.first(in: name).map { rules.rateScalePatterns[$0].scale } ?? 1)
                * layers.scale(name)
            let index = groups.firstIndex {
                $0.weightDecay == weightDecay && $0.rateScale == rateScale
            }
            if let index {
                groups[index].names.append(name)
            } else {
                groups.append(
                    ParameterGroup(weightDecay: weightDecay, rateScale: rateScale, names: [name]))
            }
        }
        (self.groups, self.frozen) = (groups, frozen)
    }

    /// `dw`: the kernel of a depth-wise convolution; `norm`: weight and bias of a layer norm.
    /// SigLIP's bias never decays, as in open_clip.
    private static func isExempt(_ name: String, _ modules: [String]) -> Bool {
        if name == TrainedWeights.biasName { return true }
        let parts = name.split(separator: ".")
        guard parts.count >= 2 else { return false }
        let module = parts[parts.count - 2]
        let isNorm = module.hasPrefix("norm") || module.hasPrefix("ln_")
        return modules.contains("norm") && isNorm
            || modules.contains("dw") && module == "dw" && parts.last == "weight"
    }
}

/// Regular expressions that must each match some name.
private struct PatternList {
    private let expressions: [Regex<AnyRegexOutput>]

    init(_ key: String, _ patterns: [String], _ names: [String]) throws {
        expressions = try patterns.map { pattern in
            guard let expression = try? Regex(pattern) else {
                throw TrainingError.pattern(
                    key: key, pattern: pattern, reason: "is not a regular expression")
            }
            guard names.contains(where: { $0.contains(expression) }) else {
                throw TrainingError.pattern(
                    key: key, pattern: pattern,
                    reason: "matches no parameter; names look like "
                        + (names.first ?? "image_encoder.convs.0.proj.weight"))
            }
            return expression
        }
    }

    /// The number of the first pattern found in a name.
    func first(in name: String) -> Int? { expressions.firstIndex { name.contains($0) } }
}
