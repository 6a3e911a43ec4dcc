internal import CambiumFiles

/// Another program's data set, reproduced byte for byte: which files it takes, and what it calls
/// them.
public struct Compatibility: Sendable {
    /// What stands as `source` in the text rows.
    let source: String
    /// What stands before the folder's name in the class text.
    let prefix: String
    /// The ending of the files that are taken.
    let ending: String
    /// How many of the most frequent classes are kept.
    let topClasses: Int
    /// The id of the first class.
    public let firstClassID: Int

    /// The data preparation of Microsoft's account of fine-tuning MedImageInsight on GastroVision:
    /// `.jpg` files alone, keys `FOLDER/NAME-NAME`, the 22 most frequent classes, ids from 0 in
    /// the order of the first images.
    public static let gastrovision = Compatibility(
        source: "gastrovision", prefix: "endoscopy gastrointestinal", ending: ".jpg",
        topClasses: 22, firstClassID: 0)

    /// By its name.
    public init(parsing name: String) throws(CorpusError) {
        guard name == "gastrovision" else {
            throw .argument("compat \(shown(name)): not known; there is gastrovision")
        }
        self = .gastrovision
    }

    private init(
        source: String, prefix: String, ending: String, topClasses: Int, firstClassID: Int
    ) {
        (self.source, self.prefix, self.ending) = (source, prefix, ending)
        (self.topClasses, self.firstClassID) = (topClasses, firstClassID)
    }

    /// The class text of a folder.
    func text(folder: String) -> String { "\(prefix) \(folder.lowercased())" }

    /// The key of a file.
    func key(folder: String, name: String) -> String { "\(folder)/\(name)-\(name)" }

    /// A key as pandas' `to_csv` writes it beside an image: quoted where it has a quote.
    static func cell(_ key: String) -> String {
        guard key.utf8.contains(UInt8(ascii: "\"")) else { return key }
        return
            "\"\(key.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }

    /// JSON as Python's `json.dumps` writes it: everything that is not ASCII escaped.
    static func ascii(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { $0.value > 0x7E }) else { return json }
        var text = ""
        for unit in json.utf16 {
            if unit <= 0x7E {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }
}
