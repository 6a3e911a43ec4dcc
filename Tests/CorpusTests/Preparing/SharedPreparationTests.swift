import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Foundation
import Testing

/// Notes of several processes, which are threads here.
private final class Board: Sendable {
    let notes = Lock<[Int: String]>([:])
}

/// One of them.
private struct Member: PreparationCrew {
    let rank: Int
    let size: Int
    let board: Board
    var patience = Duration.seconds(300)

    func say(_ note: String) throws(CorpusError) { board.notes.withLock { $0[rank] = note } }
    func note(of rank: Int) throws(CorpusError) -> String? { board.notes.withLock { $0[rank] } }
}

/// Preparations by several processes give what one gives.
@Suite struct SharedPreparationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func place(_ name: String) -> String { "\(scratch.path)/\(name)" }

    /// Prepares as several processes; gives the leading one's summary, or what the first one threw.
    func prepare(
        _ size: Int, patience: Duration = .seconds(300),
        _ options: (_ rank: Int) -> PrepareOptions
    ) throws -> PrepareSummary {
        let (board, options) = (Board(), (0..<size).map(options))
        let results = Lock<[Int: Result<PrepareSummary?, any Error>]>([:])
        let done = DispatchSemaphore(value: 0)
        for rank in 0..<size {
            let thread = Thread {
                let member = Member(rank: rank, size: size, board: board, patience: patience)
                let result = Result { try Preparation(options[rank]).run(in: member) }
                results.withLock { $0[rank] = result }
                done.signal()
            }
            thread.stackSize = 4 << 20
            thread.start()
        }
        for _ in 0..<size { done.wait() }
        let ended = results.withLock { $0 }
        for rank in 1..<size { #expect(try ended[rank]?.get() == nil) }
        return try #require(try ended[0]?.get())
    }

    /// Class folders with many pictures, some of which cannot be used.
    func fill(_ count: Int = 70) throws {
        for (number, name) in ["heart", "läsion", "skin"].enumerated() {
            for index in 0..<count {
                let image = picture(index + number * 100, width: 20 + index % 9, height: 30)
                let bytes = index % 11 == 7 ? [1, 2, 3] : try PNGEncoder.encode(image)
                try scratch.write(bytes, to: "in/\(name)/image \(index)")
            }
        }
    }

    func options(_ out: String, _ inputs: [String] = ["in"]) -> PrepareOptions {
        var options = PrepareOptions(inputs: inputs.map(place), out: place(out))
        options.size = 24
        return options
    }

    func expectSame(_ out: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let names = try FileSystem.names(in: place("alone"))
        let shared = try FileSystem.names(in: place(out))
        #expect(shared == names, sourceLocation: sourceLocation)
        for name in names {
            let digests = try ["alone", out].map {
                try Digest.sha256(file: "\(place($0))/\(name)")
            }
            #expect(digests[0] == digests[1], "\(name)", sourceLocation: sourceLocation)
        }
    }

    @Test func `folders`() throws {
        try fill()
        let alone = try Preparation(options("alone")).run()
        #expect(alone.rejected > 10)
        for size in [2, 3, 8] {
            let summary = try prepare(size) { _ in options("by-\(size)") }
            #expect(summary.redone == 0 && summary.adopted == 0 && summary.notes == alone.notes)
            try expectSame("by-\(size)")
        }
        let names = try FileSystem.names(in: scratch.path)
        #expect(names == ["alone", "by-2", "by-3", "by-8", "in"])
    }

    @Test func `more processes than images`() throws {
        try scratch.write(PNGEncoder.encode(picture(1)), to: "in/a/1.png")
        try scratch.write(PNGEncoder.encode(picture(2)), to: "in/b/1.png")
        _ = try Preparation(options("alone")).run()
        _ = try prepare(5) { _ in options("by-5") }
        try expectSame("by-5")
    }

    @Test func `data sets, whose images are no files`() throws {
        try fill()
        _ = try Preparation(options("first")).run()
        func divided(_ out: String) -> PrepareOptions {
            var options = options(out, ["first"])
            options.size = 16
            return options
        }
        _ = try Preparation(divided("alone")).run()
        let summary = try prepare(3) { _ in
            var options = options("by-3", ["first"])
            options.size = 16
            return options
        }
        #expect(summary.redone == 0)
        try expectSame("by-3")
    }

    @Test func `volumes, dealt out whole`() throws {
        for (index, name) in ["a", "b", "c"].enumerated() {
            try scratch.write(niftiVolume(20, 22, 24, shift: index * 11), to: "in/\(name).nii")
        }
        let yaml = try scratch.write(
            """
            name: heads
            volumes:
              - {file: "[ab].nii", subject: one, split: train}
              - {file: c.nii, subject: two, split: test}
            slices: {levels: 2, template: "{plane} {level} of {levels}"}

            """, to: "prep.yaml")
        var alone = options("alone")
        alone.configuration = yaml
        _ = try Preparation(alone).run()
        for size in [2, 4] {
            let summary = try prepare(size) { _ in
                var options = options("by-\(size)")
                options.configuration = yaml
                return options
            }
            #expect(summary.redone == 0)
            try expectSame("by-\(size)")
        }
    }

    @Test func `a process that sees other images is replaced`() throws {
        try fill()
        try scratch.write(PNGEncoder.encode(picture(1)), to: "other/a/1.png")
        _ = try Preparation(options("alone")).run()
        let summary = try prepare(2) { rank in
            options("by-2", rank == 0 ? ["in"] : ["other"])
        }
        #expect(summary.redone > 50)
        try expectSame("by-2")
    }

    @Test func `a process that cannot find its share is named`() throws {
        try fill()
        try FileSystem.makeFolder(place("empty"))
        let error = failure {
            _ = try prepare(2) { rank in options("by-2", rank == 0 ? ["in"] : ["empty"]) }
        }
        let text = error?.description ?? ""
        #expect(
            text.hasPrefix("rank 1: cannot do its share: ") && text.contains("empty"), "\(text)")
        let names = try FileSystem.names(in: scratch.path)
        #expect(names == ["empty", "in"])
    }

    @Test func `an image that shall stop everything is the one that stops one process`() throws {
        try fill()
        func strict(_ out: String) -> PrepareOptions {
            var options = options(out)
            options.onError = .fail
            return options
        }
        // Only the last share has one.
        for name in ["heart", "läsion", "skin"] {
            for index in stride(from: 7, to: 70, by: 11) where name != "skin" {
                try FileSystem.remove(place("in/\(name)/image \(index)"))
            }
        }
        let alone = failure { _ = try Preparation(strict("alone")).run() }
        let shared = failure {
            _ = try prepare(3) { _ in
                var options = options("by-3")
                options.onError = .fail
                return options
            }
        }
        #expect(alone != nil && alone == shared, "\(String(describing: shared))")
        let names = try FileSystem.names(in: scratch.path)
        #expect(names == ["in"])
    }

    @Test func `a process that does not go on is named`() throws {
        try fill()
        let board = Board()
        let leader = Member(rank: 0, size: 2, board: board, patience: .milliseconds(200))
        let error = failure { _ = try Preparation(options("by-2")).run(in: leader) }
        #expect(error?.description.hasPrefix("rank 1: has kept the others waiting") == true)
        let names = try FileSystem.names(in: scratch.path)
        #expect(names == ["in"])
    }
}
