import CambiumFiles

/// The files of the repository that tests read, wherever in it a test stands.
package enum Repository {
    /// The repository's folder.
    package static let root = FileSystem.parent(FileSystem.parent(FileSystem.parent(#filePath)))

    /// A file or folder among the fixtures of a target's tests.
    package static func fixture(_ tests: String, _ name: String) -> String {
        "\(root)/Tests/\(tests)/Fixtures/\(name)"
    }
}
