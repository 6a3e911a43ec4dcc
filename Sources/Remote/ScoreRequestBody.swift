internal import CambiumFiles

/// The body of a request, as the endpoint's document says.
enum ScoreRequestBody {
    static func bytes(_ rows: [RemoteRow], _ kind: RemoteKind) -> [UInt8] {
        var body = Array("{\"input_data\": {\"columns\": [\"image\", \"text\"], \"index\": [".utf8)
        body.reserveCapacity(rows.reduce(256) { $0 + $1.content.count * 4 / 3 + 32 })
        body += rows.indices.map { "\($0)" }.joined(separator: ", ").utf8
        body += "], \"data\": [".utf8
        for (index, row) in rows.enumerated() {
            if index > 0 { body += ", ".utf8 }
            switch kind {
            case .image:
                body += "[\"".utf8
                body += Base64.encode(row.content)
                body += "\", \"\"]".utf8
            case .text:
                let text = JSON.string(String(decoding: row.content, as: UTF8.self)).line
                body += "[\"\", \(text)]".utf8
            }
        }
        body += "]}, \"params\": {}}".utf8
        return body
    }
}
