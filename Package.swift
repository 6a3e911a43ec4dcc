// swift-tools-version: 6.2
import Foundation
import PackageDescription

// libtorch comes from the torch wheel that `make setup` unpacks into .deps/ (see scripts/setup.sh).
let deps = Context.environment["CAMBIUM_DEPS"] ?? "\(Context.packageDirectory)/.deps"
let torch = "\(deps)/torch"

// The C++ libraries that go to another machine (`make wheel`) name no folder of this one and nothing
// of Swift, which they don't use; there libtorch is opened from the folder in CAMBIUM_TORCH.
let isPortable = Context.environment["CAMBIUM_PORTABLE"] != nil
let withoutSwift: [String] = isPortable ? ["-nostartfiles", "-static-stdlib"] : []
let torchPlace: [String] =
    isPortable ? [] : ["-Xlinker", "-rpath", "-Xlinker", "\(torch)/lib"]

// The headers that come with the CUDA libraries, where those were fetched.
let cuda = ["\(deps)/nvidia/cu13/include", "\(deps)/nvidia/nccl/include"]
let hasCUDA = ["\(cuda[0])/cuda_runtime_api.h", "\(cuda[1])/nccl.h"].allSatisfy {
    FileManager.default.fileExists(atPath: $0)
}

// Warnings are errors for our own code where CAMBIUM_STRICT is set (`make check`, `.ci/run`).
let strict: [SwiftSetting] =
    Context.environment["CAMBIUM_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

// ThreadSanitizer knows POSIX mutexes, not those of the standard library (`make sanitize`).
let sanitized: [SwiftSetting] =
    Context.environment["CAMBIUM_SANITIZE"] == "thread" ? [.define("THREAD_SANITIZER")] : []

let swift: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + strict + sanitized

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let http: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "Logging", package: "swift-log"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]
let client: [Target.Dependency] = [
    .product(name: "AsyncHTTPClient", package: "async-http-client"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

/// One floor of the house: the Swift target `CambiumNAME` of `Sources/NAME` and its mirror under
/// Tests. Modules carry the prefix since a package graph knows each name once. Files in `embedding`
/// are constants of the target's code.
func floor(
    _ name: String, on dependencies: [Target.Dependency], embedding files: [String] = []
) -> [Target] {
    [
        .target(
            name: "Cambium\(name)", dependencies: dependencies, path: "Sources/\(name)",
            resources: files.map { .embedInCode($0) }, swiftSettings: swift),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.init(stringLiteral: "Cambium\(name)")] + dependencies
                + ["CambiumTestFolders"]
                + (["Torch", "Training"].contains(name) ? ["CambiumRankThreads"] : []),
            exclude: FileManager.default.fileExists(
                atPath: "\(Context.packageDirectory)/Tests/\(name)Tests/Fixtures")
                ? ["Fixtures"] : [],
            swiftSettings: swift),
    ]
}

/// The floors of these names.
func floors(_ names: String...) -> [Target.Dependency] {
    names.map { .init(stringLiteral: "Cambium\($0)") }
}

// Opened where there is a GPU, after libtorch's CUDA side, whose symbols it uses.
let nccl: [Target] =
    !hasCUDA
    ? []
    : [
        .target(
            name: "CCambiumNCCL",
            path: "Sources/CTorchNCCL",
            cxxSettings: [
                .headerSearchPath("stand-ins"),
                .unsafeFlags(
                    (cuda + ["\(torch)/include", "\(torch)/include/torch/csrc/api/include"])
                        .flatMap { ["-isystem", $0] }),
            ],
            linkerSettings: [.unsafeFlags(withoutSwift)])
    ]

let targets: [Target] =
    [
        // C and C++ end here.
        .target(name: "CCambiumTorch", path: "Sources/CTorch"),
        // Opened when the first tensor is made, so nothing may depend on it.
        .target(
            name: "CCambiumTorchLibrary",
            path: "Sources/CTorchLibrary",
            cxxSettings: [
                .headerSearchPath("../CTorch/include"),
                .unsafeFlags([
                    "-isystem", "\(torch)/include",
                    "-isystem", "\(torch)/include/torch/csrc/api/include",
                ]),
            ],
            linkerSettings: [
                .unsafeFlags(["-L\(torch)/lib"] + torchPlace + withoutSwift),
                .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
            ]),
        .target(name: "CCambiumProcess", path: "Sources/CProcess"),
        .target(
            name: "CCambiumVectorMath", path: "Sources/CVectorMath",
            exclude: ["erf_polynomial.py", "erf_polynomial.inc"]),
        .target(
            name: "CCambiumImage",
            path: "Sources/CImage",
            linkerSettings: [
                .linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("z"),
            ]),
        .target(
            name: "CCambiumDicom",
            dependencies: ["CCambiumOpenJPEG"],
            path: "Sources/CDicom",
            linkerSettings: [
                .linkedLibrary("charls"), .linkedLibrary("jpeg"), .linkedLibrary("z"),
            ]),
        .systemLibrary(
            name: "CCambiumOpenJPEG", path: "Sources/COpenJPEG", pkgConfig: "libopenjp2",
            providers: [.apt(["libopenjp2-7-dev"])]),
        .systemLibrary(
            name: "CCambiumCrypto", path: "Sources/CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
    ]
    + nccl
    + floor("Files", on: ["CCambiumCrypto", yams])
    + floor("VectorMath", on: ["CCambiumVectorMath"] + floors("Files"))
    + floor("Torch", on: ["CCambiumTorch"] + floors("Files"))
    + floor("Imaging", on: ["CCambiumImage", "CCambiumDicom"] + floors("Files"))
    + floor("Corpus", on: floors("Imaging", "Files"))
    + floor("Layers", on: floors("Torch"))
    + floor("Encoders", on: floors("Layers", "Torch", "Corpus", "Imaging", "Files"))
    + floor("Adapters", on: floors("Layers", "VectorMath", "Torch", "Files"))
    + floor(
        "Training",
        on: floors("Encoders", "Adapters", "Layers", "Torch", "Corpus", "Imaging", "Files"))
    + floor("Evaluation", on: floors("VectorMath", "Imaging", "Files"))
    + floor(
        "Reports", on: floors("Evaluation", "Imaging", "Files"),
        embedding: ["Page/page.css", "Page/report.css", "Page/report.js"])
    + floor(
        "Packaging",
        on: floors("Evaluation", "Encoders", "Adapters", "Torch", "Corpus", "Imaging", "Files"),
        embedding: ["Companions/cambium_pipe.py", "Companions/cambium_pyfunc.py"])
    + floor("Pipelines", on: floors("Files"))
    + floor("Remote", on: floors("Files") + client)
    + floor(
        "Serving",
        on: floors("Packaging", "Evaluation", "Encoders", "Torch", "Corpus", "Imaging", "Files")
            + http,
        embedding: ["Page/page.css", "Page/page.js"])
    + floor(
        "Jobs",
        on: floors(
            "Serving", "Remote", "Pipelines", "Packaging", "Reports", "Training", "Evaluation",
            "Encoders", "Adapters", "Torch", "Corpus", "Imaging", "Files") + ["CCambiumProcess"],
        embedding: ["Inspect/dataset.css"])
    + [
        .executableTarget(
            name: "cambium",
            dependencies: floors(
                "Jobs", "Serving", "Remote", "Packaging", "Reports", "Training", "Evaluation",
                "Adapters", "Torch", "Corpus", "Imaging", "Files") + [
                    "CCambiumProcess", arguments,
                ],
            swiftSettings: swift),
        // Measures what ships beside PyTorch: `make bench`.
        .executableTarget(
            name: "cambium-bench",
            dependencies: floors(
                "Training", "Evaluation", "Encoders", "Layers", "Torch", "Files"),
            path: "Benchmarks/cambium-bench",
            swiftSettings: swift),
        // Writes the pixels of DICOM files for Benchmarks/dicom/compare.py.
        .executableTarget(
            name: "dicom-values",
            dependencies: floors("Imaging", "Files"),
            path: "Benchmarks/dicom/dicom-values",
            swiftSettings: swift),
        // Several processes' parts as threads, for tests.
        .target(
            name: "CambiumRankThreads", dependencies: floors("Torch"), path: "Tests/RankThreads",
            swiftSettings: swift),
        // A folder for one test, and the repository's own.
        .target(
            name: "CambiumTestFolders", dependencies: floors("Files"), path: "Tests/TestFolders",
            swiftSettings: swift),
        .testTarget(
            name: "CommandTests",
            dependencies: floors("Files", "Imaging", "Corpus", "Torch") + ["CambiumTestFolders"],
            exclude: ["Fixtures"],
            swiftSettings: swift),
    ]

/// What other packages take: each with all floors below it, so that they may be imported.
/// Tensors are computed by `CambiumTorch`, which is opened from beside the program.
let data = ["Files", "Imaging", "Corpus"]
let models = data + ["Torch", "Layers", "Encoders", "Adapters"]
let libraries: [Product] = [
    ("Data", data),
    ("Models", models),
    ("Learning", models + ["Training", "Evaluation", "Reports"]),
    ("Inference", models + ["Packaging"]),
    ("Server", models + ["Packaging", "Serving"]),
    ("Runs", ["Files", "Pipelines"]),
    ("Commands", ["Files", "Jobs"]),
].map { name, floors in
    .library(name: "Cambium\(name)", targets: floors.map { "Cambium\($0)" })
}

let package = Package(
    name: "cambium",
    products: [
        .executable(name: "cambium", targets: ["cambium"]),
        .library(name: "CambiumTorch", type: .dynamic, targets: ["CCambiumTorchLibrary"]),
        .executable(name: "cambium-bench", targets: ["cambium-bench"]),
    ]
        + libraries
        + nccl.map { .library(name: "CambiumNCCL", type: .dynamic, targets: [$0.name]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    ],
    targets: targets,
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx20
)

// Sanitizers cannot see into libtorch: what stands on none of it is built alone (`make sanitize`).
if Context.environment["CAMBIUM_WITHOUT_TORCH"] != nil {
    func leads(_ target: Target, to names: Set<String>) -> Bool {
        target.dependencies.contains { dependency in
            switch dependency {
            case .targetItem(let name, _), .byNameItem(let name, _): names.contains(name)
            default: false
            }
        }
    }
    var names: Set = ["CCambiumTorch", "CCambiumTorchLibrary", "CCambiumNCCL"]
    while let next = targets.first(where: { !names.contains($0.name) && leads($0, to: names) }) {
        names.insert(next.name)
    }
    package.targets.removeAll { names.contains($0.name) }
    package.products = []
}
