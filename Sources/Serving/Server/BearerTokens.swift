internal import CambiumFiles

/// The tokens that a server accepts, read from a file with a token a line.
///
/// Only digests are kept, and a given token is compared with every one of them in a time that does
/// not depend on where they differ.
package struct BearerTokens: Sendable {
    private let digests: [[UInt8]]

    /// Reads a token file; empty lines and lines that begin with `#` are skipped.
    /// - Throws: `FileError` where it holds no token, or one that no
    ///   header can carry.
    package init(file path: String) throws {
        var digests: [[UInt8]] = []
        let lines = try FileSystem.readText(path).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, token) in lines.enumerated() {
            guard !token.isEmpty, !token.hasPrefix("#") else { continue }
            guard token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw FileError.malformed(
                    path: "\(path):\(number + 1)",
                    reason: "a token holds visible ASCII characters only, a token a line")
            }
            digests.append(Self.digest(token.utf8))
        }
        guard !digests.isEmpty else {
            throw FileError.malformed(path: path, reason: "holds no token; write one a line")
        }
        self.digests = digests
    }

    /// Whether `token` is one of them.
    package func contains(_ token: some StringProtocol) -> Bool {
        let given = Self.digest(token.utf8)
        var found: UInt8 = 0
        for digest in digests {
            var difference: UInt8 = 0
            for (a, b) in zip(digest, given) { difference |= a ^ b }
            found |= difference == 0 ? 1 : 0
        }
        return found == 1
    }

    private static func digest(_ token: some Sequence<UInt8>) -> [UInt8] {
        Array(Digest.sha256(Array(token)).utf8)
    }
}
