import CambiumFiles
import CambiumPackaging
import CambiumTestFolders
import Testing

@Suite struct MLflowFilesTests {
    private let shop: Workshop
    private let names = [
        "MLmodel", "code/cambium_pyfunc.py", "python_env.yaml", "requirements.txt",
    ]

    init() throws { shop = try Workshop() }

    private func read(_ path: String, _ name: String) throws -> String {
        try FileSystem.readText("\(path)/\(name)")
    }

    @Test func `MLmodel is the python function with its signature`() throws {
        let path = try shop.bundle()
        let lines = try read(path, "MLmodel").split(separator: "\n").map(String.init)
        try #require(lines.count == 13)
        #expect(
            lines[..<8] == [
                "flavors:", "  python_function:", "    code: code", "    data: .", "    env:",
                "      virtualenv: python_env.yaml", "    loader_module: cambium_pyfunc",
                #"    python_version: "3.11""#,
            ])
        #expect(lines[8].wholeMatch(of: /model_uuid: "[0-9a-f]{32}"/) != nil)
        #expect(lines[9] == "signature:")
        #expect(
            lines[10] == #"  inputs: '[{"name": "image", "required": true, "type": "binary"}]'"#)
        let params = try #require(
            JSON(parsing: String(lines[12].trimmingPrefix("  params: '").dropLast())).array)
        #expect(
            params.map { $0["name"]?.string } == [
                "image_standardization_jpeg_compression_ratio", "image_standardization_image_size",
            ])
        #expect(params.allSatisfy { $0["type"] == "integer" && $0["default"] == .null })
        let outputs = lines[11].trimmingPrefix("  outputs: '").dropLast()
        let columns = try #require(JSON(parsing: String(outputs)).array)
        #expect(
            columns.map { $0["name"]?.string } == [
                "label", "class_id", "score", "probabilities", "predictions",
            ])
        #expect(columns.allSatisfy { $0["required"] == true })
    }

    @Test func `the environment's files name each other and pin what the loader needs`() throws {
        let path = try shop.bundle()
        #expect(
            try read(path, "python_env.yaml")
                == """
                python: "3.11"
                build_dependencies:
                - pip
                dependencies:
                - -r requirements.txt

                """)
        let requirements = try read(path, "requirements.txt")
        #expect(requirements == "mlflow>=2.16,<4\npandas>=1.5,<4\n")
        let loader = try read(path, "code/cambium_pyfunc.py")
        #expect(loader.hasPrefix(#"""""#) && loader.hasSuffix("\n"))
        #expect(loader.contains("\ndef _load_pyfunc(path: str"))
        #expect(!loader.contains("pickle"), "nothing is pickled")
    }

    @Test func `they are listed, and one changed byte in any of them is refused`() throws {
        let path = try shop.bundle()
        let files = try ModelBundle(path).manifest.files
        for name in names {
            let file = "\(path)/\(name)"
            let whole = try FileSystem.read(file)
            #expect(files[name]?.size == whole.count)
            #expect(try files[name]?.sha256 == Digest.sha256(file: file))
            var bytes = whole
            bytes[bytes.count / 2] ^= 1
            try FileSystem.write(bytes, to: file)
            expectRefused(path, "\(name): does not match its SHA-256")
            try FileSystem.remove(file)
            expectRefused(path, "\(name): is missing")
            try FileSystem.write(whole, to: file)
        }
        _ = try ModelBundle(path)
    }

    @Test func `the same inputs give the same model, other inputs another identifier`() throws {
        let (first, second) = (try shop.bundle(to: "first"), try shop.bundle(to: "second"))
        for name in names { #expect(try read(first, name) == read(second, name)) }
        let other = try shop.bundle(template: "a {}", to: "other")
        #expect(try read(first, "MLmodel") != read(other, "MLmodel"))
        for name in names.dropFirst() { #expect(try read(first, name) == read(other, name)) }
    }

    @Test func `Python finds no place for bytecode that could stand in for a checked module`()
        throws
    {
        let path = try shop.bundle()
        #expect(FileSystem.kind("\(path)/code/__pycache__") == .file)
        try FileSystem.remove("\(path)/code/__pycache__")
        try FileSystem.makeFolder("\(path)/code/__pycache__")
        try FileSystem.write("x", to: "\(path)/code/__pycache__/cambium_pyfunc.cpython-311.pyc")
        expectRefused(path, "cambium_pyfunc.cpython-311.pyc: is not named in bundle.json")
    }

    @Test func `the loader's pipe is the client package's`() throws {
        #expect(
            try read(shop.bundle(), "code/cambium_pipe.py")
                == FileSystem.readText("\(Repository.root)/python/cambium_client/pipe.py"))
    }
}
