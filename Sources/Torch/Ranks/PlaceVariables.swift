/// The environment's variables, read with errors that name them.
struct PlaceVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// A variable that is set to something.
    func text(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A variable that has to be there since others are.
    func needed(_ name: String, with others: String) throws(RankError) -> String {
        guard let text = text(name) else { throw missing(name, with: others) }
        return text
    }

    func missing(_ name: String, with others: String) -> RankError {
        .variable(name: name, reason: "is not set, but is needed beside \(others)")
    }

    /// A whole number in a range, nil where the variable is not set.
    func number(_ name: String, _ range: Range<Int>) throws(RankError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text) else {
            throw .variable(name: name, reason: "is \"\(text)\", which is no whole number")
        }
        guard range.contains(number) else {
            let last = range.upperBound == Int.max ? "" : " to \(range.upperBound - 1)"
            throw .variable(
                name: name, reason: "is \(number), which is not in \(range.lowerBound)\(last)")
        }
        return number
    }

    /// The process's number and how many there are, which belong together.
    func position(_ rank: String, _ size: String) throws(RankError) -> (Int, Int) {
        guard let count = try number(size, 1..<1 << 20) else { throw missing(size, with: rank) }
        guard let own = try number(rank, 0..<Int.max) else { throw missing(rank, with: size) }
        guard own < count else {
            throw .variable(name: rank, reason: "is \(own), but \(size) is \(count)")
        }
        return (own, count)
    }

    /// The first machine of Slurm's short form: `gpu[03-05,9],login` begins with `gpu03`.
    static func firstHost(_ list: String) -> String? {
        var (host, isInside, isTaken) = ("", false, true)
        for character in list {
            switch character {
            case "[": (isInside, isTaken) = (true, true)
            case "]": (isInside, isTaken) = (false, true)
            case "-" where isInside: isTaken = false
            case "," where isInside: isTaken = false
            case ",": return host.isEmpty ? nil : host
            default: if isTaken { host.append(character) }
            }
        }
        return host.isEmpty ? nil : host
    }
}
