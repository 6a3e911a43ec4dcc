internal import CambiumFiles

/// What every command asks of the paths it is given before it starts to work.
package enum Paths {
    /// Checks that something stands at an input path.
    package static func requireInput(_ path: String) throws {
        guard FileSystem.kind(path) != nil else {
            throw UsageError(FileError.missing(path: path).description)
        }
    }

    /// Checks that an input is a file.
    package static func requireFile(_ path: String) throws {
        try requireInput(path)
        switch FileSystem.kind(path) {
        case .folder: throw UsageError("\(path): is a folder; name a file in it")
        case .other: throw UsageError("\(path): is neither a file nor a folder; name a file")
        default: return
        }
    }

    /// Checks that an input is a folder.
    package static func requireFolder(_ path: String) throws {
        try requireInput(path)
        guard FileSystem.kind(path) == .folder else {
            throw UsageError("\(path): is no folder; name one")
        }
    }

    /// Cuts NAME=PATH; what exists with "=" in its own name is taken as it is.
    package static func named(_ text: String) -> (name: String?, path: String) {
        guard FileSystem.kind(text) == nil, let split = text.firstIndex(of: "=") else {
            return (nil, text)
        }
        return (String(text[..<split]), String(text[text.index(after: split)...]))
    }

    /// Checks that nothing stands where the output goes, so that no earlier result is overwritten.
    package static func requireFresh(_ path: String) throws {
        guard FileSystem.kind(path) == nil, !FileSystem.isLink(path) else {
            throw UsageError("\(path): exists already; name another output or remove it first")
        }
    }
}
