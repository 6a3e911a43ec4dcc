internal import Glibc

// fuzz-readers: reads `KIND<TAB>PATH` lines from standard input, gives each file to the readers of
// its kind as `cambium prepare`, `validate` and `inspect` would, and answers each with
// `decoded|refused<TAB>PEAK KiB<TAB>REASON`. What must never happen ends the program: a trap, or
// what the sanitizers find. fuzz.py drives it.

while let line = readLine() {
    let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
    guard parts.count == 2, let reader = Reader(rawValue: parts[0]) else {
        print("usage: KIND<TAB>PATH, with a kind of \(Reader.allCases.map(\.rawValue))")
        exit(2)
    }
    Memory.forgetPeak()
    let refusal = reader.read(parts[1])
    let reason = refusal.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    print("\(reason == nil ? "decoded" : "refused")\t\(Memory.peak)\t\(reason ?? "")")
    fflush(nil)
}
