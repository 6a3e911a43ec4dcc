public import CambiumEncoders
internal import CambiumFiles

extension ModelBundle {
    /// The model at a path that a user gave: a model folder, or the model inside a bundle, whose
    /// bytes are checked as ever.
    /// - Parameter environment: says where a vocabulary stands that the model folder lacks.
    /// - Throws: ``PackagingError`` for a bundle that is not as it was packaged, else what
    ///   `ModelFolder` throws.
    public static func model(
        at path: String, environment: [String: String] = [:]
    ) throws -> ModelFolder {
        let isBundle =
            BundleTar.recognizes(path) || FileSystem.kind("\(path)/bundle.json") == .file
        return isBundle
            ? try ModelBundle(path).folder : try ModelFolder(path, environment: environment)
    }
}
