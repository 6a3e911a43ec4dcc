package import CambiumPackaging
internal import CambiumTorch

/// The work of `cambium verify`.
package enum Verification {
    package static func run(_ path: String, device: String) throws -> BundleVerification {
        let bundle = try Arguments.checked { try ModelBundle(path) }
        return try BundleVerification(bundle, device: Arguments.device(device))
    }
}
