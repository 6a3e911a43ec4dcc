import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

private let fixtures = Repository.fixture("FilesTests", "")

/// A folder for one test, removed at its end.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "npy-\(UUID().uuidString)"
    try FileSystem.makeFolder(folder)
    defer { try? FileSystem.remove(folder) }
    try body(folder)
}

/// A version 1 file of a dictionary text and some bytes after it.
private func file(_ dictionary: String, bytes: Int, version: UInt8 = 1) -> [UInt8] {
    let text = Array(dictionary.utf8)
    return [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(text.count & 255)]
        + [UInt8(text.count >> 8)] + (version > 1 ? [0, 0] : []) + text
        + [UInt8](repeating: 0, count: bytes)
}

@Suite struct NPYTests {
    private let values: [Float] = [1.5, -2.25, 0, 65504, 5.9604645e-08, 3.140625]

    @Test(arguments: ["float16", "float32", "float64"])
    func `what numpy saved is read`(name: String) throws {
        let array = try NPY("\(fixtures)/\(name).npy")
        #expect(array.shape == [2, 3] && array.rows == 2 && array.columns == 3)
        #expect("\(array.element)" == name)
        #expect(try array.floats() == values)
        #expect(try array.doubles() == values.map(Double.init))
        #expect(try array.floats(2..<4) == [0, 65504])
        #expect(throws: FileError.self) { try array.floats(2..<7) }
        #expect(throws: FileError.self) { try array.integers() }
    }

    @Test func `whole numbers are read`() throws {
        #expect(try NPY("\(fixtures)/int64.npy").integers() == [0, -1, 1 << 62])
        #expect(try NPY("\(fixtures)/int32.npy").integers() == [7])
        #expect(throws: FileError.self) { try NPY("\(fixtures)/int64.npy").floats() }
    }

    @Test(arguments: [("|b1", [1, 0, 1]), ("|u1", [7, 0, 255])])
    func `bytes and truth values are whole numbers`(descr: String, expected: [Int]) throws {
        try withFolder { folder in
            let header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (3,), }\n"
            var bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
            bytes += Array(header.utf8) + expected.map { UInt8($0) }
            try FileSystem.write(bytes, to: "\(folder)/a.npy")
            #expect(try NPY("\(folder)/a.npy").integers() == expected)
            #expect(throws: FileError.self) { try NPY("\(folder)/a.npy").floats() }
        }
    }

    @Test(arguments: [
        ("float16", NPYElement.float16), ("float32", .float32), ("float64", .float64),
    ])
    func `what is written is what numpy writes, byte for byte`(
        name: String, element: NPYElement
    ) throws {
        try withFolder { folder in
            try NPY.write(values, shape: [2, 3], as: element, to: "\(folder)/a.npy")
            #expect(
                try FileSystem.read("\(folder)/a.npy")
                    == FileSystem.read("\(fixtures)/\(name).npy"))
        }
    }

    @Test func `labels are written as numpy writes them`() throws {
        try withFolder { folder in
            try NPY.write([0, -1, 1 << 62], to: "\(folder)/a.npy")
            #expect(
                try FileSystem.read("\(folder)/a.npy")
                    == FileSystem.read("\(fixtures)/int64.npy"))
        }
    }

    @Test func `rows are written piece by piece, and an incomplete array leaves nothing`() throws {
        try withFolder { folder in
            let path = "\(folder)/rows.npy"
            var writer = try NPYWriter(path, element: .float32, shape: [2, 3])
            try writer.write(Array(values[..<3]))
            try writer.write(Array(values[3...]))
            try writer.commit()
            #expect(try NPY(path).floats() == values)
            #expect(throws: FileError.self) {
                var short = try NPYWriter(
                    "\(folder)/short.npy", element: .float32, shape: [2, 3])
                try short.write(Array(values[..<3]))
                try short.commit()
            }
            #expect(try FileSystem.names(in: folder) == ["rows.npy"])
        }
    }

    @Test func `empty and scalar arrays are arrays`() throws {
        try withFolder { folder in
            try NPY.write([Float](), shape: [0, 7], to: "\(folder)/empty.npy")
            let empty = try NPY("\(folder)/empty.npy")
            #expect(empty.shape == [0, 7] && empty.count == 0)
            try NPY.write([Float(4)], shape: [], to: "\(folder)/scalar.npy")
            #expect(try NPY("\(folder)/scalar.npy").floats() == [4])
        }
    }

    @Test(arguments: [
        ("fortran", "Fortran order"), ("object", "'|O'"),
    ])
    func `arrays that cannot be used say so`(name: String, words: String) throws {
        let error = #expect(throws: FileError.self) { try NPY("\(fixtures)/\(name).npy") }
        #expect(error?.description.contains(words) == true)
    }

    @Test(arguments: [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", 24),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 0),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 0),
        ("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4),
        ("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }", 4),
        ("{'descr': '<f4', 'shape': (1,), }", 4),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}", 4),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } + 1", 4),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1", 4),
        ("", 4),
    ])
    func `a header that lies is refused`(dictionary: String, bytes: Int) throws {
        try withFolder { folder in
            for version: UInt8 in [1, 2, 3] {
                try FileSystem.write(
                    file(dictionary, bytes: bytes, version: version), to: "\(folder)/a.npy")
                #expect(throws: FileError.self) { try NPY("\(folder)/a.npy") }
            }
        }
    }

    @Test func `every cut of a file is refused`() throws {
        let whole = try FileSystem.read("\(fixtures)/float32.npy")
        try withFolder { folder in
            for length in 0..<whole.count {
                try FileSystem.write(Array(whole[..<length]), to: "\(folder)/cut.npy")
                #expect(throws: FileError.self) { try NPY("\(folder)/cut.npy") }
            }
        }
    }

    @Test(arguments: ["4294967296, 4294967296, 0", "0, 4294967296, 4294967296"])
    func `extents that do not fit together are refused, also beside a zero`(shape: String) throws {
        try withFolder { folder in
            let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }\n"
            try FileSystem.write(file(text, bytes: 0), to: "\(folder)/a.npy")
            #expect {
                _ = try NPY("\(folder)/a.npy")
            } throws: {
                "\($0)".contains("impossible shape")
            }
        }
    }
}
