internal import ArgumentParser
internal import Files

/// `cambium doctor`: what this machine offers.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine offers, what is missing and how to get it.")

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() throws {
        let checkup = Checkup()
        if json {
            let advice = JSON.array(checkup.advice.map(JSON.string))
            print(
                JSON.object(checkup.findings.json.merging(["advice": advice]) { $1 }).document,
                terminator: "")
        } else {
            print(checkup.findings.table)
            for sentence in checkup.advice { print("\nmissing: \(sentence)") }
        }
    }
}
