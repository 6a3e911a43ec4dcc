internal import CambiumEncoders
public import CambiumFiles
internal import CambiumImaging
internal import CambiumTorch
internal import Foundation

/// One look at the machine, the libraries and what set-up fetched.
public struct Checkup {
    private var findings: [Finding] = []
    /// What is missing, why it matters and how to get it.
    public private(set) var advice: [String] = []

    /// Looks.
    public init() {
        findings = [
            Finding(
                "cambium", "\(Release.version), built with Swift \(Self.compiler)",
                ["version": .string(Release.version), "swift": .string(Self.compiler)]),
            Finding("system", Machine.system), processor, memory,
        ]
        if examineTorch() { examineCUDA() }
        findings.append(codecs)
        examineVocabulary()
        examineDisk()
    }

    /// A table for people.
    public var text: String { findings.table }

    /// The same for programs, with the advice.
    public var json: JSON {
        .object(
            findings.json.merging(["advice": .array(advice.map(JSON.string))]) { $1 })
    }

    private static var compiler: String {
        #if compiler(>=6.5)
            "6.5 or newer"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private var processor: Finding {
        let (cores, extensions) = (Machine.cores, Machine.vectorExtensions)
        let count = cores == cores.rounded() ? "\(Int(cores))" : String(format: "%.1f", cores)
        let name = Machine.processor ?? "unknown processor"
        return Finding(
            "processor", "\(name), \(count) cores, \(extensions.joined(separator: " "))",
            [
                "name": .string(name), "cores": .number(cores),
                "extensions": .array(extensions.map(JSON.string)),
            ])
    }

    private var memory: Finding {
        let memory = Machine.memory
        let limit = memory.limit.map { ", this container is held to \(Amount.bytes($0))" } ?? ""
        return Finding(
            "memory",
            "\(Amount.bytes(memory.total)), \(Amount.bytes(memory.available)) available\(limit)",
            [
                "total_bytes": .integer(memory.total),
                "available_bytes": .integer(memory.available),
                "limit_bytes": memory.limit.map(JSON.integer) ?? .null,
            ])
    }

    /// Whether libtorch can be opened.
    private mutating func examineTorch() -> Bool {
        do {
            try Runtime.open()
        } catch {
            findings.append(Finding("libtorch", "cannot be opened", .null))
            advice.append("libtorch: \(error)")
            return false
        }
        findings.append(
            Finding(
                "libtorch", "\(Runtime.version), \(Runtime.threads) threads",
                ["version": .string(Runtime.version), "threads": .integer(Runtime.threads)]))
        return true
    }

    private var codecs: Finding {
        Finding(
            "codecs",
            "libjpeg-turbo \(CodecVersions.jpeg), libpng \(CodecVersions.png), "
                + "zlib \(CodecVersions.zlib), OpenJPEG \(DicomImage.libraries["openjpeg"] ?? ""), "
                + "CharLS \(DicomImage.libraries["charls"] ?? "")",
            [
                "libjpeg_turbo": .string(CodecVersions.jpeg), "libpng": .string(CodecVersions.png),
                "zlib": .string(CodecVersions.zlib),
                "openjpeg": .string(DicomImage.libraries["openjpeg"] ?? ""),
                "charls": .string(DicomImage.libraries["charls"] ?? ""),
            ])
    }

    private mutating func examineCUDA() {
        guard Machine.hasLibrary("libcuda.so.1") else {
            findings.append(
                Finding(
                    "cuda", "no driver; work runs on the processor",
                    ["driver": false, "devices": 0]))
            return
        }
        do {
            try CUDA.load()
            findings.append(
                Finding(
                    "cuda", Amount.counted(CUDA.count, "device"),
                    ["driver": true, "libraries": true, "devices": .integer(CUDA.count)]))
            if CUDA.count == 0 {
                advice.append("a CUDA device: the driver is here but sees none; try nvidia-smi")
            }
        } catch {
            findings.append(
                Finding(
                    "cuda", "a driver, but not libtorch's CUDA libraries",
                    ["driver": true, "libraries": false, "devices": 0]))
            advice.append("the CUDA side of libtorch: \(error)")
        }
    }

    private mutating func examineVocabulary() {
        do {
            let place = try TokenizerPlace.clip(environment: ProcessInfo.processInfo.environment)
            guard case .file(let path) = place, FileSystem.kind(path) == .file else {
                throw FileError.missing(path: "CAMBIUM_CLIP_VOCABULARY")
            }
            findings.append(Finding("clip_vocabulary", path))
        } catch {
            findings.append(Finding("clip_vocabulary", "not found", .null))
            advice.append(
                "CLIP's vocabulary, which models from scratch need (a model folder brings its "
                    + "own): run `make setup`, or name the file in CAMBIUM_CLIP_VOCABULARY")
        }
    }

    private mutating func examineDisk() {
        let path = FileSystem.workingFolder
        guard let free = Machine.freeDisk(path) else { return }
        findings.append(
            Finding(
                "disk", "\(Amount.bytes(free)) free at \(path)",
                ["path": .string(path), "free_bytes": .integer(free)]))
        if free < 2_000_000_000 {
            advice.append("room on the disk at \(path): checkpoints and data sets take gigabytes")
        }
    }
}
