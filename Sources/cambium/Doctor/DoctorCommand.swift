internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs

/// `cambium doctor`: what this machine offers.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine offers, what is missing and how to get it.")

    @Flag(help: "Print the findings as JSON.")
    var json = false

    @Flag(help: "Check the network between the processes that were started together instead.")
    var ranks = false

    @Option(help: "With --ranks: how long to exchange tensors.")
    var seconds = 3.0

    @Option(help: "With --ranks: whose tensors, cpu or cuda, where each process takes a GPU.")
    var device = "cpu"

    func validate() throws {
        guard (0...86_400).contains(seconds) else {
            throw ValidationError("--seconds must be in 0...86400.")
        }
    }

    func run() throws {
        if ranks { return try checkRanks() }
        let checkup = Checkup()
        if json {
            print(checkup.json.document, terminator: "")
        } else {
            print(checkup.text)
            for sentence in checkup.advice { print("\nmissing: \(sentence)") }
        }
    }

    private func checkRanks() throws {
        let findings = try RanksCheck.run(
            seconds: seconds, device: device, at: .ofThisProcess())
        guard let findings else { return }
        print(
            json ? JSON.object(findings.json).document : findings.table,
            terminator: json ? "" : "\n")
    }
}
