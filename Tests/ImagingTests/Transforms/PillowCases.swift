import CambiumFiles
import CambiumImaging

/// One file of `Fixtures/images.json` and what Pillow 11 makes of it.
struct PillowCase: CustomStringConvertible, Sendable {
    struct Resized: Sendable {
        let width: Int
        let height: Int
        let box: ImageBox?
        let digest: String
    }

    struct Encoded: Sendable {
        let quality: Int
        let digest: String
    }

    let name: String
    /// What a failing test shows, instead of the bytes.
    var description: String { name }
    let file: [UInt8]
    /// Pillow's refusal, or nil.
    let error: String?
    let width: Int
    let height: Int
    let digest: String
    let resized: [Resized]
    let encoded: [Encoded]

    static let all = Fixture.json("images.json")[list: "cases"].map(PillowCase.init)

    static func named(_ name: String) -> PillowCase? { all.first { $0.name == name } }

    private init(_ json: JSON) {
        name = json[text: "name"]
        file = json[bytes: "file"]
        error = json["error"]?.string
        width = json[int: "width"]
        height = json[int: "height"]
        digest = json[text: "rgb"]
        resized = json[list: "resized"].map(Resized.init)
        encoded = json[list: "encoded"].map {
            Encoded(quality: $0[int: "quality"], digest: $0[text: "jpeg"])
        }
    }
}

extension PillowCase.Resized {
    fileprivate init(_ json: JSON) {
        width = json[int: "width"]
        height = json[int: "height"]
        digest = json[text: "rgb"]
        let edges = json[floats: "box"]
        box =
            edges.count == 4
            ? ImageBox(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3]) : nil
    }
}
