internal import CambiumFiles

/// What a text row says about an image.
public struct RowLabel: Sendable, Equatable, Hashable {
    /// The class, nil for a plain caption. Ids below the first class id of the data set do not
    /// occur; 0 is a class only where a data set's ids start at 0.
    public var classID: Int?
    /// The text of the class, or the caption.
    public var className: String
    /// Where the row comes from; empty when unknown.
    public var source: String
    /// `classification`, or `caption`.
    public var task: String

    /// A label by its parts.
    public init(
        classID: Int?, className: String, source: String = "", task: String = "classification"
    ) {
        (self.classID, self.className, self.source, self.task) = (classID, className, source, task)
    }

    /// The second column of a text row: a JSON object with `class_id` and `class_name`, or a
    /// plain caption. What begins as an object has to be one: nothing is silently replaced.
    init(cell: String) throws(LabelError) {
        let text = cell.drop { $0 == " " }
        guard text.hasPrefix("{") else {
            guard !text.isEmpty else { throw LabelError(reason: "the text is empty") }
            self.init(classID: nil, className: cell, task: "caption")
            return
        }
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: cell) } catch {
            throw LabelError(reason: error.description)
        }
        try self.init(json)
    }

    private init(_ json: JSON) throws(LabelError) {
        if json["class_id"] == nil, let caption = json["caption"]?.string {
            self.init(
                classID: nil, className: caption, source: json["source"]?.string ?? "",
                task: json["task"]?.string ?? "caption")
            return
        }
        guard let id = json["class_id"]?.integer, id >= 0 else {
            throw LabelError(reason: "class_id must be a whole number from 0")
        }
        guard let name = json["class_name"]?.string, !name.isEmpty else {
            throw LabelError(reason: "class_name must be a text")
        }
        self.init(
            classID: id, className: name, source: json["source"]?.string ?? "",
            task: json["task"]?.string ?? "classification")
    }

    /// The second column as it is written: `{"class_id": 1, "class_name": ..., "source": ...,
    /// "task": ...}`.
    var cell: String {
        JSON.object([
            "class_id": classID.map(JSON.integer) ?? .null, "class_name": .string(className),
            "source": .string(source), "task": .string(task),
        ]).line
    }
}

/// Why a cell is no label.
struct LabelError: Error {
    let reason: String
}
