internal import CambiumFiles
internal import HTTPTypes

/// What `POST /score` asks, checked: the embedding endpoint's document in Swift.
struct ScoreRequest: Sendable {
    /// One row. A column that is absent or an empty cell is nil.
    struct Row: Sendable {
        /// The encoded picture, or why there is none.
        var image: Result<[UInt8], Refusal>?
        var text: String?
    }

    var rows: [Row] = []
    var parameters = ScoreParameters()
    /// Where the cells of each column stand in a row.
    private(set) var columns: [Column: Int] = [:]

    enum Column: String, Sendable { case image, text }

    /// Reads a request's body.
    /// - Throws: the first ``Refusal`` that concerns the request as a whole.
    init(
        _ body: UnsafeRawBufferPointer, _ settings: ServiceSettings
    ) throws(Refusal) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: body)
        } catch {
            throw Refusal(
                status: .badRequest, code: "invalid_json", message: error.description,
                place: "body")
        }
        guard let members = json.object else { throw .invalid("body", "must be an object") }
        for name in members.keys.sorted() where !["input_data", "params"].contains(name) {
            throw .invalid(shown(name), "is not known; input_data and params are")
        }
        guard let input = members["input_data"], let table = input.object else {
            throw .invalid("input_data", "must be an object with columns, index and data")
        }
        for name in table.keys.sorted() where !["columns", "index", "data"].contains(name) {
            throw .invalid(
                "input_data.\(shown(name))", "is not known; columns, index and data are")
        }
        columns = try Self.columns(table["columns"])
        rows = try Self.rows(table["data"], columns, settings.limits.rows)
        try Self.check(index: table["index"], rows.count)
        parameters = try ScoreParameters(members["params"], settings)
    }

    /// Where a cell stands in the request.
    func place(_ row: Int, _ column: Column) -> String {
        Self.place(row, columns[column] ?? 0)
    }

    private static func place(_ row: Int, _ cell: Int) -> String {
        "input_data.data[\(row)][\(cell)]"
    }

    private static func columns(_ json: JSON?) throws(Refusal) -> [Column: Int] {
        let place = "input_data.columns"
        guard let names = json?.array, !names.isEmpty else {
            throw .invalid(place, "must be a list of \"image\" and \"text\"")
        }
        var columns: [Column: Int] = [:]
        for (index, name) in names.enumerated() {
            guard let column = name.string.flatMap(Column.init) else {
                throw .invalid("\(place)[\(index)]", "must be \"image\" or \"text\"")
            }
            guard columns.updateValue(index, forKey: column) == nil else {
                throw .invalid("\(place)[\(index)]", "\"\(column.rawValue)\" stands there twice")
            }
        }
        return columns
    }

    private static func rows(
        _ json: JSON?, _ columns: [Column: Int], _ limit: Int
    ) throws(Refusal) -> [Row] {
        guard let data = json?.array else {
            throw .invalid("input_data.data", "must be a list of rows")
        }
        guard data.count <= limit else {
            throw .tooLarge(
                "input_data.data", "\(data.count) rows are more than the limit of \(limit)")
        }
        var rows: [Row] = []
        rows.reserveCapacity(data.count)
        for (index, cells) in data.enumerated() {
            guard let cells = cells.array, cells.count == columns.count else {
                throw .invalid(
                    "input_data.data[\(index)]",
                    "must be a list of \(columns.count) strings, as many as there are columns")
            }
            var row = Row()
            if let cell = columns[.text] { row.text = try text(cells[cell], place(index, cell)) }
            if let cell = columns[.image] {
                let place = place(index, cell)
                row.image = try text(cells[cell], place).map { text in
                    Self.image(text).mapError { .cell("image_not_base64", place, $0.reason) }
                }
            }
            rows.append(row)
        }
        return rows
    }

    /// The bytes of a cell; line breaks, as clients put them in, do not count.
    private static func image(_ text: String) -> Result<[UInt8], NoImage> {
        Base64.decode(text, skipsSpace: true).mapError { error in
            switch error {
            case .wrong(let place):
                NoImage(reason: "is not base64: character \(place + 1) does not belong there")
            case .incomplete:
                NoImage(
                    reason: "is not base64: it ends inside a group of four characters; it may "
                        + "have been cut off")
            }
        }.flatMap { $0.isEmpty ? .failure(NoImage(reason: "holds no bytes")) : .success($0) }
    }

    /// Why a cell holds no image.
    private struct NoImage: Error {
        let reason: String
    }

    private static func text(_ json: JSON, _ place: String) throws(Refusal) -> String? {
        switch json {
        case .null: return nil
        case .string(let text): return text.isEmpty ? nil : text
        default: throw .invalid(place, "must be a string; an empty one means: not given")
        }
    }

    /// `index` is pandas' row labels, or their number; answers stand in the order of the rows
    /// whatever it says.
    private static func check(index json: JSON?, _ count: Int) throws(Refusal) {
        let place = "input_data.index"
        switch json {
        case nil, .null: return
        case .integer(let value):
            guard value == count else {
                throw .invalid(place, "is \(value), and data has \(count) rows")
            }
        case .array(let labels):
            guard labels.count == count else {
                throw .invalid(place, "has \(labels.count) labels, and data has \(count) rows")
            }
            for (row, label) in labels.enumerated() where label.integer == nil {
                guard label.string != nil else {
                    throw .invalid("\(place)[\(row)]", "must be a whole number or a string")
                }
            }
        default: throw .invalid(place, "must be a list of whole numbers or their count")
        }
    }
}
