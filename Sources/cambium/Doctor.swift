internal import ArgumentParser
internal import Files

/// `cambium doctor`
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what this machine offers, what is missing and how to get it.")

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() throws {
        print("cambium \(Release.version)")
    }
}
