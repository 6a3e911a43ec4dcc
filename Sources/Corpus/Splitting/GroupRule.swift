internal import CambiumImaging

/// How the group of an image (a patient, an examination, a site) is found in its path. Images of
/// one group never stand in two splits.
package struct GroupRule {
    private enum Rule {
        case none
        case column
        case folder
        case dicom(DicomIdentifier)
        case prefix(String)
        case pattern(Regex<AnyRegexOutput>)
    }
    private let rule: Rule
    /// The rule as it was written.
    package let text: String

    /// Whether no groups shall be kept, not even those that come with the images.
    var refusesGroups: Bool { if case .none = rule { true } else { false } }
    /// Whether the groups are those that come with the images.
    var takesGivenGroups: Bool { if case .column = rule { true } else { false } }
    /// The column of a manifest that holds the groups.
    var column: String? { text.rest(after: "column:") }

    /// The attribute of DICOM files that the rule asks for.
    var dicomIdentifier: DicomIdentifier? {
        if case .dicom(let identifier) = rule { identifier } else { nil }
    }

    /// Reads a rule:
    /// - `none`: no groups;
    /// - `column:NAME`: a column of the manifest;
    /// - `folder`: the folders around the class folder, `PATIENT/CLASS/x.png` -> `PATIENT`;
    /// - `dicom:PatientID`: an attribute of DICOM files, one of `DicomIdentifier`;
    /// - `prefix:_`: the file name up to the first `_` (any text may stand after the colon);
    /// - anything else: a regular expression over the key `CLASS/x.png`, whose first capture
    ///   group is the group, for example `/(P[0-9]+)_`.
    package init(parsing text: String) throws(CorpusError) {
        self.text = text
        if text == "folder" || text == "none" {
            rule = text == "folder" ? .folder : .none
            return
        }
        if let column = text.rest(after: "column:") {
            guard !column.isEmpty else {
                throw .argument("group rule \(text): the name of a column must follow")
            }
            rule = .column
            return
        }
        if text.hasPrefix("dicom:") {
            rule = .dicom(try Self.identifier(text))
            return
        }
        if text.hasPrefix("prefix:") {
            let separator = String(text.dropFirst("prefix:".count))
            guard !separator.isEmpty else {
                throw .argument("group rule \(text): a separator must follow, such as prefix:_")
            }
            rule = .prefix(separator)
            return
        }
        guard let pattern = try? Regex(text) else {
            throw .argument(
                "group rule \(text): not a regular expression (nor folder, prefix:TEXT, "
                    + "column:NAME, none)")
        }
        rule = .pattern(pattern)
    }

    /// The group of an image.
    /// - Parameters:
    ///   - key: `class_folder/file_name`.
    ///   - outer: the folders of its path other than the class folder, joined by `/`.
    func group(key: String, outer: String) throws(CorpusError) -> String {
        switch rule {
        case .none, .column: throw unfit(key, "it gives no group by itself")
        case .dicom(let identifier):
            throw unfit(key, "it is no DICOM file with a \(identifier.rawValue)")
        case .folder:
            guard !outer.isEmpty else {
                throw unfit(key, "there is no folder around the class folder")
            }
            return outer
        case .prefix(let separator):
            let name = key.split(separator: "/").last.map(String.init) ?? key
            let parts = name.split(
                separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw unfit(key, "its name has no \"\(separator)\" after the first letter")
            }
            return String(parts[0])
        case .pattern(let pattern):
            guard let match = key.firstMatch(of: pattern), match.output.count > 1,
                let group = match.output[1].substring
            else { throw unfit(key, "the expression captures nothing in the key") }
            return String(group)
        }
    }

    private static func identifier(_ text: String) throws(CorpusError) -> DicomIdentifier {
        let name = String(text.dropFirst("dicom:".count))
        guard let identifier = DicomIdentifier(rawValue: name) else {
            let known = DicomIdentifier.allCases.map(\.rawValue).joined(separator: ", ")
            throw .argument("group rule \(text): known attributes are \(known)")
        }
        return identifier
    }

    private func unfit(_ key: String, _ reason: String) -> CorpusError {
        .image(key: key, reason: "no group by the rule \(text): \(reason)")
    }
}
