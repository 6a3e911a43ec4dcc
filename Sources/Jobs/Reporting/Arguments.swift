internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumPackaging
package import CambiumTorch

/// Errors about what the user passed, told apart from work that failed.
package enum Arguments {
    /// The device of a `--device` option or a recipe.
    package static func device(_ name: String) throws -> Device {
        if name == "auto" { return .best }
        guard name == "cpu" || name.hasPrefix("cuda") else {
            throw UsageError("device \(name): unknown; use auto, cpu, cuda or cuda:N")
        }
        return try Device(named: name)
    }

    /// Runs a check of arguments; its errors end the program with status 2.
    package static func checked<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SettingsError {
            throw UsageError(error.description)
        } catch let error as CorpusError where error.isArgument {
            throw UsageError(error.description)
        } catch CorpusError.file(let error) {
            throw UsageError(error.description)
        } catch let error as FileError {
            throw UsageError(error.description)
        } catch let error as EncoderError {
            guard case .folder = error else { throw error }
            throw UsageError(error.description)
        } catch let error as PackagingError {
            if case .damaged = error { throw error }
            throw UsageError(error.description)
        }
    }
}
