import CambiumCorpus
import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import Testing

/// What `prepare` writes passes `validate`, whatever the folder holds.
@Suite struct PreparedValidationTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A folder of classes with what hospitals have: pictures, copies, crops, the same saved anew,
    /// blank slices of different sizes and levels, the same picture in two classes.
    private func fill(_ number: Int) throws {
        var generator = SeededGenerator(seed: 17, UInt64(number))
        var written: [RGBImage] = []
        let classes = ["a", "b", "c"].prefix(2 + number % 2)
        for file in 0..<48 {
            let label = classes[generator.index(below: classes.count)]
            let image: RGBImage
            switch generator.index(below: 6) {
            case 0:
                let side = 16 + generator.index(below: 60)
                let level = UInt8([0, 1, 255, 128][generator.index(below: 4)])
                image = RGBImage(
                    width: side, height: side, grey: [UInt8](repeating: level, count: side * side))
            case 1 where !written.isEmpty: image = written[generator.index(below: written.count)]
            case 2 where !written.isEmpty:
                let other = written[generator.index(below: written.count)]
                image = other.resized(
                    width: other.width + generator.index(below: 9), height: other.height)
            case 3 where !written.isEmpty:
                let other = written[generator.index(below: written.count)]
                image = try ImageDecoder.decode(
                    JPEGEncoder.encode(other, quality: 40 + generator.index(below: 50))
                ).image
            default:
                image = texture(
                    100 * number + file, width: 40 + generator.index(below: 50),
                    height: 40 + generator.index(below: 50))
            }
            written.append(image)
            try scratch.write(
                PNGEncoder.encode(image), to: "in/\(label)/P\(file % 9)_\(file).png")
        }
    }

    @Test(arguments: 0..<4, [nil, DuplicateRule.together, .drop, .report])
    func `what is prepared has no error`(number: Int, rule: DuplicateRule?) throws {
        try fill(number)
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        (options.size, options.workers, options.duplicates) = (32, 2, rule)
        options.seed = UInt32(number)
        if number == 3 { options.groupBy = "prefix:_" }
        _ = try Preparation(options).run()
        let report = try Validation(ValidationOptions(path: options.out)).run()
        let errors = report.findings.filter { $0.code.severity == .error }
        #expect(errors.isEmpty, "\(errors.map(\.message))")
        if rule == .report {
            #expect(report.findings.contains { $0.code == .exactAcrossSplitsReported })
        }
    }
}
