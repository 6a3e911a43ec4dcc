import Files
import Foundation
import Imaging

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

    static let all: [PillowCase] = {
        let folder = FileSystem.parent(#filePath)
        guard let json = try? JSON(file: "\(folder)/Fixtures/images.json") else { return [] }
        return (json["cases"]?.array ?? []).map(PillowCase.init)
    }()

    static func named(_ name: String) -> PillowCase? { all.first { $0.name == name } }

    private init(_ json: JSON) {
        name = json["name"]?.string ?? ""
        file = Array(Data(base64Encoded: json["file"]?.string ?? "") ?? Data())
        error = json["error"]?.string
        width = json["width"]?.integer ?? 0
        height = json["height"]?.integer ?? 0
        digest = json["rgb"]?.string ?? ""
        resized = (json["resized"]?.array ?? []).map(Resized.init)
        encoded = (json["encoded"]?.array ?? []).map(Encoded.init)
    }
}

extension PillowCase.Resized {
    fileprivate init(_ json: JSON) {
        width = json["width"]?.integer ?? 0
        height = json["height"]?.integer ?? 0
        digest = json["rgb"]?.string ?? ""
        let edges = (json["box"]?.array ?? []).compactMap(\.number).map(Float.init)
        box =
            edges.count == 4
            ? ImageBox(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3]) : nil
    }
}

extension PillowCase.Encoded {
    fileprivate init(_ json: JSON) {
        quality = json["quality"]?.integer ?? 0
        digest = json["jpeg"]?.string ?? ""
    }
}
