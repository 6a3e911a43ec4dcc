import CambiumFiles
import CambiumImaging

/// One file of `Fixtures/volumes.json` and what nibabel makes of it.
struct VolumeCase: CustomStringConvertible, Sendable {
    let name: String
    /// What a failing test shows, instead of the bytes.
    var description: String { name }
    let file: [UInt8]
    let expected: JSON

    static let all = Fixture.json("volumes.json")[list: "cases"].map { json in
        VolumeCase(name: json[text: "name"], file: json[bytes: "file"], expected: json)
    }

    static func named(_ name: String) -> VolumeCase? { all.first { $0.name == name } }

    func read() throws -> NiftiVolume {
        try file.withUnsafeBytes { try NiftiVolume(bytes: $0) }
    }
}
