internal import CambiumFiles
public import CambiumPackaging
internal import CambiumTorch

/// Whether a bundle is whole and computes here what it did where it was made.
public struct VerifyJob: Sendable {
    /// The bundle, a folder or a tar.
    public var bundle: String
    /// `cpu`, `cuda`, `cuda:N` or `auto`.
    public var device = "cpu"

    /// A job on the processor.
    public init(bundle: String) { self.bundle = bundle }

    /// Checks every file's digest, then computes the golden rows.
    public func run() throws -> BundleVerification {
        let opened = try Arguments.checked { try ModelBundle(bundle) }
        return try BundleVerification(opened, device: Arguments.device(device))
    }
}
