/// What a file says about its grey values: the modality's scaling and the view that its makers
/// chose (PS3.3, C.11.1 and C.11.2). Both may stand in the data set, or for all frames or for one
/// in the functional groups of enhanced files.
struct DicomIntensity {
    /// Stored values to the modality's (Hounsfield units in CT).
    enum Scaling {
        case linear(slope: Double, intercept: Double)
        case table(first: Int, [Int])

        func callAsFunction(_ stored: Int) -> Double {
            switch self {
            case .linear(let slope, let intercept): Double(stored) * slope + intercept
            case .table(let first, let outputs):
                Double(outputs[min(max(stored - first, 0), outputs.count - 1)])
            }
        }
    }

    let scaling: Scaling
    /// The file's view: its first VOI table, else its first window.
    let view: GreyMap?
    /// Why a view that is there is not used.
    let warning: String?

    /// Reads them for a frame, counted from 0.
    init(_ elements: DicomElements, frame: Int, isSigned: Bool) throws(ImageError) {
        let groups = try Self.groups(elements, frame)
        scaling = try Self.scaling(elements, groups, isSigned)
        let tables = try elements.items(.voiTables, only: 0)
        let window = Self.first(of: [.windowCenter, .windowWidth], groups, .voiGroup) ?? elements
        if let table = tables.first {
            view = try Self.table(table)
            warning = nil
        } else {
            (view, warning) = Self.window(window)
        }
    }

    /// The functional groups of a frame: its own in front of the shared ones.
    private static func groups(
        _ elements: DicomElements, _ frame: Int
    ) throws(ImageError) -> [DicomElements] {
        try elements.items(.frameGroups, only: frame) + elements.items(.sharedGroups, only: 0)
    }

    /// The macro that holds all of the tags, in the first group that has one.
    private static func first(
        of tags: [DicomTag], _ groups: [DicomElements], _ macro: DicomTag
    ) -> DicomElements? {
        for group in groups {
            guard let item = try? group.items(macro, only: 0).first else { continue }
            if tags.allSatisfy({ item.elements[$0] != nil }) { return item }
        }
        return nil
    }

    private static func scaling(
        _ elements: DicomElements, _ groups: [DicomElements], _ isSigned: Bool
    ) throws(ImageError) -> Scaling {
        let place = first(of: [.slope, .intercept], groups, .rescaleGroup) ?? elements
        if let table = try elements.items(.modalityTables, only: 0).first {
            let (first, outputs, _) = try lookUp(table, isSigned: isSigned)
            return .table(first: first, outputs)
        }
        let slope = place.decimals(.slope).first ?? 1
        let intercept = place.decimals(.intercept).first ?? 0
        guard slope.isFinite, slope != 0, intercept.isFinite, abs(slope) < 1e12,
            abs(intercept) < 1e15
        else {
            throw .dicom(
                detail: "broken DICOM: a rescale slope of \(slope) with intercept \(intercept); "
                    + "leave it out")
        }
        return .linear(slope: slope, intercept: intercept)
    }

    private static func window(_ place: DicomElements) -> (view: GreyMap?, warning: String?) {
        guard let center = place.decimals(.windowCenter).first,
            let width = place.decimals(.windowWidth).first
        else { return (nil, nil) }
        let name = place.text(.windowFunction) ?? "LINEAR"
        guard let function = GreyMap.Function(rawValue: name) else {
            return (nil, "the window's function \(name.oneWord) is not known; it is not used")
        }
        let least = function == .linear ? 1.0 : Double.leastNormalMagnitude
        guard center.isFinite, width.isFinite, width >= least else {
            return (nil, "the file's window has no usable width; it is not used")
        }
        return (.window(center: center, width: width, function), nil)
    }

    private static func table(_ item: DicomElements) throws(ImageError) -> GreyMap {
        // The first value is signed where the modality's values are.
        let (first, outputs, bits) = try lookUp(item, isSigned: true)
        let top = Double(1 << bits - 1)
        return .table(first: Double(first), outputs.map { Double($0) / top })
    }

    /// A look-up table (PS3.3, C.11.1.1.1): entries, the first value mapped, bits of an entry.
    private static func lookUp(
        _ item: DicomElements, isSigned: Bool
    ) throws(ImageError) -> (first: Int, outputs: [Int], bits: Int) {
        let descriptor = item.shorts(.tableDescriptor)
        let data = item.value(.tableData)?.count ?? 0
        guard descriptor.count == 3, (8...16).contains(descriptor[2]) else {
            throw .dicom(detail: "broken DICOM: a look-up table without a usable descriptor")
        }
        let entries = descriptor[0] == 0 ? 1 << 16 : descriptor[0]
        let first =
            isSigned ? Int(Int16(truncatingIfNeeded: descriptor[1])) : descriptor[1]
        var outputs = item.shorts(.tableData)
        // Entries of 8 bits may lie two in a word.
        if data < 2 * entries, data >= entries, let bytes = item.value(.tableData) {
            outputs = bytes.map(Int.init)
        }
        guard outputs.count >= entries else {
            throw .dicom(
                detail: "broken DICOM: a look-up table of \(outputs.count) entries, not \(entries)")
        }
        return (first, Array(outputs[..<entries]), descriptor[2])
    }
}
