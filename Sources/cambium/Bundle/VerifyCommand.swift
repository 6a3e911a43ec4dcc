internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumPackaging
internal import Foundation

/// `cambium verify`: whether a bundle is whole and computes here what it computed where it was made.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that a bundle is whole and computes here what it did where it was made.",
        discussion: """
            Every file's digest is checked, then the bundle's golden rows are computed and compared \
            with what stands in it. The exit status is 1 where anything differs by more than the \
            bundle's tolerance.
            """)

    @Argument(help: "The bundle, a folder or a .tar.")
    var bundle: String

    @Option(help: "cpu, cuda, cuda:N, or auto.")
    var device = "cpu"

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        var job = VerifyJob(bundle: bundle)
        job.device = device
        let result = try job.run()
        print(json ? JSON.encode(result).document : Self.text(result), terminator: "")
        for complaint in result.complaints { shared.log.warning("\(bundle): \(complaint)") }
        if !result.isPassed { throw ExitCode(1) }
    }

    private static func text(_ result: BundleVerification) -> String {
        let pixels = result.rows.compactMap(\.pixelsAgree)
        func line(_ name: String, _ largest: Double, _ allowed: Double) -> String {
            String(format: "%@ differ by at most %.3g (allowed %.3g)\n", name, largest, allowed)
        }
        return "files          \(result.files), all as bundle.json says\n"
            + "golden rows    \(pixels.count) images, \(result.rows.count - pixels.count) texts\n"
            + "pixels         \(pixels.filter { $0 }.count) of \(pixels.count) the same bit by bit\n"
            + line("embeddings    ", result.embedding, result.tolerance.embedding)
            + line("probabilities ", result.probability, result.tolerance.probability)
            + (result.isPassed ? "verified\n" : "NOT verified\n")
    }
}
