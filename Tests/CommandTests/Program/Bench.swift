import CambiumFiles
import CambiumTestFolders
import Foundation
import Glibc

/// A folder for one test with what most commands need: pictures, a small model, a data set.
final class Bench {
    let folder: TemporaryFolder
    let release =
        Repository.fixture("EncodersTests", "mi2-mini")

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.path }

    func place(_ name: String) -> String { "\(path)/\(name)" }

    var picture: String { "\(release)/images/square.png" }

    /// Everything below the folder, hidden names too.
    func names(_ name: String = "") throws -> [String] {
        try FileSystem.names(in: name.isEmpty ? path : place(name))
    }

    /// Two classes of pictures, as links to a few; gives the folder.
    @discardableResult
    func pictures(_ name: String = "pictures", each count: Int = 10) throws -> String {
        let files = ["exact.png", "grey.png", "photo.jpg", "small.png", "square.png", "wide.png"]
        for (shift, label) in ["heart", "läsion_b"].enumerated() {
            let folder = place("\(name)/\(label)")
            try FileSystem.makeFolder(folder)
            for number in 0..<count {
                let file = files[(number * (shift + 1) + shift) % files.count]
                try FileSystem.link(
                    "\(folder)/\(number)-\(file)", to: "\(release)/images/\(file)")
            }
        }
        return place(name)
    }

    /// A prepared data set of them; gives the folder.
    func dataSet(size: Int = 32) throws -> String {
        let result = try Program.run(
            "prepare", pictures(), "--out", place("data"), "--size", "\(size)", "--quiet",
            "--duplicates", "report")
        guard result.status == 0 else { throw Program.Failure(description: result.stderr) }
        return place("data")
    }

    /// A label file of the two classes.
    func labels() throws -> String { try folder.write("heart\nläsion b\n", to: "labels.txt") }

    /// The small model's weight file, changed; gives the model folder.
    func model(_ name: String, _ change: ([UInt8]) throws -> [UInt8]) throws -> String {
        let source = "\(release)/2024.09.27"
        let file = "vision_model/medimageinsigt-v1.0.0.pt"
        try folder.write(FileSystem.read("\(source)/config.yaml"), to: "\(name)/config.yaml")
        try folder.write(try change(FileSystem.read("\(source)/\(file)")), to: "\(name)/\(file)")
        return place(name)
    }

    /// Makes a named pipe; gives its path.
    func pipe(_ name: String) throws -> String {
        guard mkfifo(place(name), 0o600) == 0 else {
            throw Program.Failure(description: "no named pipe can be made")
        }
        return place(name)
    }
}
