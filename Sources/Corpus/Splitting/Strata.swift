/// What a split keeps the shares of.
enum Strata {
    /// A number a row: the class's. Captions that fewer than three images have are one stratum,
    /// as they cannot be shared out; and another program's split goes by the order of its texts.
    static func numbers(
        _ items: [PrepareItem], _ classes: [Int], _ selection: ClassSelection,
        _ options: PrepareOptions
    ) -> [Int] {
        if options.compatibility != nil { return ranks(classes, selection, options) }
        guard items.contains(where: \.isCaption) else { return classes }
        let sizes = classes.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        let rest = selection.texts.count
        return classes.map { sizes[$0, default: 0] > 2 ? $0 : rest }
    }

    /// The sample stratifies on the JSON texts, in which the id stands before the name.
    private static func ranks(
        _ classes: [Int], _ selection: ClassSelection, _ options: PrepareOptions
    ) -> [Int] {
        let texts = selection.texts.indices.map { "\(options.firstClassID + $0)," }
        let order = texts.indices.sorted {
            texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8)
        }
        var ranks = texts.indices.map { _ in 0 }
        for (rank, number) in order.enumerated() { ranks[number] = rank }
        return classes.map { ranks[$0] }
    }
}
