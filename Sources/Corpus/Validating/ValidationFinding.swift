/// How bad a finding is.
public enum ValidationSeverity: String, Encodable, Sendable {
    /// The data set cannot be used, or results on it would be wrong.
    case error
    /// Something to know, or to mend before a study.
    case warning
}

/// What can be wrong with a data set.
public enum ValidationCode: String, Encodable, Sendable, CaseIterable {
    case tableMissing = "table_missing"
    case tableUnreadable = "table_unreadable"
    case rowMalformed = "row_malformed"
    case rowsDiffer = "rows_differ"
    case keysDiffer = "keys_differ"
    case keyRepeated = "key_repeated"
    case keyInSplits = "key_in_splits"
    case textInvalid = "text_invalid"
    case lineIndexWrong = "line_index_wrong"
    case lineIndexMissing = "line_index_missing"
    case labelsMissing = "labels_missing"
    case labelsInvalid = "labels_invalid"
    case classUnknown = "class_unknown"
    case classTextDiffers = "class_text_differs"
    case manifestInvalid = "manifest_invalid"
    case countDiffers = "count_differs"
    case fileMissing = "file_missing"
    case digestDiffers = "digest_differs"
    case imageUndecodable = "image_undecodable"
    case imageSizeDiffers = "image_size_differs"
    case exactAcrossSplits = "exact_across_splits"
    case nearAcrossSplits = "near_across_splits"
    case exactAcrossSplitsReported = "exact_across_splits_reported"
    case nearAcrossSplitsReported = "near_across_splits_reported"
    case exactAcrossClasses = "exact_across_classes"
    case nearAcrossClasses = "near_across_classes"
    case exactCopies = "exact_copies"
    case nearCopies = "near_copies"
    case groupAcrossSplits = "group_across_splits"
    case groupsUnknown = "groups_unknown"
    case classMissing = "class_missing_in_split"
    case classSmall = "class_small"

    /// How bad it is, unless warnings count as errors.
    public var severity: ValidationSeverity {
        switch self {
        case .lineIndexMissing, .labelsMissing, .imageSizeDiffers, .exactAcrossClasses,
            .exactAcrossSplitsReported, .nearAcrossSplitsReported,
            .nearAcrossClasses, .exactCopies, .nearCopies, .groupsUnknown, .classMissing,
            .classSmall:
            .warning
        default: .error
        }
    }
}

/// One thing that is wrong: what, where, and a sentence.
public struct ValidationFinding: Sendable, Equatable {
    /// What kind it is.
    public let code: ValidationCode
    /// The file, and behind a colon the row, from 1; relative to the data set.
    public let place: String
    /// The image's key, where it is about one.
    public let key: String?
    /// What is wrong.
    public let message: String
}

/// The finding as `--json` prints it.
extension ValidationFinding: Encodable {
    private enum CodingKeys: CodingKey { case code, severity, place, key, message }

    /// Writes the finding with its severity; the key only where there is one.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(code, forKey: .code)
        try members.encode(code.severity, forKey: .severity)
        try members.encode(place, forKey: .place)
        try members.encodeIfPresent(key, forKey: .key)
        try members.encode(message, forKey: .message)
    }
}

/// All that was found in a data set.
public struct ValidationReport: Sendable {
    /// The folder.
    public let path: String
    /// Images of each split.
    public let images: [(split: SplitName, count: Int)]
    /// The findings: by code, in the order of the splits and rows.
    public let findings: [ValidationFinding]
    /// What was not looked at, and why.
    public let unchecked: [String]

    /// Findings that make the data set unfit.
    public var errors: Int { findings.count { $0.code.severity == .error } }
    /// The others.
    public var warnings: Int { findings.count - errors }
}

/// The report as `--json` prints it.
extension ValidationReport: Encodable {
    private enum CodingKeys: CodingKey {
        case path, errors, warnings, images, codes, findings, unchecked
    }

    /// Writes the findings with their numbers.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(path, forKey: .path)
        try members.encode(errors, forKey: .errors)
        try members.encode(warnings, forKey: .warnings)
        let counts = images.map { ($0.split.rawValue, $0.count) }
        try members.encode(Dictionary(uniqueKeysWithValues: counts), forKey: .images)
        let codes = findings.reduce(into: [String: Int]()) { $0[$1.code.rawValue, default: 0] += 1 }
        try members.encode(codes, forKey: .codes)
        try members.encode(findings, forKey: .findings)
        try members.encode(unchecked, forKey: .unchecked)
    }
}
