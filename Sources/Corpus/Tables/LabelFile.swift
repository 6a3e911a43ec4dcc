internal import CambiumFiles

/// The class texts of a data set, one a line (`unique_texts.txt`); line n from 1 is the class
/// with id `firstClassID + n - 1`.
public struct LabelFile: Sendable, Equatable {
    /// The texts, in the order of their ids.
    public let texts: [String]
    /// The id of the first line, 1 unless a data set of the Microsoft samples starts at 0.
    public let firstClassID: Int

    /// Texts that are there already.
    public init(texts: [String], firstClassID: Int = 1) {
        (self.texts, self.firstClassID) = (texts, firstClassID)
    }

    /// Reads a file; blank lines at the end are no classes.
    /// - Parameter firstClassID: as `dataset.json` names it, which may be damaged.
    public init(_ path: String, firstClassID: Int = 1) throws(CorpusError) {
        guard (0...Int(Int32.max)).contains(firstClassID) else {
            throw .dataSet(
                path: path,
                reason: "the first class id is \(firstClassID); correct first_class_id in "
                    + "dataset.json (1 or 0)")
        }
        let text = try onFiles { () throws(FileError) in try FileSystem.readText(path) }
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else {
            throw .dataSet(path: path, reason: "no class text; write one a line")
        }
        var first: [String: Int] = [:]
        for (index, line) in lines.enumerated() {
            guard !line.isEmpty else {
                throw .row(file: path, line: index + 1, reason: "an empty class text; remove it")
            }
            if let earlier = first.updateValue(index, forKey: line) {
                throw .row(
                    file: path, line: index + 1,
                    reason: "the same text as line \(earlier + 1); class texts must differ")
            }
        }
        self.init(texts: lines, firstClassID: firstClassID)
    }

    /// Classes.
    public var count: Int { texts.count }

    /// The ids, in the order of the lines.
    public var classIDs: Range<Int> { firstClassID..<(firstClassID + count) }

    /// The text of a class, nil when there is no such class.
    public func text(of classID: Int) -> String? {
        classIDs.contains(classID) ? texts[classID - firstClassID] : nil
    }

    /// The id of a text, nil when it is no class.
    public func classID(of text: String) -> Int? {
        texts.firstIndex(of: text).map { $0 + firstClassID }
    }
}
